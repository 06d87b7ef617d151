import { use } from '../../gpu/link.ts';
import * as wgsl from '../../gpu/shaders.gen.ts';
import { logOf } from './adam.ts';
import { eachElement } from './reference.ts';
import { BETAS, LIMIT, type Optimizer, optimizer, optionsOf } from './rule.ts';

/** Hyper-parameters of {@link nadam}, under the names and with the meaning of torch.optim.NAdam's. */
export interface NadamOptions {
  /** From 0 to 10⁶. Default 2e-3. */
  readonly learningRate?: number;
  /** Decay of the first and the second moment, from 0 to below 1. Default [0.9, 0.999]. */
  readonly betas?: readonly [number, number];
  /** Added to the root of the second moment, from 0 to 10⁶. Default 1e-8. */
  readonly epsilon?: number;
  /** L2 penalty, from 0 to 10⁶. Default 0. */
  readonly weightDecay?: number;
  /** How soon the momentum grows from half of β1 to β1, from 0 to 10⁶. Default 4e-3. */
  readonly momentumDecay?: number;
}

/** What multiplies the gradient, the first moment, and the root of the second, in the step after `step` others. */
function ratesOf(rule: Optimizer<NadamOptions>, step: number): readonly [number, number, number] {
  const { learningRate, betas, momentumDecay } = rule;
  const t = step + 1;
  const moment = (n: number): number => betas[0] * (1 - 0.5 * 0.96 ** (n * momentumDecay));
  let product = 1;
  for (let n = 1; n <= t && product > 1e-20; n++) product *= moment(n);
  const next = moment(t + 1);
  return [
    (learningRate * (1 - moment(t))) / (1 - product),
    (learningRate * next) / (1 - product * next),
    1 / Math.sqrt(1 - betas[1] ** t),
  ];
}

/**
 * NAdam, Adam with Nesterov's momentum (Dozat 2016), as torch.optim.NAdam.
 *
 * @throws OptionError if an option is out of range or unknown
 */
export function nadam(options: NadamOptions = {}): Optimizer<NadamOptions> {
  const rule = optionsOf('nadam', options, {
    learningRate: [2e-3, LIMIT],
    betas: BETAS,
    epsilon: [1e-8, LIMIT],
    weightDecay: [0, LIMIT],
    momentumDecay: [4e-3, LIMIT],
  });
  const { betas, epsilon, weightDecay, momentumDecay } = rule;
  const [beta1, beta2] = betas;
  const constants = [weightDecay, 1 - beta1, 1 - beta2, beta2, epsilon];
  const made: Optimizer<NadamOptions> = optimizer(rule, {
    make: nadam,
    states: ['moment1', 'moment2'],
    part: use(wgsl.optimizerNadam),
    prepare: use(wgsl.optimizerNadamPrepare),
    numbers: (step) => [
      ...constants,
      ...ratesOf(made, step),
      beta1,
      Math.log(0.96) * momentumDecay,
      logOf(beta2),
    ],
    flop: 16,
  });
  return made;
}

/** torch.optim.NAdam in float64; see shaders/optimizer/nadam.wgsl. */
export const nadamReference = /* @__PURE__ */ eachElement<
  Optimizer<NadamOptions>,
  'moment1' | 'moment2'
>(['moment1', 'moment2'], (rule, { w, g: gradient, moment1, moment2 }, step) => {
  const { epsilon, weightDecay } = rule;
  const [beta1, beta2] = rule.betas;
  const [gradientRate, momentRate, rootScale] = ratesOf(rule, step);
  const g = gradient.plus(w.times(weightDecay));
  const m = moment1.plus(g.minus(moment1).times(1 - beta1));
  const v = moment2.times(beta2).plus(g.times(g).times(1 - beta2));
  const direction = g.times(gradientRate).plus(m.times(momentRate));
  const root = v.root().times(rootScale).plus(epsilon);
  return { w: w.minus(direction.over(root)), moment1: m, moment2: v };
});
