/** Figures of a number that is learned, in its own unit: networks learn it standardised. */
import type { LearnedNumber } from '../harness/protocol.ts';
import { visible } from './terminal.ts';

/** Characters of a column's name in a table's header. */
const LONGEST = 24;

/** Smaller numbers have a power of ten: as decimals, they would have more characters than a column of a table. */
export const TINY = 0.001;

/** A number's name for a header. */
export const unitName = ({ name }: Pick<LearnedNumber, 'name'>): string => {
  const shown = visible(name);
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

/** The error that a loss is. NaN and infinities come from the page as null. */
export const formatError = (loss: number | null, number: LearnedNumber): string =>
  formatInUnit(loss === null ? null : errorOf(loss, number));
