import { trialId } from '../../src/trial/id.ts';
import type { TrialSpec } from '../../src/trial/spec.ts';
import { PACKAGE_VERSION } from '../../src/version.ts';

/** A trial of the smallest perceptron on some built-in images. */
export async function fakeTrial(
  seed: number,
  more: Partial<TrialSpec> = {},
): Promise<{ readonly id: string; readonly spec: TrialSpec }> {
  const spec: TrialSpec = {
    ...{ format: 'gradweave-trial-1', engine: PACKAGE_VERSION, model: '2', seed, epochs: 3 },
    data: { kind: 'built-in', sha256: '0'.repeat(64) },
    options: { layers: [784, 8, 10], 'batch-size': 20, 'train-limit': 300 },
    ...more,
  };
  return { id: await trialId(spec), spec };
}
