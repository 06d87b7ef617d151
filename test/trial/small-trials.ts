import { TrialDatasets } from '../../src/harness/tasks/trial-data.ts';
import type { TrialSpec } from '../../src/trial/spec.ts';
import type { Queued } from './fake-queue.ts';
import { fakeTrial } from './fake-trial.ts';

const datasets = new TrialDatasets(new URLSearchParams());

/** Trials that can be trained, on some built-in images; one for each seed. */
export async function trialsOf(
  seeds: readonly number[],
  more: Partial<TrialSpec> = {},
): Promise<Queued[]> {
  const { spec } = await fakeTrial(1, more);
  const data = { kind: 'built-in', sha256: await datasets.hash(spec) } as const;
  return Promise.all(seeds.map((seed) => fakeTrial(seed, { ...more, data })));
}
