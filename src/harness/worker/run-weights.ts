import { saveModel } from '../../train/model-file/write.ts';
import type { Snapshot } from '../../train/snapshot.ts';
import { fileFacts } from '../tasks/file-facts.ts';
import { epochsOf, type Run } from './subject.ts';

/** Weights after a step, as they are exported. */
export interface Weights {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** As if all epochs had been trained in one go; at the end of the best epoch if its weights are kept. */
  readonly step: number;
  /** The run's, as `Training.train` was given. */
  readonly key: string;
  /** The epoch that they are of, if those of the best one were put back. */
  readonly kept: number | undefined;
}

/**
 * A run's weights as a model file.
 *
 * @param kept `fit`'s own copy, if the device was lost
 */
export async function weightsOf(run: Run, kept?: Snapshot): Promise<Weights> {
  const { job, key = '', trainer } = run;
  const step = Math.round(epochsOf(run, kept) * trainer.stepsPerEpoch);
  const bytes = await saveModel(kept ?? trainer, fileFacts(job, step));
  return { bytes: new Uint8Array(bytes), step, key, kept: run.kept };
}
