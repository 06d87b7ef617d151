import type { ImageDataset } from '../../data/dataset.ts';
import { sameDims } from '../../data/file-kind.ts';
import { DataError } from '../../errors.ts';
import { type Missing, missingOf, missingText } from './idx-missing.ts';
import { type IdxPart, imagesAmong, labelsAmong, openIdx, pairable } from './idx-part.ts';
import { type Pair, splitOf } from './idx-split.ts';
import { KNOWN_SETS, type KnownSet, type Sums } from './known-sets.ts';

/** The name of data that are none of the known sets. */
export const OWN_DATA = 'own data';

/** What some files are together. */
export interface Assembled {
  /** The data set, if the files are all there. */
  readonly dataset?: ImageDataset;
  /** What is still missing; empty if nothing is. */
  readonly missing: readonly Missing[];
}

/**
 * Makes a data set of IDX files: a pair of images and labels to train on, and one to test on. Names come from what the files are:
 * those of a known set by their SHA-256, with its classes and upright; all others are {@link OWN_DATA} with classes 0, 1, 2…
 *
 * @param known the sets to recognise
 * @throws DataError if files contradict each other
 */
export function assemble(
  parts: readonly IdxPart[],
  known: readonly KnownSet[] = KNOWN_SETS,
): Assembled {
  for (const set of known) {
    const found = set.files.map((sums) => parts.find((part) => isOne(part, sums)));
    if (!found.every((part) => part !== undefined)) continue;
    const [trainImages, trainLabels, testImages, testLabels] = found;
    const [train, test] = [
      { images: trainImages, labels: trainLabels },
      { images: testImages, labels: testLabels },
    ].map((pair) => splitOf(pair, set));
    return {
      dataset: { name: set.name, synthetic: false, classes: set.classes, train, test },
      missing: [],
    };
  }
  const missing = missingOf(parts);
  return missing.length > 0 ? { missing } : { dataset: own(parts), missing };
}

const isOne = ({ sums }: IdxPart, { sha256, gzSha256 }: Sums): boolean =>
  (sha256 !== undefined && sums.sha256 === sha256) ||
  (gzSha256 !== undefined && sums.gzSha256 === gzSha256);

/** A data set that is none of the known ones. @throws DataError if files contradict each other */
function own(parts: readonly IdxPart[]): ImageDataset {
  const [images, labels] = [imagesAmong(parts), labelsAmong(parts)];
  const pairs = pairable(images, labels).map((one): Pair => {
    const able = labels.filter(({ dims }) => dims[0] === one.dims[0]);
    if (able.length === 1) return { images: one, labels: able[0] };
    throw ambiguous(able);
  });
  if (pairs.length > 2) throw ambiguous(images);
  const [train, test] = pairs.sort((a, b) => b.images.dims[0] - a.images.dims[0]);
  if (train.images.dims[0] === test.images.dims[0]) {
    throw new DataError(
      `${train.images.name} and ${test.images.name} have ${train.images.dims[0]} images each: which are to train on cannot be told. Give fewer to test on`,
    );
  }
  if (!sameDims(train.images.dims.slice(1), test.images.dims.slice(1))) {
    throw new DataError(
      `${train.images.name} has images of ${train.images.dims.slice(1).join(' × ')}, and ${test.images.name} of ${test.images.dims.slice(1).join(' × ')}; give two files of images of the same size`,
    );
  }
  const most = [train, test].map(({ labels: { bytes } }) =>
    bytes.subarray(8).reduce((a, b) => Math.max(a, b)),
  );
  const classes = Array.from({ length: Math.max(...most, 1) + 1 }, (_, i) => String(i));
  const set = { classes };
  return {
    name: OWN_DATA,
    synthetic: false,
    classes,
    train: splitOf(train, set),
    test: splitOf(test, set),
  };
}

const ambiguous = (parts: readonly IdxPart[]): DataError =>
  new DataError(
    `${parts.map(({ name }) => name).join(' and ')} could each be the same file of a data set. Give four files: images and labels to train on, and fewer to test on`,
  );

/**
 * Reads a data set from IDX files.
 *
 * @throws DataError if a file is missing, with what was given
 */
export async function readImageFiles(
  files: Readonly<Record<string, Uint8Array>>,
): Promise<ImageDataset> {
  const [parts, odd]: [IdxPart[], string[]] = [[], []];
  for (const [name, bytes] of Object.entries(files)) {
    const part = await openIdx(name, bytes);
    if (typeof part === 'string') odd.push(`${name}: ${part}`);
    else parts.push(part);
  }
  const { dataset, missing } = assemble(parts);
  if (dataset) return dataset;
  throw new DataError(
    `a data set of images needs four files; missing: ${missing.map(missingText).join(', ')}${odd.length > 0 ? `. Not used: ${odd.join('; ')}` : ''}`,
  );
}
