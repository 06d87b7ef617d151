import { type Spread, spreadOf } from '../../../src/ensemble/spread.ts';
import type { Point, StoredTrial } from '../contract.ts';

/** The trials of a point, and what came of those that were trained to the end. */
export interface ReportedPoint {
  readonly number: number;
  readonly values: Point;
  readonly trials: readonly StoredTrial[];
  readonly done: number;
  /** Of the last epoch, over the seeds; null if nothing is finite. */
  readonly loss: Spread | null;
  readonly accuracy: Spread | null;
  /** The median, in seconds, of training an epoch. */
  readonly epochSeconds: number | null;
}

/** The points of a sweep, in their order. */
export function reportedPoints(trials: readonly StoredTrial[]): readonly ReportedPoint[] {
  const numbers = [...new Set(trials.map(({ point }) => point))].sort((a, b) => a - b);
  return numbers.map((number): ReportedPoint => {
    const own = trials.filter(({ point }) => point === number);
    const done = own.filter(({ state }) => state === 'done');
    const tests = done.flatMap(({ result }) => (result ? [result.test] : []));
    const seconds = done
      .flatMap(({ result }) => result?.history.map((epoch) => epoch.seconds) ?? [])
      .sort((a, b) => a - b);
    return {
      number,
      values: own[0].values,
      trials: own,
      done: done.length,
      loss: finite(tests.map(({ loss }) => loss)),
      accuracy: finite(tests.map(({ accuracy }) => accuracy)),
      epochSeconds: seconds[Math.floor(seconds.length / 2)] ?? null,
    };
  });
}

function finite(values: readonly (number | null)[]): Spread | null {
  const numbers = values.filter((value) => value !== null);
  return numbers.length === 0 ? null : spreadOf(numbers);
}
