import { OptionError } from '../errors.ts';
import type { Reference } from '../graph/value.ts';
import type { Activation } from './activation.ts';
import type { Rule } from './activation-rule.ts';
import * as known from './activations.ts';
import { DIVISION, expError, TINY, ULP } from './rounding.ts';

const logistic = (x: number): number => 1 / (1 + Math.exp(-x));
const density = (x: number): number => Math.exp(-0.5 * x * x) / Math.sqrt(2 * Math.PI);

/** erf by its series, or for large |x| by the continued fraction of erfc (Abramowitz and Stegun 1964, 7.1.6, 7.1.14). */
function erf(x: number): number {
  const size = Math.abs(x);
  if (size > 3) {
    let fraction = 0;
    for (let n = 60; n > 0; n--) fraction = n / 2 / (size + fraction);
    return Math.sign(x) * (1 - Math.exp(-size * size) / (Math.sqrt(Math.PI) * (size + fraction)));
  }
  let term = x;
  let sum = x;
  for (let n = 1; n < 60; n++) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
}

const distribution = (x: number): number => (1 + erf(x / Math.SQRT2)) / 2;

const logisticRounding = (x: number): number => {
  // e = exp(−|x|): relative error of e, of 1 + e, of the division.
  const e = Math.exp(-Math.abs(x));
  return logistic(x) * (expError(x) * (x < 0 ? 1 : e / (1 + e)) + ULP + DIVISION) + TINY;
};

const tanhRounding = (x: number): number => {
  const size = Math.abs(x);
  if (size < 0.25) return 8 * ULP * Math.abs(Math.tanh(x)) + TINY;
  // (1 − e) / (1 + e), e = exp(−2|x|): the error of e in both, then two additions and a division.
  const e = Math.exp(-2 * size);
  const moved = (2 * e * (expError(2 * size) + ULP)) / ((1 + e) * (1 - e));
  return Math.tanh(size) * (moved + 2 * ULP + DIVISION);
};

/** φ(x): the square, its half and the exponent's rounding, exp, a product. */
const densityRounding = (x: number): number =>
  density(x) * (expError(0.5 * x * x) + x * x * ULP + 2 * ULP) + TINY;

/**
 * Φ(x): the formula's error; that of φ, times a polynomial of at most 1.2534; and that of the polynomial, at most 42 ULP
 * by running error analysis for all t from 0 to 1, with its product.
 */
const distributionRounding = (x: number): number =>
  7.5e-8 + 1.2534 * densityRounding(x) + 44 * ULP * density(x) + ULP * distribution(x);

const GELU_SCALE = Math.sqrt(2 / Math.PI);
const geluTanh = (x: number): number => Math.tanh(GELU_SCALE * (x + 0.044715 * x ** 3));
/** tanh u: that of u, four operations, and of tanh. */
const geluTanhRounding = (x: number): number => {
  const u = GELU_SCALE * (x + 0.044715 * x ** 3);
  return (1 - Math.tanh(u) ** 2) * 6 * ULP * Math.abs(u) + tanhRounding(u) + ULP;
};

const ACTIVATION_RULES: Readonly<
  Record<string, (constants: Readonly<Record<string, number>>) => Rule>
> = {
  relu: () => ({
    value: (x) => Math.max(x, 0),
    steepest: (x, error) => (x + error > 0 ? 1 : 0),
    rounding: () => 0,
    slope: (y) => (y > 0 ? 1 : 0),
    // If y may be 0 within its error, the slope may be 0 or 1.
    slopeError: (y, error) => (error > 0 && y <= error ? 1 : 0),
  }),
  leakyRelu: ({ NEGATIVE_SLOPE: slope }) => ({
    value: (x) => (x > 0 ? x : slope * x),
    steepest: () => Math.max(1, slope),
    rounding: (x) => (x > 0 ? 0 : 2 * ULP * Math.abs(slope * x) + TINY),
    slope: (y) => (y > 0 ? 1 : slope),
    slopeError: (y, error) =>
      (error > 0 && Math.abs(y) <= error ? Math.abs(1 - slope) : 0) + ULP * slope,
  }),
  sigmoid: () => ({
    value: logistic,
    steepest: (x, error) => {
      const nearest = Math.max(0, Math.abs(x) - error);
      const y = logistic(nearest);
      return y * (1 - y);
    },
    rounding: logisticRounding,
    slope: (y) => y * (1 - y),
    slopeError: (y, error) => error * (Math.abs(1 - 2 * y) + error) + 3 * ULP * Math.abs(y),
  }),
  tanh: () => ({
    value: Math.tanh,
    steepest: (x, error) => {
      const nearest = Math.max(0, Math.abs(x) - error);
      return 1 - Math.tanh(nearest) ** 2;
    },
    rounding: tanhRounding,
    slope: (y) => 1 - y * y,
    slopeError: (y, error) => error * (2 * Math.abs(y) + error) + 3 * ULP,
  }),
  elu: ({ ALPHA: alpha }) => ({
    value: (x) => (x > 0 ? x : alpha * Math.expm1(x)),
    steepest: () => Math.max(1, alpha),
    rounding: (x) => {
      if (x > 0) return 0;
      const size = Math.abs(Math.expm1(x));
      // e^x − 1 below −0.5 loses at most one bit; the series has nine products of falling size.
      const own = x < -0.5 ? Math.exp(x) * expError(x) + ULP : 8 * ULP * size;
      return alpha * (own + 2 * ULP * size) + TINY;
    },
    slope: (y) => (y > 0 ? 1 : y + alpha),
    // |f″| is at most alpha, and f′ jumps at 0 unless alpha is 1.
    slopeError: (y, error) =>
      error + 2 * ULP * (Math.abs(y) + alpha) + (Math.abs(y) <= error ? Math.abs(1 - alpha) : 0),
  }),
  silu: () => ({
    value: (x) => x * logistic(x),
    // The largest slope is 1.0998, at x = 2.4.
    steepest: () => 1.1,
    rounding: (x) => Math.abs(x) * (logisticRounding(x) + ULP * logistic(x)) + TINY,
    slope: (x) => logistic(x) * (1 + x * logistic(-x)),
    multiplied: (x) => 1 + Math.abs(x),
    // |f″| is at most 1/2, at 0.
    slopeError: (x, error) => {
      const rest = Math.abs(1 + x * logistic(-x));
      const parts =
        Math.abs(x) * (logisticRounding(-x) + 2 * ULP * logistic(-x)) + ULP * (1 + rest);
      return 0.5 * error + logisticRounding(x) * rest + logistic(x) * (parts + ULP * rest) + TINY;
    },
  }),
  gelu: () => ({
    value: (x) => x * distribution(x),
    // The largest slope is 1.129, at x = √2.
    steepest: () => 1.13,
    rounding: (x) => Math.abs(x) * (distributionRounding(x) + ULP * distribution(x)) + TINY,
    slope: (x) => distribution(x) + x * density(x),
    // f″ = φ(x) · (2 − x²), at most 0.798.
    slopeError: (x, error) =>
      0.8 * error +
      distributionRounding(x) +
      Math.abs(x) * (densityRounding(x) + ULP * density(x)) +
      ULP * Math.abs(distribution(x) + x * density(x)) +
      TINY,
  }),
  'gelu tanh': () => ({
    value: (x) => 0.5 * x * (1 + geluTanh(x)),
    steepest: () => 1.13,
    rounding: (x) => 0.5 * Math.abs(x) * (geluTanhRounding(x) + 3 * ULP * (1 + geluTanh(x))) + TINY,
    slope: (x) => {
      const t = geluTanh(x);
      return 0.5 * (1 + t + x * (1 - t * t) * GELU_SCALE * (1 + 3 * 0.044715 * x * x));
    },
    multiplied: () => 3,
    slopeError: (x, error) => {
      const t = geluTanh(x);
      const off = geluTanhRounding(x);
      const du = GELU_SCALE * (1 + 3 * 0.044715 * x * x);
      const second = Math.abs(x) * du;
      return (
        0.9 * error +
        0.5 *
          (off +
            second * (2 * Math.abs(t) * off + off * off + 3 * ULP) +
            8 * ULP * second * (1 - t * t)) +
        3 * ULP * (1 + Math.abs(t)) +
        TINY
      );
    },
  }),
  softplus: ({ BETA: beta, THRESHOLD: threshold }) => {
    const isLinear = (x: number): boolean => beta * x > threshold;
    // At the threshold GPU and reference may disagree about the side.
    const jump = (x: number, error: number): boolean =>
      Math.abs(beta * x - threshold) <= beta * error + 4 * ULP * threshold;
    const soft = (x: number): number =>
      (Math.max(beta * x, 0) + Math.log1p(Math.exp(-Math.abs(beta * x)))) / beta;
    return {
      value: (x) => (isLinear(x) ? x : soft(x)),
      steepest: () => 1,
      rounding: (x) => {
        const size = Math.abs(beta * x);
        const z = Math.exp(-size);
        const tail = Math.log1p(z) * (expError(size) + size * ULP + 12 * ULP + DIVISION);
        return (
          (tail + 2 * ULP * size) / beta +
          (2 * ULP + DIVISION) * soft(x) +
          Math.abs(jump(x, 0) ? soft(x) - x : 0) +
          TINY
        );
      },
      slope: (x) => (isLinear(x) ? 1 : logistic(beta * x)),
      slopeError: (x, error) =>
        (beta * error) / 4 +
        logisticRounding(beta * x) +
        ULP * Math.abs(beta * x) +
        (jump(x, error) ? 1 - logistic(threshold) : 0),
    };
  },
  sine: () => ({
    value: Math.sin,
    steepest: () => 1,
    // The series, and the reduction, whose products are exact up to 2¹⁵ but for the smallest part of π.
    rounding: (x) => (Math.abs(x) <= 2 ** 15 ? ULP * (8 + 0.002 * Math.abs(x)) : Infinity),
    slope: Math.cos,
    slopeError: (x, error) =>
      error + (Math.abs(x) <= 2 ** 15 ? ULP * (8 + 0.002 * Math.abs(x)) : Infinity),
  }),
};

/** Activations with a file of their own, and their rules: a line for each. */
const OTHERS: readonly (readonly [Activation, Rule])[] = [];

function ruleOf({ name, file, constants = {} }: Activation): Rule {
  // A caller's function may have a name of ours.
  const other = OTHERS.find(([f]) => f.name === name);
  if (!file.given) return other?.[1] ?? ACTIVATION_RULES[name](constants);
  throw new OptionError(
    `the function ${name} has no float64 reference here; give one to verifyOps() of gradweave/verify`,
  );
}

export const activationReference: Reference<Activation> = ({ attributes }, [x]) => {
  const rule = ruleOf(attributes);
  return {
    data: x.data.map(rule.value),
    error: x.data.map(
      (value, i) => rule.steepest(value, x.error[i]) * x.error[i] + rule.rounding(value),
    ),
  };
};

export const activationGradientReference: Reference<Activation> = ({ attributes }, [dy, saved]) => {
  const { slope, slopeError, multiplied = () => 1 } = ruleOf(attributes);
  const data = dy.data.map((value, i) => value * slope(saved.data[i]));
  const error = dy.data.map((value, i) => {
    const off = slopeError(saved.data[i], saved.error[i]);
    const lost = TINY * multiplied(saved.data[i]);
    const rounding = attributes.name === 'relu' ? 0 : 2 * ULP * Math.abs(data[i]) + lost;
    const d = dy.error[i];
    return d * (Math.abs(slope(saved.data[i])) + off) + Math.abs(value) * off + rounding;
  });
  return { data, error };
};

/** One of each activation. */
export const ACTIVATIONS: readonly Activation[] = [
  known.RELU,
  known.SIGMOID,
  known.TANH,
  known.GELU,
  known.GELU_TANH,
  known.SILU,
  known.SINE,
  known.leakyRelu(0.01),
  known.elu(1),
  known.softplus(1, 20),
  ...OTHERS.map(([f]) => f),
];
