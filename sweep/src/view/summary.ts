/** What a sweep's trials say, for all views: the terminal, the page and reports. Neither Node nor a page is needed. */
import type { Objective, Point, StoredTrial, SweepState, TrialState } from '../contract.ts';

/** A point with what its trials, one for each seed, ended in. */
export interface PointSummary {
  readonly point: number;
  readonly values: Point;
  readonly trials: readonly StoredTrial[];
  /** Of its trials that did all epochs, in the order of queueing. */
  readonly scores: readonly number[];
  /** Null if there are none. */
  readonly mean: number | null;
  /** Of the sample, with n − 1; null if there are fewer than two. */
  readonly deviation: number | null;
  /** None of its trials waits or runs. */
  readonly ended: boolean;
  /** All of its trials have a score: none was pruned, failed or diverged. */
  readonly complete: boolean;
}

export type Counts = Readonly<Record<TrialState, number>> & {
  /** Times that a trial's worker was not heard of any more. */
  readonly lost: number;
  readonly ended: number;
};

const ENDED: ReadonlySet<TrialState> = new Set(['done', 'pruned', 'failed']);

/** Whether a trial has ended for good. */
export const hasEnded = ({ state }: Pick<StoredTrial, 'state'>): boolean => ENDED.has(state);

/** What is compared, of a trial that did all epochs; null for others, and if the run diverged. */
export function scoreOf(trial: StoredTrial, { metric }: Objective): number | null {
  if (trial.state !== 'done' || trial.result === null) return null;
  const { loss, accuracy } = trial.result.test;
  return metric === 'test.loss' ? loss : accuracy;
}

/** Whether a score is better than another. */
export const isBetter = (score: number, other: number, { direction }: Objective): boolean =>
  direction === 'maximize' ? score > other : score < other;

export function countsOf(trials: readonly StoredTrial[]): Counts {
  const counts = { waiting: 0, running: 0, done: 0, pruned: 0, failed: 0, lost: 0, ended: 0 };
  for (const trial of trials) {
    counts[trial.state]++;
    counts.lost += trial.lost;
    if (hasEnded(trial)) counts.ended++;
  }
  return counts;
}

/** Mean and standard deviation of a sample. */
export function spreadOf(scores: readonly number[]): Pick<PointSummary, 'mean' | 'deviation'> {
  const count = scores.length;
  if (count === 0) return { mean: null, deviation: null };
  const mean = scores.reduce((sum, score) => sum + score, 0) / count;
  if (count === 1) return { mean, deviation: null };
  const squares = scores.reduce((sum, score) => sum + (score - mean) ** 2, 0);
  return { mean, deviation: Math.sqrt(squares / (count - 1)) };
}

/**
 * All points, the best first: those that are complete, then those whose trials have not all ended, then those of which a trial was
 * pruned or has failed (what is left are its lucky seeds), then those without a score.
 */
export function pointsOf({
  trials,
  objective,
}: Pick<SweepState, 'trials' | 'objective'>): PointSummary[] {
  const groups = new Map<number, StoredTrial[]>();
  for (const trial of trials) {
    const group = groups.get(trial.point);
    if (group) group.push(trial);
    else groups.set(trial.point, [trial]);
  }
  const points = [...groups].map(([point, group]): PointSummary => {
    const scores = group.flatMap((trial) => scoreOf(trial, objective) ?? []);
    const ended = group.every(hasEnded);
    const complete = scores.length === group.length;
    const own = { scores, ended, complete, ...spreadOf(scores) };
    return { point, values: group[0].values, trials: group, ...own };
  });
  const rank = ({ mean, ended, complete }: PointSummary): number =>
    mean === null ? 3 : complete ? 0 : ended ? 2 : 1;
  const sign = objective.direction === 'maximize' ? -1 : 1;
  return points.sort(
    (a, b) => rank(a) - rank(b) || sign * ((a.mean ?? 0) - (b.mean ?? 0)) || a.point - b.point,
  );
}

/** The best point at a time. */
export interface BestAt {
  /** Seconds since the sweep began. */
  readonly seconds: number;
  readonly point: number;
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

/** The best complete point, with the range of its seeds: one entry for each time that it changed. */
export function bestOverTime(state: Pick<SweepState, 'trials' | 'objective' | 'began'>): BestAt[] {
  const complete = pointsOf(state)
    .filter((point) => point.complete)
    .map((point) => ({ ...point, at: Math.max(...point.trials.map((trial) => trial.ended ?? 0)) }))
    .sort((a, b) => a.at - b.at);
  const steps: BestAt[] = [];
  for (const { at, point, mean, scores } of complete) {
    const before = steps.at(-1);
    if (mean === null || (before && !isBetter(mean, before.mean, state.objective))) continue;
    const seconds = Math.max(0, at - state.began);
    steps.push({ seconds, point, mean, low: Math.min(...scores), high: Math.max(...scores) });
  }
  return steps;
}

/**
 * About how many seconds the sweep still takes, if its workers stay: from how long its trials took. Null if none has ended, if
 * none runs, or if it is not known how many follow.
 */
export function secondsLeft(state: SweepState): number | null {
  const { trials, planned, now } = state;
  const took = trials.flatMap(({ state: how, began, ended }) =>
    how === 'done' && began !== null && ended !== null ? [ended - began] : [],
  );
  const running = trials.filter(({ state: how }) => how === 'running');
  if (took.length === 0 || running.length === 0 || planned === null) return null;
  const each = took.reduce((sum, seconds) => sum + seconds, 0) / took.length;
  const under = running.reduce(
    (sum, { began }) => sum + Math.min(each, Math.max(0, now - (began ?? now))),
    0,
  );
  const remaining = Math.max(planned, trials.length) - countsOf(trials).ended;
  return Math.max(0, (remaining * each - under) / running.length);
}
