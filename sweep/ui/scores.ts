import type { Objective, StoredTrial } from '../src/contract.ts';

/** What a trial has reached: its result, or its last epoch. */
export function lastScore({ result, epochs }: StoredTrial, { metric }: Objective): number | null {
  const metrics = result?.test ?? epochs.at(-1)?.test;
  if (metrics === undefined) return null;
  return metric === 'test.loss' ? metrics.loss : metrics.accuracy;
}
