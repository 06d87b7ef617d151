import { use } from '../../gpu/link.ts';
import * as wgsl from '../../gpu/shaders.gen.ts';
import { Approx } from '../../ops/approx.ts';
import { eachElement } from './reference.ts';
import { LIMIT, type Optimizer, optimizer, optionsOf } from './rule.ts';

/** Hyper-parameters of {@link adagrad}, under the names and with the meaning of torch.optim.Adagrad's. */
export interface AdagradOptions {
  /** From 0 to 10⁶. Default 0.01. */
  readonly learningRate?: number;
  /** The rate of step t, from 0 on, is divided by 1 + t · this. From 0 to 10⁶. Default 0. */
  readonly learningRateDecay?: number;
  /** L2 penalty, from 0 to 10⁶. Default 0. */
  readonly weightDecay?: number;
  /** What the sums of squares begin with, from 0 to 10⁶. Default 0. */
  readonly initialAccumulatorValue?: number;
  /** Added to the root, from 0 to 10⁶. Default 1e-10. */
  readonly epsilon?: number;
}

/**
 * Adagrad (Duchi, Hazan and Singer 2011), as torch.optim.Adagrad: `s ← s + g²`, `w ← w − rate·g / (√s + ε)`.
 *
 * @throws OptionError if an option is out of range or unknown
 */
export function adagrad(options: AdagradOptions = {}): Optimizer<AdagradOptions> {
  const rule = optionsOf('adagrad', options, {
    learningRate: [1e-2, LIMIT],
    learningRateDecay: [0, LIMIT],
    weightDecay: [0, LIMIT],
    initialAccumulatorValue: [0, LIMIT],
    epsilon: [1e-10, LIMIT],
  });
  return optimizer(rule, {
    make: adagrad,
    states: ['sums'],
    part: use(wgsl.optimizerAdagrad),
    numbers: () => [
      rule.weightDecay,
      rule.epsilon,
      rule.initialAccumulatorValue,
      rule.learningRateDecay,
    ],
    flop: 10,
  });
}

/** torch.optim.Adagrad in float64; see shaders/optimizer/adagrad.wgsl. */
export const adagradReference = /* @__PURE__ */ eachElement<Optimizer<AdagradOptions>, 'sums'>(
  ['sums'],
  (rule, { w, g: gradient, sums }, step) => {
    const { learningRate, learningRateDecay, weightDecay, epsilon } = rule;
    const g = gradient.plus(w.times(weightDecay));
    const before = step === 0 ? Approx.of(rule.initialAccumulatorValue) : sums;
    const s = before.plus(g.times(g));
    const rate = Approx.of(learningRate).over(Approx.of(step).times(learningRateDecay).plus(1));
    return { w: w.minus(g.times(rate).over(s.root().plus(epsilon))), sums: s };
  },
);
