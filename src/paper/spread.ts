/** Mean and spread over the seeds, without values that are not finite, which are counted. */
export interface Spread {
  readonly total: number;
  /** How many are finite. */
  readonly count: number;
  /** Null if nothing is finite. */
  readonly mean: number | null;
  /** Sample standard deviation (n − 1); null for fewer than two finite values. */
  readonly deviation: number | null;
}
