/** The column that is learned: its classes, or the scale of its numbers. */
import { DataError } from '../../errors.ts';
import { type Column, distinctText, MOST_VALUES } from './column.ts';
import { numbersOf, type Rows } from './encode.ts';
import type { Pieces } from './in-pieces.ts';
import { LONGEST_CLASS } from './split.ts';
import { type Scale, spreadOf } from './spread.ts';
import { byText } from './text-order.ts';

/**
 * The classes that a column has in some rows, sorted, and the place of each row's class among them.
 *
 * @param at the column's place
 * @throws DataError if it has one class only, or too many, or a name is too long
 */
export function classesOf(
  rows: Rows,
  at: number,
  { name, kind, distinct }: Column,
): { readonly labels: Uint32Array; readonly classes: readonly string[] } {
  if (distinct > MOST_VALUES) throw tooManyValues({ name, kind, distinct });
  // Of values that only rows without a target have, there is no class.
  const classes = [...new Set(rows.map((row) => row[at].trim()))].sort(byText);
  if (classes.length < 2) {
    throw new DataError(
      `${name} has one class only, ${classes[0]?.slice(0, 40)}. Choose a column with two classes or more`,
    );
  }
  const long = classes.find((one) => one.length > LONGEST_CLASS);
  if (long !== undefined) {
    throw new DataError(
      `${name} has ${long.slice(0, 20)}… of ${long.length} characters; the name of a class may have ${LONGEST_CLASS}. Choose another column, or shorten it`,
    );
  }
  const place = new Map(classes.map((one, i) => [one, i]));
  return { classes, labels: Uint32Array.from(rows, (row) => place.get(row[at].trim()) ?? 0) };
}

/**
 * What the numbers of a column are standardised with.
 *
 * @param at the column's place
 * @param train the rows whose mean and deviation it has
 * @throws DataError if it does not hold numbers, or they are all the same or too large
 */
export function* scaleOf(
  rows: Rows,
  at: number,
  { name, kind, comma, distinct }: Column,
  train: Uint32Array,
): Pieces<Scale> {
  if (kind === 'constant') throw sameEverywhere(name, rows[0][at]);
  if (kind === 'texts') throw tooManyValues({ name, kind, distinct });
  if (kind !== 'number') {
    throw new DataError(`${name} does not hold numbers alone. Learn it as a class`);
  }
  const scale = spreadOf(yield* numbersOf(rows, at, comma, train));
  if (Number.isFinite(scale.mean) && Number.isFinite(scale.deviation)) {
    return { ...scale, ...(comma ? { comma } : {}) };
  }
  throw new DataError(`${name} has numbers too large to compute with. Divide them first`);
}

const sameEverywhere = (name: string, text: string): DataError =>
  new DataError(
    `${name} is the same in all rows, ${text.trim().slice(0, 40)}. Choose a column with different values`,
  );

function tooManyValues({ name, kind, distinct }: Pick<Column, 'name' | 'kind' | 'distinct'>) {
  const advice =
    kind === 'number' ? 'Learn it as a number, or choose another column' : 'Choose another column';
  return new DataError(
    `${name} has ${distinctText({ distinct })} different values; at most ${MOST_VALUES} classes are learned. ${advice}`,
  );
}
