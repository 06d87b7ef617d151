import type { LossKind } from '../../../../nn/losses.ts';
import type { TableInsides } from '../../../insides.ts';
import { byId } from '../../dom.ts';
import type { TableHost } from './table-host.ts';
import type { TableViews } from './table-views.ts';

/** The parts for a network that learns from a table. They are loaded when there is one. */
export class TableParts {
  readonly #host: TableHost;
  #views: TableViews | undefined;
  #loading: Promise<TableViews> | undefined;
  #open = false;
  #isTable = false;

  constructor(host: TableHost) {
    this.#host = host;
  }

  /** Whether the panel is visible. */
  set open(open: boolean) {
    this.#open = open;
    if (this.#views) this.#views.open = open;
  }

  /** Another network is shown. @param table undefined if it learns from none */
  async network(loss: LossKind, table: TableInsides | undefined): Promise<void> {
    const { turn } = this.#host;
    this.#isTable = table !== undefined;
    byId('inside-table').hidden = !table;
    if (!table) {
      this.#views?.leave();
      return;
    }
    this.#loading ??= this.#load();
    const views = await this.#loading;
    if (turn === this.#host.turn) views.network({ table, loss });
  }

  async #load(): Promise<TableViews> {
    try {
      const { TableViews } = await import('./table-views.ts');
      this.#views = new TableViews(this.#host, byId('inside-table'));
      this.#views.open = this.#open;
      return this.#views;
    } catch (error) {
      // The next network tries again.
      this.#loading = undefined;
      throw error;
    }
  }

  /** Takes a held-out row, from 0, to where it can be changed. */
  choose(index: number): void {
    void this.#views?.choose(index);
  }

  /** Looks again, with the present weights. */
  async refresh(): Promise<void> {
    if (this.#isTable) await this.#views?.refresh();
  }
}
