import { describe, isArray, isNumbers } from '../check.ts';
import { OptionError } from '../errors.ts';

/** Mean and spread of some numbers. */
export interface Spread {
  readonly count: number;
  readonly mean: number;
  /** Standard deviation of a sample (n − 1 below); 0 of one number. */
  readonly deviation: number;
  readonly least: number;
  readonly most: number;
}

/**
 * Mean and spread of numbers, such as the accuracies of networks with different seeds.
 *
 * @throws OptionError unless it is an array of numbers, at least one
 */
export function spreadOf(values: readonly number[]): Spread {
  if (!isArray(values) || values.length === 0 || !isNumbers(values)) {
    const odd = isArray(values) && values.find((value) => typeof value !== 'number');
    throw new OptionError(
      `spreadOf() takes an array of numbers; ${describe(values)} was given${isArray(values) && values.length > 0 ? `, with ${describe(odd)} in it` : ''}`,
    );
  }
  const count = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / count;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return {
    count,
    mean,
    deviation: count === 1 ? 0 : Math.sqrt(squares / (count - 1)),
    least: Math.min(...values),
    most: Math.max(...values),
  };
}
