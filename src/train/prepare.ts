import { isArray } from '../check.ts';
import type { ArrayDataset } from '../data/arrays.ts';
import type { LabelledImages } from '../data/dataset.ts';
import type { TensorDataset } from '../data/given.ts';
import { isColumnScale } from '../data/standardise.ts';
import { formulaOf } from '../ops/loss.ts';
import {
  batchFor,
  checkFit,
  complete,
  type Filled,
  isImages,
  type ResolvedOptions,
  type TrainerOptions,
  type TrainingData,
} from './options.ts';
import { hostDataOf } from './splits.ts';

/**
 * Fills in the defaults and does all checks that need no GPU: that the model, the data and the options fit
 * together, and every number and label in memory.
 *
 * @param batch a batch size to keep, even if there are fewer samples
 * @throws OptionError, DataError; what a source's `gather` throws
 */
export async function prepare<Data extends TrainingData>(
  given: TrainerOptions<Data>,
  batch?: number,
): Promise<ResolvedOptions<Data>> {
  const filled = complete(given);
  checkFit(filled);
  if (!isImages(filled.dataset)) {
    const { checkNumbers } = await import('./later.ts');
    checkNumbers(filled.dataset, filled);
  }
  const frozen = await frozenOf(filled);
  const { host, normalize } = await hostDataOf(filled);
  if (host && filled.target === 'label' && formulaOf(filled.loss)?.weights) {
    const { checkCounted } = await import('./later.ts');
    checkCounted(host, filled);
  }
  const { train } = host ?? (filled.dataset as TensorDataset);
  const batchSize = batch ?? batchFor(filled, train.count);
  const all = { ...filled, frozen, batchSize, host, normalize } as ResolvedOptions<Data>;
  const { augment } = filled;
  if (!augment && !(isImages(filled.dataset) && isColumnScale(normalize))) {
    return Object.freeze(all);
  }
  const { changing } = await import('./later.ts');
  return Object.freeze({ ...all, ...changing(filled) });
}

async function frozenOf({ frozen, model }: Filled): Promise<readonly string[]> {
  if (isArray(frozen) && frozen.length === 0 && !model.parameters.some(({ state }) => state)) {
    return Object.freeze([]);
  }
  const { checkFrozen } = await import('./later.ts');
  return checkFrozen(frozen, model);
}

/** Any data of the same kind: images, arrays, or tensors on the GPU. */
export type SameKind<Data extends TrainingData> = Data extends LabelledImages
  ? LabelledImages
  : Data extends ArrayDataset
    ? ArrayDataset
    : TensorDataset;
