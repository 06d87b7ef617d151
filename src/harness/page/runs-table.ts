import { colourOf } from './chart.ts';
import { find, make, save } from './dom.ts';
import { duration, loss, percent, spreadText } from './numbers.ts';
import { converges, type RunRecord, runCsv, runJson } from './run-store.ts';

/** A run's settings, without its name. */
function settingsText({ query }: RunRecord): string {
  const skipped = new Set(['model', 'data']);
  const parts = [...new URLSearchParams(query)].filter(([name]) => !skipped.has(name));
  return parts.map(([name, value]) => `${name} ${value}`).join(', ') || 'preset';
}

const fileName = (run: RunRecord, end: string): string =>
  `gradweave-${run.title.toLowerCase().replace(/[^\w]+/g, '-')}-${run.id}${end}`;

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
  done: '',
  stopped: 'stopped',
  failed: 'failed',
};

/** The list of runs: which the charts show, their results, and what can be saved. */
export class RunsTable {
  readonly #body: HTMLElement;
  readonly #changed: () => void;

  constructor(table: HTMLElement, changed: () => void) {
    this.#body = find(table, 'tbody');
    this.#changed = changed;
  }

  draw(runs: readonly RunRecord[]): void {
    if (runs.length === 0) return;
    this.#body.replaceChildren(
      ...[...runs].reverse().flatMap((run) => [this.#row(run), ...this.#networks(run)]),
    );
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
      return make('tr', { class: 'network' }, ...cells.map((cell) => make('td', {}, ...cell)));
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
          this.#changed();
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
        this.#changed();
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
        make('a', { href: `?run=train&${run.query}` }, `${run.title} #${run.id}`),
        ' ',
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
      ...cells.map((cell) => make('td', {}, ...cell)),
    );
  }
}
