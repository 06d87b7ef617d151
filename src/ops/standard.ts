import { storageOf } from '../graph/tensor.ts';

/** The largest float32. 0 times a factor beyond it would be NaN. */
const MOST = 2 ** 128 - 2 ** 104;

/** The mean and the deviation that a column is standardised with. */
export interface Standard {
  readonly mean: number;
  /** 0 if the column is constant: its numbers become 0. */
  readonly deviation: number;
}

/**
 * The buffer that shaders/load/features_standardised.wgsl reads. For every four columns: the means in float32, what
 * their rounding lost, and the factors 1 / deviation.
 *
 * @param of the mean and the deviation of a column
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
