/** Values that lie far outside of those that a network learned from: what it says of them is a guess. */
import type { UsedColumn } from './table-text.ts';

/** A value of a row that is far outside. */
export interface FarValue {
  readonly name: string;
  readonly value: number;
  /** The least and the largest number of the rows that were trained on. */
  readonly range: readonly [least: number, most: number];
  /** Whether the table had the column's numbers with decimal commas. */
  readonly comma?: true;
}

/** Of what lies between the least and the largest number: a value further outside than this share is far. */
const SHARE = 1 / 2;

/** The values of a row that are far outside; none of columns of texts, or whose numbers are not known. */
export function farOf(columns: readonly UsedColumn[], values: ArrayLike<number>): FarValue[] {
  return columns.flatMap((column, c) => {
    if ('values' in column || !column.range) return [];
    const { name, range, comma } = column;
    const [least, most] = range;
    const value = values[c];
    const room = (most - least) * SHARE;
    // What is missing, NaN, is neither.
    return value < least - room || value > most + room
      ? [{ name, value, range, ...(comma ? { comma } : {}) }]
      : [];
  });
}
