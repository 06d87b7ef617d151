/** What lies in a folder, told by the first bytes of each file. */
import { open, readdir, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { constants, gunzipSync } from 'node:zlib';
import { isGzip } from '../data/gzip.ts';

/** A file of a folder. */
export interface Seen {
  readonly path: string;
  /** Its path from the folder that was looked at. */
  readonly shown: string;
  /** As it lies there, in bytes. */
  readonly size: number;
  /** Whether it is packed by gzip. */
  readonly packed: boolean;
  /** Its first bytes, unpacked. */
  readonly head: Uint8Array;
  /** Why it was not looked at. */
  readonly problem?: string;
}

/** Folders below the one that was named: as deep as data sets' archives are. */
const DEEPEST = 3;
/** So many files and folders are looked at; a home folder may have millions. */
const MOST = 5000;
const HEAD_BYTES = 4096;

/** The files of a folder, then those of the folders in it, and so on; hidden ones are passed over. */
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

/** Looks at the beginning of a file; undefined for what is neither file nor folder. */
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

/** What the beginning of a packed file unpacks to; nothing where it is damaged. */
function unpackedHead(head: Uint8Array): Uint8Array {
  try {
    return gunzipSync(head, { finishFlush: constants.Z_SYNC_FLUSH });
  } catch {
    return new Uint8Array(0);
  }
}
