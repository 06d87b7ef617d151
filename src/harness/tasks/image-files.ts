import type { ByteSplit, ImageDataset } from '../../data/dataset.ts';
import { FASHION_MNIST_FILES } from '../../data/fashion-mnist.ts';
import { idxDims, kindOfFile, sameDims } from '../../data/file-kind.ts';
import { isGzip, maybeGunzip } from '../../data/gzip.ts';
import { splitFromIdx } from '../../data/idx.ts';
import { DataError } from '../../errors.ts';
import { sha256 } from '../../trial/sha256.ts';
import { KNOWN_SETS, type KnownSet, type Sums } from './known-sets.ts';

/** The name of data that are none of the known sets. */
export const OWN_DATA = 'own data';

/** A file of images or of labels in the IDX format. */
export interface IdxPart {
  /** Its file's. */
  readonly name: string;
  /** Unpacked. */
  readonly bytes: Uint8Array;
  readonly dims: readonly number[];
  /** Of the unpacked file, and of the packed one if it was packed. */
  readonly sums: Required<Pick<Sums, 'sha256'>> & Sums;
}

/** Images and labels that belong together. */
interface Pair {
  readonly images: IdxPart;
  readonly labels: IdxPart;
}

/** What is missing to a data set: a file by its name, the other file of a pair, or all that is tested on. */
export type Missing =
  | { readonly what: 'file'; readonly name: string }
  | { readonly what: 'images' | 'labels'; readonly count: number; readonly of: string }
  | { readonly what: 'test' };

/** In words. */
const missingText = (missing: Missing): string => {
  if (missing.what === 'file') return missing.name;
  if (missing.what === 'test') return 'images and labels to test on';
  return `the ${missing.count} ${missing.what} of ${missing.of}`;
};

/** What some files are together. */
export interface Assembled {
  /** The data set, if the files are all there. */
  readonly dataset?: ImageDataset;
  /** What is still missing; empty if nothing is. */
  readonly missing: readonly Missing[];
}

/** Largest unpacked file: a little more than EMNIST ByClass has, the largest of the known sets. */
const MOST_BYTES = 600 * 2 ** 20;

/**
 * Unpacks a file if it is packed, and sums it up.
 *
 * @returns the file; or in words what else it is
 */
export async function openIdx(name: string, given: Uint8Array): Promise<IdxPart | string> {
  let bytes: Uint8Array;
  try {
    bytes = await maybeGunzip(given, { maxBytes: MOST_BYTES });
  } catch (error) {
    if (error instanceof DataError) return error.message;
    throw error;
  }
  const dims = idxDims(bytes);
  const items = dims?.reduce((a, b) => a * b) ?? 0;
  const whole = dims && items > 0 && bytes.length === 4 + 4 * dims.length + items;
  if (!whole || (dims.length !== 1 && dims.length !== 3)) return kindOfFile(bytes, bytes.length);
  const packed = isGzip(given) ? { gzSha256: await sha256(given) } : {};
  return { name, bytes, dims, sums: { sha256: await sha256(bytes), ...packed } };
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

/** The files without copies. */
const distinct = (parts: readonly IdxPart[]): IdxPart[] =>
  parts.filter((part, i) => parts.findIndex(({ sums }) => sums.sha256 === part.sums.sha256) === i);

const imagesAmong = (parts: readonly IdxPart[]): IdxPart[] =>
  distinct(parts).filter(({ dims }) => dims.length === 3);
const labelsAmong = (parts: readonly IdxPart[]): IdxPart[] =>
  distinct(parts).filter(({ dims }) => dims.length === 1);

/** Images of which there are labels. */
const pairable = (images: readonly IdxPart[], labels: readonly IdxPart[]): IdxPart[] =>
  images.filter((one) => labels.some(({ dims }) => dims[0] === one.dims[0]));

function missingOf(parts: readonly IdxPart[]): Missing[] {
  const usual = FASHION_MNIST_FILES.filter((file) =>
    parts.some(({ dims }) => sameDims(dims, file.dims)),
  );
  if (parts.every(({ dims }) => FASHION_MNIST_FILES.some((file) => sameDims(dims, file.dims)))) {
    return FASHION_MNIST_FILES.filter((file) => !usual.includes(file)).map(({ name }) => ({
      ...{ what: 'file', name },
    }));
  }
  const [images, labels] = [imagesAmong(parts), labelsAmong(parts)];
  // Others beside them are passed over.
  if (pairable(images, labels).length > 1) return [];
  const has = (all: readonly IdxPart[], count: number) => all.some(({ dims }) => dims[0] === count);
  return [
    ...images
      .filter(({ dims }) => !has(labels, dims[0]))
      .map(({ name, dims }): Missing => ({ what: 'labels', count: dims[0], of: name })),
    ...labels
      .filter(({ dims }) => !has(images, dims[0]))
      .map(({ name, dims }): Missing => ({ what: 'images', count: dims[0], of: name })),
    ...(images.length < 2 && labels.length < 2 ? [{ what: 'test' } as const] : []),
  ];
}

/**
 * What is missing to a data set of some IDX files, in words; empty if nothing is.
 *
 * @param files their names and sizes
 */
export function missingAmong(files: readonly Pick<IdxPart, 'name' | 'dims'>[]): string {
  const parts = files.map(
    (file, i): IdxPart => ({ ...file, bytes: new Uint8Array(), sums: { sha256: String(i) } }),
  );
  return missingOf(parts).map(missingText).join(', ');
}

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

function splitOf(
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
