import { describe, isObject } from '../check.ts';
import type { RowSource, Rows } from '../data/arrays.ts';
import { checkImages } from '../data/check.ts';
import type { Images } from '../data/dataset.ts';
import { type HostSplit, hostImages, hostRows, standardised, withoutWishes } from '../data/host.ts';
import { isRows } from '../data/rows.ts';
import { isColumnScale } from '../data/standardise.ts';
import { OptionError } from '../errors.ts';
import { sizeOf } from '../graph/tensor.ts';
import { type Complete, type ImageData, isImages, type TrainingData } from './options.ts';

/** Samples without what is wanted of them: images of a trainer of images, else numbers. */
export type Samples<Data extends TrainingData> = Data extends ImageData
  ? Images
  : Rows | Pick<RowSource, 'count' | 'gather'>;

const isSource = (given: unknown): given is Pick<RowSource, 'count' | 'gather'> =>
  isObject(given) && typeof given.gather === 'function' && !('height' in given);

/** Whether there are no samples at all. */
const isEmpty = (given: unknown): boolean =>
  isRows(given)
    ? given.length === 0
    : isObject(given) && given.count === 0 && !(isRows(given.images) && given.images.length > 0);

/**
 * What a model shall be applied to, checked and standardised as the data that it has learned from.
 *
 * @param raw does not standardise numbers
 * @returns undefined if there are no samples
 * @throws OptionError, DataError
 */
export function samplesFor(
  { dataset, model, normalize, target }: Complete,
  given: Samples<TrainingData>,
  raw: boolean,
): HostSplit | undefined {
  const columns = sizeOf(model.inputShape);
  if (isEmpty(given)) return undefined;
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
  return isColumnScale(normalize) && !raw ? standardised(rows, normalize) : rows;
}
