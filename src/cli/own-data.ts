/** Data of the user's own for `train`: found, checked, and served to the page. */
import { createHash } from 'node:crypto';
import { createReadStream, rmSync } from 'node:fs';
import { mkdtemp, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { FASHION_MNIST_FILES } from '../data/fashion-mnist.ts';
import type { ReadTable } from '../harness/own/columns.ts';
import { OWN_LISTING, type OwnListing, ownFile } from '../harness/tasks/own-listing.ts';
import type { ServedImages } from './data.ts';
import { isPublished, locate } from './dataset-files.ts';
import { UsageError } from './errors.ts';
import { idxAmong, idxFiles, imagesOf } from './own-idx.ts';
import { imagesAmong, imagesIn } from './own-images.ts';
import { isZip, openTable } from './own-table.ts';
import type { ParsedArguments } from './spec.ts';
import { type Seen, surveyLevels } from './survey.ts';

/** What is found at a path, and the files of it on disk. */
interface Found {
  readonly listing: OwnListing;
  readonly paths: readonly string[];
  readonly table?: ReadTable;
  /** Of IDX files, the images to train on. */
  readonly images?: { readonly samples: number; readonly height: number; readonly width: number };
  /** What else is there, and is not used. */
  readonly note?: string;
}

/** Data of the user's own. */
export interface OwnData extends Found {
  /** As `--data` says. */
  readonly given: string;
}

/** What `--data` may name. */
const ALLOWED =
  'Give a folder of four IDX files, as those of MNIST and its kin; a table as FILE.csv; or a folder of images, each class in a folder of its own, or a zip archive of one';

/** Options that are for one kind of data. */
const OWN_OPTIONS: readonly (readonly [name: string, kind: OwnListing['kind']])[] = [
  ['target', 'table'],
  ['learn', 'table'],
  ['leave-out', 'table'],
  ['numbers', 'table'],
  ['missing', 'table'],
  ['side', 'images'],
  ['colour', 'images'],
];

/** What is found, in words. */
const kindOf = ({ listing: { kind, files } }: Found): string =>
  kind === 'images' && /^[^/]+\.zip$/i.test(files[0].path)
    ? 'a zip archive, as of images'
    : KINDS[kind];

const KINDS = { table: 'a table', images: 'a folder of images', idx: 'IDX files' } as const;

/**
 * Looks at what `--data` names.
 *
 * @param learns what the network learns from
 * @returns undefined if it is not given, or names Fashion-MNIST as published
 * @throws {UsageError} if there is nothing to learn from, or options are for other data; DataError if a table cannot be read
 */
export async function findOwnData(
  { values }: Pick<ParsedArguments, 'values'>,
  learns: 'images' | 'text',
): Promise<OwnData | undefined> {
  const given = values.get('data');
  // That a transformer takes none is said where it opens its text.
  const found = given === undefined || learns === 'text' ? undefined : await foundAt(given);
  for (const [name, kind] of OWN_OPTIONS) {
    if (!values.has(name) || found?.listing.kind === kind) continue;
    const other =
      learns === 'text' ? 'a transformer learns from a text' : 'the data are Fashion-MNIST';
    const now = found ? `'${given}' is ${kindOf(found)}` : other;
    throw new UsageError(
      `--${name} was given, which is for ${KINDS[kind]}; ${now}. Leave it out, or give other data: --data PATH.`,
    );
  }
  return found && given !== undefined ? { ...found, given } : undefined;
}

async function foundAt(given: string): Promise<Found | undefined> {
  const path = resolve(given);
  const facts = await stat(path).catch(() => null);
  if (!facts)
    throw new UsageError(`--data: '${given}' does not exist or cannot be read. ${ALLOWED}.`);
  if (!facts.isDirectory()) return fileAt(given, path, facts.size);
  const seen: Seen[] = [];
  const levels: Seen[][] = [];
  for await (const level of surveyLevels(path)) {
    seen.push(...level);
    levels.push(level);
  }
  if (idxAmong(seen).length > 0) {
    const located = await locate(path, FASHION_MNIST_FILES);
    if (located.kind === 'found') {
      const same = await Promise.all(located.found.map((one) => isPublished(one)));
      if (same.every(Boolean)) return undefined;
    }
    return idxAt(given, path, levels, imagesAmong(seen));
  }
  if (imagesAmong(seen)) return listed('images', basename(path), await imagesIn(path, given));
  const tables = seen.filter(({ shown }) => /\.(csv|tsv)$/i.test(shown)).map(({ shown }) => shown);
  if (tables.length > 0) {
    throw new UsageError(
      `--data: '${given}' is a folder with ${tables.length === 1 ? 'a table' : 'tables'}. Give the file, and the column to learn: --data ${join(given, tables[0])} --target COLUMN.`,
    );
  }
  const lies = seen
    .slice(0, 8)
    .map(({ shown }) => shown)
    .join(', ');
  throw new UsageError(
    `--data: '${given}' has neither IDX files nor images in folders; it has ${lies || 'no files'}. ${ALLOWED}.`,
  );
}

/** @param beside whether there are images, too */
function idxAt(
  given: string,
  path: string,
  levels: readonly (readonly Seen[])[],
  beside: boolean,
): Found {
  const own = 'To learn from these, give their folder, or take the IDX files out';
  try {
    const files = idxFiles(levels, given);
    const all = files.map(({ path: file, size, shown }) => [file, shown, size] as const);
    return {
      ...listed('idx', basename(path), all),
      images: imagesOf(files),
      ...(beside
        ? {
            note: `--data: '${given}' has IDX files, which are used, and images in folders. ${own}.`,
          }
        : {}),
    };
  } catch (error) {
    if (!beside || !(error instanceof UsageError)) throw error;
    throw new UsageError(`${error.message} There are images in folders, too. ${own}.`, {
      cause: error,
    });
  }
}

async function fileAt(given: string, path: string, size: number): Promise<Found> {
  const name = basename(path);
  if (await isZip(path, given)) return listed('images', name, [[path, name, size]]);
  const table = await openTable(path, given, ALLOWED);
  return { ...listed('table', name, [[path, name, size]]), table };
}

function listed(
  kind: OwnListing['kind'],
  name: string,
  files: readonly (readonly [file: string, shown: string, size: number])[],
): Found {
  return {
    listing: { kind, name, files: files.map(([, path, size]) => ({ path, size })) },
    paths: files.map(([file]) => file),
  };
}

/**
 * Serves data to the page, with a listing of them.
 *
 * @param hashed whether their hash is told, for checkpoints
 */
export async function servedOwnData(own: OwnData, hashed: boolean): Promise<ServedImages> {
  const { listing, paths } = own;
  const folder = await mkdtemp(join(tmpdir(), 'gradweave-data-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, OWN_LISTING);
  await writeFile(file, JSON.stringify(listing));
  return {
    options: { data: 'own', own: hashed ? await hashOf(own) : 'served' },
    files: new Map([
      [`/data/${OWN_LISTING}`, file],
      ...paths.map((path, i) => [`/data/${ownFile(i)}`, path] as const),
    ]),
    published: false,
  };
}

/** SHA-256 of all files. Names count only where they tell the classes: of images in folders. */
export async function hashOf({
  listing: { kind, files },
  paths,
}: Pick<Found, 'listing' | 'paths'>): Promise<string> {
  const isNamed = kind === 'images' && files.length > 1;
  const all: string[] = [];
  for (const [i, path] of paths.entries()) {
    const hash = createHash('sha256');
    for await (const part of createReadStream(path)) hash.update(part);
    all.push(JSON.stringify([...(isNamed ? [files[i].path] : []), hash.digest('hex')]));
  }
  // By other names, IDX files come in another order.
  return createHash('sha256').update(all.sort().join('\n')).digest('hex');
}
