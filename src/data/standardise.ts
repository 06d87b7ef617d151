import { checkKeys, describe, isArray, isNumbers, isObject } from '../check.ts';
import { DataError, OptionError } from '../errors.ts';
import type { HostSplit } from './host.ts';
import { throughAll } from './rows.ts';

/** Standardises each column: (x − mean) / deviation, or 0 if the deviation is 0. */
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
  const by = deviation[column];
  // A value that is not finite must stay so, to be noticed.
  return by > 0 || !Number.isFinite(value) ? (value - mean[column]) / by : 0;
}

/** A frozen copy. @throws OptionError unless there is a mean and a deviation for each column. */
export function checkColumnScale(given: unknown, columns: number): ColumnScale {
  if (!isObject(given)) throw noScale(given);
  checkKeys('normalize', given, ['mean', 'deviation']);
  const copyOf = (key: keyof ColumnScale, least: number): readonly number[] => {
    const list = given[key];
    if (isNumbers(list) && list.length === columns) {
      const copy = Array.from(list);
      if (copy.every((value) => Number.isFinite(value) && value >= least)) {
        return Object.freeze(copy);
      }
    }
    throw new OptionError(
      `normalize.${key} ${describe(list)} was given; use ${columns} finite numbers${least === 0 ? ' from 0 up' : ''}, one for each column`,
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
    `normalize ${isArray(given) && given.length === 2 ? given.map(describe) : describe(given)} was given; for images it is [mean, deviation above 0], for arrays { mean, deviation }, a number for each column; a trainer also takes 'standardise'`,
  );

/**
 * Mean and deviation of each column over a split (Welford 1962, in float64), or of all pixels of its images.
 * The deviation is the population's, divided by the number of samples.
 *
 * @throws DataError if all pixels are equal; what reading the split throws.
 */
export async function statisticsOf(host: HostSplit): Promise<Normalization> {
  const { columns, read, inputs, live } = host;
  const count = live?.count ?? host.count;
  if (count === 0) {
    throw new OptionError(
      "normalize: 'standardise' was given for an empty live set; push() samples first, or give { mean, deviation }",
    );
  }
  if (!read) {
    const seen = new Float64Array(256);
    await throughAll(
      count,
      (samples) => new Uint8Array(samples * inputs.bytes),
      inputs.gather,
      (bytes) => {
        for (let i = 0; i < bytes.length; i++) if (i % inputs.bytes < columns) seen[bytes[i]]++;
      },
    );
    return pixelScaleOf(seen);
  }
  const mean = new Float64Array(columns);
  const squares = new Float64Array(columns);
  let n = 0;
  await throughAll(
    count,
    (samples) => new Float64Array(samples * columns),
    read,
    (values) => {
      for (let i = 0; i < values.length; i++) {
        const c = i % columns;
        if (c === 0) n++;
        const off = values[i] - mean[c];
        mean[c] += off / n;
        squares[c] += off * (values[i] - mean[c]);
      }
    },
  );
  return { mean: [...mean], deviation: Array.from(squares, (sum) => Math.sqrt(sum / count)) };
}

/** From the number of times each byte occurs. Sums of integers do not depend on the order. */
function pixelScaleOf(seen: Float64Array): PixelScale {
  const total = seen.reduce((a, b) => a + b, 0);
  const mean = seen.reduce((sum, n, byte) => sum + n * byte, 0) / total;
  const squares = seen.reduce((sum, n, byte) => sum + n * (byte - mean) ** 2, 0);
  if (squares === 0) {
    throw new DataError(
      "normalize: 'standardise' was given for images whose pixels are all equal; leave it out",
    );
  }
  return [mean / 255, Math.sqrt(squares / total) / 255];
}
