import type { TestedNumbers } from '../../../worker/table-study.ts';
import { make } from '../../dom.ts';
import { said } from '../../words/said.ts';
import { onLanguage, put, say } from '../../words/words.ts';
import { asOf } from '../as-of.ts';
import { ErrorHistogram } from './error-histogram.ts';
import { errorTable } from './error-table.ts';
import { RowsTable } from './rows-table.ts';
import { ScatterView } from './scatter-view.ts';
import type { ShownNumbers } from './shown-numbers.ts';
import { askTable, type TableHost, type TableNetwork } from './table-host.ts';
import { targetText } from './target-text.ts';

/** What a network of numbers makes of the held-out rows: predicted against true, its errors, and the rows with the largest ones. */
export class NumbersView {
  readonly element: HTMLElement;
  readonly #host: TableHost;
  readonly #scatter: ScatterView;
  readonly #histogram = new ErrorHistogram();
  readonly #rows: RowsTable;
  readonly #measures = make('table', { class: 'measures' });
  readonly #times: HTMLElement[] = [];
  #network: TableNetwork | undefined;
  #shown: ShownNumbers | undefined;

  /** @param choose called with a held-out row, from 0 */
  constructor(host: TableHost, choose: (index: number) => void) {
    this.#host = host;
    this.#scatter = new ScatterView(choose);
    this.#rows = new RowsTable(host, choose);
    const again = said('button', { type: 'button', click: () => void this.#again() }, () =>
      say('Predict again'),
    );
    this.element = make(
      'div',
      { class: 'columns' },
      this.#card(
        () => say('Predicted and true'),
        () =>
          say(
            'Each point is a held-out row. On the dashed line, the prediction is true. Point at a row, or choose one with the arrow keys; a click or Enter takes it to “Try a row”.',
          ),
        make('div', { class: 'actions' }, again),
        this.#scatter.element,
      ),
      make(
        'div',
        {},
        this.#card(
          () => say('Errors'),
          () =>
            say(
              'In the units of the column that is learned. R² is 1 if all predictions are true, and 0 if they are no better than the mean of the held-out rows.',
            ),
          make('div', { class: 'scroll' }, this.#measures),
          this.#histogram.element,
        ),
      ),
      this.#card(
        () => say('Held-out rows'),
        () =>
          say(
            'What the network has not learned from. Click the number of a row to take it to “Try a row”.',
          ),
        this.#rows.element,
      ),
    );
    this.element.lastElementChild?.classList.add('across');
    onLanguage(() => this.#draw());
  }

  #card(title: () => string, help: () => string, ...children: readonly Node[]): HTMLElement {
    const time = make('span');
    this.#times.push(time);
    return make(
      'div',
      { class: 'card' },
      said('h2', {}, title),
      make('p', { class: 'help' }, said('span', {}, help), ' ', time),
      ...children,
    );
  }

  /** Whether the panel is visible. Only then is anything drawn. */
  set open(open: boolean) {
    this.#scatter.open = open;
  }

  /** Another network is shown. */
  network(network: TableNetwork): void {
    this.#network = network;
    this.#shown = undefined;
    this.element.hidden = network.table.classes !== undefined;
    this.#scatter.show(undefined);
    this.#histogram.show(undefined);
    this.#rows.show(undefined, network.table);
    this.#measures.replaceChildren();
    this.#say(() => say('Predicting…'));
  }

  #say(text: () => string): void {
    for (const time of this.#times) put(time, text);
  }

  async #again(): Promise<void> {
    try {
      await this.refresh();
    } catch (error) {
      this.#host.fail(error);
    }
  }

  /** Predicts the held-out rows with the present weights. */
  async refresh(): Promise<void> {
    const { turn } = this.#host;
    const network = this.#network;
    if (!network?.table.scale) return;
    if (!this.#shown) this.#say(() => say('Predicting…'));
    const tested = await this.#ask(turn);
    if (turn !== this.#host.turn || network !== this.#network) return;
    const { predicted, truth, epochs } = tested;
    const errors = predicted.map((value, i) => value - truth[i]);
    const text = targetText(network.table.target, network.table.scale);
    this.#shown = { ...tested, errors, text };
    this.#say(() => asOf(epochs));
    this.#draw();
  }

  async #ask(turn: number): Promise<TestedNumbers> {
    try {
      return await askTable(this.#host)('numbers');
    } catch (error) {
      if (turn === this.#host.turn && !this.#shown) this.#say(() => '');
      throw error;
    }
  }

  #draw(): void {
    const [shown, network] = [this.#shown, this.#network];
    if (!shown || !network?.table.scale) return;
    // The texts of numbers follow the language.
    const text = targetText(network.table.target, network.table.scale);
    const now = { ...shown, text };
    this.#measures.replaceChildren(...errorTable(now, network.table.scale.mean));
    this.#scatter.show(now);
    this.#histogram.show(now);
    this.#rows.show(now, network.table);
  }
}
