import { describe, isObject } from '../check.ts';
import type { ArrayDataset, RowSource, Rows } from '../data/arrays.ts';
import { checkImages } from '../data/check.ts';
import type { Images } from '../data/dataset.ts';
import { type HostSplit, hostImages, hostRows, standardised, withoutWishes } from '../data/host.ts';
import { isRows } from '../data/rows.ts';
import { isColumnScale } from '../data/standardise.ts';
import { OptionError } from '../errors.ts';
import { sizeOf } from '../graph/tensor.ts';
import {
  type Complete,
  type ImageData,
  isImages,
  isTensors,
  type TrainingData,
} from './options.ts';

/** Samples without what is wanted of them, of the kind that a data set has; none of tensors on the GPU. */
export type Samples<Data extends TrainingData> = Data extends ImageData
  ? Images
  : Data extends ArrayDataset
    ? Rows | Pick<RowSource, 'count' | 'gather'>
    : never;

const isSource = (given: unknown): given is Pick<RowSource, 'count' | 'gather'> =>
  isObject(given) && typeof given.gather === 'function' && !('height' in given);

/**
 * What a model shall be applied to, checked and standardised as the data that it has learned from.
 *
 * @throws OptionError, DataError
 */
export function samplesFor(
  { dataset, model, normalize, target }: Complete,
  given: Samples<TrainingData>,
): HostSplit {
  if (isTensors(dataset)) {
    throw new OptionError(
      'predict() takes images or arrays, and this trainer learns from tensors on the GPU; use inference()',
    );
  }
  const columns = sizeOf(model.inputShape);
  if (isImages(dataset)) {
    const images = given as Images;
    checkImages('predict()', images);
    const { height, width } = images;
    if (height * width === columns) return hostImages(images);
    throw new OptionError(
      `images of ${height}×${width} were given; the model takes samples of [${model.inputShape.join(', ')}]`,
    );
  }
  if (!isRows(given) && !isSource(given)) {
    throw new OptionError(
      `predict(): ${describe(given)} was given; it takes an array of numbers or of samples, or { count, gather }`,
    );
  }
  const split = isRows(given) ? { inputs: given } : given;
  const rows = withoutWishes(hostRows('samples', split, columns), target, model.outputs);
  return isColumnScale(normalize) ? standardised(rows, normalize) : rows;
}
