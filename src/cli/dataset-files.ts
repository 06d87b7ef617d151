import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import type { FashionMnistFile } from '../data/fashion-mnist.ts';
import { idxDims, kindOfFile, sameDims } from '../data/file-kind.ts';
import { type Seen, surveyLevels } from './survey.ts';

/** One of the data set's files, as found in a folder. */
export interface LocatedFile {
  readonly file: FashionMnistFile;
  readonly path: string;
  /** Whether it is gzipped. */
  readonly packed: boolean;
}

/** The data set's files in a folder; `missing` is empty if all exist but in unrelated folders. */
export type Located =
  | { readonly kind: 'found'; readonly found: readonly LocatedFile[] }
  | {
      readonly kind: 'missing';
      readonly missing: readonly FashionMnistFile[];
      readonly lies: string;
    }
  | {
      readonly kind: 'ambiguous';
      readonly file: FashionMnistFile;
      readonly paths: readonly string[];
    };

/** How many files a message lists. */
const LISTED = 12;

/** The files in a folder that have their published names; the gzipped one if both exist. */
export async function locateByName(
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
 * Looks for a data set in a folder and its subfolders, by the first bytes of files instead of their names.
 * All files must be in one folder, or each in its own folder side by side. Published files are preferred,
 * and folders higher up.
 */
export async function locate(
  directory: string,
  files: readonly FashionMnistFile[],
): Promise<Located> {
  const seen: Seen[] = [];
  for await (const level of surveyLevels(directory)) {
    seen.push(...level);
    const sets = setsOf(seen, files);
    if (sets.length === 0) continue;
    return chooseSet(sets, files);
  }
  const missing = files.filter((file) => !seen.some((one) => isOne(one, file)));
  return { kind: 'missing', missing, lies: listOf(seen) };
}

function listOf(seen: readonly Seen[]): string {
  const list = seen.slice(0, LISTED).map((one) => `${one.shown} (${kindOf(one)})`);
  if (seen.length > LISTED) list.push(`and ${seen.length - LISTED} more`);
  return list.join(', ') || 'no files';
}

const kindOf = ({ head, packed, size, problem }: Seen): string =>
  problem ?? (packed ? kindOfFile(head) : kindOfFile(head, size));

const isOne = ({ head, packed, size, problem }: Seen, file: FashionMnistFile): boolean =>
  problem === undefined && sameDims(idxDims(head), file.dims) && (packed || size === file.size);

/** The candidates for each file of the data set. */
type Candidates = readonly (readonly Seen[])[];

/** The folders, or folders of folders, with a candidate for each file. */
function setsOf(seen: readonly Seen[], files: readonly FashionMnistFile[]): Candidates[] {
  const candidates = (among: readonly Seen[]): Candidates =>
    // Gzipped files first: there is less to send to the page.
    files.map((file) =>
      among.filter((one) => isOne(one, file)).sort((a, b) => Number(b.packed) - Number(a.packed)),
    );
  const complete = (set: Candidates): boolean => set.every((one) => one.length > 0);
  const byFolder = new Map<string, Seen[]>();
  for (const one of seen) {
    const folder = dirname(one.path);
    const among = byFolder.get(folder);
    if (among) among.push(one);
    else byFolder.set(folder, [one]);
  }
  const folders = [...byFolder.values()];
  const direct = folders.map(candidates).filter(complete);
  if (direct.length > 0) return direct;
  // One folder for each file, as in some zip archives.
  const single = folders.filter(
    (among) => candidates(among).filter((one) => one.length > 0).length === 1,
  );
  const above = new Map<string, Seen[]>();
  for (const among of single) {
    const parent = dirname(dirname(among[0].path));
    above.set(parent, [...(above.get(parent) ?? []), ...among]);
  }
  return [...above.values()].map(candidates).filter(complete);
}

async function chooseSet(
  sets: readonly Candidates[],
  files: readonly FashionMnistFile[],
): Promise<Located> {
  if (sets.length === 1 && sets[0].every(({ length }) => length === 1)) {
    const found = sets[0].map(([{ path, packed }], i) => ({ file: files[i], path, packed }));
    return { kind: 'found', found };
  }
  const others: LocatedFile[][] = [];
  let ambiguous: Located | undefined;
  for (const set of sets) {
    const found: LocatedFile[] = [];
    let published = 0;
    for (const [i, file] of files.entries()) {
      const able = set[i];
      const all = await Promise.all(able.map((one) => contentSum({ file, ...one })));
      const at = all.indexOf(file.sha256);
      if (at >= 0) published++;
      else if (new Set(all).size > 1) {
        ambiguous ??= { kind: 'ambiguous', file, paths: able.map(({ path }) => path) };
        break;
      }
      const { path, packed } = able[Math.max(0, at)];
      found.push({ file, path, packed });
    }
    if (published === files.length) return { kind: 'found', found };
    if (found.length === files.length) others.push(found);
  }
  const [first, ...more] = others;
  if (first === undefined) return ambiguous ?? { kind: 'missing', missing: files, lies: '' };
  if (more.length === 0) return { kind: 'found', found: first };
  const paths = others.map(([{ path }]) => path);
  return { kind: 'ambiguous', file: files[0], paths };
}

/**
 * Whether a file is the published one, gzipped in any way or not.
 *
 * @throws the file system's error if the file cannot be read
 */
export async function isPublished(located: LocatedFile): Promise<boolean> {
  return (await contentSum(located)) === located.file.sha256;
}

/** The SHA-256 of an unpacked file, or a text if it is damaged or longer than the published one. */
async function contentSum({ file, path, packed }: LocatedFile): Promise<string> {
  // Checking the size first avoids reading large wrong files.
  const { size } = await stat(path);
  if (!packed && size !== file.size) return `another size: ${size}`;
  if (packed && size === file.gzSize && sha256(await readFile(path)) === file.gzSha256) {
    return file.sha256;
  }
  const hash = createHash('sha256');
  let length = 0;
  const count = async function* (pieces: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const piece of pieces) {
      length += piece.length;
      if (length > file.size) throw new Error('longer than the published file');
      yield piece;
    }
  };
  const read = createReadStream(path);
  try {
    if (packed) await pipeline(read, createGunzip(), count, hash);
    else await pipeline(read, count, hash);
    return hash.digest('hex');
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    // The caller reports errors of the file system. A damaged file counts as a different one.
    if (/^E(ACCES|PERM|IO|NOENT)$/.test(code)) throw error;
    return `damaged: ${path}`;
  }
}

/** The SHA-256 sum in lower-case hexadecimal. */
export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

async function isFile(path: string): Promise<boolean> {
  const facts = await stat(path).catch(() => null);
  return facts?.isFile() ?? false;
}
