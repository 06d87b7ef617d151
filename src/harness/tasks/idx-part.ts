import { idxDims, kindOfFile } from '../../data/file-kind.ts';
import { isGzip, maybeGunzip } from '../../data/gzip.ts';
import { DataError } from '../../errors.ts';
import { sha256 } from '../../trial/sha256.ts';
import type { Sums } from './known-sets.ts';

/** A file of images or of labels in the IDX format. */
export interface IdxPart {
  /** Its file's. */
  readonly name: string;
  /** Unpacked. */
  readonly bytes: Uint8Array;
  readonly dims: readonly number[];
  /** Of the unpacked file, and of the packed one if it was packed. */
  readonly sums: Required<Pick<Sums, 'sha256'>> & Sums;
}

/** Largest unpacked file: a little more than EMNIST ByClass has, the largest of the known sets. */
const MOST_BYTES = 600 * 2 ** 20;

/**
 * Unpacks a file if it is packed, and sums it up.
 *
 * @returns the file; or in words what else it is
 */
export async function openIdx(name: string, given: Uint8Array): Promise<IdxPart | string> {
  let bytes: Uint8Array;
  try {
    bytes = await maybeGunzip(given, { maxBytes: MOST_BYTES });
  } catch (error) {
    if (error instanceof DataError) return error.message;
    throw error;
  }
  const dims = idxDims(bytes);
  const items = dims?.reduce((a, b) => a * b) ?? 0;
  const whole = dims && items > 0 && bytes.length === 4 + 4 * dims.length + items;
  if (!whole || (dims.length !== 1 && dims.length !== 3)) return kindOfFile(bytes, bytes.length);
  const packed = isGzip(given) ? { gzSha256: await sha256(given) } : {};
  return { name, bytes, dims, sums: { sha256: await sha256(bytes), ...packed } };
}

/** The files without copies. */
const distinct = (parts: readonly IdxPart[]): IdxPart[] =>
  parts.filter((part, i) => parts.findIndex(({ sums }) => sums.sha256 === part.sums.sha256) === i);

/** Files of images, without copies. */
export const imagesAmong = (parts: readonly IdxPart[]): IdxPart[] =>
  distinct(parts).filter(({ dims }) => dims.length === 3);

/** Files of labels, without copies. */
export const labelsAmong = (parts: readonly IdxPart[]): IdxPart[] =>
  distinct(parts).filter(({ dims }) => dims.length === 1);

/** Images of which there are labels. */
export const pairable = (images: readonly IdxPart[], labels: readonly IdxPart[]): IdxPart[] =>
  images.filter((one) => labels.some(({ dims }) => dims[0] === one.dims[0]));
