import { randomUUID } from 'node:crypto';
import { mkdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join, posix, resolve, win32 } from 'node:path';
import {
  FASHION_MNIST_FILES,
  FASHION_MNIST_URLS,
  type FashionMnistFile,
} from '../data/fashion-mnist.ts';
import { OptionError } from '../errors.ts';
import { cacheFolder } from '../node/cache-folder.ts';
import { DownloadError, download, type ReportProgress } from './dataset-download.ts';
import {
  isPublished,
  type Located,
  type LocatedFile,
  locate,
  locateByName,
} from './dataset-files.ts';

/** Where and how {@link findFashionMnist} looks. */
export interface FindOptions {
  /** The user's `--data` folder, if one was given. */
  readonly data?: string;
  /** Read for GRADWEAVE_DATA and for where the cache is. */
  readonly env: NodeJS.ProcessEnv;
  /** False forbids the network; true by default. */
  readonly download?: boolean;
  /** Takes warnings, one at a time. */
  readonly log: (text: string) => void;
  /** Takes notes on what is being done: the start of a download. Default: `log`. */
  readonly note?: (text: string) => void;
  readonly progress?: ReportProgress;
  /** The files to look for; those of Fashion-MNIST by default. */
  readonly files?: readonly FashionMnistFile[];
  /** Where they are downloaded from; each address ends with a slash. */
  readonly baseUrls?: readonly string[];
  /** How long to wait for an answer, for all addresses together, in milliseconds; 8,000 by default. */
  readonly connectTimeoutMs?: number;
}

/** The four files, or why there are none. */
export type FoundDataset =
  | {
      readonly kind: 'files';
      readonly files: readonly LocatedFile[];
      /** Whether all are the published ones. */
      readonly published: boolean;
    }
  | { readonly kind: 'built-in'; readonly reason: string };

const CONNECT_TIMEOUT_MS = 8000;

/**
 * Looks for the files of Fashion-MNIST, gzipped or not: in `--data`, else in GRADWEAVE_DATA, else in
 * the user's cache, which is filled by a download. If the user named a folder, no other is used. Files
 * in it and in its subfolders may have any names.
 *
 * @throws {OptionError} if the folder that the user named does not have all four files
 * @throws {DataError} if a downloaded file is not the published one
 */
export async function findFashionMnist(options: FindOptions): Promise<FoundDataset> {
  const { data, env, log, files = FASHION_MNIST_FILES } = options;
  if (data !== undefined) return named('--data', data, files, log);
  // An empty variable counts as unset, as usual in shells.
  if (env.GRADWEAVE_DATA) return named('GRADWEAVE_DATA', env.GRADWEAVE_DATA, files, log);
  return cached(options, files);
}

/** The folder in which downloaded files are kept; see {@link cacheFolder}. */
export function cacheDirectory(
  env: NodeJS.ProcessEnv,
  platform: NodeJS.Platform = process.platform,
): string {
  return (platform === 'win32' ? win32 : posix).join(cacheFolder(env, platform), 'fashion-mnist');
}

/** The files in a folder that the user named; an error if it is not complete. */
async function named(
  source: string,
  given: string,
  files: readonly FashionMnistFile[],
  log: (text: string) => void,
): Promise<FoundDataset> {
  const expected = `It needs ${files.map(({ name }) => name).join(', ')}: gzipped or not, with any names, in one folder or in one subfolder each. Only gradweave train takes other data.`;
  if (given === '') {
    throw new OptionError(
      `${source}: the path is empty. Give the folder of Fashion-MNIST. ${expected}`,
    );
  }
  const directory = resolve(given);
  const facts = await stat(directory).catch(() => null);
  if (!facts?.isDirectory()) {
    throw new OptionError(
      `${source}: '${given}' ${facts ? 'is not a folder' : 'does not exist or cannot be read'}. ` +
        `Give the folder of Fashion-MNIST. ${expected}`,
    );
  }
  const located = await locate(directory, files);
  if (located.kind !== 'found') {
    throw new OptionError(`${source}: '${given}' ${whyNot(located)}. ${expected}`);
  }
  let published = true;
  for (const one of located.found) {
    const same = await isPublished(one).catch((cause: Error) => {
      throw new OptionError(
        `${one.path} cannot be read (${cause.message}). Check its permissions.`,
        { cause },
      );
    });
    if (!same) log(`${one.path} is not Fashion-MNIST's published file: its SHA-256 sum differs.`);
    published &&= same;
  }
  return { kind: 'files', files: located.found, published };
}

function whyNot(located: Exclude<Located, { kind: 'found' }>): string {
  if (located.kind === 'ambiguous') {
    return `has several files that could be ${located.file.name}, and none is the published one: ${located.paths.join(', ')}. Give the folder of one data set`;
  }
  const { missing, lies } = located;
  const what =
    missing.length === FASHION_MNIST_FILES.length
      ? 'has none of the files'
      : missing.length > 0
        ? `lacks ${missing.map(({ name, dims }) => `${name} (${dims.join(' × ')})`).join(', ')}`
        : 'has the files of a data set in folders that do not belong together';
  return `${what}. It has ${lies}`;
}

/** The files in the cache, downloaded if needed; else the reason why there are none. */
async function cached(
  options: FindOptions,
  files: readonly FashionMnistFile[],
): Promise<FoundDataset> {
  const { env, log, progress } = options;
  const usual = cacheDirectory(env);
  const there = await complete(usual, files, log);
  if (there.needed.length === 0) return there.dataset;
  if (options.download === false) {
    return builtIn(`Fashion-MNIST is not in ${usual}, and downloads are switched off`);
  }
  // In containers and on test machines, the home folder may be read-only.
  const spare = join(env.TMPDIR || tmpdir(), `gradweave-${userInfo().username}`, 'fashion-mnist');
  const refusal = await refusalOf(usual);
  const directory = refusal === undefined ? usual : spare;
  if (refusal !== undefined) {
    const both = await refusalOf(spare);
    if (both !== undefined) {
      return builtIn(`Fashion-MNIST is not in ${usual}, and cannot be stored: ${refusal}; ${both}`);
    }
    log(`${refusal}. Fashion-MNIST is stored in ${spare} instead.`);
  }
  const { needed, dataset } = refusal === undefined ? there : await complete(spare, files, log);
  if (needed.length === 0) return dataset;
  const megabytes = needed.reduce((sum, { gzSize }) => sum + gzSize, 0) / 1e6;
  (options.note ?? log)(`Downloading Fashion-MNIST (${megabytes.toFixed(1)} MB) to ${directory}.`);
  try {
    await download(needed, {
      directory,
      baseUrls: options.baseUrls ?? FASHION_MNIST_URLS,
      connectTimeoutMs: options.connectTimeoutMs ?? CONNECT_TIMEOUT_MS,
      progress: progress ?? (() => undefined),
    });
  } catch (error) {
    if (!(error instanceof DownloadError)) throw error;
    return builtIn(
      `Fashion-MNIST is not in ${directory}, and downloading failed (${error.message})`,
    );
  }
  const { found } = await locateByName(directory, files);
  return { kind: 'files', files: found, published: true };
}

/** The downloaded files in a folder, and which are still needed. */
async function complete(
  directory: string,
  files: readonly FashionMnistFile[],
  log: (text: string) => void,
): Promise<{ needed: readonly FashionMnistFile[]; dataset: FoundDataset }> {
  const { found, missing } = await locateByName(directory, files);
  const needed = [...missing];
  for (const one of found) {
    if (await isPublished(one).catch(() => false)) continue;
    log(`${one.path} is damaged.`);
    needed.push(one.file);
  }
  return { needed, dataset: { kind: 'files', files: found, published: true } };
}

/** Why a folder cannot be written to; undefined if it can. It is made if it does not exist. */
async function refusalOf(directory: string): Promise<string | undefined> {
  const probe = join(directory, `.${randomUUID()}.part`);
  try {
    await mkdir(directory, { recursive: true });
    await writeFile(probe, '');
    await rm(probe);
    return undefined;
  } catch (cause) {
    return `cannot write to ${directory}: ${(cause as Error).message}`;
  }
}

function builtIn(why: string): FoundDataset {
  return {
    kind: 'built-in',
    reason:
      `Using the built-in garments, which are synthetic: ${why}. ` +
      'To use the real data set, give the folder of its four files with --data.',
  };
}
