import type { RunRecord } from './run-store.ts';

/** What of a run stays: all but its weights, which have a place of their own, and what is only how it is shown. */
export type KeptRun = Omit<RunRecord, 'weights' | 'open' | 'held'>;

/** What somebody says of a run, in whichever tab: apart from what training makes of it. */
export type Marks = Partial<Pick<RunRecord, 'name' | 'pinned'>>;

export const marksOf = ({ name, pinned }: KeptRun): Marks => ({ name, pinned });

/** In the order in which runs stand in the list. */
export const byBeginning = (a: RunRecord, b: RunRecord): number =>
  a.begun.localeCompare(b.begun) || a.id - b.id;

/** What a run is that was left by the tab that trained it, closed or crashed: if none of the epochs that it was to be given was done, as it was before. */
export const leftAlone = ({ adding }: Pick<KeptRun, 'adding'>): Partial<KeptRun> =>
  adding ? adding.before : { state: 'stopped' };

/** What training makes of a run, with what was said of it in whichever tab. */
export const trained = (run: KeptRun, stored: KeptRun | undefined): KeptRun =>
  stored ? { ...run, ...marksOf(stored) } : run;

/** Whether two records are of the same run. Those of files of older pages have other keys: they began at the same time, as the same. */
export const isSameRun = (
  a: Pick<RunRecord, 'key' | 'begun' | 'title' | 'query'>,
  b: Pick<RunRecord, 'key' | 'begun' | 'title' | 'query'>,
): boolean =>
  a.key === b.key || (a.begun === b.begun && a.title === b.title && a.query === b.query);

/** Whether a run's epochs begin as those of another one do, which has more of them. */
const isBegin = ({ history }: RunRecord, { history: longer }: RunRecord): boolean => {
  if (history.length >= longer.length) return false;
  const last = history.at(-1);
  const same = longer[history.length - 1];
  return !last || (last.seconds === same?.seconds && Object.is(last.train.loss, same.train.loss));
};

/** Takes up what another tab has kept of a run. What is only here, as in a browser that is full, stays. */
export function takeUp(run: RunRecord, stored: RunRecord): void {
  // One that was cut to the epochs of its weights, and went on, has others.
  const isOlder = isBegin(stored, run);
  const { shown, open } = run;
  const absent = { name: undefined, best: undefined, kept: undefined };
  const none = { more: undefined, adding: undefined, given: undefined };
  Object.assign(run, isOlder ? marksOf(stored) : { ...absent, ...none, ...stored, shown, open });
}
