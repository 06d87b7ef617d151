import type { TableInsides } from '../../../insides.ts';
import type { HeldRow } from '../../../worker/table-study.ts';
import { make } from '../../dom.ts';
import { whole } from '../../numbers.ts';
import { said } from '../../words/said.ts';
import { onLanguage, put, say } from '../../words/words.ts';
import { largestOf } from './errors.ts';
import { columnNumber } from './row-values.ts';
import type { ShownNumbers } from './shown-numbers.ts';
import { askTable, type TableHost } from './table-host.ts';

const PER_PAGE = 10;
/** Rows with the largest errors, and columns, that are listed. */
const [WORST, COLUMNS] = [200, 40];

/** The held-out rows with their values and errors: those with the largest errors first, or all in the table's order. */
export class RowsTable {
  readonly element: HTMLElement;
  readonly #host: TableHost;
  readonly #choose: (index: number) => void;
  readonly #order: HTMLSelectElement;
  readonly #table = make('table', { class: 'measures rows', translate: 'no' });
  readonly #back: HTMLButtonElement;
  readonly #next: HTMLButtonElement;
  readonly #text = make('span', { class: 'help', role: 'status' });
  readonly #more = make('p', { class: 'help' });
  #shown: ShownNumbers | undefined;
  #from: TableInsides | undefined;
  #page = 0;
  #drawn = 0;

  /** @param choose called with a held-out row, from 0 */
  constructor(host: TableHost, choose: (index: number) => void) {
    this.#host = host;
    this.#choose = choose;
    const turn = (by: number) => (): void => {
      this.#page += by;
      void this.#draw();
    };
    this.#order = make(
      'select',
      {},
      said('option', { value: 'worst' }, () => say('the largest errors first')),
      said('option', { value: 'all' }, () => say('all, in the table’s order')),
    );
    this.#order.addEventListener('change', () => {
      this.#page = 0;
      void this.#draw();
    });
    this.#back = make('button', { type: 'button', click: turn(-1) }, '‹');
    this.#next = make('button', { type: 'button', click: turn(1) }, '›');
    this.element = make(
      'div',
      { class: 'held-rows' },
      make(
        'div',
        { class: 'actions' },
        make(
          'label',
          { class: 'beside' },
          said('span', {}, () => say('Show')),
          this.#order,
        ),
        this.#back,
        this.#text,
        this.#next,
      ),
      make('section', { class: 'scroll', tabindex: '0' }, this.#table),
      this.#more,
    );
    this.#name();
    onLanguage(() => this.#name());
  }

  #name(): void {
    this.#back.ariaLabel = say('Previous rows');
    this.#next.ariaLabel = say('Next rows');
    const scroll = this.#table.parentElement;
    if (scroll) scroll.ariaLabel = say('Held-out rows');
  }

  show(shown: ShownNumbers | undefined, table: TableInsides): void {
    this.#shown = shown;
    this.#from = table;
    if (!shown) {
      this.#page = 0;
      this.#drawn++;
      this.#table.replaceChildren();
      for (const text of [this.#text, this.#more]) put(text, () => '');
      return;
    }
    void this.#draw();
  }

  async #draw(): Promise<void> {
    const [shown, table] = [this.#shown, this.#from];
    if (!shown || !table) return;
    const drawn = ++this.#drawn;
    const worst = this.#order.value === 'worst';
    const count = worst ? Math.min(WORST, shown.errors.length) : shown.errors.length;
    const first = Math.max(
      0,
      Math.min(this.#page * PER_PAGE, PER_PAGE * (Math.ceil(count / PER_PAGE) - 1)),
    );
    this.#page = first / PER_PAGE;
    const last = Math.min(count, first + PER_PAGE);
    const indices = worst
      ? largestOf(shown.errors, last).slice(first)
      : Array.from({ length: last - first }, (_, i) => first + i);
    try {
      const rows = await askTable(this.#host)('rows', indices);
      if (drawn !== this.#drawn) return;
      this.#fill(shown, table, indices, rows);
    } catch (error) {
      this.#host.fail(error);
      return;
    }
    this.#back.disabled = first === 0;
    this.#next.disabled = last === count;
    put(this.#text, () =>
      say('{from}–{to} of {count}', {
        from: whole(count === 0 ? 0 : first + 1),
        to: whole(last),
        count: whole(count),
      }),
    );
    const more = table.columns.length - COLUMNS;
    put(this.#more, () =>
      more > 0 ? say('The table has {count} more columns.', { count: whole(more) }) : '',
    );
  }

  #fill(
    { text, truth, predicted, errors }: ShownNumbers,
    { columns }: TableInsides,
    indices: readonly number[],
    rows: readonly HeldRow[],
  ): void {
    const listed = columns.slice(0, COLUMNS);
    const heads = [say('Row'), say('True'), say('Predicted'), say('Error')];
    const line = ({ number, values }: HeldRow, i: number): HTMLElement => {
      const index = indices[i];
      const choose = make(
        'button',
        {
          type: 'button',
          class: 'small',
          'aria-label': say('Take row {row} to “Try a row”', { row: whole(number) }),
          click: () => this.#choose(index),
        },
        whole(number),
      );
      return make(
        'tr',
        {},
        make('th', { scope: 'row' }, choose),
        make('td', {}, text.exact(truth[index])),
        make('td', {}, text.near(predicted[index])),
        make('td', {}, text.signed(errors[index])),
        ...listed.map((column, c) =>
          make('td', 'values' in column ? { class: 'text' } : {}, valueText(column, values[c])),
        ),
      );
    };
    this.#table.replaceChildren(
      make(
        'thead',
        {},
        make(
          'tr',
          {},
          ...heads.map((head) => make('th', { scope: 'col' }, head)),
          ...listed.map((column) =>
            make(
              'th',
              { scope: 'col', ...('values' in column ? { class: 'text' } : {}) },
              column.name,
            ),
          ),
        ),
      ),
      make('tbody', {}, ...rows.map(line)),
    );
  }
}

/** A value of a column as the table has it. */
export function valueText(column: TableInsides['columns'][number], value: number): string {
  if (Number.isNaN(value)) return '–';
  return 'values' in column
    ? (column.values[value] ?? '–')
    : columnNumber(value, column.comma).replace('-', '−');
}
