import { checkFile } from '../check.ts';
import { DataError } from '../errors.ts';
import { decodeTensor, type SafetensorsDtype, type TensorArray } from './dtype.ts';
import { asObject, type Entry, readEntry } from './safetensors-entry.ts';
import { MAX_HEADER_BYTES } from './safetensors-write.ts';
import { parseStrictJson, show } from './strict-json.ts';

export { type WritableTensor, writeSafetensors } from './safetensors-write.ts';

/** One tensor of a safetensors file. */
export interface SafetensorsTensor {
  /**
   * The type in the file. `F16` and `BF16` arrive widened in a `Float32Array`; `BOOL`, `F8_E5M2` and
   * `F8_E4M3` as the file's bytes, in a `Uint8Array`.
   */
  readonly dtype: SafetensorsDtype;
  /** Sizes from the outermost to the innermost dimension; empty for a scalar. */
  readonly shape: readonly number[];
  /** The elements in row-major order: a copy, so that the file can be freed. */
  readonly data: TensorArray;
}

/** The contents of a safetensors file. */
export interface Safetensors {
  /** By name, in the order of their data in the file. */
  readonly tensors: Map<string, SafetensorsTensor>;
  /** The texts of `__metadata__`; empty if there are none. */
  readonly metadata: Record<string, string>;
}

const METADATA_KEY = '__metadata__';

/**
 * Reads a safetensors file: the header's length as 8 little-endian bytes, the header as JSON, then
 * the tensors' bytes without gaps. Every claim of the header is checked against the actual bytes before anything
 * is allocated.
 *
 * @param given the whole file
 * @throws {DataError} if the file is truncated, its header is too long, not UTF-8 or not JSON,
 *   names a key twice, or describes a tensor of an unknown dtype, with a wrong shape or size, or
 *   with offsets that overlap, leave a gap or leave the file
 */
export function parseSafetensors(given: Uint8Array): Safetensors {
  checkFile('parseSafetensors()', given);
  // A plain view first: a Node Buffer's slice() would share its memory instead of copying.
  const bytes = new Uint8Array(given.buffer, given.byteOffset, given.byteLength);
  const headerBytes = headerLength(bytes);
  const header = parseHeader(bytes.subarray(8, 8 + headerBytes));
  const buffer = bytes.subarray(8 + headerBytes);
  const entries: Entry[] = [];
  let metadata: Record<string, string> = {};
  for (const [name, value] of Object.entries(header)) {
    if (name === METADATA_KEY) metadata = readMetadata(value);
    else entries.push(readEntry(name, value));
  }
  const tensors = new Map<string, SafetensorsTensor>();
  for (const { name, dtype, shape, begin, end } of tiled(entries, buffer.length)) {
    tensors.set(name, { dtype, shape, data: decodeTensor(dtype, buffer.slice(begin, end)) });
  }
  return { tensors, metadata };
}

function headerLength(bytes: Uint8Array): number {
  if (bytes.length < 8) {
    throw new DataError(
      `Not a safetensors file: got ${bytes.length} bytes, the header's length alone takes 8. ` +
        'Get the file again.',
    );
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = view.getBigUint64(0, true);
  const available = bytes.length - 8;
  if (length > MAX_HEADER_BYTES) {
    throw new DataError(
      `safetensors header claims ${length} bytes, allowed are ${MAX_HEADER_BYTES}. ` +
        'Check that this is a safetensors file.',
    );
  }
  if (length > available) {
    throw new DataError(
      `safetensors file is truncated: its header claims ${length} bytes, but only ${available} ` +
        'follow. Get the file again.',
    );
  }
  return Number(length);
}

function parseHeader(bytes: Uint8Array): object {
  let text: string;
  try {
    // ignoreBOM keeps a byte order mark in the text, so that the check below refuses it.
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new DataError('safetensors header is not valid UTF-8. Get the file again.', { cause });
  }
  if (!text.startsWith('{')) {
    throw new DataError(
      `safetensors header must begin with "{", got ${JSON.stringify(text.slice(0, 1))}. ` +
        'Check that this is a safetensors file.',
    );
  }
  return asObject(parseStrictJson(text, 'safetensors header'), 'safetensors header');
}

function readMetadata(value: unknown): Record<string, string> {
  const pairs = Object.entries(asObject(value, `safetensors ${METADATA_KEY}`));
  // fromEntries defines the keys, so that one called __proto__ stays a key.
  return Object.fromEntries(
    pairs.map(([key, text]) => {
      if (typeof text !== 'string') {
        throw new DataError(
          `safetensors ${METADATA_KEY} ${show(key)} is ${show(text)}, allowed are only strings.`,
        );
      }
      return [key, text];
    }),
  );
}

/** Sorts by offset; refuses overlaps, gaps, and an end that is not the end of the file. */
function tiled(entries: readonly Entry[], available: number): readonly Entry[] {
  const sorted = [...entries].sort((a, b) => a.begin - b.begin || a.end - b.end);
  let at = 0;
  for (const { name, begin, end } of sorted) {
    const what = `Tensor ${show(name)} with data_offsets [${begin}, ${end}]`;
    if (end > available) {
      throw new DataError(
        `${what} leaves the file, which has ${available} bytes after its header. Get the file again.`,
      );
    }
    if (begin !== at) {
      throw new DataError(
        `${what} ${begin < at ? 'overlaps the tensor before it' : 'leaves a gap before it'}: it ` +
          `must begin at ${at}. Do not trust this file; get it from its source again.`,
      );
    }
    at = end;
  }
  if (at !== available) {
    throw new DataError(
      `safetensors file has ${available} bytes after its header, but its tensors end at ${at}. ` +
        'Get the file again.',
    );
  }
  return sorted;
}
