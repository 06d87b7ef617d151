import {
  batchFor,
  type Complete,
  checkFit,
  complete,
  type TrainerOptions,
  type TrainingData,
} from './options.ts';
import { hostDataOf } from './splits.ts';

/**
 * Fills in the defaults and checks what does not need a GPU: that the model, the data and the options fit
 * together, and every number and label that is in memory.
 *
 * @throws OptionError, DataError; what a source's `gather` throws
 */
export async function prepare<Data extends TrainingData>(
  given: TrainerOptions<Data>,
): Promise<Complete<Data>> {
  const filled = complete(given);
  checkFit(filled);
  const { host, normalize } = await hostDataOf(filled);
  const { train }: TrainingData = filled.dataset;
  const batchSize = batchFor(filled, host?.train.count ?? train.count ?? 0);
  return Object.freeze({ ...filled, batchSize, host, normalize });
}
