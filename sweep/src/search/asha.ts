import type { Rungs } from '../plan/search.ts';

/** A value that a point has after so many epochs; null if it is not finite. */
export interface Report {
  readonly number: number;
  readonly epoch: number;
  readonly value: number | null;
}

/** For each point the values with which it completed rungs 0, 1, 2, … */
export type RungValues = ReadonlyMap<number, readonly number[]>;

/** What a report leads to. */
export interface Decision {
  /** Values with which the point completes its next rungs now. */
  readonly completed: readonly number[];
  readonly prune: boolean;
}

/** After how many epochs a rung is completed. */
export const epochsOf = (
  { minResource, reductionFactor, minEarlyStoppingRate }: Rungs,
  rung: number,
): number => minResource * reductionFactor ** (minEarlyStoppingRate + rung);

/**
 * Asynchronous successive halving (Li et al., "A System for Massively Parallel Hyperparameter Tuning", MLSys 2020) as a rule that
 * stops trials, as Optuna's SuccessiveHalvingPruner: nothing waits. A point that completes a rung goes on if its value is among
 * the best ⌊n / η⌋ of the n values there so far, or the best one if that is none. A value that is not finite ends it at the rung.
 *
 * @param rungs what all reports before have completed
 */
export function halve(
  rungs: RungValues,
  { number, epoch, value }: Report,
  options: Rungs,
  direction: 'maximize' | 'minimize',
): Decision {
  const completed: number[] = [];
  const before = rungs.get(number)?.length ?? 0;
  for (let rung = before; epoch >= epochsOf(options, rung); rung++) {
    if (value === null) return { completed, prune: true };
    completed.push(value);
    let [count, better] = [1, 0];
    for (const [other, theirs] of rungs) {
      if (other === number || theirs.length <= rung) continue;
      count++;
      if (direction === 'maximize' ? theirs[rung] > value : theirs[rung] < value) better++;
    }
    const places = Math.max(Math.floor(count / options.reductionFactor), 1);
    if (better >= places) return { completed, prune: true };
  }
  return { completed, prune: false };
}
