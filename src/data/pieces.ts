import { describe, looksLike } from '../check.ts';
import { DataError } from '../errors.ts';
import type { Numbers } from './numbers.ts';

/** Reads the numbers of some samples, one after another, as they were given. */
export type ReadRows = (indices: Uint32Array, into: Float64Array) => void | Promise<void>;

/** Whether inputs are numbers in memory, not a buffer or a function on the GPU. */
export const isRows = (value: unknown): value is ArrayLike<unknown> =>
  typeof value === 'object' && looksLike(value, { length: 'number' });

/** The error for an array whose memory was transferred. */
export const transferred = (what: string, array: unknown): DataError =>
  new DataError(`${what}: ${describe(array)} was given; transfer a copy to the worker instead`);

/** Labels as kernels read them. */
export const classesOf = (labels: Numbers): Uint32Array =>
  Uint32Array.from({ length: labels.length }, (_, i) => labels[i]);

/** Samples per read. */
const PIECE = 1024;

/** Consecutive sample numbers. */
export const indicesOf = (count: number, first = 0): Uint32Array =>
  Uint32Array.from({ length: count }, (_, i) => first + i);

/** The numbers of all samples, in pieces. */
export function* piecesOf(count: number): Generator<Uint32Array> {
  for (let first = 0; first < count; first += PIECE) {
    yield indicesOf(Math.min(PIECE, count - first), first);
  }
}

/** Gathers all samples in order, piece by piece, and passes each piece to `show`. */
export async function throughAll<T extends Uint8Array | Float64Array>(
  count: number,
  make: (samples: number) => T,
  gather: (indices: Uint32Array, into: T) => void | Promise<void>,
  show: (piece: T) => void = () => {},
): Promise<void> {
  for (const indices of piecesOf(count)) {
    const piece = make(indices.length);
    await gather(indices, piece);
    show(piece);
  }
}
