import type { ByteSplit, ImageDataset } from '../../data/dataset.ts';
import { DataError } from '../../errors.ts';
import type { Channels } from './colours.ts';
import { splitOf } from './split.ts';

/** Images that were read, with the class of each. */
export interface OwnImages {
  readonly name: string;
  readonly classes: readonly string[];
  /** side × side × channels bytes each. */
  readonly images: readonly Uint8Array[];
  readonly labels: readonly number[];
  /** Rows and columns of each. */
  readonly side: number;
  /** Bytes of a pixel: 3 for red, green and blue. Default 1, grey. */
  readonly channels?: Channels;
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
export function imagesData(given: OwnImages): ImageDataset {
  const { name, classes, images, labels, parts, side, channels = 1 } = given;
  const size = side * side * channels;
  const empty = classes.filter((_, i) => !labels.includes(i));
  if (empty.length > 0) {
    throw new DataError(`${empty.join(', ')} has no image. Add some, or leave the class out`);
  }
  if (images.length < FEWEST) {
    throw new DataError(
      `too few images were read: ${images.length}; at least ${FEWEST} are needed, some to train on, some to test on`,
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
    const bytes = new Uint8Array(of.length * size);
    of.forEach((image, i) => {
      bytes.set(images[image], i * size);
    });
    const own = Uint8Array.from(of, (image) => labels[image]);
    const sizes = { height: side, width: side, ...(channels === 1 ? {} : { channels }) };
    return { images: bytes, labels: own, count: of.length, ...sizes };
  };
  return { name, synthetic: false, classes, train: part(train), test: part(test) };
}
