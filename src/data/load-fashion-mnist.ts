import { checkFile, describe, isObject } from '../check.ts';
import { DataError } from '../errors.ts';
import type { ImageDataset } from './dataset.ts';
import {
  FASHION_MNIST,
  FASHION_MNIST_CLASSES,
  FASHION_MNIST_FILES,
  type FashionMnistFile,
} from './fashion-mnist.ts';
import { idxDims, kindOfFile, sameDims } from './file-kind.ts';
import { maybeGunzip } from './gzip.ts';
import { splitFromIdx } from './idx.ts';

/** One of the files that were given. */
interface Opened {
  readonly name: string;
  /** Unpacked; empty if that failed. */
  readonly bytes: Uint8Array;
  /** What it is, for a message. */
  readonly kind: string;
}

/** The file of a split, and whether it is the published one. */
interface Chosen {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly published: boolean;
}

/** Most files in a message. */
const LISTED = 12;

/**
 * Reads Fashion-MNIST: 60,000 training and 10,000 test images of 28 × 28 bytes, ten classes. Files
 * are recognised by their content: their names do not matter, nor whether they are packed by gzip.
 *
 * @param files the four files by any names; other files are ignored
 * @returns the data set; named Fashion-MNIST if images and labels are the published ones, by their SHA-256.
 *   Others of the same sizes, such as MNIST's digits, get another name, and the classes 0 to 9.
 * @example
 * const data = await loadFashionMnist({ 'train-images-idx3-ubyte.gz': bytes, ... });
 * @throws {DataError} if a file is missing, with what was given; if several could be the same one; if a label is
 *   not a class
 */
export function loadFashionMnist(
  files: Readonly<Record<string, Uint8Array>>,
): Promise<ImageDataset> {
  return loadPublished(files, FASHION_MNIST_FILES);
}

/**
 * {@link loadFashionMnist}, with what the published files are.
 *
 * @internal
 */
export async function loadPublished(
  files: Readonly<Record<string, Uint8Array>>,
  wanted: readonly FashionMnistFile[],
): Promise<ImageDataset> {
  const largest = Math.max(...wanted.map(({ size }) => size));
  if (!isObject(files)) {
    throw new DataError(`loadFashionMnist() takes files by name; ${describe(files)} was given`);
  }
  const opened: Opened[] = [];
  // One after the other: each may take 47 MB.
  for (const [name, bytes] of Object.entries(files)) opened.push(await open(name, bytes, largest));
  const missing = wanted.filter((file) => !opened.some((one) => fits(one, file)));
  if (missing.length > 0) throw missingFiles(missing, opened);
  const chosen: Chosen[] = [];
  for (const file of wanted) chosen.push(await choose(file, opened));
  const published = chosen.every((one) => one.published);
  const classes = published ? FASHION_MNIST_CLASSES : FASHION_MNIST_CLASSES.map((_, i) => `${i}`);
  const [trainImages, trainLabels, testImages, testLabels] = chosen;
  const split = (images: Chosen, labels: Chosen) => {
    try {
      return splitFromIdx(images.bytes, labels.bytes, classes.length);
    } catch (error) {
      if (!(error instanceof DataError)) throw error;
      throw new DataError(`${images.name} and ${labels.name}: ${error.message}`, { cause: error });
    }
  };
  return {
    name: published ? FASHION_MNIST : 'own data',
    synthetic: false,
    classes,
    train: split(trainImages, trainLabels),
    test: split(testImages, testLabels),
  };
}

const fits = ({ bytes }: Opened, { dims, size }: FashionMnistFile): boolean =>
  bytes.length === size && sameDims(idxDims(bytes), dims);

async function open(name: string, given: Uint8Array, maxBytes: number): Promise<Opened> {
  checkFile(describe(name), given);
  try {
    const bytes = await maybeGunzip(given, { maxBytes });
    return { name, bytes, kind: kindOfFile(bytes, bytes.length) };
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    return { name, bytes: new Uint8Array(0), kind: error.message };
  }
}

function missingFiles(missing: readonly FashionMnistFile[], opened: readonly Opened[]): DataError {
  const needed = missing.map(({ name, dims }) => `${name} (${dims.join(' × ')})`).join(', ');
  const given = opened.slice(0, LISTED).map(({ name, kind }) => `${describe(name)}: ${kind}`);
  if (opened.length > LISTED) given.push(`and ${opened.length - LISTED} more`);
  return new DataError(
    `Fashion-MNIST needs four files; missing: ${needed}. Given: ${given.join('; ') || 'none'}. ` +
      'Give each as published, packed by gzip or not, under any name.',
  );
}

/** The published one of those that could be it; else the only one. */
async function choose(file: FashionMnistFile, opened: readonly Opened[]): Promise<Chosen> {
  const able = opened.filter((one) => fits(one, file));
  const sums: string[] = [];
  for (const { bytes } of able) sums.push(await sha256(bytes));
  const at = sums.indexOf(file.sha256);
  if (at < 0 && new Set(sums).size > 1) {
    const names = able.slice(0, LISTED).map(({ name }) => describe(name));
    throw new DataError(
      `${names.join(' and ')} could each be ${file.name}, and none is the published one. Give one of them.`,
    );
  }
  const { name, bytes } = able[Math.max(0, at)];
  return { name, bytes, published: at >= 0 };
}

/** In hexadecimal; empty if the platform cannot compute it. */
async function sha256(bytes: Uint8Array): Promise<string> {
  // Pages without HTTPS lack it, and WebGPU too.
  const { subtle } = globalThis.crypto ?? {};
  const sum = await subtle?.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>);
  const all = sum ? new Uint8Array(sum) : [];
  return Array.from(all, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
