import { storageOf } from '../graph/tensor.ts';

/** The largest float32: a factor beyond it would make NaN of 0. */
const MOST = 2 ** 128 - 2 ** 104;

/** What a column's numbers are standardised with. */
export interface Standard {
  readonly mean: number;
  /** 0 where the column is constant: its numbers become 0. */
  readonly deviation: number;
}

/**
 * What shaders/load/features_standardised.wgsl reads: for four columns their means, the rest of these in
 * float64, and the factors.
 *
 * @param of what each column is standardised with
 */
export function standardWords(
  shape: readonly number[],
  of: (column: number) => Standard,
): Float32Array<ArrayBuffer> {
  const { columns, columns4 } = storageOf(shape);
  const words = new Float32Array(12 * columns4);
  for (let column = 0; column < columns; column++) {
    const { mean, deviation } = of(column);
    const at = 12 * Math.floor(column / 4) + (column % 4);
    words[at] = mean;
    words[at + 4] = mean - words[at];
    words[at + 8] = deviation > 0 ? Math.min(1 / deviation, MOST) : 0;
  }
  return words;
}
