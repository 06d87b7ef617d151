import {
  elu,
  gelu,
  type Layer,
  layer,
  leakyRelu,
  relu,
  sigmoid,
  silu,
  sine,
  softplus,
  tanh,
} from '../../nn/layers.ts';
import { scale } from '../../ops/scale.ts';
import type { ReadNode } from '../format/read-model.ts';
import { numberOf, textOf } from './attributes.ts';
import { type Elements, POINTS } from './values.ts';

/** erf by its series near 0, and by the continued fraction of its complement elsewhere (Abramowitz and Stegun 7.1.5, 7.1.14). */
export function erf(x: number): number {
  const size = Math.abs(x);
  if (size > 6) return Math.sign(x);
  if (size < 2.5) {
    let [term, sum] = [x, x];
    for (let n = 1; n < 60; n++) {
      term *= (-x * x) / n;
      sum += term / (2 * n + 1);
    }
    return (2 / Math.sqrt(Math.PI)) * sum;
  }
  let rest = 0;
  for (let n = 60; n > 0; n--) rest = n / 2 / (size + rest);
  const beyond = Math.exp(-size * size) / Math.sqrt(Math.PI) / (size + rest);
  return Math.sign(x) * (1 - beyond);
}

/** As log(1 + e^x). */
export const soft = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));

const logistic = (x: number): number => 1 / (1 + Math.exp(-x));

/** Layers that are functions of one number. */
const KNOWN: readonly (readonly [f: (x: number) => number, make: () => Layer])[] = [
  [(x) => Math.max(x, 0), relu],
  [logistic, sigmoid],
  [Math.tanh, tanh],
  [Math.sin, sine],
  [soft, softplus],
  [(x) => x * logistic(x), silu],
  [(x) => (x / 2) * (1 + erf(x / Math.SQRT2)), gelu],
  [
    (x) => (x / 2) * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3))),
    () => gelu({ approximate: 'tanh' }),
  ],
];

/** Whether numbers are the values of a function: constants in files are rounded to float32. */
const isLike = (at: readonly number[], f: (x: number) => number): boolean =>
  POINTS.every((x, i) => Math.abs(at[i] - f(x)) <= 1e-6 * Math.max(1, Math.abs(f(x))));

const value = (at: readonly number[], x: number): number => at[POINTS.indexOf(x)];

/** A number as it was before it was rounded to float32. */
const short = (x: number): number => Number(x.toPrecision(7));

/** The layer that computes a function, `none` if it is x; undefined if there is no such layer. */
export function elementsLayer({ at }: Elements): Layer | 'none' | undefined {
  if (isLike(at, (x) => x)) return 'none';
  const known = KNOWN.find(([f]) => isLike(at, f));
  if (known) return known[1]();
  // Those with a number of their own: it is found from one value, and all are compared.
  const slope = short(value(at, -9) / -9);
  const alpha = short(value(at, -1.3) / Math.expm1(-1.3));
  const beta = short(Math.log(2) / value(at, 0));
  const inRange = (x: number, least: number): boolean => x >= least && x <= 1e6;
  if (inRange(slope, 0) && isLike(at, (x) => (x > 0 ? x : slope * x))) {
    return leakyRelu({ negativeSlope: slope });
  }
  if (inRange(alpha, 0) && isLike(at, (x) => (x > 0 ? x : alpha * Math.expm1(x)))) {
    return elu({ alpha });
  }
  if (inRange(beta, 1e-6) && isLike(at, (x) => soft(beta * x) / beta)) return softplus({ beta });
  const factor = short(value(at, 5) / 5);
  if (Number.isFinite(factor) && isLike(at, (x) => factor * x)) {
    return layer({ kind: `scaled by ${factor}`, build: (x) => scale(x, factor) });
  }
  return undefined;
}

type Unary = (node: ReadNode) => (x: number) => number;

/** Operators of one number. */
export const UNARY: ReadonlyMap<string, Unary> = new Map<string, Unary>([
  ['Abs', () => Math.abs],
  [
    'Elu',
    (node) => {
      const alpha = numberOf(node, 'alpha', 1);
      return (x) => (x > 0 ? x : alpha * Math.expm1(x));
    },
  ],
  ['Erf', () => erf],
  ['Exp', () => Math.exp],
  [
    'Gelu',
    (node) =>
      textOf(node, 'approximate', 'none') === 'tanh'
        ? (x) => (x / 2) * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)))
        : (x) => (x / 2) * (1 + erf(x / Math.SQRT2)),
  ],
  [
    'LeakyRelu',
    (node) => {
      const alpha = numberOf(node, 'alpha', 0.01);
      return (x) => (x > 0 ? x : alpha * x);
    },
  ],
  ['Log', () => Math.log],
  ['Neg', () => (x) => -x],
  ['Reciprocal', () => (x) => 1 / x],
  ['Relu', () => (x) => Math.max(x, 0)],
  ['Sigmoid', () => (x) => 1 / (1 + Math.exp(-x))],
  ['Sin', () => Math.sin],
  ['Softplus', () => soft],
  [
    'Swish',
    (node) => {
      const alpha = numberOf(node, 'alpha', 1);
      return (x) => x / (1 + Math.exp(-alpha * x));
    },
  ],
  ['Sqrt', () => Math.sqrt],
  ['Tanh', () => Math.tanh],
]);

/** Operators of two numbers. */
export const BINARY: ReadonlyMap<string, (x: number, y: number) => number> = new Map<
  string,
  (x: number, y: number) => number
>([
  ['Add', (x, y) => x + y],
  // What is true is 1.
  ['Greater', (x, y) => Number(x > y)],
  ['GreaterOrEqual', (x, y) => Number(x >= y)],
  ['Less', (x, y) => Number(x < y)],
  ['LessOrEqual', (x, y) => Number(x <= y)],
  ['Max', Math.max],
  ['Min', Math.min],
  ['Sub', (x, y) => x - y],
  ['Mul', (x, y) => x * y],
  ['Div', (x, y) => x / y],
  ['Pow', (x, y) => x ** y],
]);
