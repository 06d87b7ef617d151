import { OptionError } from '../../errors.ts';
import { use } from '../../gpu/link.ts';
import * as wgsl from '../../gpu/shaders.gen.ts';
import { overflow, TINY, ULP } from '../../ops/rounding.ts';
import type { OptimizerReference } from './reference.ts';
import { LIMIT, type Optimizer, optimizer, optionsOf } from './rule.ts';

/** Hyper-parameters of {@link sgd}, under the names and with the meaning of torch.optim.SGD's. */
export interface SgdOptions {
  /** From 0 to 10⁶. Default 1e-3. */
  readonly learningRate?: number;
  /** From 0 to 1. Default 0. */
  readonly momentum?: number;
  /** Of the momentum, from 0 to 1. Default 0. */
  readonly dampening?: number;
  /** Needs momentum and no dampening. Default false. */
  readonly nesterov?: boolean;
  /** L2 penalty, from 0 to 10⁶. Default 0. */
  readonly weightDecay?: number;
}

/**
 * Stochastic gradient descent, as torch.optim.SGD.
 *
 * @throws OptionError if an option is out of range or unknown
 */
export function sgd(options: SgdOptions = {}): Optimizer<SgdOptions> {
  const rule = optionsOf('sgd', options, {
    learningRate: [1e-3, LIMIT],
    momentum: [0, 1],
    dampening: [0, 1],
    nesterov: false,
    weightDecay: [0, LIMIT],
  });
  const { momentum, dampening, nesterov, weightDecay } = rule;
  if (nesterov && (momentum <= 0 || dampening !== 0)) {
    throw new OptionError(
      `nesterov was given with momentum ${momentum} and dampening ${dampening}; use a momentum above 0 and dampening 0`,
    );
  }
  return optimizer(rule, {
    make: sgd,
    states: momentum === 0 ? [] : ['moment1'],
    part: use(momentum === 0 ? wgsl.optimizerSgd : wgsl.optimizerSgdMomentum),
    numbers: () => [weightDecay, momentum, dampening, Number(nesterov)],
    flop: 6,
  });
}

/** torch.optim.SGD in float64; see shaders/optimizer/sgd_momentum.wgsl. */
export const sgdReference: OptimizerReference<Optimizer<SgdOptions>> = (
  { learningRate, momentum, dampening, nesterov, weightDecay },
  w,
  gradient,
  { moment1: first },
  step,
) => {
  const data = new Float64Array(w.data.length);
  const error = w.data.map((value, i) => {
    const g = gradient.data[i] + weightDecay * value;
    const gOff =
      gradient.error[i] +
      weightDecay * w.error[i] +
      3 * ULP * (Math.abs(gradient.data[i]) + Math.abs(weightDecay * value)) +
      TINY +
      // The intermediate sums.
      overflow(
        2 *
          (Math.abs(gradient.data[i]) +
            Math.abs(weightDecay * value) +
            Math.abs(first?.data[i] ?? 0)),
      );
    let direction = g;
    let off = gOff;
    if (first) {
      const begun = step > 0;
      const m = begun ? momentum * first.data[i] + (1 - dampening) * g : g;
      const size = Math.abs(momentum * first.data[i]) + Math.abs(g);
      const mOff = begun
        ? momentum * first.error[i] + (1 - dampening) * gOff + 4 * ULP * size
        : gOff;
      first.data[i] = m;
      first.error[i] = mOff;
      direction = nesterov ? g + momentum * m : m;
      off = nesterov
        ? gOff + momentum * mOff + 3 * ULP * (Math.abs(g) + Math.abs(momentum * m))
        : mOff;
    }
    data[i] = value - learningRate * direction;
    return (
      w.error[i] +
      learningRate * (off + 3 * ULP * Math.abs(direction)) +
      ULP * Math.abs(data[i]) +
      TINY
    );
  });
  return { data, error };
};
