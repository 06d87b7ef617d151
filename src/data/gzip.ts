import { checkFile, checkKeys, describe, isA } from '../check.ts';
import { DataError, OptionError } from '../errors.ts';

/** Options of {@link gunzip}. */
export interface GunzipOptions {
  /** Most bytes the unpacked data may have; 1 GiB by default. */
  readonly maxBytes?: number;
}

const DEFAULT_MAX_BYTES = 2 ** 30;

/** A gzip member has a header of at least 10 bytes and a trailer of 8 (RFC 1952, section 2.3). */
const SHORTEST = 18;

/** Input is fed in pieces of this size, to stop a decompression bomb early. */
const PIECE = 64 * 1024;

/** Whether the bytes begin like a gzip file (0x1f 0x8b). */
export function isGzip(bytes: Uint8Array): boolean {
  return isA(bytes, Uint8Array) && bytes.length >= 2 && bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/**
 * Unpacks a gzip file of one member with the platform's own decompressor.
 *
 * @param bytes the whole gzip file
 * @returns the unpacked bytes
 * @throws {DataError} if the bytes are not gzip, are corrupt or truncated, have something after their end, or
 *   unpack to more than `maxBytes`
 * @throws {OptionError} if `maxBytes` is not a whole number of at least 0
 */
export async function gunzip(bytes: Uint8Array, options: GunzipOptions = {}): Promise<Uint8Array> {
  checkFile('gunzip()', bytes);
  checkKeys('gunzip()', options, ['maxBytes']);
  const { maxBytes = DEFAULT_MAX_BYTES } = options;
  if (!Number.isSafeInteger(maxBytes) || maxBytes < 0) {
    throw new OptionError(
      `maxBytes must be a whole number of at least 0, got ${describe(maxBytes)}.`,
    );
  }
  if (!isGzip(bytes)) {
    throw new DataError(
      'Not a gzip file: it does not begin with 0x1f 0x8b. Check that the right file was given.',
    );
  }
  if (bytes.length < SHORTEST) {
    throw new DataError(
      `gzip file is truncated: got ${bytes.length} bytes, the shortest possible has ${SHORTEST}. ` +
        'Get the file again.',
    );
  }
  const unpacked = await inflate(bytes, maxBytes);
  // The last 4 bytes are the unpacked size modulo 2^32. Platforms differ in whether they notice
  // bytes after the end, so it is checked here for all of them.
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const size = view.getUint32(bytes.length - 4, true);
  if (size !== unpacked.length % 2 ** 32) {
    throw new DataError(
      `gzip file is damaged: it unpacks to ${unpacked.length} bytes, but its end says ${size}. ` +
        'Only one member with nothing after it is read. Get the file again.',
    );
  }
  return unpacked;
}

/**
 * Unpacks gzip files and returns everything else as it is, without a copy.
 *
 * @throws as {@link gunzip}, for gzip files only
 */
export async function maybeGunzip(
  bytes: Uint8Array,
  options: GunzipOptions = {},
): Promise<Uint8Array> {
  checkFile('maybeGunzip()', bytes);
  checkKeys('maybeGunzip()', options, ['maxBytes']);
  return isGzip(bytes) ? gunzip(bytes, options) : bytes;
}

async function inflate(bytes: Uint8Array, maxBytes: number): Promise<Uint8Array> {
  const reader = pieces(bytes).pipeThrough(new DecompressionStream('gzip')).getReader();
  const chunks: Uint8Array[] = [];
  let total = 0;
  for (;;) {
    let chunk: Uint8Array | undefined;
    try {
      chunk = (await reader.read()).value;
    } catch (cause) {
      throw new DataError(
        `gzip file is corrupt or truncated (${bytes.length} bytes; the platform says: ` +
          `${cause instanceof Error ? cause.message : String(cause)}). Get the file again.`,
        { cause },
      );
    }
    if (chunk === undefined) break;
    total += chunk.length;
    if (total > maxBytes) {
      // An error of cancelling does not matter: the data are refused anyway.
      await reader.cancel().catch(() => undefined);
      throw new DataError(
        `gzip file unpacks to more than the ${maxBytes} bytes allowed. ` +
          'Check that it is the expected file; raise maxBytes if it really is that large.',
      );
    }
    chunks.push(chunk);
  }
  return concatenate(chunks, total);
}

function pieces(given: Uint8Array): ReadableStream<Uint8Array<ArrayBuffer>> {
  // A plain view first: a Node Buffer's slice() would share its memory instead of copying.
  const bytes = new Uint8Array(given.buffer, given.byteOffset, given.byteLength);
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      // Copies, because a stream may take over the buffers that it is given.
      controller.enqueue(bytes.slice(at, at + PIECE));
      at += PIECE;
      if (at >= bytes.length) controller.close();
    },
  });
}

function concatenate(chunks: readonly Uint8Array[], total: number): Uint8Array {
  const all = new Uint8Array(total);
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.length;
  }
  return all;
}
