/** Figures of a number that is learned, in its own unit: networks learn it standardised. */
import { unitIn } from '../harness/own/named-unit.ts';
import type { LearnedNumber } from '../harness/protocol.ts';
import { visible } from './terminal.ts';

/** Characters of a column's name in a table's header. */
const LONGEST = 24;

/** Smaller numbers have a power of ten: as decimals, they would have more characters than a column of a table. */
export const TINY = 0.001;

/** The unit of a number that its column's name has in brackets, else the name: what follows `in`, also in a header. */
export const unitName = ({ name }: Pick<LearnedNumber, 'name'>): string => {
  const shown = visible(unitIn(name).unit || name);
  return shown.length > LONGEST ? `${shown.slice(0, LONGEST - 1)}…` : shown;
};

/** The root of the mean squared error in the number's unit: √loss · deviation. */
export const errorOf = (loss: number, { deviation }: LearnedNumber): number =>
  Math.sqrt(loss) * deviation;

/** `12,350`, `0.001235`, `7.629e-6`: a number in its unit, with some digits. */
export function formatInUnit(value: number | null, digits = 4): string {
  if (value === null || !Number.isFinite(value)) return 'NaN';
  if (value !== 0 && Math.abs(value) < TINY) return value.toExponential(digits - 1);
  return value.toLocaleString('en-US', { maximumSignificantDigits: digits });
}

/** A number with its unit, or else with its column's name in brackets. */
export function formatWithUnit(
  value: number | null,
  { name }: Pick<LearnedNumber, 'name'>,
  digits?: number,
): string {
  const { unit } = unitIn(name);
  return `${formatInUnit(value, digits)} ${unit === '' ? `(${name})` : unit}`;
}

/** What an error is compared with: that of always saying the mean. Empty if it is not known. */
export const ofMeanText = (ofMean: number | undefined): string =>
  ofMean === undefined ? '' : `; always the mean: ${formatInUnit(ofMean)}`;

/** The error that a loss is. NaN and infinities come from the page as null. */
export const formatError = (loss: number | null, number: LearnedNumber): string =>
  formatInUnit(loss === null ? null : errorOf(loss, number));
