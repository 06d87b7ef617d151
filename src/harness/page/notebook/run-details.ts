import { make, save } from '../dom.ts';
import { adapterLabel } from '../facts.ts';
import { targetText } from '../inside/table/target-text.ts';
import { testErrorText } from '../number-error.ts';
import { counted, whole } from '../numbers.ts';
import { language, say } from '../words/words.ts';
import { fileName, runCsv, runJson } from './run-export.ts';
import {
  calledOf,
  canGoOn,
  isActive,
  isImported,
  labelOf,
  MOST_LETTERS,
  type RunRecord,
} from './run-store.ts';
import { dataText, settingLines } from './run-words.ts';
import { MORE_SEEDS } from './seeds.ts';
import { titleText } from './setting-words.ts';

/** What can be done with a run of the list. */
export interface RunActions {
  /** Writes the run's settings into the form. */
  load(run: RunRecord): void;
  /** Copies the address that repeats it. */
  copyLink(run: RunRecord): void;
  /** Gives it another name; the title again if it is empty. */
  rename(run: RunRecord, name: string): void;
  pin(run: RunRecord): void;
  /** Shows programs that use its model. */
  use(run: RunRecord): void;
  /** Whether something is trained now. */
  busy(): boolean;
  /** Whether it can be given more epochs, once nothing is trained. */
  goesOn(run: RunRecord): boolean;
  /** Gives it more epochs. */
  more(run: RunRecord): void;
  /** Starts the next run from its weights. */
  begin(run: RunRecord): void;
  /** Trains it again with seeds that it does not have. */
  repeat(run: RunRecord): void;
  remove(run: RunRecord): void;
}

function facts(run: RunRecord, actions: RunActions): [string, string][] {
  const { adapter, begun } = run;
  return [
    [say('Began'), new Date(begun).toLocaleString(language() === 'en' ? 'en-GB' : language())],
    [say('Data'), dataText(run)],
    ['GPU', adapter ? adapterLabel(adapter) : '–'],
    ...learnedFacts(run),
    [say('Weights'), weightsText(run)],
    ...moreFacts(run),
    ...aloneFacts(run, actions),
    ...(run.name === undefined ? [] : [[say('Title'), titleText(run.title)] as [string, string]]),
  ];
}

/** What a run learns, if it is a number, and how far it is from it. */
function learnedFacts(run: RunRecord): [string, string][] {
  const { number } = run.dataset ?? {};
  if (!number) return [];
  const text = targetText(number.name, number);
  return [
    [
      say('Learns'),
      say(
        '{column}, a number: always saying its mean, {mean}, has an error of {deviation} (RMSE)',
        {
          column: number.name,
          mean: text.near(number.mean),
          deviation: text.near(number.deviation),
        },
      ),
    ],
    [say('Test error (RMSE)'), testErrorText(run, number)],
  ];
}

const weightsText = (run: RunRecord): string => {
  const { weights, kept, given } = run;
  if (isImported(run)) return say('imported from {file}', { file: given?.name ?? '' });
  if (!weights) return say('none');
  return kept === undefined
    ? say('kept, of step {step}', { step: whole(weights.step) })
    : say('kept, of epoch {epoch}, the best', { epoch: kept });
};

/** Epochs that a run was given later, which its address does not repeat. */
const moreFacts = ({ more = [] }: RunRecord): [string, string][] =>
  more.map(({ epochs, anew }) => {
    const added = say('{epochs} more', { epochs: counted(epochs, 'epoch') });
    return [
      say('Then'),
      anew ? say('{added}, from stored weights, with a new optimizer', { added }) : added,
    ];
  });

/** Why a run that could go on does not. */
const aloneFacts = (run: RunRecord, actions: RunActions): [string, string][] =>
  canGoOn(run) && !actions.goesOn(run)
    ? [
        [
          say('More epochs'),
          say('not without the runs that were started with it, which were deleted'),
        ],
      ]
    : [];

const list = (entries: readonly (readonly [string, string])[]): HTMLElement =>
  make(
    'dl',
    { class: 'settled' },
    ...entries.map(([name, value]) => make('div', {}, make('dt', {}, name), make('dd', {}, value))),
  );

/** Under a run's row: its facts, all its settings, and what can be done with it. */
export function runDetails(run: RunRecord, columns: number, actions: RunActions): HTMLElement {
  const busy = isActive(run);
  const label = labelOf(run);
  const button = (text: string, click: () => void, disabled = false) =>
    make(
      'button',
      { type: 'button', class: 'small', click, disabled, 'aria-label': `${text}: ${label}` },
      text,
    );
  const name = make('input', {
    value: calledOf(run),
    maxlength: String(MOST_LETTERS),
    autocomplete: 'off',
    'aria-label': say('Name of {run}', { run: label }),
    change: () => actions.rename(run, name.value),
  });
  return make(
    'tr',
    { class: 'details' },
    make(
      'td',
      { colspan: String(columns) },
      make(
        'div',
        { class: 'actions' },
        make('label', { class: 'beside' }, `${say('Name')} `, name),
      ),
      make(
        'div',
        { class: 'actions' },
        button(say('Load these settings'), () => actions.load(run)),
        button(say('Copy link'), () => actions.copyLink(run)),
        button(say('Repeat with {count} more seeds', { count: MORE_SEEDS }), () =>
          actions.repeat(run),
        ),
        button(say('Use this model'), () => actions.use(run), !run.weights || busy),
        button(say('More epochs'), () => actions.more(run), !actions.goesOn(run) || actions.busy()),
        button(say('Start from its weights'), () => actions.begin(run), !run.weights || busy),
        button(run.pinned ? say('Unpin') : say('Pin'), () => actions.pin(run)),
        button(say('Save as JSON'), () =>
          save(fileName(run, '.json'), 'application/json', runJson(run)),
        ),
        button(say('Save as CSV'), () => save(fileName(run, '.csv'), 'text/csv', runCsv(run))),
        button(say('Delete'), () => actions.remove(run), busy),
      ),
      list(facts(run, actions)),
      make('details', {}, make('summary', {}, say('All settings')), list(settingLines(run))),
    ),
  );
}
