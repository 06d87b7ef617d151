import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import * as assert from 'uvu/assert';
import { cacheDirectory, type FindOptions, findFashionMnist } from '../../src/cli/dataset.ts';
import { FASHION_MNIST_FILES } from '../../src/data/fashion-mnist.ts';

/** The sizes of the stand-ins, which are told apart as the published files are: by kind and number. */
const DIMS = [[5, 2, 3], [5], [4, 2, 3], [4]] as const;

/** An IDX file of bytes; its elements count from `first` on, modulo 10. */
export function idxFile(dims: readonly number[], first = 0): Buffer {
  const header = Buffer.alloc(4 + 4 * dims.length);
  header.set([0, 0, 8, dims.length]);
  for (const [i, dim] of dims.entries()) header.writeUInt32BE(dim, 4 + 4 * i);
  const count = dims.reduce((a, b) => a * b);
  return Buffer.concat([
    header,
    Buffer.from(Array.from({ length: count }, (_, i) => (first + i) % 10)),
  ]);
}

/** Small stand-ins for the published files, under their names. */
export const contents = new Map<string, Buffer>();
export const files = FASHION_MNIST_FILES.map(({ name, gzName }, i) => {
  const bytes = idxFile(DIMS[i], i);
  const packed = gzipSync(bytes);
  contents.set(name, bytes).set(gzName, packed);
  return {
    name,
    gzName,
    dims: DIMS[i],
    size: bytes.length,
    gzSize: packed.length,
    sha256: sum(bytes),
    gzSha256: sum(packed),
  };
});
export const gzNames = files.map(({ gzName }) => gzName).sort();

export function sum(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

// A proxy of the machine's is no part of these tests.
for (const name of Object.keys(process.env)) if (/_proxy$/i.test(name)) delete process.env[name];

export interface Scene {
  readonly home: string;
  /** Where downloads go in this scene. */
  readonly cache: string;
  readonly logged: string[];
  find(more?: Partial<FindOptions>, env?: NodeJS.ProcessEnv): ReturnType<typeof findFashionMnist>;
}

/** Runs a test with a home folder of its own, which is removed afterwards; no network by default. */
export async function scene(act: (scene: Scene) => Promise<void>): Promise<void> {
  const home = await mkdtemp(join(tmpdir(), 'gradweave-dataset-'));
  const base = {
    TMPDIR: join(home, 'tmp'),
    HOME: home,
    USERPROFILE: home,
    LOCALAPPDATA: home,
    XDG_CACHE_HOME: home,
  };
  const logged: string[] = [];
  const log = (text: string) => void logged.push(text);
  try {
    await act({
      home,
      cache: cacheDirectory(base),
      logged,
      find: (more = {}, env = {}) =>
        findFashionMnist({ env: { ...base, ...env }, log, files, download: false, ...more }),
    });
  } finally {
    await rm(home, { recursive: true });
  }
}

export async function put(directory: string, names: readonly string[]): Promise<string> {
  await mkdir(directory, { recursive: true });
  for (const name of names) await writeFile(join(directory, name), contents.get(name) ?? '');
  return directory;
}

/** Runs a test against a local server. */
export async function serving(
  answer: RequestListener,
  act: (baseUrl: string) => Promise<void>,
): Promise<void> {
  const server = createServer(answer);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  try {
    await act(`http://127.0.0.1:${(server.address() as AddressInfo).port}/files/`);
  } finally {
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  }
}

export const sendFile: RequestListener = (request, response) => {
  const body = contents.get((request.url ?? '').replace('/files/', ''));
  response.writeHead(body ? 200 : 404).end(body);
};

export async function errorOf(work: Promise<unknown>): Promise<Error> {
  const error = await work.then(
    () => undefined,
    (caught: unknown) => caught,
  );
  assert.instance(error, Error);
  return error as Error;
}

/** The folder in which all files were found, and whether they are the published ones; or why there are none. */
export async function folderOf(found: ReturnType<typeof findFashionMnist>): Promise<string> {
  const given = await found;
  if (given.kind === 'built-in') return given.reason;
  assert.is(given.files.length, 4);
  const folders = new Set(given.files.map(({ path }) => dirname(path)));
  return `${given.published ? '' : 'unknown: '}${[...folders].join()}`;
}
