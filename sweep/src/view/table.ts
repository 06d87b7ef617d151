import { wrap } from '../../../src/cli/wrap.ts';

const GAP = '  ';

/** A column: its heading, and how its cells stand. */
export interface Column {
  readonly name: string;
  readonly align?: 'left' | 'right';
}

/**
 * A table whose columns are as wide as their cells. If it is wider than the terminal, it is a list: a paragraph a row, with a
 * line `name: value` for each cell that is not empty.
 *
 * @returns the heading (undefined for a list) and the rows
 */
export function tableLines(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  width: number,
): { readonly header: string | undefined; readonly lines: readonly string[] } {
  const widths = columns.map(({ name }, i) =>
    Math.max(name.length, ...rows.map((row) => row[i].length)),
  );
  const total = widths.reduce((sum, one) => sum + one, 0) + GAP.length * (columns.length - 1);
  if (total > width)
    return { header: undefined, lines: rows.flatMap((row) => record(columns, row, width)) };
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, i) =>
        columns[i].align === 'right' ? cell.padStart(widths[i]) : cell.padEnd(widths[i]),
      )
      .join(GAP)
      .trimEnd();
  return { header: line(columns.map(({ name }) => name)), lines: rows.map(line) };
}

function record(columns: readonly Column[], row: readonly string[], width: number): string[] {
  const lines = columns.flatMap(({ name }, i) =>
    row[i] === '' ? [] : wrap(`${name}: ${row[i]}`, width, '  '),
  );
  return [...lines, ''];
}
