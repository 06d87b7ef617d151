import { colourOf } from '../charts/colours.ts';
import { find, make, save } from '../dom.ts';
import { duration, loss, percent, spreadText } from '../numbers.ts';
import { language, say } from '../words/words.ts';
import { fileName, type RunActions, runDetails } from './run-details.ts';
import { converges, labelOf, type RunRecord, runCsv, runJson } from './run-store.ts';
import { settingsText } from './run-words.ts';

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

/** What is said of a run that is not done. */
const STATES: Readonly<Record<RunRecord['state'], () => string>> = {
  running: () => say('running'),
  paused: () => say('paused'),
  done: () => '',
  stopped: () => say('stopped'),
  failed: () => say('failed'),
};

/** What the table calls back. */
export interface TableActions extends RunActions {
  changed(run: RunRecord): void;
  /** Shows a run, and no other. */
  only(run: RunRecord): void;
  /** Somebody points at a run's row, or has the focus in it; undefined if at none. */
  light(key: string | undefined): void;
}

/** Of the table. */
const COLUMNS = 8;

/** Names of a row's cells after the first, where the table has no head. */
const namesNow = (): readonly string[] => [
  ...['', '', say('Epochs'), say('Test loss'), say('Accuracy'), say('Time'), ''],
];

const noRun = (): HTMLElement =>
  make('tr', { class: 'empty' }, make('td', { colspan: String(COLUMNS) }, say('No run yet.')));

/** The list of runs: which the charts show, their results, and what can be saved. */
export class RunsTable {
  readonly #body: HTMLElement;
  readonly #actions: TableActions;
  /** Keys of the runs whose details are open. */
  readonly #open = new Set<string>();
  #colours: ReadonlyMap<string, string> = new Map();
  /** What was drawn last of each run. */
  readonly #drawn = new Map<
    string,
    { readonly drawn: string; readonly rows: readonly Element[] }
  >();

  constructor(table: HTMLElement, actions: TableActions) {
    this.#body = find(table, 'tbody');
    this.#actions = actions;
    const keyAt = ({ target }: Event): string | undefined =>
      target instanceof Element
        ? target.closest<HTMLElement>('tr[data-key]')?.dataset.key
        : undefined;
    for (const type of ['mouseover', 'focusin']) {
      this.#body.addEventListener(type, (event) => actions.light(keyAt(event)));
    }
    for (const type of ['mouseleave', 'focusout']) {
      this.#body.addEventListener(type, () => actions.light(undefined));
    }
  }

  /** Marks the row of a run whose curve somebody points at. */
  light(key: string | undefined): void {
    for (const row of this.#body.querySelectorAll('tr.lit')) row.classList.remove('lit');
    if (key === undefined) return;
    this.#body.querySelector(`tr[data-key="${CSS.escape(key)}"]`)?.classList.add('lit');
  }

  /**
   * Draws what has changed: a row that somebody uses stays as it is.
   *
   * @param colours of runs that charts show in another colour than their own, by their keys
   */
  draw(runs: readonly RunRecord[], colours: ReadonlyMap<string, string>): void {
    this.#colours = colours;
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

  #colour(run: RunRecord): string {
    return this.#colours.get(run.key) ?? colourOf(run);
  }

  /** The rows of a run; the same ones as long as they show the same. */
  #rows(run: RunRecord): readonly Element[] {
    const { key, id, name, pinned, shown, state, open, epochs, history, seconds, best } = run;
    const details = this.#open.has(key);
    const now = [id, name, pinned, shown, state, open, epochs, history.length, seconds, best];
    const drawn = JSON.stringify([
      ...now,
      run.weights?.step,
      run.dataset,
      details,
      this.#colour(run),
      language(),
    ]);
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
      const best = network.run === run.best ? say(', the best') : '';
      const odd = converges(network) ? '' : say(', diverged');
      const names = namesNow();
      const cells: readonly (readonly (Node | string)[])[] = [
        [],
        [say('Seed {seed}', { seed }) + odd + best],
        [],
        [say('{done} of {all}', { done: history.length, all: run.epochs })],
        [loss(last?.test?.loss)],
        [percent(last?.test?.accuracy)],
        [],
        [],
      ];
      return make(
        'tr',
        { class: 'network' },
        ...cells.map((cell, i) =>
          make('td', names[i - 1] ? { 'data-name': names[i - 1] } : {}, ...cell),
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
      say('{count} networks', { count: run.networks.length }),
    );
    return diverged > 0
      ? [button, make('span', { class: 'state' }, say('{count} diverged', { count: diverged }))]
      : [button];
  }

  #row(run: RunRecord): HTMLElement {
    const box = make('input', {
      type: 'checkbox',
      checked: run.shown,
      'aria-label': say('Show {run}', { run: labelOf(run) }),
      change: () => {
        run.shown = box.checked;
        this.#actions.changed(run);
      },
    });
    const swatch = make('span', { class: 'swatch' });
    swatch.style.background = `var(${this.#colour(run)})`;
    const last = run.history.at(-1);
    const spread = run.spreads.at(-1);
    const button = (text: string, label: string, click: () => void, disabled = false) =>
      make(
        'button',
        {
          type: 'button',
          class: 'small',
          'aria-label': label,
          click,
          disabled,
        },
        text,
      );
    const mark = run.dataset?.synthetic
      ? [make('span', { class: 'mark' }, say('synthetic data'))]
      : [];
    const stated = STATES[run.state]();
    const state = stated ? [make('span', { class: 'state' }, stated)] : [];
    const names = namesNow();
    const name = labelOf(run);
    const cells: readonly (readonly (Node | string)[])[] = [
      [
        make(
          'button',
          {
            type: 'button',
            class: 'name',
            'aria-expanded': String(this.#open.has(run.key)),
            'aria-label': say('Details of {run}', { run: name }),
            click: () => {
              if (!this.#open.delete(run.key)) this.#open.add(run.key);
              this.#actions.changed(run);
            },
          },
          name,
        ),
        ' ',
        ...(run.pinned ? [make('span', { class: 'state' }, say('pinned'))] : []),
        ...this.#count(run),
        ...state,
        ...mark,
      ],
      [settingsText(run)],
      [say('{done} of {all}', { done: run.history.length, all: run.epochs })],
      [spread ? spreadText(spread.loss, loss) : loss(last?.test?.loss)],
      [spread?.accuracy ? spreadText(spread.accuracy, percent) : percent(last?.test?.accuracy)],
      [duration(run.seconds)],
      [
        button('JSON', say('JSON of {run}', { run: name }), () =>
          save(fileName(run, '.json'), 'application/json', runJson(run)),
        ),
        button('CSV', say('CSV of {run}', { run: name }), () =>
          save(fileName(run, '.csv'), 'text/csv', runCsv(run)),
        ),
        button(
          say('Weights'),
          run.networks.length > 0
            ? say('Weights of seed {seed} of {run}', { seed: bestSeed(run) ?? '–', run: name })
            : say('Weights of {run}', { run: name }),
          () => saveWeights(run),
          !run.weights,
        ),
      ],
    ];
    const only = button(say('only'), say('Show only {run}', { run: name }), () =>
      this.#actions.only(run),
    );
    const first = make('td', {}, make('label', { class: 'check' }, box, swatch), only);
    return make(
      'tr',
      { 'data-seconds': String(run.seconds), 'data-key': run.key },
      first,
      ...cells.map((cell, i) => make('td', names[i] ? { 'data-name': names[i] } : {}, ...cell)),
    );
  }
}
