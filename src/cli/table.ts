import { wrap } from './wrap.ts';

/** What names usually need, and numbers: columns get as much if there is room. */
const FIRST_COLUMN = 28;
const OTHER_COLUMNS = 9;
const GAP = '  ';
/** Room for `ok` or `FAIL` before each row. */
const MARK = 5;

/** Lines of one more row. */
export interface RowLines {
  /** The names of the columns; only before the first row. */
  readonly header?: string;
  readonly lines: readonly string[];
}

/**
 * A table that is printed while it grows, so its columns are laid out by its first row. Numbers are
 * aligned to the right. A table that is too wide for the terminal becomes a list: one paragraph a row, with
 * a line `name: value` for each cell. So does a single row whose cells do not fit. A cell whose
 * column is not in the first row is printed under its row.
 */
export class GrowingTable {
  readonly #width: number;
  readonly #marked: boolean;
  #names: readonly string[] = [];
  #widths: number[] = [];
  /** What the names and the cells so far need. */
  #least: number[] = [];
  #right: readonly boolean[] = [];
  #list = false;

  /** @param marks whether rows have a mark before them */
  constructor(width: number, marks: 'marked' | 'plain' = 'marked') {
    this.#width = width;
    this.#marked = marks === 'marked';
  }

  /** Lines for one more row: the header first if it is the first. */
  add(cells: Readonly<Record<string, string>>, mark = ''): RowLines {
    const first = this.#names.length === 0;
    if (first) this.#layOut(cells);
    if (this.#list) return { lines: this.#record(cells, mark) };
    const others = Object.entries(cells).filter(([name]) => !this.#names.includes(name));
    const lines = [...this.#row(cells, mark), ...others.flatMap((cell) => this.#field(cell))];
    return first ? { header: this.#line((i) => this.#names[i], ''), lines } : { lines };
  }

  #row(cells: Readonly<Record<string, string>>, mark: string): string[] {
    if (this.#widen(cells)) return [this.#line((i) => cells[this.#names[i]] ?? '', mark)];
    // A name that is too long gets a line of its own.
    const [first] = this.#names;
    const name = wrap(`${this.#start(mark)}${cells[first]}`, this.#width, this.#start(''));
    const rest = { ...cells, [first]: '' };
    if (!this.#widen(rest)) return this.#record(cells, mark);
    return [...name, this.#line((i) => rest[this.#names[i]] ?? '', '')];
  }

  #layOut(cells: Readonly<Record<string, string>>): void {
    this.#names = Object.keys(cells);
    this.#right = this.#names.map((name, i) => i > 0 && /^[-+]?\d/.test(cells[name]));
    this.#widths = this.#names.map((name) => Math.max(name.length, cells[name].length));
    this.#least = [...this.#widths];
    this.#list = this.#spare() < 0;
    // Later numbers are often one character longer: 1.2e-10 after 1.2e-9.
    for (let i = 1; i < this.#widths.length; i++) this.#grow(i, this.#widths[i] + 1);
    this.#grow(0, FIRST_COLUMN);
    for (let i = 1; i < this.#widths.length; i++) this.#grow(i, OTHER_COLUMNS);
  }

  /** How many characters of the line are free. */
  #spare(): number {
    const used = this.#widths.reduce((sum, width) => sum + width, 0);
    const gaps = GAP.length * (this.#widths.length - 1);
    return this.#width - used - gaps - (this.#marked ? MARK : 0);
  }

  /** Makes a column as wide as wished, or as wide as there is room. */
  #grow(column: number, wished: number): void {
    const more = Math.min(wished - this.#widths[column], this.#spare());
    if (more > 0) this.#widths[column] += more;
  }

  /** Makes room for a row, if need be in columns that are wider than their cells; false if there is none. */
  #widen(cells: Readonly<Record<string, string>>): boolean {
    const before = this.#widths;
    const lengths = this.#names.map((name) => cells[name]?.length ?? 0);
    const least = this.#least.map((width, i) => Math.max(width, lengths[i]));
    this.#widths = before.map((width, i) => Math.max(width, lengths[i]));
    for (const [i, needed] of least.entries()) {
      const lacking = Math.max(0, -this.#spare());
      this.#widths[i] -= Math.min(lacking, this.#widths[i] - needed);
    }
    if (this.#spare() >= 0) {
      this.#least = least;
      return true;
    }
    this.#widths = before;
    return false;
  }

  #line(text: (column: number) => string, mark: string): string {
    const parts = this.#widths.map((width, i) =>
      this.#right[i] ? text(i).padStart(width) : text(i).padEnd(width),
    );
    return `${this.#start(mark)}${parts.join(GAP)}`.trimEnd();
  }

  #record(cells: Readonly<Record<string, string>>, mark: string): string[] {
    const lines = Object.entries(cells)
      .filter(([, value]) => value !== '')
      .flatMap((cell) => this.#field(cell));
    const start = this.#start(mark);
    return [start + lines[0].slice(start.length), ...lines.slice(1), ''];
  }

  /** What a line begins with. */
  #start(mark: string): string {
    return this.#marked ? mark.padEnd(MARK) : '';
  }

  #field([name, value]: readonly [string, string]): string[] {
    const indent = this.#start('');
    return wrap(`${indent}${name}: ${value}`, this.#width, `${indent}  `);
  }
}
