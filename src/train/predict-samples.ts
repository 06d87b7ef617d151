import type { Images, LabelledImages } from '../data/dataset.ts';
import { type HostSplit, hostImages } from '../data/host.ts';
import { hostRows, standardised, withoutWishes } from '../data/host-rows.ts';
import { isColumnScale } from '../data/standardise.ts';
import { sizeOf } from '../graph/tensor.ts';
import {
  checkedImages,
  checkValues,
  isEmpty,
  type NumberSamples,
  numbersOf,
} from '../infer/samples.ts';
import { rowsOf } from '../nn/model.ts';
import { isImages, type ResolvedOptions, type TrainingData } from './options.ts';

/** Samples without what is wanted of them: images of a trainer of images, else numbers. */
export type Samples<Data extends TrainingData> = Data extends LabelledImages
  ? Images
  : NumberSamples;

/** What says how samples are prepared. */
export type SampleOptions = Pick<
  ResolvedOptions,
  'dataset' | 'model' | 'normalize' | 'target' | 'augment'
>;

/**
 * What a model shall be applied to, checked and standardised as the data that it has learned from.
 *
 * @param raw does not standardise numbers
 * @returns undefined if there are no samples
 * @throws OptionError, DataError
 */
export function samplesFor(
  { dataset, model, normalize, target, augment }: SampleOptions,
  given: Samples<TrainingData>,
  raw: boolean,
): HostSplit | undefined {
  const { inputShape } = model;
  if (isEmpty(given)) return undefined;
  if (isImages(dataset)) {
    const { height, width, channels = 1 } = dataset.train;
    const size = augment?.crop ? [height, width, channels] : inputShape;
    return hostImages(checkedImages(given, size));
  }
  checkValues(given, model);
  const rows = hostRows('samples', numbersOf(given), sizeOf(inputShape));
  const bare = withoutWishes(rows, target, rowsOf(model, target));
  return isColumnScale(normalize) && !raw ? standardised(bare, normalize) : bare;
}
