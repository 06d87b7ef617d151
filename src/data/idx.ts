import { checkFile, checkInteger } from '../check.ts';
import { DataError } from '../errors.ts';
import type { ByteSplit } from './dataset.ts';

/** The contents of one IDX file with elements of one byte. */
export interface IdxFile {
  /** Sizes from the outermost to the innermost dimension, each at least 1. */
  readonly dims: readonly number[];
  /** The elements in row-major order: a view on the bytes that were parsed, not a copy. */
  readonly data: Uint8Array;
}

/** Images read from an IDX file. `images` holds `count * height * width` bytes, row by row. */
export interface IdxImages {
  /** A view on the bytes that were parsed. */
  readonly images: Uint8Array;
  /** Images. */
  readonly count: number;
  /** Rows of an image. */
  readonly height: number;
  /** Pixels of a row, a byte each. */
  readonly width: number;
}

const UNSIGNED_BYTE = 0x08;

/** The type codes of the format, for error messages. */
const TYPE_NAMES: ReadonlyMap<number, string> = new Map([
  [UNSIGNED_BYTE, 'unsigned byte'],
  [0x09, 'signed byte'],
  [0x0b, 'short (2 bytes)'],
  [0x0c, 'int (4 bytes)'],
  [0x0d, 'float (4 bytes)'],
  [0x0e, 'double (8 bytes)'],
]);

/**
 * Reads an IDX file: two zero bytes, a type code, the number of dimensions, each dimension as a
 * big-endian 32-bit number, then the elements. Claims of the file never cause an allocation.
 *
 * @param bytes the whole file, already unpacked
 * @returns the dimensions and a view on the elements
 * @throws {DataError} if the file is truncated or too long, is not IDX, has another element type
 *   than unsigned byte, or has no dimensions or an empty one
 */
export function parseIdx(bytes: Uint8Array): IdxFile {
  checkFile('An IDX reader', bytes);
  if (bytes.length < 4) {
    throw new DataError(
      `Not an IDX file: got ${bytes.length} bytes, the header alone takes at least 8. ` +
        'Check that the file was copied or downloaded completely.',
    );
  }
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) {
    throw new DataError('Got a gzip file where IDX is expected. Unpack it first (maybeGunzip).');
  }
  if (bytes[0] !== 0 || bytes[1] !== 0) {
    throw new DataError(
      `Not an IDX file: it begins with ${hex(bytes[0])} ${hex(bytes[1])}, IDX begins with ` +
        '0x00 0x00. Check that the right file was given.',
    );
  }
  checkType(bytes[2]);
  const dims = readDims(bytes, bytes[3]);
  return { dims, data: bytes.subarray(4 + 4 * dims.length) };
}

/**
 * Reads an IDX file of grey images, i.e. with the dimensions `[count, height, width]`.
 *
 * @throws {DataError} as {@link parseIdx}, and if there are not exactly 3 dimensions
 */
export function imagesFromIdx(bytes: Uint8Array): IdxImages {
  const { dims, data } = parseIdx(bytes);
  if (dims.length !== 3) {
    throw new DataError(
      `IDX images must have 3 dimensions (count, height, width), got ${dims.length} ` +
        `(${dims.join(' × ')}). ${dims.length === 1 ? 'This looks like a label file.' : 'Check which file was given.'}`,
    );
  }
  const [count, height, width] = dims;
  return { images: data, count, height, width };
}

/**
 * Reads an IDX file of labels, i.e. with the one dimension `[count]`.
 *
 * @returns `count` labels: a view on the bytes that were parsed
 * @throws {DataError} as {@link parseIdx}, and if there is not exactly 1 dimension
 */
export function labelsFromIdx(bytes: Uint8Array): Uint8Array {
  const { dims, data } = parseIdx(bytes);
  if (dims.length !== 1) {
    throw new DataError(
      `IDX labels must have 1 dimension (count), got ${dims.length} (${dims.join(' × ')}). ` +
        `${dims.length === 3 ? 'This looks like an image file.' : 'Check which file was given.'}`,
    );
  }
  return data;
}

/**
 * Combines an image file and its label file.
 *
 * @param imagesBytes IDX file of images, unpacked
 * @param labelsBytes IDX file of labels, unpacked
 * @param classes number of classes, 1 to 256; labels are 0 to classes − 1
 * @throws {DataError} as {@link imagesFromIdx} and {@link labelsFromIdx}; if the counts differ, or
 *   a label is too large, with its sample
 * @throws {OptionError} if classes is invalid
 */
export function splitFromIdx(
  imagesBytes: Uint8Array,
  labelsBytes: Uint8Array,
  classes: number,
): ByteSplit {
  checkInteger('classes', classes, 1);
  const images = imagesFromIdx(imagesBytes);
  const labels = labelsFromIdx(labelsBytes);
  if (labels.length !== images.count) {
    throw new DataError(
      `Got ${images.count} images but ${labels.length} labels; there must be one label for each ` +
        'image. Check that both files belong to the same split (train or t10k).',
    );
  }
  checkLabels(labels, classes);
  return { ...images, labels };
}

/** Checks labels. Files whose labels begin at 1 are common: EMNIST's letters, SVHN. */
function checkLabels(labels: Uint8Array, classes: number): void {
  checkInteger('classes', classes, 1, 256);
  const wrong = labels.findIndex((label) => label >= classes);
  if (wrong === -1) return;
  const least = labels.reduce((a, b) => Math.min(a, b));
  const most = labels.reduce((a, b) => Math.max(a, b));
  throw new DataError(
    `Label ${wrong} is ${labels[wrong]}, allowed is 0 to ${classes - 1} for ${classes} classes. ` +
      (least === 1 && most === classes
        ? `The labels run from 1 to ${most}: subtract 1 from each.`
        : `The labels run from ${least} to ${most}: check that the file belongs to this data set, or give more classes.`),
  );
}

function checkType(code: number): void {
  if (code === UNSIGNED_BYTE) return;
  const name = TYPE_NAMES.get(code);
  throw new DataError(
    `IDX element type ${hex(code)}${name ? `, ${name},` : ''} is not ${name ? 'supported' : 'known'}; ` +
      `supported is ${hex(UNSIGNED_BYTE)}, unsigned byte. Convert the file to unsigned bytes.`,
  );
}

/** Reads the dimensions and checks that the file is exactly as long as they say. */
function readDims(bytes: Uint8Array, rank: number): number[] {
  if (rank === 0) {
    throw new DataError('IDX file with 0 dimensions; at least 1 is needed.');
  }
  const header = 4 + 4 * rank;
  if (bytes.length < header) {
    throw new DataError(
      `IDX file is truncated: ${rank} dimensions need a header of ${header} bytes, got ` +
        `${bytes.length}. Get the file again.`,
    );
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const dims = Array.from({ length: rank }, (_, i) => view.getUint32(4 + 4 * i));
  const available = bytes.length - header;
  let size = 1;
  for (const dim of dims) {
    if (dim === 0) {
      throw new DataError(
        `IDX dimensions ${dims.join(' × ')}: every dimension must be at least 1. ` +
          'There is nothing to train on in an empty file.',
      );
    }
    // Both factors are below 2^32, and the product is left as soon as it passes the length of the
    // file, so it stays exact: no claim can overflow it.
    size *= dim;
    if (size > available) {
      throw new DataError(
        `IDX file is truncated: ${dims.join(' × ')} needs more than the ${available} bytes that ` +
          'follow the header. Get the file again.',
      );
    }
  }
  if (size < available) {
    throw new DataError(
      `IDX file is too long: ${dims.join(' × ')} needs ${size} bytes after the header, got ` +
        `${available}. Get the file again.`,
    );
  }
  return dims;
}

function hex(byte: number): string {
  return `0x${byte.toString(16).padStart(2, '0')}`;
}
