import { storageOf } from '../graph/tensor.ts';
import type { Reference, Value } from '../graph/value.ts';
import { Approx } from './approx.ts';
import type { BatchNormAttributes, SlopesAttributes, TotalsAttributes } from './batch_norm.ts';
import type { Segments, TrackAttributes } from './batch_statistics.ts';
import { DIVISION, overflow, TINY, ULP } from './rounding.ts';
import type { ColumnScaleAttributes } from './standardise_columns.ts';

/** inverseSqrt, by the WGSL specification. */
const INVERSE_SQRT = 2 * ULP;

const blank = (size: number): Value => ({
  data: new Float64Array(size),
  error: new Float64Array(size),
});

/** The rows of a segment that count. */
function rowsOf(segment: number, { rows, each }: Segments, count: number): number {
  return Math.min(rows, Math.max(0, count * each - segment * rows));
}

/** A number of a sum, its bound, and how often it is there. */
interface Weighed {
  readonly value: number;
  readonly error: number;
  readonly weight: number;
}

interface Moments {
  readonly mean: number;
  readonly meanError: number;
  /** Σ weight · (value − mean)². */
  readonly squares: number;
  readonly squaresError: number;
}

/**
 * Mean and squares of numbers of total weight N, in two passes, by running error analysis. Let m be the GPU's first mean, off
 * by at most e₀ = ρ · mean|x|, with ρ the rounding of a sum of n products, and a division.
 *
 * - t = x − m has |t| ≤ T = |x − mean| + e₀ + the input's errors, and is off by T ULP.
 * - The rest, mean(t), is at most e₀, and off by e₁ = (ρ + ULP) · mean(T).
 * - The mean m + rest is off by e₁, the mean of the input's errors, and the rounding of the sum.
 * - Σt² − (Σt)² / N is off by (ρ + 5 ULP) · ΣT² from squares of rounded t, and their weights, by N (2 e₀ e₁ + e₁²) from the
 *   rest, and by 4 ULP · N e₀² from the last operations. Errors E of the input move it by Σ(2|d| + E) E.
 */
function momentsOf(numbers: readonly Weighed[]): Moments {
  const total = numbers.reduce((sum, { weight }) => sum + weight, 0);
  if (total === 0) return { mean: 0, meanError: 0, squares: 0, squaresError: 0 };
  const sum = (of: (one: Weighed) => number): number =>
    numbers.reduce((all, one) => all + one.weight * of(one), 0);
  const rho = (numbers.length + 1) * ULP + DIVISION;
  const mean = sum(({ value }) => value) / total;
  const off = sum(({ error }) => error) / total;
  const e0 = rho * (sum(({ value }) => Math.abs(value)) / total + off);
  const size = ({ value, error }: Weighed): number => Math.abs(value - mean) + e0 + error + off;
  const sizes = sum((one) => size(one) ** 2);
  const e1 = (rho + ULP) * (sum(size) / total);
  const squares = sum(({ value }) => (value - mean) ** 2);
  const moved = sum(({ value, error }) => {
    const own = error + off;
    return (2 * Math.abs(value - mean) + own) * own;
  });
  const rounding = (rho + 5 * ULP) * sizes + total * (2 * e0 * e1 + e1 * e1 + 4 * ULP * e0 * e0);
  return {
    mean,
    meanError: off + e1 + ULP * (Math.abs(mean) + off + e1) + TINY,
    squares,
    squaresError: moved + rounding + TINY * numbers.length + overflow(sizes),
  };
}

/** [mean; Σ(x − mean)²] of each segment and column. */
export const batchMomentsReference: Reference<Segments> = (
  { inputs, spec: { shape }, attributes },
  [x],
  { count },
) => {
  const { columns } = storageOf(inputs[0].spec);
  const made = blank(shape[0] * columns);
  for (let s = 0; s < attributes.count; s++) {
    const first = s * attributes.rows;
    for (let c = 0; c < columns; c++) {
      const numbers = Array.from({ length: rowsOf(s, attributes, count) }, (_, row) => {
        const i = (first + row) * columns + c;
        return { value: x.data[i], error: x.error[i], weight: 1 };
      });
      const { mean, meanError, squares, squaresError } = momentsOf(numbers);
      const at = 2 * s * columns + c;
      made.data[at] = mean;
      made.error[at] = meanError;
      made.data[at + columns] = squares;
      made.error[at + columns] = squaresError;
    }
  }
  return made;
};

/** As {@link momentsOf} of the segments' means; their own squares are added. */
export const batchStatisticsReference: Reference<Segments> = (
  { spec: { shape }, attributes },
  [{ data, error }],
  { count },
) => {
  const [, columns] = shape;
  const made = blank(2 * columns);
  for (let c = 0; c < columns; c++) {
    const at = (s: number, which: 0 | 1): number => (2 * s + which) * columns + c;
    const segments = Array.from({ length: attributes.count }, (_, s) => s);
    const moments = momentsOf(
      segments.map((s) => ({
        value: data[at(s, 0)],
        error: error[at(s, 0)],
        weight: rowsOf(s, attributes, count),
      })),
    );
    const rows = count * attributes.each;
    const own = segments.reduce((sum, s) => sum + data[at(s, 1)], 0);
    const ownError = segments.reduce((sum, s) => sum + error[at(s, 1)], 0);
    const sum = own + moments.squares;
    const off = ownError + moments.squaresError;
    const rounding = (segments.length + 3) * ULP + DIVISION;
    made.data[c] = moments.mean;
    made.error[c] = moments.meanError;
    made.data[columns + c] = sum / rows;
    made.error[columns + c] = (off + rounding * (sum + off)) / rows + TINY;
  }
  return made;
};

/** 1/√(variance + ε), and its bound: its ends between variance ± error, and the rounding of inverseSqrt. */
function scaleOf(variance: number, off: number, epsilon: number): Approx {
  const sum = variance + epsilon;
  const error = off + 2 * ULP * (sum + off);
  const most = 1 / Math.sqrt(Math.max(sum - error, 0));
  const scale = 1 / Math.sqrt(sum);
  return new Approx(scale, most - scale + INVERSE_SQRT * most);
}

const element = ({ data, error }: Value, i: number): Approx => new Approx(data[i], error[i]);

/** x̂ of each element, by its row and column. */
function normalised(
  columns: number,
  epsilon: number,
  x: Value,
  mean: (column: number) => Approx,
  variance: (column: number) => Approx,
): (i: number) => Approx {
  const columnsOf = Array.from({ length: columns }, (_, c) => {
    const { value, error } = variance(c);
    return { mean: mean(c), scale: scaleOf(value, error, epsilon) };
  });
  return (i) => {
    const { mean: own, scale } = columnsOf[i % columns];
    return element(x, i).minus(own).times(scale);
  };
}

const ofBatch = (columns: number, epsilon: number, x: Value, statistics: Value) =>
  normalised(
    columns,
    epsilon,
    x,
    (c) => element(statistics, c),
    (c) => element(statistics, columns + c),
  );

function filled(size: number, of: (i: number) => Approx): Value {
  const made = blank(size);
  for (let i = 0; i < size; i++) {
    const { value, error } = of(i);
    made.data[i] = value;
    made.error[i] = error;
  }
  return made;
}

export const batchNormReference: Reference<BatchNormAttributes> = (
  { spec, attributes: { epsilon } },
  [x, statistics, weight, bias],
) => {
  const { columns } = storageOf(spec);
  const norm = ofBatch(columns, epsilon, x, statistics);
  return filled(x.data.length, (i) =>
    weight
      ? norm(i)
          .times(element(weight, i % columns))
          .plus(element(bias, i % columns))
      : norm(i),
  );
};

/** The bound of a sum of n numbers in any order. */
const sumOf = (numbers: readonly Approx[]): Approx => {
  const size = numbers.reduce((sum, { value, error }) => sum + Math.abs(value) + error, 0);
  return new Approx(
    numbers.reduce((sum, { value }) => sum + value, 0),
    numbers.reduce((sum, { error }) => sum + error, 0) +
      numbers.length * ULP * size +
      TINY +
      overflow(size),
  );
};

/** [Σ dy; Σ dy · x̂] of each segment and column. */
export const batchNormSlopesReference: Reference<SlopesAttributes> = (
  { spec: { shape }, attributes },
  [dy, x, statistics],
  { count },
) => {
  const [rows, columns] = shape;
  const norm = ofBatch(columns, attributes.epsilon, x, statistics);
  return filled(rows * columns, (at) => {
    const [row, c] = [Math.floor(at / columns), at % columns];
    const segment = row >> 1;
    return sumOf(
      Array.from({ length: rowsOf(segment, attributes, count) }, (_, own) => {
        const i = (segment * attributes.rows + own) * columns + c;
        return row % 2 === 0 ? element(dy, i) : element(dy, i).times(norm(i));
      }),
    );
  });
};

export const batchNormTotalsReference: Reference<TotalsAttributes> = (
  { spec: { shape }, attributes: { count, which } },
  [sums],
) => {
  const [columns] = shape;
  return filled(columns, (c) =>
    sumOf(Array.from({ length: count }, (_, s) => element(sums, (2 * s + which) * columns + c))),
  );
};

/** (dy − Σ dy / N − x̂ · Σ(dy x̂) / N) · scale · weight, operation by operation. */
export const batchNormGradientReference: Reference<SlopesAttributes> = (
  { spec, attributes: { epsilon, each } },
  [dy, x, statistics, slope, product, weight],
  { count },
) => {
  const { columns } = storageOf(spec);
  const norm = ofBatch(columns, epsilon, x, statistics);
  const rows = Approx.whole(count * each);
  return filled(x.data.length, (i) => {
    const c = i % columns;
    if (Math.floor(i / columns) >= rows.value) return new Approx(0, 0);
    const means = element(slope, c)
      .over(rows)
      .plus(norm(i).times(element(product, c).over(rows)));
    const scale = scaleOf(statistics.data[columns + c], statistics.error[columns + c], epsilon);
    const dx = element(dy, i).minus(means).times(scale);
    return weight ? dx.times(element(weight, c)) : dx;
  });
};

/** Updates the running statistics in the world. */
export const trackStatisticsReference: Reference<TrackAttributes> = (
  { inputs, attributes: { momentum, each } },
  [statistics, mean, variance, batches],
  { count, tensors },
) => {
  const [, runningMean, runningVariance, tracked] = inputs;
  const columns = mean.data.length;
  const rows = Approx.whole(count * each);
  const unbiased = rows.over(Approx.whole(Math.max(rows.value - 1, 1)));
  const so = element(batches, 0).plus(Approx.whole(1));
  const share = momentum === null ? new Approx(1, 0).over(so) : Approx.of(momentum);
  const moved = (before: Value, c: number, by: Approx): Approx =>
    new Approx(1, 0).minus(share).times(element(before, c)).plus(share.times(by));
  const means = filled(columns, (c) => moved(mean, c, element(statistics, c)));
  const variances = filled(columns, (c) =>
    moved(variance, c, element(statistics, columns + c).times(unbiased)),
  );
  tensors.set(runningMean.name, means);
  tensors.set(runningVariance.name, variances);
  tensors.set(tracked.name, { data: Float64Array.of(so.value), error: Float64Array.of(so.error) });
  return statistics;
};

export const standardiseColumnsReference: Reference<ColumnScaleAttributes> = (
  { spec, attributes: { epsilon } },
  [x, mean, variance],
) =>
  filled(
    x.data.length,
    normalised(
      storageOf(spec).columns,
      epsilon,
      x,
      (c) => element(mean, c),
      (c) => element(variance, c),
    ),
  );

export const scaleDeviationsReference: Reference<ColumnScaleAttributes> = (
  { spec, attributes: { epsilon } },
  [x, variance],
) => {
  const { columns } = storageOf(spec);
  const scales = Array.from({ length: columns }, (_, c) =>
    scaleOf(variance.data[c], variance.error[c], epsilon),
  );
  return filled(x.data.length, (i) => element(x, i).times(scales[i % columns]));
};
