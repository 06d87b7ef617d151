import { use } from '../../gpu/link.ts';
import * as wgsl from '../../gpu/shaders.gen.ts';
import { DIVISION, overflow, SQRT, TINY, ULP } from '../../ops/rounding.ts';
import type { OptimizerReference } from './reference.ts';
import { BETAS, LIMIT, type Optimizer, optimizer, optionsOf } from './rule.ts';

/** Hyper-parameters of {@link adam} and {@link adamw}, as torch.optim.Adam's and AdamW's. */
export interface AdamOptions {
  /** From 0 to 10⁶. Default 1e-3. */
  readonly learningRate?: number;
  /** Decay of the first and the second moment, from 0 to below 1. Default [0.9, 0.999]. */
  readonly betas?: readonly [number, number];
  /** Added to the root of the second moment, from 0 to 10⁶. Default 1e-8. */
  readonly epsilon?: number;
  /** Adam: L2 penalty, default 0. AdamW: decoupled, default 0.01. From 0 to 10⁶. */
  readonly weightDecay?: number;
  /** Divide by the root of the largest second moment so far (Reddi, Kale and Kumar 2018). Default false. */
  readonly amsgrad?: boolean;
}

/** Of an optimizer without AMSGrad, `amsgrad` is left out. */
type AdamRule = Optimizer<Omit<AdamOptions, 'amsgrad'>> & Pick<AdamOptions, 'amsgrad'>;

/** A beta of 0 has no logarithm; any e^(t·ln β) below 2⁻²⁴ is as good as 0. */
export const logOf = (beta: number): number => Math.max(Math.log(beta), -1e30);

function adamLike(
  kind: string,
  options: AdamOptions,
  decay: number,
  make: (options: AdamOptions) => AdamRule,
): AdamRule {
  const { amsgrad, ...rule } = optionsOf(kind, options, {
    learningRate: [1e-3, LIMIT],
    betas: BETAS,
    epsilon: [1e-8, LIMIT],
    weightDecay: [decay, LIMIT],
    amsgrad: false,
  });
  const { learningRate, epsilon, weightDecay } = rule;
  const [beta1, beta2] = rule.betas;
  const decays = decay === 0 ? [weightDecay, 0] : [0, weightDecay];
  const states = ['moment1', 'moment2'];
  return optimizer(amsgrad ? { ...rule, amsgrad } : rule, {
    make,
    states: amsgrad ? [...states, 'largest'] : states,
    part: {
      ...use(wgsl.optimizerAdam, { constants: { AMSGRAD: Number(amsgrad) } }),
      names: amsgrad ? [] : [new Map([['largest', 'moment2']])],
    },
    prepare: use(wgsl.optimizerAdamPrepare),
    numbers: (step) => [
      ...decays,
      1 - beta1,
      1 - beta2,
      beta2,
      epsilon,
      learningRate / (1 - beta1 ** (step + 1)),
      1 / Math.sqrt(1 - beta2 ** (step + 1)),
      logOf(beta1),
      logOf(beta2),
    ],
    flop: 14,
  });
}

/** Adam with L2 penalty, as torch.optim.Adam. @throws OptionError if an option is out of range or unknown */
export const adam = (options: AdamOptions = {}): AdamRule => adamLike('adam', options, 0, adam);

/** AdamW, as torch.optim.AdamW. @throws OptionError if an option is out of range or unknown */
export const adamw = (options: AdamOptions = {}): AdamRule =>
  adamLike('adamw', options, 0.01, adamw);

/** torch.optim.Adam and AdamW in float64; see shaders/optimizer/adam.wgsl. */
export const adamReference: OptimizerReference<AdamRule> = (
  rule,
  w,
  gradient,
  { moment1: first, moment2: second, largest },
  step,
) => {
  const { learningRate, betas, epsilon, weightDecay } = rule;
  const [beta1, beta2] = betas;
  const t = step + 1;
  const stepSize = learningRate / (1 - beta1 ** t);
  const rootScale = 1 / Math.sqrt(1 - beta2 ** t);
  const l2 = rule.kind === 'adam' ? weightDecay : 0;
  const shrink = rule.kind === 'adamw' ? learningRate * weightDecay : 0;
  const data = new Float64Array(w.data.length);
  const error = w.data.map((value, i) => {
    const g = gradient.data[i] + l2 * value;
    const gOff =
      gradient.error[i] +
      l2 * w.error[i] +
      3 * ULP * (Math.abs(gradient.data[i]) + Math.abs(l2 * value)) +
      TINY;
    const m0 = first.data[i];
    const m = m0 + (1 - beta1) * (g - m0);
    const mOff =
      beta1 * first.error[i] +
      (1 - beta1) * gOff +
      ULP * (2 * Math.abs(m0) + 4 * (1 - beta1) * (Math.abs(g) + Math.abs(m0))) +
      TINY +
      overflow(Math.abs(gradient.data[i]) + Math.abs(l2 * value) + Math.abs(m0));
    let v = beta2 * second.data[i] + (1 - beta2) * g * g;
    let vOff =
      beta2 * second.error[i] + (1 - beta2) * gOff * (2 * Math.abs(g) + gOff) + 4 * ULP * v + TINY;
    first.data[i] = m;
    first.error[i] = mOff;
    second.data[i] = v;
    second.error[i] = vOff;
    if (largest) {
      v = largest.data[i] = Math.max(largest.data[i], v);
      vOff = largest.error[i] = Math.max(largest.error[i], vOff);
    }
    // m / (√v·c + ε) is monotone in m and in v, so the corners of their intervals bound its error.
    const root = (x: number): number => Math.sqrt(Math.max(0, x)) * rootScale + epsilon;
    const ratio = m === 0 ? 0 : m / root(v);
    const low = root(v - vOff) * (1 - SQRT - 4 * ULP);
    const farthest = Math.max(
      Math.abs((Math.abs(m) + mOff) / low - Math.abs(ratio)),
      Math.abs(
        Math.abs(ratio) - Math.max(0, Math.abs(m) - mOff) / (root(v + vOff) * (1 + SQRT + 4 * ULP)),
      ),
      // The sign of m may differ.
      mOff > Math.abs(m) ? (mOff - Math.abs(m)) / low + Math.abs(ratio) : 0,
    );
    const shrunk = value - shrink * value;
    data[i] = shrunk - stepSize * ratio;
    return (
      w.error[i] +
      3 * ULP * Math.abs(shrink * value) +
      stepSize * (farthest + (DIVISION + 8 * ULP) * (Math.abs(ratio) + farthest)) +
      ULP * (Math.abs(shrunk) + Math.abs(data[i])) +
      overflow(g * g) +
      overflow(stepSize * Math.abs(m))
    );
  });
  return { data, error };
};
