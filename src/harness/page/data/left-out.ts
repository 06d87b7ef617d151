import type { Gaps } from '../../worker/own-facts.ts';

/**
 * Rows of a table that are left out for missing values.
 *
 * @param target the column that is learned: a row without it is always left out
 * @param from columns that are learned from, if rows without a value there are left out, too
 */
export const leftOut = (
  gaps: readonly Gaps[],
  target: number,
  from: ReadonlySet<number> = new Set(),
): number =>
  gaps
    .filter(({ columns }) => columns.some((i) => i === target || from.has(i)))
    .reduce((sum, { rows }) => sum + rows, 0);
