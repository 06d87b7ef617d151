import { type Stroke, swatchBackground } from '../charts/colours.ts';
import { find, make } from '../dom.ts';
import { dataName } from '../facts.ts';
import { testErrorText } from '../number-error.ts';
import { counted, loss, percent, spentText, spreadText } from '../numbers.ts';
import { say } from '../words/words.ts';
import { keptMark, namesOf, smallButton } from './row-cells.ts';
import type { RunActions } from './run-details.ts';
import { converges, resultOf } from './run-epochs.ts';
import { saveButtons } from './run-saves.ts';
import { isActive, isImported, isOwn, labelOf, type RunRecord, testOf } from './run-store.ts';
import { settingsText } from './run-words.ts';

/** What is said of a run that is not done. */
const STATES: Readonly<Record<RunRecord['state'], () => string>> = {
  running: () => say('running'),
  paused: () => say('paused'),
  done: () => '',
  stopped: () => say('stopped'),
  failed: () => say('failed'),
};

/** What is said of how far a run is; nothing of one that is done. */
const stateText = (run: RunRecord): string =>
  isImported(run) && !isActive(run) ? say('imported, not trained yet') : STATES[run.state]();

/** Epochs that it was to be given, if none of them was done when its tab was closed. */
const interruptedText = (run: RunRecord): string =>
  run.adding && !isActive(run)
    ? say('{epochs} more: interrupted', { epochs: counted(run.adding.epochs, 'epoch') })
    : '';

/** What the table calls back. */
export interface TableActions extends RunActions {
  changed(run: RunRecord): void;
  /** Shows a run, and no other. */
  only(run: RunRecord): void;
  /** Somebody points at a run's row, or has the focus in it; undefined if at none. */
  light(key: string | undefined): void;
}

/** How a run's row looks. */
interface RowLook {
  /** Whether its details stand below. */
  readonly details: boolean;
  /** Shows the details, or hides them. */
  readonly toggle: () => void;
}

/** The accuracy of a run, or its error if it learns a number. */
function resultText(run: RunRecord): string {
  const { number } = run.dataset ?? {};
  if (number) return testErrorText(run, number);
  const spread = resultOf(run);
  return spread?.accuracy ? spreadText(spread.accuracy, percent) : percent(testOf(run)?.accuracy);
}

/** How many networks it is the mean of; lists them. */
function countOf(run: RunRecord, actions: TableActions): Node[] {
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
        actions.changed(run);
      },
    },
    say('{count} networks', { count: run.networks.length }),
  );
  return diverged > 0
    ? [button, make('span', { class: 'state' }, say('{count} diverged', { count: diverged }))]
    : [button];
}

/** Says in a run's row whether charts show it, and how they draw its curve. */
export function showIn(row: Element, shown: boolean, stroke: Stroke): void {
  const box = find<HTMLInputElement>(row, 'input[type=checkbox]');
  if (box.checked !== shown) box.checked = shown;
  const swatch = find(row, '.swatch');
  const background = swatchBackground(stroke);
  if (swatch.dataset.background === background) return;
  swatch.dataset.background = background;
  swatch.style.background = background;
}

/** A mean with its deviation, which may stand in a line of its own. */
const spreadIn = (text: string): (Node | string)[] => {
  const [mean, deviation] = text.split(/(?=±)/);
  return deviation === undefined ? [mean] : [mean, make('wbr'), deviation];
};

/** The row of a run. What {@link showIn} says of it comes later. */
export function runRow(run: RunRecord, look: RowLook, actions: TableActions): HTMLElement {
  const box = make('input', {
    type: 'checkbox',
    'aria-label': say('Show {run}', { run: labelOf(run) }),
    change: () => {
      run.shown = box.checked;
      actions.changed(run);
    },
  });
  const swatch = make('span', { class: 'swatch' });
  const spread = resultOf(run);
  const { dataset } = run;
  const mark = [
    ...(dataset?.synthetic ? [make('span', { class: 'mark' }, say('synthetic data'))] : []),
    ...(dataset && isOwn(run)
      ? [make('span', { class: 'state', translate: 'no' }, dataName(dataset.name))]
      : []),
  ];
  const stated = [stateText(run), interruptedText(run)].filter(Boolean).join(', ');
  const state = stated ? [make('span', { class: 'state' }, stated)] : [];
  const names = namesOf(run);
  const name = labelOf(run);
  const cells: readonly (readonly (Node | string)[])[] = [
    [
      make(
        'button',
        {
          type: 'button',
          class: 'name',
          'aria-expanded': String(look.details),
          'aria-label': say('Details of {run}', { run: name }),
          click: look.toggle,
        },
        name,
      ),
      ' ',
      ...(run.pinned ? [make('span', { class: 'state' }, say('pinned'))] : []),
      ...countOf(run, actions),
      ...state,
      ...mark,
    ],
    // All of it is among the details.
    [make('span', { class: 'brief' }, settingsText(run))],
    [
      say('{done} of {all}', { done: run.history.length, all: run.epochs }),
      ...(run.networks.length > 0 ? [] : keptMark(run.kept, run.history)),
    ],
    spreadIn(spread ? spreadText(spread.loss, loss) : loss(testOf(run)?.loss)),
    spreadIn(resultText(run)),
    [spentText(run.seconds)],
    saveButtons(run),
  ];
  const only = smallButton(say('only'), say('Show only {run}', { run: name }), () =>
    actions.only(run),
  );
  const first = make('td', {}, make('label', { class: 'check' }, box, swatch), only);
  return make(
    'tr',
    { 'data-seconds': String(run.seconds), 'data-key': run.key },
    first,
    ...cells.map((cell, i) => make('td', names[i] ? { 'data-name': names[i] } : {}, ...cell)),
  );
}
