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

/** Takes up what another tab has kept of a run. What is only here, as in a browser that is full, stays. */
export function takeUp(run: RunRecord, stored: RunRecord): void {
  const isOlder = stored.history.length < run.history.length;
  const { shown, open } = run;
  const absent = { name: undefined, best: undefined, kept: undefined };
  const none = { more: undefined, adding: undefined };
  Object.assign(run, isOlder ? marksOf(stored) : { ...absent, ...none, ...stored, shown, open });
}
