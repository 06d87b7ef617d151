/** The files in a folder, with their first bytes, by which their kind is recognised. */
import { open, readdir, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { constants, gunzipSync } from 'node:zlib';
import { isGzip } from '../data/gzip.ts';

/** A file of a folder. */
export interface Seen {
  readonly path: string;
  /** Its path, relative to the folder. */
  readonly shown: string;
  /** Size on disk, in bytes. */
  readonly size: number;
  /** Whether it is gzipped. */
  readonly packed: boolean;
  /** Its first bytes, unpacked. */
  readonly head: Uint8Array;
  /** Why it could not be read. */
  readonly problem?: string;
}

/** Levels of subfolders: as deep as archives of data sets are. */
const DEEPEST = 3;
/** How many files and folders are looked at: a home folder may have millions. */
const MOST = 5000;
const HEAD_BYTES = 4096;

/** The files of a folder, then those of its subfolders, and so on, without hidden ones. */
export async function* surveyLevels(root: string): AsyncGenerator<Seen[]> {
  let folders = [root];
  let left = MOST;
  for (let depth = 0; depth <= DEEPEST && folders.length > 0; depth++) {
    const files: Seen[] = [];
    const below: string[] = [];
    for (const folder of folders) {
      const names = await readdir(folder).catch(() => []);
      for (const name of names.sort()) {
        if (name.startsWith('.') || left-- <= 0) continue;
        const path = join(folder, name);
        const seen = await look(path, relative(root, path));
        if (seen === 'folder') below.push(path);
        else if (seen) files.push(seen);
      }
    }
    yield files;
    folders = below;
  }
}

/** Reads the beginning of a file; undefined if it is neither file nor folder. */
async function look(path: string, shown: string): Promise<Seen | 'folder' | undefined> {
  const facts = await stat(path).catch(() => undefined);
  if (facts?.isDirectory()) return 'folder';
  if (!facts?.isFile()) return undefined;
  const { size } = facts;
  try {
    const head = await headOf(path);
    const packed = isGzip(head);
    return { path, shown, size, packed, head: packed ? unpackedHead(head) : head };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const problem = `cannot be read: ${code ?? message}`;
    return { path, shown, size, packed: false, head: new Uint8Array(0), problem };
  }
}

async function headOf(path: string): Promise<Uint8Array> {
  const handle = await open(path);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

/** Unpacks the beginning of a gzipped file; empty if it is damaged. */
function unpackedHead(head: Uint8Array): Uint8Array {
  try {
    return gunzipSync(head, { finishFlush: constants.Z_SYNC_FLUSH });
  } catch {
    return new Uint8Array(0);
  }
}
