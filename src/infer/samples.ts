import { describe, isNumbers, isObject, isTransferred } from '../check.ts';
import type { RowSource, Rows } from '../data/arrays.ts';
import { checkImages } from '../data/check.ts';
import type { Images } from '../data/dataset.ts';
import { hostImages, hostRows, standardised } from '../data/host.ts';
import { isRows } from '../data/rows.ts';
import type { ColumnScale } from '../data/standardise.ts';
import { OptionError, ShapeError } from '../errors.ts';
import { sizeOf } from '../graph/tensor.ts';

/** Samples of numbers in memory, or a source that is asked for them. */
export type NumberSamples = Rows | Pick<RowSource, 'count' | 'gather'>;

/** Whether it is a source of numbers, not of images. */
const isSource = (given: unknown): given is Pick<RowSource, 'count' | 'gather'> =>
  isObject(given) && typeof given.gather === 'function' && !('height' in given);

/** Whether there are no samples at all. */
export const isEmpty = (given: unknown): boolean =>
  isRows(given)
    ? given.length === 0 && !isTransferred(given)
    : isObject(given) && given.count === 0 && !(isRows(given.images) && given.images.length > 0);

/** What {@link hostRows} takes. @throws OptionError for what are no samples of numbers. */
export function numbersOf(given: unknown): { readonly inputs: Rows } | RowSource {
  if (isRows(given)) return { inputs: given as Rows };
  if (isSource(given)) return given;
  throw new OptionError(
    `predict(): ${describe(given)} was given; it takes an array of numbers or of samples, or { count, gather }`,
  );
}

/** @throws OptionError, DataError for images that are none, or that the model does not take. */
export function checkedImages(given: unknown, inputShape: readonly number[]): Images {
  checkImages('predict()', given);
  const images = given as Images;
  const { height, width } = images;
  if (height * width === sizeOf(inputShape)) return images;
  throw new OptionError(
    `images of ${height}×${width} were given; the model takes samples of [${inputShape.join(', ')}]`,
  );
}

/** Samples as float32, read batch by batch. */
export interface FloatSamples {
  readonly count: number;
  /** Whether they are standardised already. */
  readonly ready: boolean;
  /** Reads samples from `first` on, as many as `into` holds. */
  read(first: number, into: Float32Array): void | Promise<void>;
}

/**
 * Any samples as float32: numbers as they are, images as byte / 255.
 *
 * @param scale what numbers are standardised with, before they are rounded
 * @throws OptionError, DataError, ShapeError
 */
export function floatsOf(
  given: NumberSamples | Images,
  inputShape: readonly number[],
  scale?: ColumnScale,
): FloatSamples {
  const columns = sizeOf(inputShape);
  if (isEmpty(given)) return { count: 0, ready: true, read: () => {} };
  if (isNumbers(given) && given.length % columns !== 0) {
    throw new ShapeError(
      `${given.length} values were given; samples of this model have ${columns} each`,
    );
  }
  const images =
    isObject(given) && 'height' in given ? checkedImages(given, inputShape) : undefined;
  const host = images ? hostImages(images) : hostRows('samples', numbersOf(given), columns);
  const ready = scale !== undefined && !images;
  const { count, inputs } = ready ? standardised(host, scale) : host;
  return {
    count,
    ready,
    async read(first, into) {
      const indices = Uint32Array.from({ length: into.length / columns }, (_, i) => first + i);
      const bytes = new Uint8Array(indices.length * inputs.bytes);
      await inputs.gather(indices, bytes);
      if (!images) {
        into.set(new Float32Array(bytes.buffer));
        return;
      }
      for (let i = 0; i < into.length; i++) {
        into[i] = bytes[Math.floor(i / columns) * inputs.bytes + (i % columns)] / 255;
      }
    },
  };
}
