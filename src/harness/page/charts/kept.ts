import { measureOfRun } from '../measure.ts';
import { resultOf } from '../notebook/run-epochs.ts';
import type { RunRecord } from '../notebook/run-store.ts';
import { keptRecord } from '../notebook/run-store.ts';
import { say } from '../words/words.ts';
import type { Of } from './curves.ts';
import type { View } from './view.ts';

type Part = Pick<RunRecord, 'history' | 'kept' | 'networks'>;

/** The value of a run's best epoch, as the list shows it; undefined if its weights are those of its last one. */
export function keptValue(run: Part, of: Of): number | undefined {
  const isEarlier = ({ history, kept }: Pick<Part, 'history' | 'kept'>): boolean =>
    kept !== undefined && history.at(-1)?.epoch !== kept;
  if (run.networks.length > 0) {
    const result = run.networks.some(isEarlier) ? resultOf(run) : undefined;
    if (!result) return undefined;
    const { loss, accuracy } = result;
    return of({ epoch: 0, loss: loss.mean, accuracy: accuracy?.mean ?? null }) ?? undefined;
  }
  const { epoch = 0, test } = (isEarlier(run) ? keptRecord(run) : undefined) ?? {};
  return test && (of({ epoch, ...test }) ?? undefined);
}

/** Whether a run that is shown goes on beyond the epochs that are seen. */
export const goBeyond = (
  runs: readonly Pick<RunRecord, 'history' | 'live'>[],
  { zoom }: Pick<View, 'zoom'>,
): boolean =>
  zoom !== undefined &&
  runs.some(({ history, live }) =>
    [history.at(-1), live.at(-1)].some((point) => point && point.epoch > zoom[1]),
  );

/** Before the result of a run that goes on beyond the epochs that are seen. */
export const BEYOND = '→';

export const beyondText = (): string =>
  say('→ before a value: the run goes on beyond the epochs seen, and this is its result.');

/** Whether some run that is shown has an accuracy, or may have one: it has no point yet, and learns classes. */
export const haveAccuracy = (
  runs: readonly Pick<RunRecord, 'query' | 'dataset' | 'history' | 'live'>[],
): boolean =>
  runs.some((run) => {
    if (measureOfRun(run) !== 'class') return false;
    const { history, live } = run;
    const [first] = [...live.slice(0, 1), ...history.slice(0, 1).map(({ train }) => train)];
    return !first || first.accuracy !== null;
  });
