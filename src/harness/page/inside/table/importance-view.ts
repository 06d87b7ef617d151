import type { ColumnImportance, ImportanceStart } from '../../../worker/importance-study.ts';
import { make } from '../../dom.ts';
import { fixed, percent, whole } from '../../numbers.ts';
import { said } from '../../words/said.ts';
import { onLanguage, put, say } from '../../words/words.ts';
import { asOf } from '../as-of.ts';
import { askTable, type TableHost, type TableNetwork } from './table-host.ts';
import { targetText } from './target-text.ts';

/** Columns that have a bar: those that matter most. */
const BARS = 30;

/** A column, and by how much the error grows without it. */
interface Found extends ColumnImportance {
  readonly name: string;
}

/** Which columns matter, as bars. */
export class ImportanceView {
  readonly element: HTMLElement;
  readonly #host: TableHost;
  readonly #go: HTMLButtonElement;
  readonly #status = make('p', { class: 'help', role: 'status' });
  readonly #unit = make('p', { class: 'help' });
  readonly #bars = make('ol', { class: 'bars importance' });
  readonly #rest = make('p', { class: 'help' });
  #network: TableNetwork | undefined;
  #start: ImportanceStart | undefined;
  #found: Found[] = [];
  /** Counts the looks: an earlier one ends. */
  #looks = 0;
  #open = false;

  constructor(host: TableHost) {
    this.#host = host;
    this.#go = said('button', { type: 'button', click: () => void this.#look() }, () =>
      say('Find out'),
    );
    this.element = make(
      'div',
      { class: 'card', id: 'card-importance' },
      said('h2', {}, () => say('Which columns matter')),
      said('p', { class: 'help' }, () =>
        say(
          'The values of one column change places among the held-out rows: the more the error grows, the more the network relies on that column. Of two columns that say the same, each may look as if it did not matter.',
        ),
      ),
      make('div', { class: 'actions' }, this.#go, this.#status),
      this.#unit,
      this.#bars,
      this.#rest,
    );
    onLanguage(() => this.#draw());
  }

  /** Whether the panel is visible. A look ends with it. */
  set open(open: boolean) {
    this.#open = open;
    if (!open) this.#end();
  }

  /** Another network is shown. */
  network(network: TableNetwork): void {
    this.leave();
    this.#network = network;
  }

  /** What is shown is of an earlier network. */
  leave(): void {
    this.#looks++;
    this.#network = undefined;
    this.#start = undefined;
    this.#found = [];
    this.#go.disabled = false;
    put(this.#status, () => '');
    this.#draw();
  }

  #end(): void {
    if (!this.#go.disabled) return;
    this.#looks++;
    this.#go.disabled = false;
    put(this.#status, () => say('It ended with the panel.'));
  }

  async #look(): Promise<void> {
    const network = this.#network;
    if (!network || !this.#open) return;
    const look = ++this.#looks;
    const isOver = (): boolean => look !== this.#looks;
    const ask = askTable(this.#host);
    const { columns } = network.table;
    const progress = (done: number): void =>
      put(this.#status, () =>
        say('{done} of {count} columns', { done: whole(done), count: whole(columns.length) }),
      );
    this.#go.disabled = true;
    progress(0);
    try {
      const start = await ask('importance');
      if (isOver()) return;
      this.#start = start;
      this.#found = [];
      for (const [i, { name }] of columns.entries()) {
        if (!start) break;
        const one = await ask('column', start.id, i);
        if (isOver()) return;
        if (!one) throw new EndedError();
        this.#found.push({ name, ...one });
        progress(i + 1);
        this.#draw();
      }
      put(this.#status, () => (start ? asOf(start.epochs) : ''));
    } catch (error) {
      if (isOver()) return;
      put(this.#status, () =>
        error instanceof EndedError ? say('The network is another one now. Look again.') : '',
      );
      if (!(error instanceof EndedError)) this.#host.fail(error);
    } finally {
      if (!isOver()) this.#go.disabled = false;
    }
  }

  #draw(): void {
    const [network, start] = [this.#network, this.#start];
    if (!network || !start) {
      for (const text of [this.#unit, this.#rest]) text.textContent = '';
      this.#bars.replaceChildren();
      return;
    }
    const { classes, target, scale, count } = network.table;
    const text = targetText(target, scale ?? { deviation: 1 });
    const rows = whole(start.rows);
    const whose =
      start.rows < count
        ? say('{rows} of the held-out rows', { rows })
        : say('the {rows} held-out rows', { rows });
    this.#unit.textContent = classes
      ? say(
          'Added to the share of {rows} that are wrong, {error}, in percentage points: mean and standard deviation of {repeats} orders.',
          {
            ...{ rows: whose, error: percent(start.error), repeats: start.repeats },
          },
        )
      : say(
          'Added to the root mean squared error of {rows}, {error}: mean and standard deviation of {repeats} orders.',
          {
            ...{ rows: whose, error: text.near(start.error), repeats: start.repeats },
          },
        );
    const value = ({ mean, deviation }: Found): string => {
      const signed = (part: string): string => (mean > 0 ? `+${part}` : part);
      return classes
        ? `${signed(fixed(100 * mean, 1)).replace('-', '−')} ± ${fixed(100 * deviation, 1)}`
        : text.spread(mean, deviation);
    };
    const sorted = [...this.#found].sort((a, b) => b.mean - a.mean);
    const most = Math.max(sorted[0]?.mean ?? 0, Number.MIN_VALUE);
    this.#bars.replaceChildren(
      ...sorted.slice(0, BARS).map((one) => {
        const bar = make('span', { class: 'bar' });
        bar.style.setProperty('--share', String(Math.max(0, one.mean) / most));
        const name = make('span', { class: 'class-name', translate: 'no' }, one.name);
        return make('li', {}, name, bar, make('span', { translate: 'no' }, value(one)));
      }),
    );
    const more = sorted.length - BARS;
    this.#rest.textContent =
      more > 0 ? say('{count} more columns matter less.', { count: whole(more) }) : '';
  }
}

/** Another look began, or the network is gone. */
class EndedError extends Error {}
