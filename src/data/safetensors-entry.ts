import { DataError } from '../errors.ts';
import { DTYPES, elementBytes, isDtype, type SafetensorsDtype } from './dtype.ts';
import { show } from './strict-json.ts';

/** A tensor's place in the file: bytes after the header, `end` excluded. */
export interface Entry {
  readonly name: string;
  readonly dtype: SafetensorsDtype;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

/**
 * Reads the header's entry of one tensor and checks that dtype, shape and range agree. The caller checks that the
 * range is in the file.
 *
 * @throws {DataError} if a field is missing, unknown or of the wrong type, or fields disagree
 */
export function readEntry(name: string, value: unknown): Entry {
  const what = `Tensor ${show(name)}`;
  const fields = new Map<string, unknown>(Object.entries(asObject(value, what)));
  const dtype = fields.get('dtype');
  const shape = fields.get('shape');
  const offsets = fields.get('data_offsets');
  if (
    fields.size !== 3 ||
    !fields.has('dtype') ||
    !fields.has('shape') ||
    !fields.has('data_offsets')
  ) {
    throw new DataError(
      `${what} has the fields ${show([...fields.keys()])}; needed are exactly ` +
        'dtype, shape and data_offsets.',
    );
  }
  if (!isDtype(dtype)) {
    throw new DataError(
      `${what} has dtype ${show(dtype)}; supported are ${DTYPES.join(', ')}. ` +
        'Convert the tensor before writing the file.',
    );
  }
  if (!isCounts(shape)) {
    throw new DataError(
      `${what} has shape ${show(shape)}; a shape is a list of whole numbers of at least 0.`,
    );
  }
  if (!isCounts(offsets) || offsets.length !== 2 || offsets[0] > offsets[1]) {
    throw new DataError(
      `${what} has data_offsets ${show(offsets)}; they are two whole numbers [begin, end] with ` +
        '0 <= begin <= end.',
    );
  }
  const [begin, end] = offsets;
  const need = byteSize(what, dtype, shape);
  if (end - begin !== need) {
    throw new DataError(
      `${what} of dtype ${dtype} and shape ${show(shape)} needs ${need} bytes, its ` +
        `data_offsets [${begin}, ${end}] give ${end - begin}. Get the file again.`,
    );
  }
  return { name, dtype, shape, begin, end };
}

function byteSize(what: string, dtype: SafetensorsDtype, shape: readonly number[]): number {
  let size = elementBytes(dtype);
  for (const dim of shape) {
    size *= dim;
    if (!Number.isSafeInteger(size)) {
      throw new DataError(`${what} has shape ${show(shape)}, which passes 2^53 bytes.`);
    }
  }
  return size;
}

/**
 * Checks that a value is a JSON object.
 *
 * @param what its name for the error
 * @throws {DataError} if it is not
 */
export function asObject(value: unknown, what: string): object {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  throw new DataError(`${what} is ${show(value)}, it must be an object.`);
}

/** Whether a value is a list of whole numbers from 0 up. */
export function isCounts(value: unknown): value is number[] {
  return (
    Array.isArray(value) &&
    value.every((n) => Number.isSafeInteger(n) && n >= 0 && !Object.is(n, -0))
  );
}
