import { storageOf } from '../graph/tensor.ts';
import type { Reference } from '../graph/value.ts';
import type { Loss, LossAttributes } from './loss.ts';
import { DIVISION, overflow, TINY, ULP } from './rounding.ts';

/** A loss in float64, with bounds on the error of the GPU. Inputs as those of lossRowsOp and lossGradientOp. */
export interface LossReference {
  readonly rows: Reference<LossAttributes>;
  readonly gradient: Reference<LossAttributes>;
}

/** A loss of one output x against t, which are off by up to `xOff` and `tOff`, in column c. */
export interface ElementAt {
  readonly x: number;
  readonly t: number;
  readonly xOff: number;
  readonly tOff: number;
  readonly c: number;
}

/** Its value and its derivative by x, and bounds on their errors on the GPU. */
export interface Element {
  readonly value: number;
  readonly valueOff: number;
  readonly slope: number;
  readonly slopeOff: number;
}

/** The difference x − t as a GPU computes it, and a bound on its error. */
export function differenceOf({ x, t, xOff, tOff }: ElementAt): { d: number; off: number } {
  const d = x - t;
  // A difference below 2⁻¹²⁶ may be flushed to 0.
  return { d, off: xOff + tOff + ULP * Math.abs(d) + (d !== 0 && Math.abs(d) < TINY ? TINY : 0) };
}

/** The reference of a loss that is the mean over a row of a function of each output. */
export function elementsReference<L extends Loss>(
  of: (at: ElementAt, loss: L) => Element,
): LossReference {
  return {
    rows: ({ attributes: { loss }, inputs: [outputs] }, [x, t]) => {
      const { rows, columns } = storageOf(outputs.spec);
      const data = new Float64Array(rows);
      const error = new Float64Array(rows);
      for (let i = 0; i < x.data.length; i++) {
        const row = Math.floor(i / columns);
        const at = { x: x.data[i], t: t.data[i], xOff: x.error[i], tOff: t.error[i] };
        const { value, valueOff } = of({ ...at, c: i % columns }, loss as L);
        data[row] += value / columns;
        error[row] += (valueOff + (columns + 2) * ULP * (Math.abs(value) + valueOff)) / columns;
      }
      const sizes = error.map((off, row) => Math.abs(data[row]) + off);
      return {
        data,
        error: error.map(
          (off, row) => off + DIVISION * sizes[row] + overflow(columns * sizes[row]),
        ),
      };
    },
    gradient: ({ attributes: { loss }, spec }, [x, t, dy]) => {
      const { columns } = storageOf(spec);
      const data = new Float64Array(x.data.length);
      const error = data.map((_, i) => {
        const row = Math.floor(i / columns);
        const at = { x: x.data[i], t: t.data[i], xOff: x.error[i], tOff: t.error[i] };
        const { slope, slopeOff } = of({ ...at, c: i % columns }, loss as L);
        const weight = dy.data[row] / columns;
        const weightOff = dy.error[row] / columns + (DIVISION + ULP) * Math.abs(weight) + TINY;
        data[i] = slope * weight;
        return (
          slopeOff * (Math.abs(weight) + weightOff) +
          Math.abs(slope) * weightOff +
          ULP * Math.abs(data[i]) +
          TINY
        );
      });
      return { data, error };
    },
  };
}
