import { DataError } from '../errors.ts';
import { crc32 } from './crc.ts';
import { gunzip } from './gzip.ts';
import { show } from './strict-json.ts';

/** A file in an archive. */
export interface ZipEntry {
  readonly name: string;
  /** Its bytes, once they are unpacked. */
  readonly size: number;
  unpack(): Promise<Uint8Array>;
}

const END = 0x06054b50;
const DIRECTORY = 0x02014b50;
const LOCAL = 0x04034b50;
const END_BYTES = 22;
const DIRECTORY_BYTES = 46;
const LOCAL_BYTES = 30;
const MOST_ENTRIES = 10_000;

const damaged = (why: string): DataError => new DataError(`zip archive ${why}. Get the file again`);

/**
 * Reads the directory of a zip archive; PKWARE's APPNOTE.TXT 6.3.10. Files that lie over each other, claim more than is there,
 * are encrypted or of the 64-bit format are refused before anything is unpacked.
 *
 * @param bytes the whole archive
 * @throws DataError
 */
export function readZip(bytes: Uint8Array): ZipEntry[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = endOf(view);
  const [count, length, begin] = [
    view.getUint16(end + 10, true),
    view.getUint32(end + 12, true),
    view.getUint32(end + 16, true),
  ];
  if (count === 0xffff || begin === 0xffffffff) {
    throw new DataError(
      'zip archive is of the 64-bit format, for 4 GiB and more. Save its arrays one by one as .npy',
    );
  }
  if (count > MOST_ENTRIES)
    throw new DataError(
      `zip archive claims ${count} files; at most ${MOST_ENTRIES} are read. Do not trust this file`,
    );
  if (view.getUint16(end + 8, true) !== count) throw damaged('is one of several parts');
  if (begin + length !== end)
    throw damaged(`has a directory of ${length} bytes from ${begin} on, but its end is at ${end}`);
  const places: { readonly from: number; readonly to: number }[] = [];
  const entries: ZipEntry[] = [];
  let at = begin;
  for (let i = 0; i < count; i++) {
    if (at + DIRECTORY_BYTES > end || view.getUint32(at, true) !== DIRECTORY) {
      throw damaged(`has no file ${i} in its directory`);
    }
    const [flags, method] = [view.getUint16(at + 8, true), view.getUint16(at + 10, true)];
    const [crc, packed, size] = [16, 20, 24].map((offset) => view.getUint32(at + offset, true));
    const [named, extra, comment] = [28, 30, 32].map((offset) => view.getUint16(at + offset, true));
    const local = view.getUint32(at + 42, true);
    const next = at + DIRECTORY_BYTES + named + extra + comment;
    if (next > end) throw damaged(`has a directory that is cut off at file ${i}`);
    const name = textOf(bytes.subarray(at + DIRECTORY_BYTES, at + DIRECTORY_BYTES + named));
    const from = dataOf(view, local, begin, name);
    if (from + packed > begin)
      throw damaged(`has ${show(name)} of ${packed} bytes, which leave the files`);
    if ((flags & 1) !== 0)
      throw new DataError(`zip archive has ${show(name)} encrypted. Save it without a password`);
    if (method !== 0 && method !== 8) {
      throw new DataError(
        `zip archive has ${show(name)} packed by method ${method}; read are 0 (stored) and 8 (deflate). Save it again`,
      );
    }
    if (method === 0 && packed !== size)
      throw damaged(`has ${show(name)} stored in ${packed} bytes instead of ${size}`);
    // Deflate makes at most 1032 bytes of one.
    if (size > 1032 * packed + 1032)
      throw damaged(`has ${show(name)} of ${size} bytes in ${packed}, which nothing packs`);
    places.push({ from: local, to: from + packed });
    const data = bytes.subarray(from, from + packed);
    entries.push({
      name,
      size,
      unpack: async () =>
        method === 0 ? stored(name, data, crc) : inflated(name, data, crc, size),
    });
    at = next;
  }
  if (at !== end) throw damaged(`has ${end - at} bytes behind its directory`);
  places.sort((a, b) => a.from - b.from);
  if (places.some(({ from }, i) => i > 0 && from < places[i - 1].to)) {
    throw new DataError('zip archive has files that lie over each other. Do not trust this file');
  }
  return entries;
}

/** Where the record is that ends the archive; a comment may follow it. */
function endOf(view: DataView): number {
  const last = view.byteLength - END_BYTES;
  for (let at = last; at >= Math.max(0, last - 0xffff); at--) {
    if (view.getUint32(at, true) !== END) continue;
    if (at + END_BYTES + view.getUint16(at + 20, true) === view.byteLength) return at;
  }
  throw new DataError(
    `Not a zip archive: its ${view.byteLength} bytes have no directory at their end. Check that the right file was given, and the whole of it`,
  );
}

/** Where a file's bytes begin, behind its own header. */
function dataOf(view: DataView, local: number, most: number, name: string): number {
  if (local + LOCAL_BYTES > most || view.getUint32(local, true) !== LOCAL) {
    throw damaged(`has no file ${show(name)} at ${local}`);
  }
  return local + LOCAL_BYTES + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
}

function textOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new DataError('zip archive has a name that is not UTF-8. Get the file again', { cause });
  }
}

function stored(name: string, data: Uint8Array, crc: number): Uint8Array {
  if (crc32(data) === crc) return data.slice();
  throw damaged(`has ${show(name)} damaged: its checksum is another one`);
}

/**
 * Unpacks by the platform's gunzip: deflated bytes between a gzip header and the checksum and size of the directory are a gzip
 * file (RFC 1952), which every platform checks. `deflate-raw` is not in all versions of Node that we run on.
 */
async function inflated(
  name: string,
  data: Uint8Array,
  crc: number,
  size: number,
): Promise<Uint8Array> {
  const whole = new Uint8Array(data.length + 18);
  whole.set([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff]);
  whole.set(data, 10);
  const view = new DataView(whole.buffer);
  view.setUint32(data.length + 10, crc, true);
  view.setUint32(data.length + 14, size, true);
  try {
    return await gunzip(whole, { maxBytes: size });
  } catch (cause) {
    if (!(cause instanceof DataError)) throw cause;
    throw new DataError(
      `zip archive has ${show(name)} damaged, or of another size than ${size}. Get the file again`,
      { cause },
    );
  }
}
