import type { Node } from '../graph/graph.ts';
import type { Reference, Value } from '../graph/value.ts';
import { type AttentionAttributes, type AttentionSizes, sizesOf } from './attention.ts';
import { DIVISION, expError, logError, overflow, TINY, ULP } from './rounding.ts';

/** A number, and a bound on its error. */
interface Bounded {
  readonly value: number;
  readonly error: number;
}

/** Σ a_i · b_i of `count` numbers from two places on, and its error: each product and each sum rounded. */
function dotOf(a: Value, at: number, b: Value, from: number, count: number): Bounded {
  let value = 0;
  let error = 0;
  let size = 0;
  for (let e = 0; e < count; e++) {
    const [x, y] = [a.data[at + e], b.data[from + e]];
    const [ex, ey] = [a.error[at + e], b.error[from + e]];
    value += x * y;
    size += Math.abs(x * y);
    error += ex * Math.abs(y) + (Math.abs(x) + ex) * ey + TINY;
  }
  return { value, error: error + (count + 1) * ULP * (size + error) + overflow(size) };
}

/** Where a head's part of a row begins: `third` 0 for queries, 1 for keys, 2 for values. */
const placeOf = (
  { time, head, width }: AttentionSizes,
  sample: number,
  position: number,
  h: number,
  third: number,
): number => (sample * time + position) * 3 * width + third * width + h * head;

/** The score of a query and a key: the factor is rounded, and multiplied into one of them before the sum. */
function scoreOf(qkv: Value, sizes: AttentionSizes, n: number, t: number, s: number, h: number) {
  const q = placeOf(sizes, n, t, h, 0);
  const k = placeOf(sizes, n, s, h, 1);
  const dot = dotOf(qkv, q, qkv, k, sizes.head);
  let size = 0;
  for (let e = 0; e < sizes.head; e++) size += Math.abs(qkv.data[q + e] * qkv.data[k + e]);
  return {
    value: dot.value * sizes.scale,
    error: (dot.error + 3 * ULP * size) * sizes.scale + TINY,
  };
}

/** The softmax of the keys that a query sees. */
interface Row {
  /** e^(score − maximum), with the bounds of their errors, without that of the maximum, which cancels. */
  readonly terms: Bounded[];
  readonly sum: Bounded;
  readonly maximum: number;
  /** The largest error of a score. */
  readonly scoreError: number;
}

/**
 * The terms of a row. A term is e^(score − m₁) for the largest score m₁ so far, then times e^(m₁ − m₂) for each larger one: each
 * factor e^−d has a relative error of (3 + 2d) ULP, the rounding of d moves it by d ULP, and each product is rounded. All d add up
 * to maximum − score.
 */
function rowOf(scores: readonly Bounded[]): Row {
  const maximum = Math.max(...scores.map(({ value }) => value));
  const scoreError = Math.max(...scores.map(({ error }) => error));
  const terms = scores.map(({ value, error }, at) => {
    const distance = maximum - value;
    const factors = scores.length - at;
    const rounding = (5 * factors + 3 * distance) * ULP;
    const term = Math.exp(-distance);
    const shift = error + rounding;
    return { value: term, error: term * Math.expm1(shift) + factors * TINY };
  });
  const sum = terms.reduce((all, { value }) => all + value, 0);
  const carried = terms.reduce((all, { error }) => all + error, 0);
  return {
    terms,
    sum: { value: sum, error: carried + 2 * scores.length * ULP * (sum + carried) },
    maximum,
    scoreError,
  };
}

/** Calls a function for each row of each head, with the scores of the keys that it sees. */
function eachRow(
  qkv: Value,
  sizes: AttentionSizes,
  row: (n: number, t: number, h: number, scores: Bounded[]) => void,
): void {
  for (let n = 0; n < sizes.samples; n++) {
    for (let h = 0; h < sizes.heads; h++) {
      for (let t = 0; t < sizes.time; t++) {
        row(
          n,
          t,
          h,
          Array.from({ length: t + 1 }, (_, s) => scoreOf(qkv, sizes, n, t, s, h)),
        );
      }
    }
  }
}

const sizesFor = ({ inputs: [qkv], attributes: { heads } }: Node<AttentionAttributes>) =>
  sizesOf(qkv.spec, heads);

const blank = (size: number): Value => ({
  data: new Float64Array(size),
  error: new Float64Array(size),
});

export const attentionReference: Reference<AttentionAttributes> = (node, [qkv]) => {
  const sizes = sizesFor(node);
  const { samples, time, head, width } = sizes;
  const out = blank(samples * time * width);
  eachRow(qkv, sizes, (n, t, h, scores) => {
    const { terms, sum } = rowOf(scores);
    const least = Math.max(sum.value - sum.error, TINY);
    for (let e = 0; e < head; e++) {
      let value = 0;
      let error = 0;
      let size = 0;
      for (const [s, term] of terms.entries()) {
        const at = placeOf(sizes, n, s, h, 2) + e;
        const [v, ev] = [Math.abs(qkv.data[at]), qkv.error[at]];
        value += term.value * qkv.data[at];
        size += (term.value + term.error) * (v + ev);
        error += term.error * (v + ev) + term.value * ev + TINY;
      }
      // Each term is multiplied, added, and all before it are scaled, which is rounded.
      error += (2 * terms.length + 1) * ULP * size;
      const result = value / sum.value;
      const at = (n * time + t) * width + h * head + e;
      out.data[at] = result;
      out.error[at] =
        (error + Math.abs(result) * sum.error) / least +
        DIVISION * (Math.abs(result) + error / least) +
        TINY;
    }
  });
  return out;
};

/** log Σ e^score: errors of the scores move it by at most the largest one. */
const logSumOf = (scores: readonly Bounded[]): Bounded => {
  const { sum, maximum, scoreError } = rowOf(scores.map(({ value }) => ({ value, error: 0 })));
  const largest = Math.max(...scores.map(({ error }) => error), scoreError);
  const value = maximum + Math.log(sum.value);
  const relative = sum.error / Math.max(sum.value - sum.error, TINY);
  return {
    value,
    error: largest + relative + logError(sum.value) + ULP * (Math.abs(value) + largest) + TINY,
  };
};

export const attentionSumsReference: Reference<AttentionAttributes> = (node, [qkv]) => {
  const sizes = sizesFor(node);
  const { samples, time, heads } = sizes;
  const out = blank(samples * time * heads);
  eachRow(qkv, sizes, (n, t, h, scores) => {
    const at = (n * time + t) * heads + h;
    const { value, error } = logSumOf(scores);
    out.data[at] = value;
    out.error[at] = error;
  });
  return out;
};

export const headDotsReference: Reference<AttentionAttributes> = (
  { attributes: { heads }, inputs: [{ spec }] },
  [dy, y],
) => {
  const [samples, time, width] = spec.shape;
  const head = width / heads;
  const out = blank(samples * time * heads);
  for (let i = 0; i < out.data.length; i++) {
    const { value, error } = dotOf(dy, i * head, y, i * head, head);
    out.data[i] = value;
    out.error[i] = error;
  }
  return out;
};

/** Sums of products x · y, each x a computed number: adds one to a place, and its error. */
class Sums {
  readonly value: Value;
  readonly #size: Float64Array;

  constructor(size: number) {
    this.value = blank(size);
    this.#size = new Float64Array(size);
  }

  /** Adds x times `count` elements of a tensor. */
  add(at: number, x: Bounded, of: Value, from: number, count: number): void {
    for (let e = 0; e < count; e++) {
      const [y, ey] = [of.data[from + e], of.error[from + e]];
      this.value.data[at + e] += x.value * y;
      this.#size[at + e] += (Math.abs(x.value) + x.error) * (Math.abs(y) + ey);
      this.value.error[at + e] += x.error * (Math.abs(y) + ey) + Math.abs(x.value) * ey + TINY;
    }
  }

  /** @param terms of a sum */
  end(terms: number): Value {
    for (const [i, size] of this.#size.entries()) {
      this.value.error[i] += (terms + 1) * ULP * size + overflow(size);
    }
    return this.value;
  }
}

export const attentionGradientReference: Reference<AttentionAttributes> = (
  { inputs: [, { spec }], attributes: { heads } },
  [dy, qkv, logSums, dots],
) => {
  const sizes = sizesOf(spec, heads);
  const { time, head, width, scale } = sizes;
  const sums = new Sums(qkv.data.length);
  eachRow(qkv, sizes, (n, t, h, scores) => {
    const row = n * time + t;
    const [logSum, logSumError] = [logSums.data[row * heads + h], logSums.error[row * heads + h]];
    const [dot, dotError] = [dots.data[row * heads + h], dots.error[row * heads + h]];
    const slopeAt = row * width + h * head;
    for (const [s, score] of scores.entries()) {
      const d = score.value - logSum;
      const shift = score.error + logSumError + ULP * (Math.abs(d) + score.error + logSumError);
      const p = Math.exp(d);
      const pError = p * (Math.expm1(shift) + expError(d) * Math.exp(shift)) + TINY;
      const change = dotOf(dy, slopeAt, qkv, placeOf(sizes, n, s, h, 2), head);
      const rest = change.value - dot;
      const restError = change.error + dotError + ULP * (Math.abs(rest) + change.error + dotError);
      const g = p * rest * scale;
      const gError =
        (pError * (Math.abs(rest) + restError) + p * restError) * scale +
        4 * ULP * (p + pError) * (Math.abs(rest) + restError) * scale +
        TINY;
      const [share, slope] = [
        { value: p, error: pError },
        { value: g, error: gError },
      ];
      const [q, k] = [placeOf(sizes, n, t, h, 0), placeOf(sizes, n, s, h, 1)];
      sums.add(q, slope, qkv, k, head);
      sums.add(k, slope, qkv, q, head);
      sums.add(placeOf(sizes, n, s, h, 2), share, dy, slopeAt, head);
    }
  });
  return sums.end(time);
};
