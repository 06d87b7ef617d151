import { make, save } from '../dom.ts';
import { adapterLabel } from '../facts.ts';
import { defaultsOf } from '../settings/settings-values.ts';
import { labelOf, type RunRecord, runCsv, runJson } from './run-store.ts';

/** What can be done with a run of the list. */
export interface RunActions {
  /** Writes the run's settings into the form. */
  load(run: RunRecord): void;
  /** Copies the address that repeats it. */
  copyLink(run: RunRecord): void;
  /** Gives it another name; the title again if it is empty. */
  rename(run: RunRecord, name: string): void;
  pin(run: RunRecord): void;
  /** Starts the next run from its weights. */
  begin(run: RunRecord): void;
  remove(run: RunRecord): void;
}

export const fileName = (run: RunRecord, end: string): string =>
  `gradweave-${(run.name ?? run.title).toLowerCase().replace(/[^\w]+/g, '-')}-${run.id}${end}`;

/** The settings that a run was started with, those of its preset included. */
function settingsOf({ query }: RunRecord): [string, string][] {
  const given = new URLSearchParams(query);
  const all = { ...defaultsOf(given.get('model') ?? '2'), ...Object.fromEntries(given) };
  return Object.entries(all).filter(([, value]) => value !== '');
}

const SHOWN_HASH = 16;

function facts(run: RunRecord): [string, string][] {
  const { dataset, adapter, begun, weights } = run;
  const data = dataset
    ? `${dataset.name}, ${dataset.train} to train, ${dataset.test} to test${dataset.sha256 ? `, SHA-256 ${dataset.sha256.slice(0, SHOWN_HASH)}…` : ''}`
    : '–';
  return [
    ['Began', new Date(begun).toLocaleString('en-GB')],
    ['Data', data],
    ['GPU', adapter ? adapterLabel(adapter) : '–'],
    ['Weights', weights ? `kept, of step ${weights.step}` : 'none'],
    ...(run.name === undefined ? [] : [['Title', run.title] as [string, string]]),
  ];
}

const list = (entries: readonly (readonly [string, string])[]): HTMLElement =>
  make(
    'dl',
    { class: 'settled' },
    ...entries.map(([name, value]) => make('div', {}, make('dt', {}, name), make('dd', {}, value))),
  );

/** Under a run's row: its facts, all its settings, and what can be done with it. */
export function runDetails(run: RunRecord, columns: number, actions: RunActions): HTMLElement {
  const busy = run.state === 'running' || run.state === 'paused';
  const label = labelOf(run);
  const button = (text: string, click: () => void, disabled = false) =>
    make(
      'button',
      { type: 'button', class: 'small', click, disabled, 'aria-label': `${text}: ${label}` },
      text,
    );
  const name = make('input', {
    value: run.name ?? run.title,
    maxlength: '80',
    autocomplete: 'off',
    'aria-label': `Name of ${label}`,
    change: () => actions.rename(run, name.value),
  });
  return make(
    'tr',
    { class: 'details' },
    make(
      'td',
      { colspan: String(columns) },
      make('div', { class: 'actions' }, make('label', { class: 'beside' }, 'Name ', name)),
      make(
        'div',
        { class: 'actions' },
        button('Load these settings', () => actions.load(run)),
        button('Copy link', () => actions.copyLink(run)),
        button('Start from its weights', () => actions.begin(run), !run.weights || busy),
        button(run.pinned ? 'Unpin' : 'Pin', () => actions.pin(run)),
        button('Save as JSON', () =>
          save(fileName(run, '.json'), 'application/json', runJson(run)),
        ),
        button('Save as CSV', () => save(fileName(run, '.csv'), 'text/csv', runCsv(run))),
        button('Delete', () => actions.remove(run), busy),
      ),
      list(facts(run)),
      make('details', {}, make('summary', {}, 'All settings'), list(settingsOf(run))),
    ),
  );
}
