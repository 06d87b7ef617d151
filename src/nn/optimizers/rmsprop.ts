import { use } from '../../gpu/link.ts';
import * as wgsl from '../../gpu/shaders.gen.ts';
import { Approx } from '../../ops/approx.ts';
import { eachElement } from './reference.ts';
import { LIMIT, type Optimizer, optimizer, optionsOf } from './rule.ts';

/** Hyper-parameters of {@link rmsprop}, under the names and with the meaning of torch.optim.RMSprop's. */
export interface RmspropOptions {
  /** From 0 to 10⁶. Default 0.01. */
  readonly learningRate?: number;
  /** Decay of the mean square of gradients, from 0 to 1. Default 0.99. */
  readonly alpha?: number;
  /** Added to the root, from 0 to 10⁶. Default 1e-8. */
  readonly epsilon?: number;
  /** L2 penalty, from 0 to 10⁶. Default 0. */
  readonly weightDecay?: number;
  /** From 0 to 1. Default 0. */
  readonly momentum?: number;
  /** Divide by the root of the gradients' variance, not of their mean square. Default false. */
  readonly centered?: boolean;
}

/**
 * RMSprop (Tieleman and Hinton 2012), as torch.optim.RMSprop: `v ← α·v + (1 − α)·g²`, `w ← w − rate·g / (√v + ε)`.
 *
 * @throws OptionError if an option is out of range or unknown
 */
export function rmsprop(options: RmspropOptions = {}): Optimizer<RmspropOptions> {
  const rule = optionsOf('rmsprop', options, {
    learningRate: [1e-2, LIMIT],
    alpha: [0.99, 1],
    epsilon: [1e-8, LIMIT],
    weightDecay: [0, LIMIT],
    momentum: [0, 1],
    centered: false,
  });
  const { alpha, epsilon, weightDecay, momentum, centered } = rule;
  const kept = [...(centered ? ['means'] : []), ...(momentum > 0 ? ['momenta'] : [])];
  const unused = ['means', 'momenta'].filter((state) => !kept.includes(state));
  return optimizer(rule, {
    make: rmsprop,
    states: ['squares', ...kept],
    part: {
      ...use(wgsl.optimizerRmsprop, {
        constants: { CENTERED: Number(centered), MOMENTUM: Number(momentum > 0) },
      }),
      names: [new Map(unused.map((state) => [state, 'squares']))],
    },
    numbers: () => [weightDecay, alpha, 1 - alpha, epsilon, momentum],
    flop: 14,
  });
}

/** torch.optim.RMSprop in float64; see shaders/optimizer/rmsprop.wgsl. */
export const rmspropReference = /* @__PURE__ */ eachElement<
  Optimizer<RmspropOptions>,
  'squares' | 'means' | 'momenta'
>(['squares', 'means', 'momenta'], (rule, { w, g: gradient, squares, means, momenta }) => {
  const { learningRate, alpha, epsilon, weightDecay, momentum, centered } = rule;
  const g = gradient.plus(w.times(weightDecay));
  const v = squares.times(alpha).plus(g.times(g).times(1 - alpha));
  const a = centered ? means.plus(g.minus(means).times(1 - alpha)) : new Approx(0, 0);
  const direction = g.over(v.minus(a.times(a)).root().plus(epsilon));
  const b = momentum > 0 ? momenta.times(momentum).plus(direction) : direction;
  return { w: w.minus(b.times(learningRate)), squares: v, means: a, momenta: b };
});
