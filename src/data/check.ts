import {
  checkInteger,
  checkKeys,
  describe,
  isA,
  isArray,
  isObject,
  isPlain,
  isTransferred,
  optionsOf,
} from '../check.ts';
import { DataError, OptionError } from '../errors.ts';
import { isRows, transferred } from './pieces.ts';

const SPLITS =
  'images as bytes, arrays of numbers, a source of either, tokens, or tensors on the GPU';

const IMAGES = ['count', 'height', 'width'];

type Kind = 'images' | 'arrays' | 'tensors' | 'tokens';

/** The kind of a split. */
export function kindOf(split: Readonly<Record<string, unknown>>): Kind {
  if ('tokens' in split) return 'tokens';
  if ('inputs' in split) return isRows(split.inputs) ? 'arrays' : 'tensors';
  return 'gather' in split && !('height' in split || 'width' in split) ? 'arrays' : 'images';
}

/**
 * Checks the keys of a data set and the kinds of its splits, and images. Sizes are checked later, and so are splits of
 * numbers: see check-numbers.ts.
 *
 * @throws OptionError unless it is a data set; DataError if an array is of the wrong kind
 */
export function checkDataset(dataset: unknown): void {
  if (!isObject(dataset) || !isObject(dataset.train)) {
    throw new OptionError(
      `dataset: ${describe(dataset)} was given; it is { train, test }, each a split: ${SPLITS}`,
    );
  }
  // The caller's class may have more fields.
  if (isPlain(dataset)) checkKeys('dataset', dataset, optionsOf('dataset'));
  const { name, classes, train, test } = dataset;
  if (name !== undefined && typeof name !== 'string') {
    throw new OptionError(`dataset: name ${describe(name)} was given; use a string`);
  }
  const splits = test === undefined ? { train } : { train, test };
  for (const [which, split] of Object.entries(splits)) {
    if (!isObject(split) || kindOf(split) !== kindOf(train)) {
      throw new OptionError(
        `dataset: ${which} ${describe(split)} was given; both splits are of one kind: ${SPLITS}`,
      );
    }
    if (kindOf(split) === 'images') checkImages(which, split, 'labels');
  }
  if (kindOf(train) !== 'images' && classes === undefined) return;
  if (isArray(classes) && [...classes].every((text) => typeof text === 'string')) return;
  throw new OptionError(
    `dataset: classes ${describe(classes)} was given; use an array of strings, the name of each class`,
  );
}

/** @throws OptionError if one of these is not an array, or one that is needed is missing. */
export function checkRows(
  which: string,
  split: Readonly<Record<string, unknown>>,
  optional: readonly string[],
  needed: readonly string[] = [],
): void {
  for (const key of [...needed, ...optional]) {
    if (isRows(split[key]) || (split[key] === undefined && optional.includes(key))) continue;
    const means = key === 'labels' ? 'class numbers' : 'numbers';
    throw new OptionError(
      `${which}.${key}: ${describe(split[key])} was given; it is an array of ${means}`,
    );
  }
}

/** @throws OptionError unless it is a function */
export function checkGather(which: string, gather: unknown): void {
  if (typeof gather === 'function') return;
  throw new OptionError(`${which}: gather ${describe(gather)} was given; it is a function`);
}

/**
 * Checks images in memory or a source of images, with or without labels.
 *
 * @param which their name, for the error
 * @throws OptionError, DataError
 */
export function checkImages(which: string, images: unknown, labels?: 'labels'): void {
  const kind = isObject(images) && 'gather' in images ? 'gather' : 'images';
  if (!isObject(images) || !(kind in images)) {
    throw new OptionError(
      `${which}: ${describe(images)} was given; it is ${labels ? SPLITS : '{ images, count, height, width } or { gather, count, height, width }'}`,
    );
  }
  const allowed = [kind, ...(labels ? [labels, 'weights'] : []), ...IMAGES, 'channels'];
  // A whole split is accepted too.
  if (isPlain(images))
    checkKeys(which, images, labels ? allowed : [...allowed, 'labels', 'weights']);
  const missing = IMAGES.find((size) => images[size] === undefined);
  if (missing) {
    throw new OptionError(
      `${which}: ${missing} is missing; ${kind} need count, height and width, with a byte for each pixel, or channels: 3 or 4 for colours`,
    );
  }
  for (const size of IMAGES) checkInteger(`${which}: ${size}`, images[size], 1, 2 ** 32 - 1);
  checkInteger(`${which}: channels`, images.channels ?? 1, 1, 4);
  if (kind === 'gather') checkGather(which, images.gather);
  if (kind === 'images') checkBytes(`${which}: images`, images.images, 'a byte for each pixel');
  if (labels) checkRows(which, images, ['weights'], [labels]);
}

/** @throws DataError unless it is an array of bytes. */
export function checkBytes(what: string, given: unknown, means: string): void {
  if (isTransferred(given)) throw transferred(what, given);
  if (isA(given, Uint8Array) || isA(given, Uint8ClampedArray)) return;
  throw new DataError(`${what}: ${describe(given)} was given; use a Uint8Array, ${means}`);
}
