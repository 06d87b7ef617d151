/** How far predictions are from what is true, in the target's own units. */
export interface Errors {
  /** Mean of the absolute errors. */
  readonly mae: number;
  /** Root of the mean of the squared errors. */
  readonly rmse: number;
  /** 1 − Σ(predicted − true)² / Σ(true − mean of true)²; null if all true values are the same. */
  readonly r2: number | null;
}

/**
 * The errors of predictions.
 *
 * @param predicted for each row
 * @param truth as many; at least one
 */
export function errorsOf(predicted: ArrayLike<number>, truth: ArrayLike<number>): Errors {
  const { length } = truth;
  let [absolute, squares, total] = [0, 0, 0];
  for (let i = 0; i < length; i++) {
    const error = predicted[i] - truth[i];
    absolute += Math.abs(error);
    squares += error * error;
    total += truth[i];
  }
  const mean = total / length;
  let spread = 0;
  for (let i = 0; i < length; i++) spread += (truth[i] - mean) ** 2;
  return {
    mae: absolute / length,
    rmse: Math.sqrt(squares / length),
    r2: spread > 0 ? 1 - squares / spread : null,
  };
}

/** The errors of always saying one number. */
export const errorsOfSaying = (value: number, truth: ArrayLike<number>): Errors =>
  errorsOf(new Float64Array(truth.length).fill(value), truth);

/** Counts of errors in ranges of one width: the first begins at `from`. */
export interface ErrorRanges {
  readonly from: number;
  readonly width: number;
  readonly counts: readonly number[];
}

/** Fewest and most ranges. */
const [FEW, MANY] = [8, 40];

/**
 * Sorts numbers into ranges whose ends are round numbers, about as many ranges as the root of their count; 0 is an end.
 *
 * @returns undefined if none is finite
 */
export function rangesOf(values: ArrayLike<number>): ErrorRanges | undefined {
  let [least, largest, count] = [0, 0, 0];
  for (let i = 0; i < values.length; i++) {
    if (!Number.isFinite(values[i])) continue;
    [least, largest] = [Math.min(least, values[i]), Math.max(largest, values[i])];
    count++;
  }
  if (count === 0) return undefined;
  const wanted = Math.min(MANY, Math.max(FEW, Math.round(Math.sqrt(count))));
  const width = roundAbove((largest - least) / wanted || 1);
  const first = Math.floor(least / width);
  const counts = new Array<number>(Math.floor(largest / width) - first + 1).fill(0);
  for (let i = 0; i < values.length; i++) {
    if (Number.isFinite(values[i])) counts[Math.floor(values[i] / width) - first]++;
  }
  return { from: first * width, width, counts };
}

/** The least of 1, 2, 2.5 and 5 times powers of ten that is not below a number. */
function roundAbove(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  const times = [1, 2, 2.5, 5].find((one) => one * power >= value) ?? 10;
  return times * power;
}

/** The places of the largest numbers by their absolute values, the largest first; of equal ones the first. What is no number comes before all. */
export function largestOf(values: ArrayLike<number>, most: number): number[] {
  const sizeAt = (i: number): number => (Number.isNaN(values[i]) ? Infinity : Math.abs(values[i]));
  const found: number[] = [];
  for (let i = 0; i < values.length; i++) {
    const size = sizeAt(i);
    if (found.length === most && size <= sizeAt(found[most - 1])) continue;
    let at = found.length;
    while (at > 0 && sizeAt(found[at - 1]) < size) at--;
    found.splice(at, 0, i);
    if (found.length > most) found.pop();
  }
  return found;
}
