import { describe, isA, isArray, isInteger, isMap, isObject } from '../check.ts';
import { DataError } from '../errors.ts';

/** The reference implementation's limit on the header, in bytes. */
export const MAX_HEADER_BYTES = 100_000_000;

/** A tensor to be written: F32 or I32 by the kind of its array. */
export interface WritableTensor {
  /** Sizes from the outermost to the innermost dimension; empty for a scalar. */
  readonly shape: readonly number[];
  /** As many elements as the shape says, in row-major order. */
  readonly data: Float32Array | Int32Array;
}

/**
 * Writes a safetensors file. Tensors are sorted by name, and the header is padded with spaces to a multiple of
 * 8 bytes, so the same tensors always give the same bytes.
 *
 * @param tensors by name, e.g. `new Map([['0.weight', { shape: [128, 784], data }]])`
 * @param metadata strings for `__metadata__`; left out of the file if empty
 * @throws {DataError} if a tensor's shape and its number of elements differ, or a tensor is called `__metadata__`
 */
export function writeSafetensors(
  tensors: ReadonlyMap<string, WritableTensor>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  if (!isMap(tensors) || !isObject(metadata)) {
    throw new DataError(
      `writeSafetensors() takes a Map of { shape, data } by name, and texts by name; ${describe(isMap(tensors) ? metadata : tensors)} was given`,
    );
  }
  const odd = Object.keys(metadata).find((name) => typeof metadata[name] !== 'string');
  if (odd !== undefined) {
    throw new DataError(
      `The metadata has ${describe(metadata[odd])} for ${describe(odd)}; it is texts.`,
    );
  }
  for (const [name, tensor] of tensors) checkTensor(name, tensor);
  // By UTF-16 code units: the same on every platform, unlike a locale's order.
  const sorted = [...tensors].sort(([a], [b]) => (a < b ? -1 : 1));
  const fields: string[] = [];
  const texts = Object.entries(metadata).sort(([a], [b]) => (a < b ? -1 : 1));
  if (texts.length > 0) fields.push(`"__metadata__":${object(texts.map(field))}`);
  let end = 0;
  for (const [name, tensor] of sorted) {
    const begin = end;
    end += tensor.data.byteLength;
    const dtype = isA(tensor.data, Float32Array) ? 'F32' : 'I32';
    fields.push(field([name, { dtype, shape: tensor.shape, data_offsets: [begin, end] }]));
  }
  const json = new TextEncoder().encode(object(fields));
  const headerBytes = Math.ceil(json.length / 8) * 8;
  if (headerBytes > MAX_HEADER_BYTES) {
    throw new DataError(
      `The names of the tensors and the metadata take ${headerBytes} bytes; readers take at most ${MAX_HEADER_BYTES}. Give fewer texts.`,
    );
  }
  const file = new Uint8Array(8 + headerBytes + end);
  new DataView(file.buffer).setBigUint64(0, BigInt(headerBytes), true);
  file.fill(0x20, 8, 8 + headerBytes);
  file.set(json, 8);
  let at = 8 + headerBytes;
  for (const [, { data }] of sorted) {
    file.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
    at += data.byteLength;
  }
  return file;
}

function checkTensor(name: unknown, tensor: WritableTensor): void {
  const { shape, data }: { shape?: unknown; data?: unknown } = isObject(tensor) ? tensor : {};
  if (
    typeof name !== 'string' ||
    !isArray(shape) ||
    !(isA(data, Float32Array) || isA(data, Int32Array))
  ) {
    throw new DataError(
      `Tensor ${describe(name)} is ${describe(tensor)}; a tensor is { shape: [2, 3], data: a Float32Array or an Int32Array } by a text.`,
    );
  }
  if (name === '__metadata__') {
    throw new DataError('A tensor cannot be called "__metadata__"; the format keeps that name.');
  }
  const wrong = shape.some((dim) => !isInteger(dim) || dim < 0);
  const size = wrong ? NaN : shape.reduce<number>((product, dim) => product * Number(dim), 1);
  if (wrong || size !== data.length) {
    throw new DataError(
      `Tensor ${describe(name)} has ${data.length} elements, its shape [${shape.slice(0, 8).map(describe).join(', ')}] ` +
        `${wrong ? 'is not made of whole numbers of at least 0' : `says ${size}`}.`,
    );
  }
}

// The objects are put together as text because an object's own order moves keys such as "10".
function object(fields: readonly string[]): string {
  return `{${fields.join(',')}}`;
}

function field([key, value]: readonly [string, unknown]): string {
  return `${JSON.stringify(key)}:${JSON.stringify(value)}`;
}
