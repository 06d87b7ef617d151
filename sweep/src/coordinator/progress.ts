import type { TrialEpoch, TrialMetrics } from '../../../src/trial/result.ts';
import type { Objective, Point, StoredTrial } from '../contract.ts';
import type { PointEnd } from '../search/search.ts';

/** The objective's value; null if it is not finite. */
export const objectiveOf = ({ metric }: Objective, test: TrialMetrics): number | null =>
  metric === 'test.loss' ? test.loss : test.accuracy;

/** What is known of a trial. */
export class TrialProgress {
  /** The objective's values after epochs 1, 2, … */
  readonly values: (number | null)[] = [];
  state: StoredTrial['state'] = 'waiting';
  /** The objective's value of its result. */
  value: number | null = null;
  readonly id: string;
  readonly #objective: Objective;

  constructor(id: string, objective: Objective) {
    this.id = id;
    this.#objective = objective;
  }

  get ended(): boolean {
    return this.state !== 'waiting' && this.state !== 'running';
  }

  /** An epoch that is told again, as after a trial was taken up by another worker, is the same. */
  epoch({ epoch, test }: TrialEpoch): void {
    if (epoch === this.values.length + 1) this.values.push(objectiveOf(this.#objective, test));
  }

  take({ state, epochs, result }: StoredTrial): void {
    for (const epoch of [...epochs, ...(result?.history ?? [])]) this.epoch(epoch);
    this.state = state;
    this.value = result === null ? null : objectiveOf(this.#objective, result.test);
  }
}

/** A point with its trials, one for each seed. */
export class PointProgress {
  readonly number: number;
  readonly values: Point;
  readonly trials: readonly TrialProgress[];
  /** Epochs that were reported to the search. */
  reported = 0;
  /** Whether the search has said to stop it. */
  isPruned = false;
  /** Whether the store was asked to stop it. */
  isStopped = false;
  /** Whether the search was told of its end. */
  told = false;

  constructor(number: number, values: Point, trials: readonly TrialProgress[]) {
    this.number = number;
    this.values = values;
    this.trials = trials;
  }

  /** The mean over the seeds after an epoch, from 1, once all have reported it; undefined before. */
  valueAfter(epoch: number): number | null | undefined {
    return this.trials.every(({ values }) => values.length >= epoch)
      ? meanOf(this.trials.map(({ values }) => values[epoch - 1]))
      : undefined;
  }

  /** How it ended, once all of its trials have; undefined before. */
  get end(): PointEnd | undefined {
    if (!this.trials.every(({ ended }) => ended)) return undefined;
    if (this.trials.some(({ state }) => state === 'failed')) {
      return { state: 'failed', value: null };
    }
    if (this.trials.some(({ state }) => state === 'pruned')) {
      const epochs = Math.min(...this.trials.map(({ values }) => values.length));
      return { state: 'pruned', value: epochs === 0 ? null : (this.valueAfter(epochs) ?? null) };
    }
    return { state: 'done', value: meanOf(this.trials.map(({ value }) => value)) };
  }
}

/** Null if one is. The order of the seeds is fixed, so that the sum is, too. */
function meanOf(values: readonly (number | null)[]): number | null {
  let sum = 0;
  for (const value of values) {
    if (value === null) return null;
    sum += value;
  }
  return sum / values.length;
}
