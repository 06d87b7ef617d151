import { randomUUID } from 'node:crypto';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FashionMnistFile } from '../data/fashion-mnist.ts';
import { DataError, GradweaveError } from '../errors.ts';
import { sha256 } from './dataset-files.ts';
import { get, reasonOf } from './dataset-request.ts';

/** Bytes received so far and bytes in total, for all files of one download. */
export type ReportProgress = (received: number, total: number) => void;

/** Where files come from and go to. */
export interface DownloadOptions {
  /** Made if it does not exist. */
  readonly directory: string;
  /** Tried in this order; each ends with a slash. */
  readonly baseUrls: readonly string[];
  /** How long to wait for an answer, for all addresses together, in milliseconds. */
  readonly connectTimeoutMs: number;
  readonly progress: ReportProgress;
}

/** The network, the server or the disk failed; files that arrived before are kept. */
export class DownloadError extends GradweaveError {
  override name = 'DownloadError';
}

/** Once a server has answered, the longest pause between two pieces of a file. */
const STALL_MS = 20_000;

/**
 * Downloads the gzipped files one after the other. Each is checked against its published sum in
 * memory, written under a temporary name and renamed. So the folder never holds an unchecked or
 * half-written file under a real name, even if two processes download at the same time.
 *
 * @throws {DownloadError} if no address delivers a file, or it cannot be stored
 * @throws {DataError} if a file's sum differs from the published one; it is not stored
 */
export async function download(
  files: readonly FashionMnistFile[],
  options: DownloadOptions,
): Promise<void> {
  const total = files.reduce((sum, { gzSize }) => sum + gzSize, 0);
  let before = 0;
  for (const file of files) {
    const bytes = await fetchFromAny(file, options, (received) =>
      options.progress(before + received, total),
    );
    await store(bytes, options.directory, file.gzName);
    before += file.gzSize;
  }
}

async function fetchFromAny(
  file: FashionMnistFile,
  { baseUrls, connectTimeoutMs }: DownloadOptions,
  received: (bytes: number) => void,
): Promise<Uint8Array> {
  const failures: string[] = [];
  for (const base of baseUrls) {
    const url = new URL(file.gzName, base);
    try {
      const bytes = await fetchOnce(url, file.gzSize, connectTimeoutMs / baseUrls.length, received);
      checkSum(bytes, url, file);
      return bytes;
    } catch (error) {
      if (error instanceof DataError) throw error;
      failures.push(`${url.host}: ${reasonOf(error)}`);
    }
  }
  throw new DownloadError(failures.join('; ') || 'there is no address to download from');
}

/** Fetches one file; never holds more than one piece above `size` bytes. */
async function fetchOnce(
  url: URL,
  size: number,
  connectMs: number,
  received: (bytes: number) => void,
): Promise<Uint8Array> {
  const abort = new AbortController();
  const giveUpAfter = (ms: number, what: string) =>
    setTimeout(() => abort.abort(new Error(`${what} for ${ms / 1000} s`)), ms);
  let timer = giveUpAfter(connectMs, 'no answer');
  try {
    // The sum is that of the .gz, so the transfer must not be decoded.
    const headers = { 'Accept-Encoding': 'identity', 'User-Agent': 'gradweave' };
    const { response, way } = await get(url, headers, abort.signal);
    const chunks: Uint8Array[] = [];
    let length = 0;
    clearTimeout(timer);
    timer = giveUpAfter(STALL_MS, `no data${way}`);
    // From the start: an aborted answer would fail before anybody reads it.
    abort.signal.addEventListener('abort', () => response.destroy(abort.signal.reason));
    for await (const chunk of response as AsyncIterable<Uint8Array>) {
      timer.refresh();
      length += chunk.length;
      if (length > size) {
        throw new DataError(
          `${url} sent more than the ${size} bytes of the published file. ${NOT_STORED}`,
        );
      }
      chunks.push(chunk);
      received(length);
    }
    if (!response.complete) throw new Error(`the connection was lost${way}`);
    return Buffer.concat(chunks);
  } finally {
    clearTimeout(timer);
    abort.abort();
  }
}

const NOT_STORED =
  'It was deleted. Try again later, or download the files yourself and give their folder with --data.';

function checkSum(bytes: Uint8Array, url: URL, file: FashionMnistFile): void {
  const sum = sha256(bytes);
  if (sum === file.gzSha256) return;
  throw new DataError(
    `${url} is not the published file: its SHA-256 is ${sum} instead of ` +
      `${file.gzSha256}. ${NOT_STORED}`,
  );
}

async function store(bytes: Uint8Array, directory: string, name: string): Promise<void> {
  const temporary = join(directory, `.${name}.${randomUUID()}.part`);
  try {
    await mkdir(directory, { recursive: true });
    await writeFile(temporary, bytes);
    await rename(temporary, join(directory, name));
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw new DownloadError(`cannot write to ${directory}: ${reasonOf(cause)}`, { cause });
  }
}
