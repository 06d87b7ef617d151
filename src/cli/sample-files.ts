/** Files of samples: what they are by their first bytes, and what all of them have to keep to. */
import { maybeGunzip } from '../data/gzip.ts';
import { type NpyArray, parseNpy } from '../data/npy.ts';
import { DataError } from '../errors.ts';
import { readGiven } from './resumed.ts';

const PNG = [0x89, 0x50, 0x4e, 0x47];
const NPY = [0x93, 0x4e, 0x55, 0x4d];

const begins = (bytes: Uint8Array, magic: readonly number[]): boolean =>
  magic.every((byte, i) => bytes[i] === byte);

/** Whether a file is a JPEG: its size may be far behind its beginning. */
export const isJpeg = (head: Uint8Array): boolean => begins(head, [0xff, 0xd8, 0xff]);

/** Whether a file is a PNG. */
export const isPng = (bytes: Uint8Array): boolean => begins(bytes, PNG);

/** Whether a file is of numpy. */
export const isNpy = (bytes: Uint8Array): boolean => begins(bytes, NPY);

/**
 * Reads a file of samples, unpacked.
 *
 * @throws {UsageError} if it cannot be read; DataError that names it if it cannot be unpacked
 */
export async function readSamples(file: string): Promise<Uint8Array> {
  const bytes = await readGiven(file, 'SAMPLES');
  return maybeGunzip(bytes).catch((error: unknown) => {
    if (!(error instanceof DataError)) throw error;
    throw new DataError(`'${file}': ${error.message}`, { cause: error });
  });
}

/** @throws DataError that names the file if it is not npy */
export function npyIn(bytes: Uint8Array, file: string): NpyArray {
  try {
    return parseNpy(bytes);
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    throw new DataError(`'${file}': ${error.message}`, { cause: error });
  }
}

/** Samples are sent to the browser as one message; Chrome ends pages at messages of hundreds of megabytes. */
const MOST_BYTES = 2 ** 26;

/** @throws DataError if samples are too many for one run */
export function checkBytes(bytes: number): void {
  if (bytes <= MOST_BYTES) return;
  throw new DataError(
    `the samples have ${bytes} bytes; one run takes up to ${MOST_BYTES}. Give fewer of them at once`,
  );
}

/** The names of the samples in a file. @throws DataError if there are none */
export function namesOf(file: string, count: number): string[] {
  if (count === 0) throw new DataError(`'${file}' has no samples. Check which file it is`);
  return Array.from({ length: count }, (_, i) => `${file}[${i}]`);
}
