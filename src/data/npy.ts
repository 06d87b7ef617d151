import { checkFile } from '../check.ts';
import { DataError } from '../errors.ts';
import { decodeTensor, elementBytes, type SafetensorsDtype } from './dtype.ts';
import { show } from './strict-json.ts';

/** An array of numpy. */
export interface NpyArray {
  /** The type in the file, by its name in safetensors: `F32` for `<f4`. */
  readonly dtype: SafetensorsDtype;
  /** Sizes from the outermost to the innermost dimension; empty for a scalar. */
  readonly shape: readonly number[];
  /**
   * The elements row by row: a copy. `F16` is widened in a `Float32Array`, `BOOL` is 0 and 1 in a `Uint8Array`, `I64` and `U64`
   * are an `Int32Array` if all fit, else a `Float64Array`.
   */
  readonly data: NpyData;
}

/** The elements of an array of numpy. */
export type NpyData =
  | Float32Array
  | Float64Array
  | Int8Array
  | Int16Array
  | Int32Array
  | Uint8Array
  | Uint16Array
  | Uint32Array;

/** numpy's types without the byte order. */
const TYPES: Readonly<Record<string, SafetensorsDtype>> = {
  ...{ f2: 'F16', f4: 'F32', f8: 'F64', b1: 'BOOL' },
  ...{ i1: 'I8', i2: 'I16', i4: 'I32', i8: 'I64', u1: 'U8', u2: 'U16', u4: 'U32', u8: 'U64' },
};

/** A byte that no text begins with, and `NUMPY`. */
const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];

/** The most bytes of a header, and dimensions of an array: numpy has 64. */
const MOST_HEADER = 2 ** 20;
const MOST_DIMENSIONS = 64;

/**
 * Reads an array that `numpy.save` wrote: versions 1 to 3 of the format, numbers and booleans of either byte order, row by row
 * or column by column. It holds Python objects in no case: these are refused, as are texts, complex and structured types.
 *
 * @param given the whole file
 * @throws DataError if it is not such a file, is truncated or too long, or has another type
 * @see https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 */
export function parseNpy(given: Uint8Array): NpyArray {
  checkFile('parseNpy()', given);
  const bytes = new Uint8Array(given.buffer, given.byteOffset, given.byteLength);
  if (bytes.length < 10 || MAGIC.some((byte, i) => bytes[i] !== byte)) {
    throw new DataError(
      `Not an .npy file: its ${bytes.length} bytes do not begin with \\x93NUMPY. Check that the right file was given; parseNpz() reads .npz files`,
    );
  }
  const [version, begin, end] = headerOf(bytes);
  if (end > bytes.length) {
    throw new DataError(
      `.npy file is truncated: its header ends at ${end}, the file at ${bytes.length}. Get the file again`,
    );
  }
  let text: string;
  try {
    // Versions 1 and 2 are Latin-1, whose first half is all that a description of numbers has.
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(begin, end));
  } catch (cause) {
    throw new DataError(`.npy header (version ${version}) is no text. Get the file again`, {
      cause,
    });
  }
  const { descr, columnMajor, shape } = described(text);
  const { dtype, isBig } = typeOf(descr);
  const size = elementBytes(dtype);
  const count = shape.reduce((product, one) => product * one, 1);
  if (!Number.isSafeInteger(count * size) || count * size !== bytes.length - end) {
    throw new DataError(
      `.npy array of ${descr} and shape (${show(shape).slice(1, -1)}) needs ${count * size} bytes, the file has ${bytes.length - end} after its header. Get the file again`,
    );
  }
  const own = bytes.slice(end);
  if (isBig) for (let i = 0; i < own.length; i += size) own.subarray(i, i + size).reverse();
  const rows = columnMajor && shape.length > 1 ? rowByRow(own, shape, size) : own;
  return { dtype, shape, data: numbersOf(dtype, rows) };
}

/** The version of the format, and where the header begins and ends. */
function headerOf(bytes: Uint8Array): readonly [version: number, begin: number, end: number] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [version, minor] = [bytes[6], bytes[7]];
  if (version < 1 || version > 3 || minor !== 0) {
    throw new DataError(
      `.npy file has version ${version}.${minor}; read are 1.0, 2.0 and 3.0. Save it with another version of numpy`,
    );
  }
  if (version === 1) return [version, 10, 10 + view.getUint16(8, true)];
  const length = bytes.length < 12 ? Number.POSITIVE_INFINITY : view.getUint32(8, true);
  if (length <= MOST_HEADER) return [version, 12, 12 + length];
  throw new DataError(
    `.npy header claims ${length} bytes; at most ${MOST_HEADER} are read. Do not trust this file`,
  );
}

interface Described {
  readonly descr: string;
  readonly columnMajor: boolean;
  readonly shape: readonly number[];
}

/** Reads the header: a dictionary of Python with three keys, and nothing else. */
function described(text: string): Described {
  const refuse = (why: string): never => {
    throw new DataError(`.npy header ${show(text.trim())} ${why}`);
  };
  const found = new Map<string, string>();
  // One key and its value; `descr` of a structured type is a list.
  const pair =
    /\s*'(descr|fortran_order|shape)'\s*:\s*('[^']{0,40}'|True|False|\([\d\s,]*\)|\[)\s*(,|(?=\}))/y;
  const [open] = /^\s*\{/.exec(text) ?? refuse('is no dictionary. Get the file again');
  let at = open.length;
  for (;;) {
    pair.lastIndex = at;
    const match = pair.exec(text);
    if (!match) break;
    const [whole, key, value] = match;
    if (found.has(key)) refuse(`has ${key} twice. Do not trust this file`);
    found.set(key, value);
    at += whole.length;
  }
  const [descr, order, shape] = ['descr', 'fortran_order', 'shape'].map(
    (key) => found.get(key) ?? '',
  );
  if (/'descr'\s*:\s*\[/.test(text))
    refuse('has a structured type. Save each of its fields as an array');
  const isWhole = /^'/.test(descr) && /^[TF]/.test(order) && /^\(/.test(shape);
  if (!isWhole || !/^\s*\}\s*$/.test(text.slice(at))) {
    refuse(
      "is not { 'descr': '<f4', 'fortran_order': False, 'shape': (2, 3) }. Get the file again",
    );
  }
  const sizes = shape.slice(1, -1).split(',');
  // A tuple of one has a comma behind it.
  if (sizes[sizes.length - 1].trim() === '') sizes.pop();
  if (sizes.length > MOST_DIMENSIONS || sizes.some((size) => !/^\s*\d{1,15}\s*$/.test(size))) {
    refuse(`has a shape that is no tuple of up to ${MOST_DIMENSIONS} sizes. Get the file again`);
  }
  return { descr: descr.slice(1, -1), columnMajor: order === 'True', shape: sizes.map(Number) };
}

function typeOf(descr: string): { readonly dtype: SafetensorsDtype; readonly isBig: boolean } {
  const [, order = '', name = ''] = /^([<>|=])([a-zA-Z]\d*)$/.exec(descr) ?? [];
  const isKnown =
    Object.hasOwn(TYPES, name) && order !== '=' && (order !== '|' || name.endsWith('1'));
  if (isKnown) return { dtype: TYPES[name], isBig: order === '>' };
  const what = name.startsWith('O')
    ? ', Python objects, which are programs (pickle)'
    : /^[US]/.test(name)
      ? ', texts'
      : name.startsWith('c')
        ? ', complex numbers'
        : '';
  throw new DataError(
    `.npy array has the type ${show(descr)}${what}; read are ${Object.keys(TYPES).join(', ')}. Convert it first, as a.astype('float32')`,
  );
}

/** Elements that lie column by column, row by row. */
function rowByRow(
  bytes: Uint8Array<ArrayBuffer>,
  shape: readonly number[],
  size: number,
): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(bytes.length);
  const index = shape.map(() => 0);
  // Where the next element of each dimension lies.
  const steps = shape.map((_, d) =>
    shape.slice(0, d).reduce((product, one) => product * one, size),
  );
  let from = 0;
  for (let to = 0; to < bytes.length; to += size) {
    for (let i = 0; i < size; i++) out[to + i] = bytes[from + i];
    for (let d = shape.length - 1; d >= 0; d--) {
      from += steps[d];
      if (++index[d] < shape[d]) break;
      from -= steps[d] * shape[d];
      index[d] = 0;
    }
  }
  return out;
}

/** Elements as numbers. */
function numbersOf(dtype: SafetensorsDtype, bytes: Uint8Array<ArrayBuffer>): NpyData {
  const data = decodeTensor(dtype, bytes);
  if (dtype === 'BOOL') return bytes.map((value) => Math.min(value, 1));
  if (!(data instanceof BigInt64Array || data instanceof BigUint64Array)) return data;
  const wide = Float64Array.from(data as ArrayLike<bigint>, Number);
  const beyond = wide.findIndex((value) => !Number.isSafeInteger(value));
  if (beyond >= 0) {
    throw new DataError(
      `.npy array of ${dtype} has ${data[beyond]} at ${beyond}; a number of JavaScript is exact up to 2^53. Convert it first, as a.astype('float64')`,
    );
  }
  return wide.every((value) => value === (value | 0)) ? Int32Array.from(wide) : wide;
}
