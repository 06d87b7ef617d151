import type { ByteSplit } from '../../data/dataset.ts';
import { splitFromIdx } from '../../data/idx.ts';
import { DataError } from '../../errors.ts';
import type { IdxPart } from './idx-part.ts';
import type { KnownSet } from './known-sets.ts';

/** Images and labels that belong together. */
export interface Pair {
  readonly images: IdxPart;
  readonly labels: IdxPart;
}

/**
 * Images with their labels as a data set has them: upright, with the first class as 0.
 *
 * @throws DataError if they do not belong together, or a label is no class
 */
export function splitOf(
  { images, labels }: Pair,
  { classes, firstLabel = 0, transposed = false }: Omit<KnownSet, 'name' | 'files'>,
): ByteSplit {
  const bytes = firstLabel === 0 ? labels.bytes : lowered(labels.bytes, firstLabel);
  try {
    const split = splitFromIdx(images.bytes, bytes, classes.length);
    return transposed ? { ...split, images: upright(split) } : split;
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    throw new DataError(`${images.name} and ${labels.name}: ${error.message}`, { cause: error });
  }
}

/** A file of labels with the first one as 0. */
function lowered(bytes: Uint8Array, by: number): Uint8Array {
  const out = bytes.slice();
  for (let i = 8; i < out.length; i++) out[i] -= by;
  return out;
}

/** Images of which rows and columns are exchanged. */
function upright({ images, count, height, width }: ByteSplit): Uint8Array {
  const out = new Uint8Array(images.length);
  const size = height * width;
  for (let i = 0; i < count; i++) {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++)
        out[i * size + y * width + x] = images[i * size + x * height + y];
    }
  }
  return out;
}
