/** What numbers are standardised with: (x − mean) / deviation. */
export interface Scale {
  readonly mean: number;
  readonly deviation: number;
  /** The table writes the column's numbers with decimal commas. Absent: with points, or neither. */
  readonly comma?: true;
}

/** Mean and deviation of numbers; the deviation of numbers that are all the same is 1. */
export function spreadOf(numbers: readonly number[]): Scale {
  const mean = numbers.reduce((a, b) => a + b, 0) / numbers.length;
  const variance = numbers.reduce((sum, value) => sum + (value - mean) ** 2, 0) / numbers.length;
  return { mean, deviation: variance > 0 ? Math.sqrt(variance) : 1 };
}
