import { use } from '../../gpu/link.ts';
import * as wgsl from '../../gpu/shaders.gen.ts';
import { eachElement } from './reference.ts';
import { LIMIT, type Optimizer, optimizer, optionsOf } from './rule.ts';

/** Hyper-parameters of {@link lion}. */
export interface LionOptions {
  /** From 0 to 10⁶: 3 to 10 times smaller than Adam's, says the paper. Default 1e-4. */
  readonly learningRate?: number;
  /** Weights of the momentum in the step and in the next momentum, from 0 to below 1. Default [0.9, 0.99]. */
  readonly betas?: readonly [number, number];
  /** Decoupled, from 0 to 10⁶. Default 0. */
  readonly weightDecay?: number;
}

/**
 * Lion (Chen et al. 2023, algorithm 2): `w ← w − rate·(sign(β1·m + (1 − β1)·g) + decay·w)`, `m ← β2·m + (1 − β2)·g`.
 *
 * @throws OptionError if an option is out of range or unknown
 */
export function lion(options: LionOptions = {}): Optimizer<LionOptions> {
  const rule = optionsOf('lion', options, {
    learningRate: [1e-4, LIMIT],
    betas: [[0.9, 0.99], 1],
    weightDecay: [0, LIMIT],
  });
  const [beta1, beta2] = rule.betas;
  return optimizer(rule, {
    make: lion,
    states: ['moment1'],
    part: use(wgsl.optimizerLion),
    numbers: () => [rule.weightDecay, beta1, 1 - beta1, beta2, 1 - beta2],
    flop: 11,
  });
}

/** Lion in float64; see shaders/optimizer/lion.wgsl. Where the sign is in doubt, so is twice the learning rate. */
export const lionReference = /* @__PURE__ */ eachElement<Optimizer<LionOptions>, 'moment1'>(
  ['moment1'],
  ({ learningRate, betas: [beta1, beta2], weightDecay }, { w, g, moment1 }) => ({
    w: w.minus(
      moment1
        .times(beta1)
        .plus(g.times(1 - beta1))
        .sign()
        .plus(w.times(weightDecay))
        .times(learningRate),
    ),
    moment1: moment1.times(beta2).plus(g.times(1 - beta2)),
  }),
);
