import { checkKeys, describe, isArray, isNumbers, isObject } from '../check.ts';
import { OptionError } from '../errors.ts';

/** Standardises each column, or each channel of images: (x − mean) / deviation, or 0 if the deviation is 0. */
export interface ColumnScale {
  readonly mean: readonly number[];
  /** Each finite, from 0 up. */
  readonly deviation: readonly number[];
}

/** The same for all pixels of images, byte / 255; the deviation is above 0. */
export type PixelScale = readonly [mean: number, deviation: number];

/** What a run's inputs are standardised with. */
export type Normalization = PixelScale | ColumnScale;

/** Whether it is for columns of arrays. */
export const isColumnScale = (given: Normalization | null): given is ColumnScale =>
  given !== null && 'deviation' in given;

/** A standardised number, in float64. */
export function scaleOf({ mean, deviation }: ColumnScale, value: number, column: number): number {
  const channel = column % mean.length;
  const by = deviation[channel];
  // A value that is not finite must stay so, to be noticed.
  return by > 0 || !Number.isFinite(value) ? (value - mean[channel]) / by : 0;
}

/**
 * A frozen copy.
 *
 * @param shape of a sample
 * @throws OptionError unless there is a mean and a deviation for each column, or for each channel, its last dimension
 */
export function checkColumnScale(given: unknown, shape: readonly number[]): ColumnScale {
  const columns = shape.reduce((a, b) => a * b);
  const channels = shape[shape.length - 1];
  if (!isObject(given)) throw noScale(given);
  checkKeys('normalize', given, ['mean', 'deviation']);
  const copyOf = (key: keyof ColumnScale, least: number): readonly number[] => {
    const list = given[key];
    if (isNumbers(list) && [columns, channels].includes(list.length)) {
      const copy = Array.from(list);
      if (copy.every((value) => Number.isFinite(value) && value >= least)) {
        return Object.freeze(copy);
      }
    }
    throw new OptionError(
      `normalize.${key} ${describe(list)} was given; use ${columns} finite numbers${least === 0 ? ' from 0 up' : ''}, one for each column or channel`,
    );
  };
  return Object.freeze({ mean: copyOf('mean', -Infinity), deviation: copyOf('deviation', 0) });
}

/** A frozen copy. @throws OptionError unless it is a mean and a deviation above 0. */
export function checkPixelScale(given: unknown): PixelScale {
  if (isArray(given) && given.length === 2 && [...given].every(Number.isFinite)) {
    const [mean, deviation] = given as PixelScale;
    if (deviation > 0) return Object.freeze([mean, deviation] as const);
  }
  throw noScale(given);
}

const noScale = (given: unknown): OptionError =>
  new OptionError(
    `normalize ${isArray(given) && given.length === 2 ? given.map(describe) : describe(given)} was given; for images it is [mean, deviation above 0], for arrays { mean, deviation }, a number for each column or channel; a trainer also takes 'standardise'`,
  );
