import type { ByteSplit, ImageDataset } from '../../data/dataset.ts';
import { DataError } from '../../errors.ts';
import { splitOf } from './split.ts';

/** Images that were read, with the class of each. */
export interface GreyImages {
  readonly name: string;
  readonly classes: readonly string[];
  /** side × side bytes each. */
  readonly images: readonly Uint8Array[];
  readonly labels: readonly number[];
  /** Rows and columns of each. */
  readonly side: number;
  /** Which part each belongs to. Default: a fifth is held out, of each class its share. */
  readonly parts?: readonly ('train' | 'test')[];
}

/** Fewest images. */
const FEWEST = 5;

/**
 * Makes a data set of images.
 *
 * @throws DataError if a class has no image to train on, or there are too few
 */
export function imagesData(given: GreyImages): ImageDataset {
  const { name, classes, images, labels, parts, side } = given;
  const empty = classes.filter((_, i) => !labels.includes(i));
  if (empty.length > 0) {
    throw new DataError(`${empty.join(', ')} has no image. Add some, or leave the class out`);
  }
  if (images.length < FEWEST) {
    throw new DataError(
      `${images.length} images were read, and at least ${FEWEST} are needed: some to train on, some to test on`,
    );
  }
  const all = Uint32Array.from(labels);
  const { train, test } = parts
    ? {
        train: all.map((_, i) => i).filter((i) => parts[i] === 'train'),
        test: all.map((_, i) => i).filter((i) => parts[i] === 'test'),
      }
    : splitOf(images.length, all);
  if (train.length === 0 || test.length === 0) {
    throw new DataError('the folders train and test both need images that can be read');
  }
  const part = (of: Uint32Array): ByteSplit => {
    const bytes = new Uint8Array(of.length * side * side);
    of.forEach((image, i) => {
      bytes.set(images[image], i * side * side);
    });
    const own = Uint8Array.from(of, (image) => labels[image]);
    return { images: bytes, labels: own, count: of.length, height: side, width: side };
  };
  return { name, synthetic: false, classes, train: part(train), test: part(test) };
}

/** Luma of pixels with alpha, over white; ITU-R BT.601. */
export function greyOf(pixels: Uint8ClampedArray): Uint8Array {
  return Uint8Array.from({ length: pixels.length / 4 }, (_, i) => {
    const [r, g, b, a] = pixels.subarray(4 * i, 4 * i + 4);
    const luma = 0.299 * r + 0.587 * g + 0.114 * b;
    return Math.round(luma * (a / 255) + 255 - a);
  });
}
