import { byId, make } from '../../src/harness/page/dom.ts';
import type { StoredTrial, SweepState, TrialState } from '../src/contract.ts';
import { isBetter } from '../src/view/summary.ts';
import { metricText, scoreText, valueText } from '../src/view/values.ts';
import { harnessLink } from './links.ts';
import { lastScore } from './scores.ts';

const ROWS = 25;

/** What the boxes let through; `lost` are those that were lost at least once, whatever they are now. */
const FILTERS = ['waiting', 'running', 'done', 'pruned', 'failed', 'lost'] as const;
type Filter = (typeof FILTERS)[number];

const ORDERS = {
  newest: 'last change',
  best: 'best first',
  number: 'as queued',
} as const;
type Order = keyof typeof ORDERS;

/** The table of trials: some of them at a time, by their state. */
export class TrialsView {
  readonly #chosen: () => void;
  readonly #picked = new Set<string>();
  readonly #filters = new Set<Filter>();
  #order: Order = 'newest';
  #page = 0;
  #state: SweepState | undefined;
  /** Trials that are brushed elsewhere. */
  #brushed: ReadonlySet<string> | undefined;

  /** @param chosen called when rows are picked */
  constructor(chosen: () => void) {
    this.#chosen = chosen;
    for (const name of FILTERS) {
      const box = make('input', {
        type: 'checkbox',
        change: () => {
          if (box.checked) this.#filters.add(name);
          else this.#filters.delete(name);
          this.#turn(0);
        },
      });
      byId('filter').append(make('label', { class: 'check' }, box, name));
    }
    const order = byId('order', HTMLSelectElement);
    order.append(...Object.entries(ORDERS).map(([value, label]) => new Option(label, value)));
    order.addEventListener('change', () => {
      this.#order = order.value as Order;
      this.#turn(0);
    });
    byId('before').addEventListener('click', () => this.#turn(this.#page - 1));
    byId('after').addEventListener('click', () => this.#turn(this.#page + 1));
    byId('clear').addEventListener('click', () => {
      this.#picked.clear();
      this.#draw();
      this.#chosen();
    });
  }

  /** The trials whose rows are picked, in their order. */
  get picked(): StoredTrial[] {
    return this.#state?.trials.filter(({ id }) => this.#picked.has(id)) ?? [];
  }

  show(state: SweepState): void {
    this.#state = state;
    this.#draw();
  }

  brush(trials: readonly StoredTrial[] | null): void {
    this.#brushed = trials === null ? undefined : new Set(trials.map(({ id }) => id));
    this.#turn(0);
  }

  #turn(page: number): void {
    this.#page = page;
    this.#draw();
  }

  #list({ trials, objective }: SweepState): StoredTrial[] {
    const through = (trial: StoredTrial): boolean =>
      this.#filters.size === 0 ||
      this.#filters.has(trial.state) ||
      (this.#filters.has('lost') && trial.lost > 0);
    const list = trials.filter((trial) => through(trial) && (this.#brushed?.has(trial.id) ?? true));
    const time = ({ began, ended }: StoredTrial): number => ended ?? began ?? 0;
    if (this.#order === 'newest') {
      list.sort(
        (a, b) => rank(a.state) - rank(b.state) || time(b) - time(a) || a.number - b.number,
      );
    }
    if (this.#order !== 'best') return list;
    const scores = new Map(list.map((trial) => [trial, lastScore(trial, objective)]));
    return list.sort((a, b) => {
      const [first, second] = [scores.get(a) ?? null, scores.get(b) ?? null];
      if (first === null || second === null)
        return Number(first === null) - Number(second === null);
      return first === second ? 0 : isBetter(first, second, objective) ? -1 : 1;
    });
  }

  #draw(): void {
    const state = this.#state;
    if (!state) return;
    const list = this.#list(state);
    const last = Math.max(0, Math.ceil(list.length / ROWS) - 1);
    this.#page = Math.min(Math.max(0, this.#page), last);
    const first = this.#page * ROWS;
    const shown = list.slice(first, first + ROWS);
    byId('page').textContent =
      list.length === 0 ? 'None' : `${first + 1} to ${first + shown.length} of ${list.length}`;
    byId('before', HTMLButtonElement).disabled = this.#page === 0;
    byId('after', HTMLButtonElement).disabled = this.#page === last;
    byId('clear').hidden = this.#picked.size === 0;
    const heads = [
      make('th', {}, make('span', { class: 'unseen' }, 'Curve')),
      ...['Trial', 'State'].map((text) => make('th', {}, text)),
      ...[...state.dimensions, 'seed'].map((text) => make('th', {}, text)),
      ...[metricText(state.objective), 'Epochs'].map((text) =>
        make('th', { class: 'number' }, text),
      ),
      ...['Worker', 'Note'].map((text) => make('th', {}, text)),
      make('th', {}, make('span', { class: 'unseen' }, 'Page that trains')),
    ];
    byId('head').replaceChildren(make('tr', {}, ...heads));
    // A box that has the focus keeps it.
    const focused = document.activeElement?.getAttribute('data-trial');
    byId('trials').replaceChildren(...shown.map((trial) => this.#row(trial, state)));
    if (focused) {
      document.querySelector<HTMLElement>(`[data-trial="${CSS.escape(focused)}"]`)?.focus();
    }
  }

  #row(trial: StoredTrial, { dimensions, objective }: SweepState): HTMLElement {
    const picked = this.#picked.has(trial.id);
    const box = make('input', {
      type: 'checkbox',
      'aria-label': `Curve of trial ${trial.number}`,
      'data-trial': trial.id,
      change: () => {
        if (box.checked) this.#picked.add(trial.id);
        else this.#picked.delete(trial.id);
        this.#draw();
        this.#chosen();
      },
    });
    box.checked = picked;
    const number = (text: string): HTMLElement => make('td', { class: 'number' }, text);
    const score = lastScore(trial, objective);
    return make(
      'tr',
      picked ? { class: 'chosen' } : {},
      make('td', {}, box),
      make('td', { title: trial.id }, String(trial.number)),
      make('td', {}, ...tagsOf(trial)),
      ...dimensions.map((name) => make('td', {}, valueText(trial.values[name]))),
      make('td', {}, String(trial.spec.seed)),
      number(scoreText(score, objective)),
      number(`${trial.epochs.length} of ${trial.spec.epochs}`),
      make('td', {}, trial.worker ?? '–'),
      make('td', { class: 'wrap' }, noteOf(trial)),
      make(
        'td',
        {},
        make('a', { href: harnessLink(trial.spec), target: '_blank', rel: 'noopener' }, 'Open'),
      ),
    );
  }
}

/** What runs is looked at first, what waits last. */
const rank = (state: TrialState): number => (state === 'running' ? 0 : state === 'waiting' ? 2 : 1);

function tagsOf({ state, lost }: StoredTrial): (Node | string)[] {
  const tag = make('span', { class: `tag ${state}` }, state);
  if (lost === 0) return [tag];
  return [
    tag,
    ' ',
    make('span', { class: 'tag lost' }, lost === 1 ? 'lost once' : `lost ${lost}×`),
  ];
}

function noteOf({ failure, attempts, result }: StoredTrial): string {
  const parts = [
    ...(failure === null ? [] : [failure]),
    ...(attempts > 1 ? [`attempt ${attempts}`] : []),
    ...(result && result.resumed > 0 ? [`resumed ${result.resumed}×`] : []),
  ];
  return parts.join(', ');
}
