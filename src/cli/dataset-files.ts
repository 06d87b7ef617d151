import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { FashionMnistFile } from '../data/fashion-mnist.ts';

/** One of the data set's files as it lies in a folder. */
export interface LocatedFile {
  readonly file: FashionMnistFile;
  readonly path: string;
  /** True for the `.gz`, which is preferred where both are there. */
  readonly packed: boolean;
}

/** Which files lie in a folder. A folder that cannot be read has none. */
export async function locate(
  directory: string,
  files: readonly FashionMnistFile[],
): Promise<{ found: LocatedFile[]; missing: FashionMnistFile[] }> {
  const found: LocatedFile[] = [];
  const missing: FashionMnistFile[] = [];
  for (const file of files) {
    const packed = join(directory, file.gzName);
    const unpacked = join(directory, file.name);
    if (await isFile(packed)) found.push({ file, path: packed, packed: true });
    else if (await isFile(unpacked)) found.push({ file, path: unpacked, packed: false });
    else missing.push(file);
  }
  return { found, missing };
}

/**
 * Whether a file is, to the byte, the published one.
 *
 * @throws the file system's error when the file cannot be read
 */
export async function isPublished({ file, path, packed }: LocatedFile): Promise<boolean> {
  // The size is looked at first, so that a wrong file of any length is never read whole.
  const { size } = await stat(path);
  if (size !== (packed ? file.gzSize : file.size)) return false;
  return sha256(await readFile(path)) === (packed ? file.gzSha256 : file.sha256);
}

/** The SHA-256 sum in lower-case hexadecimal. */
export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

async function isFile(path: string): Promise<boolean> {
  const facts = await stat(path).catch(() => null);
  return facts?.isFile() ?? false;
}
