import type { Column } from '../../own/column.ts';
import type { TableChoice } from '../../own/table.ts';

type Columns = readonly Pick<Column, 'name' | 'kind'>[];

/** What was learned from tables, by their columns: a table that is given again begins with it. */
const kept = new Map<string, TableChoice>();

const keyOf = (columns: Columns): string =>
  JSON.stringify(columns.map(({ name, kind }) => [name, kind]));

/** Columns of tables that were taken as numbers in spite of texts in them, by the names of all. */
const keptAsNumbers = new Map<string, readonly number[]>();

const namesIn = (columns: Columns): string => JSON.stringify(columns.map(({ name }) => name));

export function keepNumbers(columns: Columns, numbers: readonly number[]): void {
  keptAsNumbers.set(namesIn(columns), numbers);
}

/** The columns of a table that were taken as numbers in spite of texts. */
export const keptNumbers = (columns: Columns): readonly number[] =>
  keptAsNumbers.get(namesIn(columns)) ?? [];

export function keepChoice(columns: Columns, choice: TableChoice): void {
  kept.set(keyOf(columns), choice);
}

/** What was chosen of a table with these columns; undefined if none was learned from. */
export const keptChoice = (columns: Columns): TableChoice | undefined => kept.get(keyOf(columns));
