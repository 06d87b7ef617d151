import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { UsageError } from '../../src/cli/errors.ts';
import { isLoopback, originOf, parseHost } from '../../src/cli/hosts.ts';
import { main } from '../../src/cli/main.ts';
import { pageFiles, pageTable, underHeaders } from '../../src/cli/page-files.ts';
import { HARNESS, PACKAGE_ROOT } from '../../src/cli/paths.ts';
import { FASHION_MNIST_FILES } from '../../src/data/fashion-mnist.ts';
import { ask } from './raw-http.ts';

const PACKED = FASHION_MNIST_FILES.map(({ gzName }) => gzName);
const test = suite<{ folder: string; data: string }>('harness');

test.before(async (context) => {
  context.folder = await mkdtemp(join(tmpdir(), 'gradweave-harness-'));
  context.data = join(context.folder, 'data');
  await mkdir(context.data);
  await writeFile(join(context.data, 'secret.txt'), 'secret');
  for (const { gzName, dims, size } of FASHION_MNIST_FILES) {
    // Black images and labels of 0, of the published sizes.
    const bytes = Buffer.alloc(size);
    bytes.set([0, 0, 8, dims.length]);
    for (const [i, dim] of dims.entries()) bytes.writeUInt32BE(dim, 4 + 4 * i);
    await writeFile(join(context.data, gzName), gzipSync(bytes, { level: 1 }));
  }
});

test.after(({ folder }) => rm(folder, { recursive: true }));

/** The command while it runs. */
class Run {
  out = '';
  err = '';
  readonly code: Promise<number>;
  readonly #written: Promise<string>;

  constructor(...argv: string[]) {
    let written = (_: string) => {};
    this.#written = new Promise((resolve) => {
      written = resolve;
    });
    const terminal = {
      out: (text: string) => {
        this.out += text;
        const url = /http:\S+(?=\/\n)/.exec(this.out)?.[0];
        if (url !== undefined && this.out.includes('Ctrl+C')) written(url);
      },
      err: (text: string) => {
        this.err += text;
      },
      live: false,
      colours: false,
      columns: () => 80,
    };
    this.code = main(['harness', ...argv], { terminal, env: {} });
  }

  /** Where it serves; fails when it ends instead. */
  async place(): Promise<{ origin: string }> {
    const origin = await Promise.race([
      this.#written,
      this.code.then((code) => Promise.reject(new Error(`It ended with ${code}: ${this.err}`))),
    ]);
    return { origin };
  }

  /** Ends it like Ctrl+C. */
  async end(): Promise<void> {
    process.emit('SIGINT', 'SIGINT');
    assert.is(await this.code, 0);
  }
}

/** Takes a port that is free; or the one given, if nobody has it already. */
async function takePort(port = 0): Promise<{ port: number; free(): void }> {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.on('error', () => resolve()).listen(port, '127.0.0.1', resolve);
  });
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : port,
    free: () => server.close(),
  };
}

test('serves the page, the data and what data there are, until Ctrl+C', async ({ data }) => {
  const run = new Run('--port', '0', '--data', data);
  const place = await run.place();
  assert.match(run.out, `Data: own data in ${data}. Stop with Ctrl+C.\n`);
  assert.not.match(run.out + run.err, 'network');
  const html = await readFile(join(HARNESS, 'harness.html'), 'latin1');
  for (const path of ['/', '/?x', '/harness.html']) {
    const { status, body, headers } = await ask(place, path);
    assert.is(status, 200);
    assert.is(body, html);
    assert.is(headers['content-type'], 'text/html; charset=utf-8');
  }
  assert.is((await ask(place, '/harness.js')).status, 200);
  const index = await ask(place, '/data/index.json');
  assert.equal(JSON.parse(index.body), { files: PACKED });
  assert.is(index.headers['content-type'], 'application/json');
  for (const name of PACKED) {
    const { body } = await ask(place, `/data/${name}`);
    assert.is(body, await readFile(join(data, name), 'latin1'));
  }
  for (const path of ['/data/secret.txt', '/data/', '/package.json', '/cli/gradweave.mjs']) {
    assert.is((await ask(place, path)).status, 404);
  }
  assert.is((await ask(place, '/', { host: 'evil.example' })).status, 403);
  await run.end();
  const after = await ask(place, '/').catch((error: NodeJS.ErrnoException) => error.code);
  assert.is(after, 'ECONNREFUSED');
});

test('a proxy may ask by the names that are allowed', async ({ data }) => {
  const run = new Run(
    '--port',
    '0',
    '--data',
    data,
    '--allow-host',
    'train.example.org, b.example',
  );
  const place = await run.place();
  for (const host of ['train.example.org', 'b.example:8443']) {
    assert.is((await ask(place, '/', { host })).status, 200, host);
  }
  assert.is((await ask(place, '/', { host: 'c.example' })).status, 403);
  await run.end();
  for (const name of ['*', 'https://a.example', 'a.example/', 'a b', '']) {
    const refused = new Run('--port', '0', '--data', data, '--allow-host', name);
    assert.is(await refused.code, 2, name);
    assert.match(refused.err, '--allow-host');
  }
});

test('a sweep’s server that is allowed may be asked by the page, and no other', async ({
  data,
}) => {
  const run = new Run(
    '--port',
    '0',
    '--data',
    data,
    '--allow-server',
    'https://sweep.example.org/7',
  );
  const place = await run.place();
  for (const path of ['/', '/harness.html']) {
    const { headers, body } = await ask(place, path);
    const policy = String(headers['content-security-policy']);
    assert.match(policy, "connect-src 'self' https://sweep.example.org;");
    // The page's own policy would forbid it.
    assert.not.match(body, 'Content-Security-Policy');
  }
  await run.end();
  for (const name of [
    'javascript:alert(1)',
    'sweep.example.org',
    'https://a.example; script-src *',
  ]) {
    const refused = new Run('--port', '0', '--data', data, '--allow-server', name);
    assert.is(await refused.code, 2, name);
    assert.match(refused.err, '--allow-server');
  }
});

test('the usual port gives way to a free one; a port that was asked for does not', async ({
  data,
}) => {
  const usual = await takePort(8790);
  const run = new Run('--data', data);
  const { origin } = await run.place();
  const { port } = new URL(origin);
  assert.is.not(port, '8790');
  assert.match(run.err, `Port 8790 is in use by another program; using ${port}.`);
  await run.end();
  usual.free();

  const other = await takePort();
  const refused = new Run('--port', String(other.port), '--data', data);
  assert.is(await refused.code, 1);
  assert.match(refused.err, `gradweave harness: Port ${other.port} of 127.0.0.1 is taken`);
  assert.is(refused.out, '');
  other.free();
});

test('listening to the network is warned of, and this computer’s addresses are answered', async ({
  data,
}) => {
  const run = new Run('--port', '0', '--host', '0.0.0.0', '--data', data);
  const place = await run.place();
  assert.match(place.origin, /^http:\/\/127\.0\.0\.1:\d+$/);
  assert.match(run.err, 'Everybody in the network can read the page and the data files');
  assert.match(run.err, 'WebGPU only on https:// and localhost');
  const { port } = new URL(place.origin);
  const cards = Object.values(networkInterfaces()).flatMap((one) => one ?? []);
  for (const { address } of cards.filter(({ family }) => family === 'IPv4')) {
    assert.is((await ask(place, '/', { host: `${address}:${port}` })).status, 200, address);
  }
  assert.is((await ask(place, '/', { host: `198.51.100.77:${port}` })).status, 403);
  await run.end();
});

test('mistakes are told before anything is looked for', async () => {
  for (const argv of [
    ['--port', '65536'],
    ['--port', 'x'],
    ['--host', 'http://localhost'],
    ['--host', 'localhost:80'],
    ['--chrome', '/x'],
    ['folder'],
  ]) {
    const run = new Run(...argv, '--data', '/nowhere');
    assert.is(await run.code, 2);
    assert.match(run.err, /^[^\n]+\n$/);
    assert.not.match(run.err, 'nowhere');
  }
});

test('hosts are read as browsers read them', () => {
  for (const [text, host] of [
    ['127.0.0.1', '127.0.0.1'],
    ['LOCALHOST', 'localhost'],
    ['0', '0.0.0.0'],
    ['::1', '::1'],
    ['[::1]', '::1'],
    ['0:0:0:0:0:0:0:0', '::'],
    ['größe.example', 'xn--gre-6ka8i.example'],
  ] as const) {
    assert.is(parseHost(text), host);
  }
  for (const text of ['a b', 'a/b', 'a?', 'a#', 'me@a', 'a\\b', '[::1]:80', '1.2.3.4.5', '[', '']) {
    assert.throws(
      () => parseHost(text),
      (error: unknown) => error instanceof UsageError,
    );
  }
  assert.ok(['127.0.0.1', '127.9.9.9', '::1', '::ffff:127.0.0.1'].every(isLoopback));
  assert.not(['0.0.0.0', '::', '10.0.0.1', '128.0.0.1', 'fe80::1'].some(isLoopback));
  assert.is(originOf('::', 8790), 'http://[::1]:8790');
  assert.is(originOf('0.0.0.0', 80), 'http://127.0.0.1');
  assert.is(originOf('192.0.2.1', 8790), 'http://192.0.2.1:8790');
});

test('the index has each file once, packed if it can be, and none where there is none', () => {
  const page = new Map([['/', 'page']]);
  const [first] = FASHION_MNIST_FILES;
  const names = [...PACKED.slice(1), first.name, FASHION_MNIST_FILES[1].name].reverse();
  const data = new Map(names.map((name) => [`/data/${name}`, `/x/${name}`]));
  const index = (files: ReadonlyMap<string, string>) =>
    pageTable(page, files).get('/data/index.json');
  const body = `${JSON.stringify({ files: [first.name, ...PACKED.slice(1)] })}\n`;
  assert.equal(index(data), { type: 'application/json', body });
  assert.equal(index(new Map()), { type: 'application/json', body: '{"files":[]}\n' });
});

test('all files of the built page are served, but none that is being written', async ({
  folder,
}) => {
  const page = join(folder, 'page');
  await mkdir(join(page, 'data'), { recursive: true });
  await writeFile(join(page, 'harness.html'), '');
  await pageFiles(page).then(
    () => assert.unreachable(),
    (error: Error) => assert.match(String(error), /BrowserError: The page is not built/),
  );
  for (const name of [
    'harness.js',
    'harness.css',
    'first.js',
    'report.js',
    'worker.js',
    'join.js',
    'join-worker.js',
    'extra.js.map',
    'harness.js.12.tmp',
    '.stamp',
    'data/index.json',
  ]) {
    await writeFile(join(page, name), '');
  }
  assert.equal([...(await pageFiles(page)).keys()].sort(), [
    '/',
    '/extra.js.map',
    '/first.js',
    '/harness.css',
    '/harness.html',
    '/harness.js',
    '/join-worker.js',
    '/join.js',
    '/report.js',
    '/worker.js',
  ]);
});

test('the page’s own policy gives way to the server’s, which may allow more', async () => {
  const page = await pageFiles();
  assert.match(await readFile(page.get('/') ?? '', 'utf8'), 'http-equiv="Content-Security-Policy"');
  const changed = (await underHeaders(page)).get('/harness.html');
  if (typeof changed !== 'object') throw new Error('the page is served as it is');
  assert.not.match(String(changed.body), 'Content-Security-Policy');
  assert.match(String(changed.body), '<script type="module" src="./harness.js"></script>');
});

test('the built page has a list of data files for hosts that serve nothing else', async () => {
  const index = JSON.parse(await readFile(join(HARNESS, 'data/index.json'), 'utf8'));
  assert.ok(Array.isArray(index.files));
});

test('the program ends with 0 when it is told to', async ({ data }) => {
  const script = join(PACKAGE_ROOT, 'scripts/gradweave.mjs');
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    const child = spawn(process.execPath, [script, 'harness', '--port', '0', '--data', data], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      if (text.includes('Ctrl+C')) child.kill(signal);
    });
    const ended = await new Promise((resolve) => {
      child.on('exit', (code, killer) => resolve(killer ?? code));
    });
    assert.is(ended, 0, signal);
  }
});

test.run();
