import type { Metrics } from '../../../train/history.ts';
import type { LearnedNumber } from '../../protocol.ts';
import type { LabState } from '../../worker/lab-event.ts';
import { byId } from '../dom.ts';
import type { RunRecord } from '../notebook/run-store.ts';
import { nameOfSetting } from '../notebook/setting-words.ts';
import { rmseText } from '../number-error.ts';
import { counted, loss, percent } from '../numbers.ts';
import { put, say } from '../words/words.ts';
import type { Addition } from './addition.ts';

const STATUS: Readonly<Record<LabState, () => string>> = {
  preparing: () => say('Preparing: data, kernels…'),
  running: () => say('Training.'),
  pausing: () => say('Pausing…'),
  paused: () => say('Paused.'),
  ended: () => say('Done.'),
};

/** What the panel says of what it does, in the language of then. */
export const report = (text: () => string): void => put(byId('status'), text);

/** Why no run starts. @param name of the setting that is wrong; its field may be far away */
export const wrongText = (name: string): string =>
  say('A setting is wrong: {name}. Its field says why.', { name: nameOfSetting(name) });

/** What can be done about a GPU that was lost while nothing was trained. */
export const lossAdvice = (state: 'paused' | 'ended'): string =>
  state === 'paused'
    ? say('Resume: the page requests it again, and the run goes on from where it paused.')
    : say('What is done is not lost: the page requests it again when it needs it.');

/** Says what a run does now: `count` networks at once, or one. */
export function reportState(state: LabState, count: number): void {
  report(() => {
    if (state === 'running' && count > 1) {
      return say('Training {count} networks at once. The numbers are their means.', { count });
    }
    return STATUS[state]();
  });
}

/** What is said of runs that go on from stored weights that are older than their last epoch. */
export const cutTexts = (additions: readonly Pick<Addition, 'had' | 'lost'>[]): string[] => {
  const texts = additions
    .filter(({ lost }) => lost > 0)
    .map(({ had, lost }) =>
      say(
        'The stored weights were those of epoch {epoch}: it went on from there. Left out of its curves: {epochs} after that.',
        { epoch: had, epochs: counted(lost, 'epoch') },
      ),
    );
  // Runs that are trained at once went on from the same epoch.
  return [...new Set(texts)];
};

const testedText = (
  { loss: error, accuracy }: Metrics,
  number: LearnedNumber | undefined,
): string => {
  if (number) {
    return say('These weights: test loss {loss}, a root mean squared error of {error}.', {
      loss: loss(error),
      error: rmseText(error, number),
    });
  }
  return accuracy === null
    ? say('These weights: test loss {loss}.', { loss: loss(error) })
    : say('These weights: test loss {loss}, test accuracy {accuracy}.', {
        loss: loss(error),
        accuracy: percent(accuracy),
      });
};

/** What is said of weights that were imported. */
export const givenText = ({ given, dataset }: Pick<RunRecord, 'given' | 'dataset'>): string => {
  const next = say('They are not trained yet: Start trains them.');
  return given ? `${testedText(given.test, dataset?.number)} ${next}` : next;
};
