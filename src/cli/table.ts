/** Least widths: names are longer than figures, and later ones may be longer than the first. */
const FIRST_COLUMN = 28;
const OTHER_COLUMNS = 9;

/**
 * A table that grows while it is printed: its columns are as wide as their header and the widest
 * cell so far, so that rows line up without waiting for the last.
 */
export class GrowingTable {
  readonly #widths = new Map<string, number>();

  /** Lines for one more row: the header first, when the columns are new. */
  add(cells: Readonly<Record<string, string>>, mark: string): string[] {
    const names = Object.keys(cells);
    const isNew = names.some((name) => !this.#widths.has(name));
    for (const [i, name] of names.entries()) {
      const least = this.#widths.get(name) ?? (i === 0 ? FIRST_COLUMN : OTHER_COLUMNS);
      this.#widths.set(name, Math.max(least, name.length, cells[name].length));
    }
    const row = this.#line(names, (name) => cells[name] ?? '', mark);
    return isNew ? [this.#line(names, (name) => name, ''), row] : [row];
  }

  #line(names: readonly string[], text: (name: string) => string, mark: string): string {
    const parts = names.map((name) => text(name).padEnd(this.#widths.get(name) ?? 0));
    return `${mark.padEnd(4)} ${parts.join('  ')}`.trimEnd();
  }
}
