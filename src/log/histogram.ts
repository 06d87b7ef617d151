/** Counts of numbers in ranges of one width. */
export interface Histogram {
  readonly min: number;
  readonly max: number;
  /** Numbers that were counted: those that are not finite are not. */
  readonly count: number;
  readonly sum: number;
  readonly sumOfSquares: number;
  /** From `min` to `max`, each as wide as the others. */
  readonly counts: readonly number[];
}

const RANGES = 64;

/** The histogram of numbers, in 64 ranges, or in one if all are equal; undefined if none is finite. */
export function histogramOf(values: ArrayLike<number>): Histogram | undefined {
  let min = Infinity;
  let max = -Infinity;
  let sum = 0;
  let sumOfSquares = 0;
  let count = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (!Number.isFinite(value)) continue;
    min = Math.min(min, value);
    max = Math.max(max, value);
    sum += value;
    sumOfSquares += value * value;
    count++;
  }
  if (count === 0) return undefined;
  const width = (max - min) / RANGES;
  const counts = new Array<number>(width > 0 ? RANGES : 1).fill(0);
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (!Number.isFinite(value)) continue;
    const range = width > 0 ? Math.min(RANGES - 1, Math.floor((value - min) / width)) : 0;
    counts[range]++;
  }
  return { min, max, count, sum, sumOfSquares, counts };
}

/** The upper end of each range. */
export function limitsOf({ min, max, counts }: Histogram): number[] {
  const width = (max - min) / counts.length;
  return counts.map((_, i) => (i === counts.length - 1 ? max : min + width * (i + 1)));
}
