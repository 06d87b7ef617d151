/** How the columns of a table were taken, in words. */

import { fieldOf, listed } from './chosen-table.ts';
import { type Column, distinctText } from './column.ts';
import type { ReadTable } from './columns.ts';
import type { TableChoice, TableData } from './table.ts';

/** Characters of a text that are shown. */
const SHOWN = 40;

/** Why a column is not learned from; undefined if it can be. */
function whyNot(column: Column): string | undefined {
  const { kind, distinct, values } = column;
  if (kind === 'texts') return `${distinctText(column)} different texts`;
  if (kind !== 'constant') return undefined;
  return distinct === 0 ? 'empty' : `always ${JSON.stringify(values[0].slice(0, SHOWN))}`;
}

/** The columns that were chosen and cannot be learned from, with why: `id (500 different texts), land (always "ES")`. Empty for none. */
export function passedOver({ columns }: ReadTable, { from }: TableChoice): string {
  const all = from.map((i) => columns[i]);
  return listed(
    all.flatMap((column) => {
      const why = whyNot(column);
      return why === undefined ? [] : [`${fieldOf(column.name)} (${why})`];
    }),
  );
}

/** How columns were taken that have numbers and texts: a sentence of each. */
export const slipTexts = ({ columns }: ReadTable): string[] =>
  columns.flatMap(({ name, kind, slips }) => {
    if (!slips) return [];
    const { numbers, texts, text, row } = slips;
    const all = numbers + texts;
    if (kind === 'number') {
      const are = texts === 1 ? 'is none and counts' : 'are none and count';
      return [
        `${fieldOf(name)} is taken as numbers: ${texts} of ${all} values ${are} as missing, such as ${JSON.stringify(text)} in row ${row}`,
      ];
    }
    const option = /^[\w.-]+$/.test(name) ? name : 'COLUMN';
    return [
      `${fieldOf(name)} is taken as texts, not as a number: ${numbers} of ${all} values are numbers, but row ${row} has ${JSON.stringify(text)}. To take it as numbers, and such values as missing: --numbers ${option}`,
    ];
  });

/** What is learned from what: `price, a number, from size (a number), town (3 texts)`. */
export function takenText({ target, classes, columns }: TableData): string {
  const from = columns.map((column) =>
    'values' in column
      ? `${fieldOf(column.name)} (${column.values.length} texts)`
      : `${fieldOf(column.name)} (a number)`,
  );
  return `${target}, ${classes ? `one of ${classes.length} classes` : 'a number'}, from ${listed(from)}`;
}
