import type { TaskEvent } from '../../protocol.ts';
import { make } from '../dom.ts';
import { put, say, sayOf } from '../words/words.ts';
import { cellText, tableTitle } from './check-words.ts';

type Row = Extract<TaskEvent, { type: 'row' }>;

/** Columns of names that the code has: one filters by them. */
const CODE: ReadonlySet<string> = new Set(['op', 'first failure', 'dispatch', 'product']);

/** Tables that grow row by row, one for each name. */
export class TableView {
  readonly #host: HTMLElement;
  readonly #tables = new Map<
    string,
    { readonly columns: string[]; readonly table: HTMLTableElement }
  >();

  constructor(host: HTMLElement) {
    this.#host = host;
  }

  clear(): void {
    this.#tables.clear();
    this.#host.replaceChildren();
  }

  add({ table: name, cells, ok }: Row): void {
    let entry = this.#tables.get(name);
    if (!entry) {
      const table = make('table', {}, make('thead', {}), make('tbody', {}));
      const title = make('h2', {
        id: `table-${this.#host.parentElement?.id}-${this.#tables.size}`,
      });
      put(title, () => tableTitle(name));
      const scroll = make(
        'section',
        { class: 'scroll', tabindex: '0', 'aria-labelledby': title.id },
        table,
      );
      this.#host.append(make('div', { class: 'card' }, title, scroll));
      entry = { columns: [], table };
      this.#tables.set(name, entry);
    }
    const { columns, table } = entry;
    const fresh = Object.keys(cells).filter((column) => !columns.includes(column));
    if (fresh.length > 0) {
      columns.push(...fresh);
      const heads = [...columns, 'verdict'].map((column) => {
        const head = make('th', { scope: 'col' });
        put(head, () => sayOf(column));
        return head;
      });
      table.tHead?.replaceChildren(make('tr', {}, ...heads));
    }
    const values = columns.map((column) => {
      const value = make('td', CODE.has(column) ? { lang: 'en' } : {});
      put(value, () => cellText(cells[column] ?? ''));
      return value;
    });
    const verdict = make('td', { class: ok ? 'good' : 'bad' });
    put(verdict, () => (ok ? say('✓ ok') : say('✗ failed')));
    // Rows from before a column was added stay shorter.
    table.tBodies[0]?.append(make('tr', { class: ok ? '' : 'failed' }, ...values, verdict));
  }
}
