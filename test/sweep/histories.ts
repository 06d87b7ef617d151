import { RandomStream } from '../../src/random/stream.ts';
import type { Rungs } from '../../sweep/src/plan/search.ts';
import { halve } from '../../sweep/src/search/asha.ts';

/** A history of reports, with the decision after each. */
export interface History {
  readonly options: Rungs;
  readonly direction: 'maximize' | 'minimize';
  readonly reports: readonly (readonly [number, number, number | null])[];
  readonly decisions: readonly boolean[];
}

/** A random history: trials that take turns and stop where `halve` says so. Ties, values that are not finite and gaps occur. */
export function historyOf(seed: number): History {
  const random = new RandomStream([seed, 20]);
  const options: Rungs = {
    minResource: 1 + random.below(3),
    reductionFactor: 2 + random.below(3),
    minEarlyStoppingRate: random.below(2),
  };
  const direction = random.below(2) === 0 ? 'maximize' : 'minimize';
  const hasTies = random.below(2) === 0;
  const most = random.below(4) === 0 ? 3 : 1;
  const epochs = Array.from({ length: 3 + random.below(20) }, () => 0);
  const running = epochs.map((_, number) => number);
  const rungs = new Map<number, readonly number[]>();
  const reports: [number, number, number | null][] = [];
  const decisions: boolean[] = [];
  while (running.length > 0) {
    const at = random.below(running.length);
    const number = running[at];
    epochs[number] += 1 + random.below(most);
    const drawn = hasTies ? random.below(6) / 4 : random.below(10_000) / 10_000;
    const value = random.below(60) === 0 ? null : drawn;
    const epoch = epochs[number];
    const { completed, prune } = halve(rungs, { number, epoch, value }, options, direction);
    rungs.set(number, [...(rungs.get(number) ?? []), ...completed]);
    reports.push([number, epoch, value]);
    decisions.push(prune);
    if (prune || epoch >= 30) running.splice(at, 1);
  }
  return { options, direction, reports, decisions };
}
