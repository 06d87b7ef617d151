import { trialId } from '../../../src/trial/id.ts';
import type { TrialEpoch, TrialResult } from '../../../src/trial/result.ts';
import type { TrialSpec } from '../../../src/trial/spec.ts';
import type { NewTrial } from '../../../sweep/src/contract.ts';

/** An adapter that does not exist. */
export const ADAPTER = {
  vendor: 'none',
  architecture: 'none',
  device: '',
  description: '',
  software: true,
};

const METRICS = { loss: 0.5, accuracy: 0.75 };

/** A trial that nobody trains. */
export async function idleTrial(seed: number, epochs = 1): Promise<NewTrial> {
  const spec: TrialSpec = {
    format: 'gradweave-trial-1',
    engine: '0.1.0',
    model: '2',
    data: { kind: 'built-in', sha256: '0'.repeat(64) },
    options: {},
    seed,
    epochs,
  };
  return { id: await trialId(spec), spec, point: seed, values: { seed }, shape: 'same' };
}

export const epochOf = (epoch: number): TrialEpoch => ({
  epoch,
  train: METRICS,
  test: METRICS,
  seconds: 0.001,
});

/** What a trial would end in. */
export function idleResult({ id, spec }: Pick<NewTrial, 'id' | 'spec'>, digest = id): TrialResult {
  return {
    id,
    digest,
    test: METRICS,
    history: Array.from({ length: spec.epochs }, (_, k) => epochOf(k + 1)),
    seconds: 0.001,
    place: { adapter: ADAPTER, runtime: 'none', family: 'portable' },
    resumed: 0,
  };
}
