/** What the rows of runs and of their networks have in common. */
import { make } from '../dom.ts';
import { type Measure, measureOfRun } from '../measure.ts';
import { say } from '../words/words.ts';
import type { RunRecord } from './run-store.ts';

const RESULTS: Readonly<Record<Measure, () => string>> = {
  class: () => say('Accuracy'),
  number: () => say('Error (RMSE)'),
  loss: () => '',
};

/** Names of a row's cells after the first, where the table has no head; a run of losses alone has no name of a result. */
export const namesOf = (run: RunRecord): readonly string[] => {
  const result = RESULTS[measureOfRun(run)]();
  return ['', '', say('Epochs'), say('Test loss'), result, say('Time'), ''];
};

/** The epoch whose weights are kept, if it is not the last one. */
export const keptMark = (
  epoch: number | undefined,
  { length }: readonly unknown[],
): (Node | string)[] =>
  epoch === undefined || epoch === length
    ? []
    : [' ', make('span', { class: 'state' }, say('kept: {epoch}', { epoch }))];

/** A button in a row. @param label tells it from those of other rows */
export const smallButton = (
  text: string,
  label: string,
  click: () => void,
  disabled = false,
): HTMLElement =>
  make('button', { type: 'button', class: 'small', 'aria-label': label, click, disabled }, text);
