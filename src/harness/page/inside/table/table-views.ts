import { make } from '../../dom.ts';
import { ImportanceView } from './importance-view.ts';
import { NumbersView } from './numbers-view.ts';
import { RowForm } from './row-form.ts';
import type { TableHost, TableNetwork } from './table-host.ts';

/** What there is to see in a network that learns from a table: its errors if it learns a number, a row to try, and what matters. */
export class TableViews {
  readonly #host: TableHost;
  readonly #numbers: NumbersView;
  readonly #form: RowForm;
  readonly #importance: ImportanceView;
  #network: TableNetwork | undefined;

  constructor(host: TableHost, place: HTMLElement) {
    this.#host = host;
    this.#form = new RowForm(host);
    this.#importance = new ImportanceView(host);
    this.#numbers = new NumbersView(host, (index) => void this.choose(index));
    place.append(
      this.#numbers.element,
      make('div', { class: 'columns' }, this.#form.element, this.#importance.element),
    );
  }

  /** Whether the panel is visible. */
  set open(open: boolean) {
    this.#numbers.open = open;
    this.#importance.open = open;
  }

  /** Another network is shown. */
  network(network: TableNetwork): void {
    this.#network = network;
    this.#numbers.network(network);
    this.#form.network(network);
    this.#importance.network(network);
  }

  /** A network without a table is shown. */
  leave(): void {
    this.#network = undefined;
    this.#importance.leave();
  }

  /** Takes a held-out row, from 0, to where it can be changed. */
  choose(index: number): Promise<void> {
    return this.#form.show(index);
  }

  /** Looks again, with the present weights. */
  async refresh(): Promise<void> {
    const network = this.#network;
    if (!network) return;
    try {
      const errors = network.table.classes ? undefined : this.#numbers.refresh();
      await Promise.all([errors, this.#form.answer()]);
    } catch (error) {
      // While a network is being prepared, there is none yet.
      if (!(error instanceof Error && error.name === 'OptionError')) this.#host.fail(error);
    }
  }
}
