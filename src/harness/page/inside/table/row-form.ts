import { farOf } from '../../../own/far.ts';
import type { HeldRow, RowAnswer } from '../../../worker/table-study.ts';
import { make } from '../../dom.ts';
import { said } from '../../words/said.ts';
import { onLanguage, put, say } from '../../words/words.ts';
import { RowAnswerView } from './row-answer-view.ts';
import { type RowField, rowField } from './row-field.ts';
import { fromText } from './row-from.ts';
import { askTable, type TableHost, type TableNetwork } from './table-host.ts';

/** Columns that have a field; the others keep the values of the held-out row. */
const FIELDS = 60;

/** One row that somebody types, and what the network says of it. */
export class RowForm {
  readonly element: HTMLElement;
  readonly #host: TableHost;
  readonly #fields = make('div', { class: 'row-fields' });
  readonly #from = make('p', { class: 'help', role: 'status' });
  readonly #answer = new RowAnswerView();
  #network: TableNetwork | undefined;
  #all: readonly RowField[] = [];
  /** The held-out row that the fields were filled with. */
  #row: HeldRow | undefined;
  #answered: RowAnswer | undefined;
  /** Counts questions, so that a late answer is not shown. */
  #asked = 0;

  constructor(host: TableHost) {
    this.#host = host;
    const another = said('button', { type: 'button', click: () => void this.#another() }, () =>
      say('Another row'),
    );
    this.element = make(
      'div',
      { class: 'card', id: 'card-row' },
      said('h2', {}, () => say('Try a row')),
      said('p', { class: 'help' }, () =>
        say('What the network says of a row that you type: it answers as you change a value.'),
      ),
      make('div', { class: 'actions' }, another, this.#from),
      make('div', { class: 'row-try' }, this.#fields, this.#answer.element),
    );
    onLanguage(() => {
      for (const field of this.#all) field.speak();
      this.#tellFrom();
      this.#draw();
    });
  }

  /** Another network is shown. */
  network(network: TableNetwork): void {
    const isSame =
      this.#network?.table.count === network.table.count && hasSameColumns(this.#network, network);
    this.#network = network;
    this.#answered = undefined;
    this.#asked++;
    this.#draw();
    // What somebody typed stays, if it is the same table.
    if (isSame && this.#row) return;
    this.#row = undefined;
    this.#all = network.table.columns
      .slice(0, FIELDS)
      .map((column) => rowField(column, () => void this.answer()));
    this.#fields.replaceChildren(...this.#all.map(({ element }) => element));
    put(this.#from, () => '');
    this.#answer.far([]);
    void this.#another();
  }

  /** Fills the fields with a held-out row by chance. */
  #another(): Promise<void> {
    const count = this.#network?.table.count ?? 0;
    return this.#take(Math.floor(Math.random() * count));
  }

  /** Fills the fields with a held-out row, from 0, and shows them. */
  async show(index: number): Promise<void> {
    await this.#take(index);
    this.element.scrollIntoView({ block: 'nearest' });
    this.#all[0]?.focus();
  }

  async #take(index: number): Promise<void> {
    const { turn } = this.#host;
    try {
      const [row] = await askTable(this.#host)('rows', [index]);
      if (turn !== this.#host.turn || !row) return;
      this.#row = row;
      this.#fill();
      await this.answer();
    } catch (error) {
      this.#host.fail(error);
    }
  }

  /** Writes the held-out row into the fields. */
  #fill(): void {
    const row = this.#row;
    if (!row) return;
    for (const [c, field] of this.#all.entries()) field.set(row.values[c]);
    this.#tellFrom();
  }

  /** Says whose values the fields have. */
  #tellFrom(): void {
    const row = this.#row;
    if (!row) return;
    const more = (this.#network?.table.columns.length ?? 0) - this.#all.length;
    const isChanged = !this.#isRow;
    put(this.#from, () => fromText(row.number, more, isChanged));
  }

  /** Asks what the network says of the fields now. */
  async answer(): Promise<void> {
    const row = this.#row;
    if (!this.#network || !row) return;
    const asked = ++this.#asked;
    this.#tellFrom();
    const typed = this.#all.map((field) => field.read());
    if (typed.some((value) => value === undefined)) {
      this.#answered = undefined;
      this.#answer.far([]);
      this.#draw();
      return;
    }
    const values = row.values.map((value, c) => typed[c] ?? value);
    this.#answer.far(farOf(this.#network.table.columns, values));
    try {
      const answered = await askTable(this.#host)('answer', values);
      if (asked !== this.#asked) return;
      this.#answered = answered;
      this.#draw();
    } catch (error) {
      if (asked !== this.#asked) return;
      // While a network is being prepared, there is none yet.
      if (!(error instanceof Error && error.name === 'OptionError')) this.#host.fail(error);
    }
  }

  /** Whether the fields are still those of the held-out row. */
  get #isRow(): boolean {
    const row = this.#row;
    return (
      row !== undefined && this.#all.every((field, c) => Object.is(field.read(), row.values[c]))
    );
  }

  #draw(): void {
    const [network, answered] = [this.#network, this.#answered];
    if (network && answered) {
      this.#answer.show(network, answered, this.#isRow ? this.#row?.truth : undefined);
    } else this.#answer.clear();
  }
}

const hasSameColumns = (one: TableNetwork | undefined, other: TableNetwork): boolean =>
  JSON.stringify(one?.table.columns) === JSON.stringify(other.table.columns) &&
  one?.table.target === other.table.target;
