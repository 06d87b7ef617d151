import { colourOf } from '../charts/chart.ts';
import { find, make, save } from '../dom.ts';
import { duration, loss, percent, spreadText } from '../numbers.ts';
import { fileName, type RunActions, runDetails } from './run-details.ts';
import { converges, labelOf, type RunRecord, runCsv, runJson } from './run-store.ts';

/** A run's settings, without its name. */
function settingsText({ query }: RunRecord): string {
  const skipped = new Set(['model', 'data']);
  const parts = [...new URLSearchParams(query)].filter(([name]) => !skipped.has(name));
  return parts.map(([name, value]) => `${name} ${value}`).join(', ') || 'preset';
}

/** The network whose weights a run has, if it has several. */
const bestSeed = ({ networks, best }: RunRecord): number | undefined =>
  networks.find(({ run }) => run === best)?.seed;

/** Offers a run's weights as a file. */
export function saveWeights(run: RunRecord): void {
  if (!run.weights) return;
  const seed = bestSeed(run);
  const end = `${seed === undefined ? '' : `-seed-${seed}`}.safetensors`;
  save(fileName(run, end), 'application/octet-stream', run.weights.bytes);
}

const STATES: Readonly<Record<RunRecord['state'], string>> = {
  running: 'running',
  paused: 'paused',
  done: '',
  stopped: 'stopped',
  failed: 'failed',
};

/** What the table calls back. */
export interface TableActions extends RunActions {
  changed(run: RunRecord): void;
}

/** Of the table. */
const COLUMNS = 8;

/** Names of a row's cells after the first, where the table has no head. */
const NAMES = ['', '', 'Epochs', 'Test loss', 'Accuracy', 'Time', ''];

const noRun = (): HTMLElement =>
  make('tr', { class: 'empty' }, make('td', { colspan: String(COLUMNS) }, 'No run yet.'));

/** The list of runs: which the charts show, their results, and what can be saved. */
export class RunsTable {
  readonly #body: HTMLElement;
  readonly #actions: TableActions;
  /** Keys of the runs whose details are open. */
  readonly #open = new Set<string>();
  /** What was drawn last of each run. */
  readonly #drawn = new Map<
    string,
    { readonly drawn: string; readonly rows: readonly Element[] }
  >();

  constructor(table: HTMLElement, actions: TableActions) {
    this.#body = find(table, 'tbody');
    this.#actions = actions;
  }

  /** Draws what has changed: a row that somebody uses stays as it is. */
  draw(runs: readonly RunRecord[]): void {
    const pinnedFirst = [...runs].reverse().sort((a, b) => Number(b.pinned) - Number(a.pinned));
    const wanted = runs.length === 0 ? [noRun()] : pinnedFirst.flatMap((run) => this.#rows(run));
    const focused = document.activeElement?.getAttribute('aria-label');
    for (const child of [...this.#body.children]) if (!wanted.includes(child)) child.remove();
    for (const [i, row] of wanted.entries()) {
      if (this.#body.children[i] !== row) {
        this.#body.insertBefore(row, this.#body.children[i] ?? null);
      }
    }
    if (!focused || document.activeElement !== document.body) return;
    // Its row was drawn anew.
    this.#body.querySelector<HTMLElement>(`[aria-label="${CSS.escape(focused)}"]`)?.focus();
  }

  /** The rows of a run; the same ones as long as they show the same. */
  #rows(run: RunRecord): readonly Element[] {
    const { key, id, name, pinned, shown, state, open, epochs, history, seconds, best } = run;
    const details = this.#open.has(key);
    const now = [id, name, pinned, shown, state, open, epochs, history.length, seconds, best];
    const drawn = JSON.stringify([...now, run.weights?.step, run.dataset, details]);
    const before = this.#drawn.get(key);
    if (before?.drawn === drawn) return before.rows;
    const rows = [
      this.#row(run),
      ...(details ? [runDetails(run, COLUMNS, this.#actions)] : []),
      ...this.#networks(run),
    ];
    this.#drawn.set(key, { drawn, rows });
    return rows;
  }

  /** The networks of a run, if they are listed. */
  #networks(run: RunRecord): HTMLElement[] {
    if (!run.open) return [];
    return run.networks.map((network) => {
      const { history, seed } = network;
      const last = history.at(-1);
      const best = network.run === run.best ? ', the best' : '';
      const odd = converges(network) ? '' : ', diverged';
      const cells: readonly (readonly (Node | string)[])[] = [
        [],
        [`Seed ${seed}${odd}${best}`],
        [],
        [`${history.length} of ${run.epochs}`],
        [loss(last?.test?.loss)],
        [percent(last?.test?.accuracy)],
        [],
        [],
      ];
      return make(
        'tr',
        { class: 'network' },
        ...cells.map((cell, i) =>
          make('td', NAMES[i - 1] ? { 'data-name': NAMES[i - 1] } : {}, ...cell),
        ),
      );
    });
  }

  /** How many networks it is the mean of; lists them. */
  #count(run: RunRecord): Node[] {
    if (run.networks.length === 0) return [];
    const diverged = run.networks.filter((network) => !converges(network)).length;
    const button = make(
      'button',
      {
        type: 'button',
        class: 'small',
        'aria-expanded': String(run.open),
        click: () => {
          run.open = !run.open;
          this.#actions.changed(run);
        },
      },
      `${run.networks.length} networks`,
    );
    return diverged > 0
      ? [button, make('span', { class: 'state' }, ` ${diverged} diverged`)]
      : [button];
  }

  #row(run: RunRecord): HTMLElement {
    const box = make('input', {
      type: 'checkbox',
      checked: run.shown,
      'aria-label': `Show ${run.title} ${run.id}`,
      change: () => {
        run.shown = box.checked;
        this.#actions.changed(run);
      },
    });
    const swatch = make('span', { class: 'swatch' });
    swatch.style.background = `var(${colourOf(run)})`;
    const last = run.history.at(-1);
    const spread = run.spreads.at(-1);
    const button = (text: string, what: string, click: () => void, disabled = false) =>
      make(
        'button',
        {
          type: 'button',
          class: 'small',
          'aria-label': `${what} of ${run.title} ${run.id}`,
          click,
          disabled,
        },
        text,
      );
    const mark = run.dataset?.synthetic ? [make('span', { class: 'mark' }, 'synthetic data')] : [];
    const state = STATES[run.state] ? [make('span', { class: 'state' }, STATES[run.state])] : [];
    const cells: readonly (readonly (Node | string)[])[] = [
      [
        make(
          'button',
          {
            type: 'button',
            class: 'name',
            'aria-expanded': String(this.#open.has(run.key)),
            'aria-label': `Details of ${labelOf(run)}`,
            click: () => {
              if (!this.#open.delete(run.key)) this.#open.add(run.key);
              this.#actions.changed(run);
            },
          },
          labelOf(run),
        ),
        ' ',
        ...(run.pinned ? [make('span', { class: 'state' }, 'pinned')] : []),
        ...this.#count(run),
        ...state,
        ...mark,
      ],
      [settingsText(run)],
      [`${run.history.length} of ${run.epochs}`],
      [spread ? spreadText(spread.loss, loss) : loss(last?.test?.loss)],
      [spread?.accuracy ? spreadText(spread.accuracy, percent) : percent(last?.test?.accuracy)],
      [duration(run.seconds)],
      [
        button('JSON', 'JSON', () =>
          save(fileName(run, '.json'), 'application/json', runJson(run)),
        ),
        button('CSV', 'CSV', () => save(fileName(run, '.csv'), 'text/csv', runCsv(run))),
        button(
          'Weights',
          run.networks.length > 0 ? `Weights of seed ${bestSeed(run) ?? '–'}` : 'Weights',
          () => saveWeights(run),
          !run.weights,
        ),
      ],
    ];
    const first = make('td', {}, make('label', { class: 'check' }, box, swatch));
    return make(
      'tr',
      { 'data-seconds': String(run.seconds) },
      first,
      ...cells.map((cell, i) => make('td', NAMES[i] ? { 'data-name': NAMES[i] } : {}, ...cell)),
    );
  }
}
