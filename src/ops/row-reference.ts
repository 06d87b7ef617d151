import { storageOf } from '../graph/tensor.ts';
import type { Reference, Value } from '../graph/value.ts';
import { DIVISION, expError, overflow, TINY, ULP } from './rounding.ts';
import type { RowNormAttributes } from './row_norm.ts';

/** inverseSqrt, by the WGSL specification. */
const INVERSE_SQRT = 2 * ULP;

const mean = (values: Float64Array): number => values.reduce((a, b) => a + b, 0) / values.length;

/** Rows of a tensor [R,C]. */
function* rowsOf(columns: number, values: readonly Value[]): Generator<Value[]> {
  for (let at = 0; at < values[0].data.length; at += columns) {
    yield values.map(({ data, error }) => ({
      data: data.subarray(at, at + columns),
      error: error.subarray(at, at + columns),
    }));
  }
}

/** One value from the values of rows. */
function joined(rows: readonly Value[]): Value {
  const all = (of: (row: Value) => Float64Array): Float64Array =>
    Float64Array.from(rows.flatMap((row) => [...of(row)]));
  return { data: all(({ data }) => data), error: all(({ error }) => error) };
}

/** Rounding of a sum of n numbers in any order, and of the division by n, relative to Σ|x| / n. */
const meanRounding = (n: number): number => n * ULP + DIVISION;

interface Norm {
  /** x̂ and its bound. */
  readonly norm: Value;
  readonly scale: number;
  readonly scaleError: number;
}

/**
 * x̂ of a row, by running error analysis. Let m be the GPU's first mean, off by at most e₀ = ρ · mean|x|, with ρ the
 * rounding of a sum and a division; it is 0 for RMS norm, which has m = 0.
 *
 * - t = x − m has |t| ≤ T = |x − mean| + e₀, and is off by T ULP.
 * - The rest, mean(t), is at most e₀, and off by e₁ = (ρ + ULP) · mean(T).
 * - d = t − rest is off by 2 T ULP + e₁ (each difference rounded), plus the input's errors, x's and its mean's.
 * - v = mean(t²) − rest² is off by (ρ + 3 ULP) · mean(T²) from squares of rounded t, by 2 e₀ e₁ + e₁² from the rest,
 *   and by 2 ULP · (mean(T²) + e₀²) from the last operations. Errors E of the input move it by mean((2|d| + E) E).
 * - scale = 1/√(v + ε): its ends between v ± error, and 2 ULP of inverseSqrt.
 */
function normOf({ data: x, error: ex }: Value, { centred, epsilon }: RowNormAttributes): Norm {
  const n = x.length;
  const rho = meanRounding(n);
  const average = centred ? mean(x) : 0;
  const e0 = centred ? rho * (mean(x.map(Math.abs)) + mean(ex)) : 0;
  const d = x.map((value) => value - average);
  const input = ex.map((e) => e + (centred ? mean(ex) : 0));
  const t = d.map((value, i) => Math.abs(value) + e0 + input[i]);
  const squares = mean(t.map((value) => value * value));
  const e1 = centred ? (rho + ULP) * mean(t) : 0;
  const square = mean(d.map((value) => value * value));
  const moved = mean(d.map((value, i) => (2 * Math.abs(value) + input[i]) * input[i]));
  const rounding = (rho + 5 * ULP) * squares + 2 * e0 * e1 + e1 * e1 + 2 * ULP * e0 * e0 + TINY;
  const sum = square + epsilon;
  const sumError = moved + rounding + 2 * ULP * (sum + moved);
  const scale = 1 / Math.sqrt(sum);
  const most = 1 / Math.sqrt(Math.max(sum - sumError, 0));
  const scaleError = most - scale + INVERSE_SQRT * most;
  const data = d.map((value) => value * scale);
  const error = d.map((value, i) => {
    const off = input[i] + (centred ? 2 * ULP * t[i] + e1 : 0);
    const bound = off * (scale + scaleError) + Math.abs(value) * scaleError;
    return bound + ULP * Math.abs(value) * most + TINY * (1 + most);
  });
  const large = overflow(n * Math.max(...t.map((value) => value * value)));
  return { norm: { data, error: error.map((e) => e + large) }, scale, scaleError };
}

export const rowNormReference: Reference<RowNormAttributes> = ({ spec, attributes }, [x]) =>
  joined([...rowsOf(storageOf(spec).columns, [x])].map(([row]) => normOf(row, attributes).norm));

/** Each sum, product and difference of dx = (dy − mean(dy) − x̂ · mean(dy x̂)) · scale by its own error. */
export const rowNormGradientReference: Reference<RowNormAttributes> = (
  { spec, attributes },
  [dy, x],
) =>
  joined(
    [...rowsOf(storageOf(spec).columns, [dy, x])].map(([{ data: slope, error: es }, row]) => {
      const { norm, scale, scaleError } = normOf(row, attributes);
      const rho = meanRounding(slope.length);
      const first = attributes.centred ? mean(slope) : 0;
      const size = mean(slope.map((value, i) => Math.abs(value) + es[i]));
      const firstError = attributes.centred ? mean(es) + rho * size : 0;
      const products = slope.map((value, i) => value * norm.data[i]);
      const productErrors = slope.map((value, i) => {
        const [h, eh] = [Math.abs(norm.data[i]), norm.error[i]];
        return es[i] * (h + eh) + Math.abs(value) * eh + ULP * Math.abs(value) * h + TINY;
      });
      const second = mean(products);
      const met = mean(products.map((value, i) => Math.abs(value) + productErrors[i]));
      const secondError = mean(productErrors) + rho * met;
      const z = slope.map((value, i) => value - first - norm.data[i] * second);
      const error = z.map((value, i) => {
        const [h, eh] = [Math.abs(norm.data[i]), norm.error[i]];
        const part = h * Math.abs(second);
        const partError = eh * (Math.abs(second) + secondError) + h * secondError + ULP * part;
        const off = es[i] + firstError + partError + TINY;
        const differences = ULP * (Math.abs(slope[i] - first) + Math.abs(value) + 2 * off);
        const all = off + differences;
        const exact = Math.abs(value);
        return all * (scale + scaleError) + exact * scaleError + ULP * (exact + all) * scale + TINY;
      });
      return { data: z.map((value) => value * scale), error };
    }),
  );

/** As the softmax of a loss: apart from rounding, an error of the maximum cancels. */
export const softmaxReference: Reference = ({ spec }, [x]) =>
  joined(
    [...rowsOf(storageOf(spec).columns, [x])].map(([{ data, error }]) => {
      const maximum = Math.max(...data);
      const maximumError = Math.max(...error);
      const terms = data.map((value) => Math.exp(value - maximum));
      const termErrors = terms.map((term, c) => {
        const distance = Math.abs(data[c] - maximum);
        const shift = error[c] + maximumError + ULP * distance;
        return term * (Math.expm1(shift) + expError(distance) * Math.exp(shift)) + TINY;
      });
      const sum = terms.reduce((a, b) => a + b, 0);
      const sumError = termErrors.reduce((a, b) => a + b, 0) + data.length * ULP * sum;
      const least = Math.max(sum - sumError, TINY);
      return {
        data: terms.map((term) => term / sum),
        error: terms.map((term, c) => {
          const moved = (term * sumError) / (sum * least);
          return (termErrors[c] / least + moved) * (1 + DIVISION) + (DIVISION * term) / sum + TINY;
        }),
      };
    }),
  );

/** dx = y · (dy − Σ dy y): the products, their sum, the difference and the last product by their own errors. */
export const softmaxGradientReference: Reference = ({ spec }, [dy, y]) =>
  joined(
    [...rowsOf(storageOf(spec).columns, [dy, y])].map(
      ([{ data: slope, error: es }, { data: p, error: ep }]) => {
        const n = p.length;
        const products = slope.map((value, i) => value * p[i]);
        const sum = products.reduce((a, b) => a + b, 0);
        const sumError = products.reduce((total, value, i) => {
          const off = es[i] * (Math.abs(p[i]) + ep[i]) + Math.abs(slope[i]) * ep[i] + TINY;
          return total + off + (n + 1) * ULP * (Math.abs(value) + off);
        }, 0);
        const z = slope.map((value) => value - sum);
        return {
          data: z.map((value, i) => value * p[i]),
          error: z.map((value, i) => {
            const exact = Math.abs(value);
            const off = (es[i] + sumError) * (1 + ULP) + ULP * exact;
            const size = Math.abs(p[i]);
            return off * (size + ep[i]) + exact * ep[i] + ULP * (exact + off) * size + TINY;
          }),
        };
      },
    ),
  );
