import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { BLANK_PAGE, filesIn, type Server, startServer } from '../../src/cli/server.ts';
import { type Manner, raw } from './raw-http.ts';

const REQUESTS = 2000;
const PARALLEL = 40;
const SEED = 20241;
const SECRET = 'the secret';

/** Parts of which paths are made: real names, ways out of a folder, and what may confuse a parser. */
const PIECES = [
  ...['/', '/', '/', '..', '.', '%2e%2e', '%2E.', '%252e%252e', '%c0%ae', '..;', '~', '*'],
  ...['//', '\\', '%2f', '%2F', '%5c', '%252f', '%00', '%', '%zz', '%ff', '\xff', '\x00', ' '],
  ...['data', 'harness.html', 'harness.js', 'images.gz', 'index.json', 'secret.txt', 'inner'],
  ...['etc/passwd', '__proto__', 'constructor', '?', '?x=../secret.txt', '#', ';', '@', '\t'],
  ...['http://127.0.0.1', 'file:///etc/passwd', 'a'.repeat(300), 'é', 'C:', '::$DATA', '%68'],
];
const METHODS = ['HEAD', 'POST', 'get', 'CONNECT', 'OPTIONS', 'TRACE', 'PRI', 'G\x00T', ''];
const VERSIONS = ['HTTP/1.0', 'HTTP/2.0', 'HTTP/1.1 ', 'HTTP', '', 'HTTP/11', 'RTSP/1.0'];
const LINES = [
  'Content-Length: 5',
  'Content-Length: -1',
  'Content-Length: 1\r\nContent-Length: 2',
  'Transfer-Encoding: chunked',
  'Transfer-Encoding: chunked\r\nContent-Length: 3',
  'Expect: 100-continue',
  'Expect: else',
  'Upgrade: websocket\r\nConnection: Upgrade',
  'Range: bytes=0-',
  ' folded',
  'no colon',
  ': no name',
  `Long: ${'x'.repeat(20_000)}`,
  'X-Original-URL: /secret.txt',
];

/** Mulberry32: numbers from 0 to below 1, the same on every machine. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Makes requests, most of them wrong in one way or another. */
class Fuzzer {
  readonly #random = generator(SEED);
  readonly #paths: readonly string[];
  readonly #pieces: readonly string[];
  readonly #port: number;

  /** @param secret A file that is not served, by its full path. */
  constructor(paths: readonly string[], secret: string, port: number) {
    this.#paths = paths;
    this.#pieces = [...PIECES, secret, secret.slice(1), secret, secret.slice(1)];
    this.#port = port;
  }

  next(): { readonly bytes: string; readonly manner: Manner } {
    let bytes = this.#request();
    if (this.#chance(0.1)) bytes += this.#request();
    while (this.#chance(0.3)) bytes = this.#damaged(bytes);
    const splitAt = this.#chance(0.1) ? this.#below(bytes.length) : 0;
    return { bytes, manner: { splitAt, breakOff: this.#chance(0.05) } };
  }

  #request(): string {
    const method = this.#chance(0.85) ? 'GET' : this.#of(METHODS);
    const version = this.#chance(0.9) ? 'HTTP/1.1' : this.#of(VERSIONS);
    const own = `127.0.0.1:${this.#port}`;
    const lines = [`${method} ${this.#target()} ${version}`];
    if (this.#chance(0.95)) lines.push(`Host: ${this.#chance(0.9) ? own : 'evil.example'}`);
    while (this.#chance(0.15)) lines.push(this.#of(LINES));
    return `${lines.join('\r\n')}\r\n\r\n`;
  }

  #target(): string {
    if (this.#chance(0.2)) return this.#of(this.#paths);
    let path = this.#chance(0.8) ? '/' : '';
    do path += this.#of(this.#pieces);
    while (this.#chance(0.6));
    return path;
  }

  /** One byte changed, taken out or put in, or the end cut off. */
  #damaged(bytes: string): string {
    const at = this.#below(bytes.length);
    const byte = String.fromCharCode(this.#below(256));
    const rest = this.#of([
      byte + bytes.slice(at + 1),
      byte + bytes.slice(at),
      bytes.slice(at + 1),
    ]);
    return bytes.slice(0, at) + (this.#chance(0.1) ? '' : rest);
  }

  #below(bound: number): number {
    return Math.floor(this.#random() * bound);
  }

  #chance(share: number): boolean {
    return this.#random() < share;
  }

  #of(list: readonly string[]): string {
    return list[this.#below(list.length)];
  }
}

/** How many requests for what the server has can be in the bytes, at most. */
function allowedIn(bytes: string, paths: ReadonlySet<string>): number {
  const targets = [...bytes.matchAll(/(?:GET|HEAD) +([^\s?]*)/g)].map(([, target]) => target);
  return targets.filter((target) => {
    try {
      return paths.has(decodeURIComponent(target));
    } catch {
      return false;
    }
  }).length;
}

/** Files to serve, and secrets beside them. */
async function serve(folder: string): Promise<{ server: Server; paths: string[] }> {
  await mkdir(join(folder, 'page/inner'), { recursive: true });
  await mkdir(join(folder, 'data'));
  for (const name of ['secret.txt', 'data/secret.txt', 'page/inner/secret.txt']) {
    await writeFile(join(folder, name), SECRET);
  }
  await writeFile(join(folder, 'page/harness.html'), '<p>page');
  await writeFile(join(folder, 'page/harness.js'), 'run()');
  await writeFile(join(folder, 'data/images.gz'), 'images');
  const page = await filesIn(join(folder, 'page'), '/');
  const data = await filesIn(join(folder, 'data'), '/data/', ['images.gz']);
  const table = new Map<string, string | { type: string; body: string }>([
    ...page,
    ...data,
    ['/', join(folder, 'page/harness.html')],
    ['/data/index.json', { type: 'application/json', body: '{}' }],
  ]);
  // Requests that do not come to an end are most of the time that this takes.
  const server = await startServer(table, { headersTimeoutMs: 150 });
  return { server, paths: [...table.keys(), BLANK_PAGE] };
}

test('thousands of wrong requests: nothing beside the table is served, and the server goes on', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'gradweave-fuzz-'));
  const { server, paths } = await serve(folder);
  const fuzzer = new Fuzzer(paths, join(folder, 'secret.txt'), server.port);
  const allowed = new Set(paths);
  const seen = new Map<string, number>();
  let left = REQUESTS;
  const worker = async () => {
    while (left-- > 0) {
      const { bytes, manner } = fuzzer.next();
      const answer = await raw(server, bytes, manner);
      const statuses = [...answer.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status);
      for (const status of statuses) seen.set(status, (seen.get(status) ?? 0) + 1);
      const good = statuses.filter((status) => status.startsWith('2')).length;
      const right =
        /^(HTTP\/1\.1 [1-5]\d\d |$)/.test(answer) &&
        !/the secret|root:/.test(answer) &&
        good <= allowedIn(bytes, allowed);
      assert.ok(right, `To ${JSON.stringify(bytes)} the answer was ${JSON.stringify(answer)}`);
    }
  };
  try {
    await Promise.all(Array.from({ length: PARALLEL }, worker));
    // A fuzzer that never gets past the first line finds nothing.
    for (const status of ['200', '400', '403', '404', '405', '408', '417', '431']) {
      assert.ok((seen.get(status) ?? 0) >= 3, `${status} was answered ${seen.get(status)} times`);
    }
    const good = `GET /harness.html HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\n\r\n`;
    assert.match(await raw(server, good), /^HTTP\/1\.1 200 OK\r\n.*<p>page$/s);
  } finally {
    await server.close();
    await rm(folder, { recursive: true });
  }
});

test.run();
