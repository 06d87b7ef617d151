import type { Column } from '../../own/columns.ts';
import type { TableChoice } from '../../own/table.ts';

type Columns = readonly Pick<Column, 'name' | 'kind'>[];

/** What was learned from tables, by their columns: a table that is given again begins with it. */
const kept = new Map<string, TableChoice>();

const keyOf = (columns: Columns): string =>
  JSON.stringify(columns.map(({ name, kind }) => [name, kind]));

export function keepChoice(columns: Columns, choice: TableChoice): void {
  kept.set(keyOf(columns), choice);
}

/** What was chosen of a table with these columns; undefined if none was learned from. */
export const keptChoice = (columns: Columns): TableChoice | undefined => kept.get(keyOf(columns));
