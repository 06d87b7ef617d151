/** Where the focus is in rows that are drawn anew. */
export interface RowFocus {
  /** Names of all that can have the focus there, in order; null for one that is called by its text. */
  readonly labels: readonly (string | null)[];
  /** Which of them has it. */
  readonly at: number;
}

/** What can have the focus in rows, in order. */
export const focusable = (rows: readonly Element[]): HTMLElement[] =>
  rows.flatMap((row) => [
    ...row.querySelectorAll<HTMLElement>('a[href], button, input, select, summary, [tabindex]'),
  ]);

export const labelsOf = (all: readonly Element[]): (string | null)[] =>
  all.map((one) => one.getAttribute('aria-label'));

/**
 * Which of the rows drawn anew gets the focus: the one of the same name; in another language, where it has another one, that at the
 * same place.
 *
 * @returns -1 if that is not known, as there are more or fewer than before
 */
export function placeAgain({ labels: before, at }: RowFocus, labels: RowFocus['labels']): number {
  const label = before[at] ?? null;
  const same = label === null ? -1 : labels.indexOf(label);
  if (same >= 0) return same;
  return labels.length === before.length ? at : -1;
}
