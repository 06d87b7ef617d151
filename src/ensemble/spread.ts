/** Mean and spread of some numbers. */
export interface Spread {
  readonly count: number;
  readonly mean: number;
  /** Standard deviation of a sample (n − 1 below); 0 of one number. */
  readonly deviation: number;
  readonly least: number;
  readonly most: number;
}

/** Mean and spread of numbers, such as the accuracies of networks with different seeds; NaN of no number. */
export function spreadOf(values: readonly number[]): Spread {
  const count = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / count;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return {
    count,
    mean,
    deviation: count === 1 ? 0 : Math.sqrt(squares / (count - 1)),
    least: count === 0 ? NaN : Math.min(...values),
    most: count === 0 ? NaN : Math.max(...values),
  };
}
