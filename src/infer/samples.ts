import { describe, isNumbers, isObject, isTransferred } from '../check.ts';
import type { RowSource } from '../data/arrays.ts';
import { checkImages } from '../data/check.ts';
import type { Images } from '../data/dataset.ts';
import { areOfShape, hostImages, sizeText } from '../data/host.ts';
import { hostRows, standardised } from '../data/host-rows.ts';
import type { Rows } from '../data/numbers.ts';
import { isRows } from '../data/pieces.ts';
import type { ColumnScale } from '../data/standardise.ts';
import { OptionError, ShapeError } from '../errors.ts';
import { sizeOf } from '../graph/tensor.ts';
import type { Sequential } from '../nn/layers/sequential.ts';
import type { Model } from '../nn/model.ts';

/** Samples of numbers in memory or from a source. */
export type NumberSamples = Rows | Pick<RowSource, 'count' | 'gather'>;

/** Whether it is a source of numbers. */
const isSource = (given: unknown): given is Pick<RowSource, 'count' | 'gather'> =>
  isObject(given) && typeof given.gather === 'function' && !('height' in given);

/** Whether there are no samples. */
export const isEmpty = (given: unknown): boolean =>
  isRows(given)
    ? given.length === 0 && !isTransferred(given)
    : isObject(given) && given.count === 0 && !(isRows(given.images) && given.images.length > 0);

/** The input of {@link hostRows}. @throws OptionError unless they are samples of numbers. */
export function numbersOf(given: unknown): { readonly inputs: Rows } | RowSource {
  if (isRows(given)) return { inputs: given as Rows };
  if (isSource(given)) return given;
  throw new OptionError(
    `predict(): ${describe(given)} was given; use an array of numbers or of samples, or { count, gather }`,
  );
}

/** @throws OptionError, DataError unless they are images that the model takes. */
export function checkedImages(given: unknown, inputShape: readonly number[]): Images {
  checkImages('predict()', given);
  const images = given as Images;
  if (areOfShape(images, inputShape)) return images;
  throw new OptionError(
    `images of ${sizeText(images)} were given; the model takes samples of [${inputShape.join(', ')}]`,
  );
}

/**
 * @throws OptionError for bytes of images, which are not numbers from 0 to 1; DataError for tokens that the model does not
 *   have, if they are in memory
 */
export function checkValues(given: unknown, model: Model): void {
  const { inputShape } = model;
  if (isBytes(given) && inputShape.length > 1) {
    throw new OptionError(
      `predict(): ${describe(given)} was given for samples of [${inputShape.join(', ')}]. Give bytes of images as { images, count, height, width, channels }, or numbers as a Float32Array`,
    );
  }
  (model as Partial<Sequential>).layers?.[0].reads?.('samples', { inputs: given });
}

const isBytes = (given: unknown): boolean =>
  ArrayBuffer.isView(given) && (given instanceof Uint8Array || given instanceof Uint8ClampedArray);

/** Samples as float32, read batch by batch. */
export interface FloatSamples {
  readonly count: number;
  /** Whether they are already standardised. */
  readonly ready: boolean;
  /** Fills `into` with samples from `first` on. */
  read(first: number, into: Float32Array): void | Promise<void>;
}

/**
 * Any samples as float32: numbers as they are, images as byte / 255.
 *
 * @param scale standardises numbers before they are rounded
 * @throws OptionError, DataError, ShapeError
 */
export function floatsOf(
  given: NumberSamples | Images,
  model: Model,
  scale?: ColumnScale,
): FloatSamples {
  const { inputShape } = model;
  const columns = sizeOf(inputShape);
  if (isEmpty(given)) return { count: 0, ready: true, read: () => {} };
  if (isNumbers(given) && given.length % columns !== 0) {
    throw new ShapeError(
      `${given.length} values were given; samples of this model have ${columns} each`,
    );
  }
  const images =
    isObject(given) && 'height' in given ? checkedImages(given, inputShape) : undefined;
  if (!images) checkValues(given, model);
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
