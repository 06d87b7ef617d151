import { type Column, columnOf } from './column.ts';
import { hasNames, namesOf } from './column-names.ts';
import type { Separator, TextTable } from './csv.ts';
import { numberForm } from './fields.ts';
import { atOnce, type Pieces } from './in-pieces.ts';

/** A table whose columns are known. */
export interface ReadTable {
  readonly separator: Separator;
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly string[])[];
  /** Whether the first line has the columns' names. */
  readonly named: boolean;
}

/**
 * Finds out what the columns of a table hold.
 *
 * @param named whether the first line has their names. Default: as {@link hasNames} says
 * @param numbers columns that hold numbers: a text in them is a missing value
 */
export const readColumns = (
  table: TextTable,
  named?: boolean,
  numbers?: readonly number[],
): ReadTable => atOnce(readingColumns(table, named, numbers));

/** As {@link readColumns}, in pieces. */
export function* readingColumns(
  { separator, rows }: TextTable,
  given?: boolean,
  numbers: readonly number[] = [],
): Pieces<ReadTable> {
  const commas = separator !== ',';
  const named = given ?? hasNames(rows, commas);
  const [first = []] = rows;
  const body = named ? rows.slice(1) : rows;
  const columns: Column[] = [];
  for (const [i, name] of namesOf(named ? first : first.map(() => '')).entries()) {
    columns.push(yield* columnOf(name, body, i, commas));
  }
  const forms = new Map<number, RegExp>();
  for (const i of numbers) {
    const slips = columns[i]?.slips;
    if (slips) forms.set(i, numberForm(slips.comma));
  }
  if (forms.size === 0) return { separator, columns, rows: body, named };
  yield;
  const cleared = body.map((row) =>
    row.map((text, i) => (forms.get(i)?.test(text.trim()) === false ? '' : text)),
  );
  for (const i of forms.keys()) {
    const { name, slips } = columns[i];
    columns[i] = { ...(yield* columnOf(name, cleared, i, commas)), ...(slips ? { slips } : {}) };
  }
  return { separator, columns, rows: cleared, named };
}

/** The column that is likely to be learned: the last one that can be. */
export function likelyTarget(columns: readonly Column[]): number {
  const named = columns.findIndex(({ name }) =>
    /^(class|label|target|species|y|clase)$/i.test(name),
  );
  if (named >= 0 && columns[named].kind !== 'constant') return named;
  return columns.findLastIndex(({ kind }) => kind === 'number' || kind === 'category');
}

/** Whether a column is rather a class than a number. */
export const isClass = ({ kind, distinct, whole }: Column): boolean =>
  kind === 'category' || (kind === 'number' && whole && distinct <= 12);
