import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ListenError, PortTakenError } from '../../src/cli/errors.ts';
import { BLANK_PAGE, filesIn, type Server, startServer } from '../../src/cli/server.ts';
import { ask, raw } from './raw-http.ts';

const SECRET = 'the secret';
const MEMORY = { type: 'application/json', body: '["Größe"]' };
const test = suite<{ folder: string; server: Server }>('server');

test.before(async (context) => {
  const folder = await mkdtemp(join(tmpdir(), 'gradweave-server-'));
  await mkdir(join(folder, 'page/inner'), { recursive: true });
  await mkdir(join(folder, 'data'));
  await writeFile(join(folder, 'secret.txt'), SECRET);
  await writeFile(join(folder, 'data/secret.txt'), SECRET);
  await writeFile(join(folder, 'data/images.gz'), new Uint8Array([1, 2, 3]));
  await writeFile(join(folder, 'page/harness.html'), '<p>page');
  await writeFile(join(folder, 'page/harness.js'), 'run()');
  await writeFile(join(folder, 'page/empty.css'), '');
  await writeFile(join(folder, 'page/inner/secret.txt'), SECRET);
  const page = await filesIn(join(folder, 'page'), '/');
  const data = await filesIn(join(folder, 'data'), '/data/', ['images.gz', 'absent.gz']);
  context.folder = folder;
  context.server = await startServer(
    new Map<string, string | typeof MEMORY>([...page, ...data, ['/data/index.json', MEMORY]]),
  );
});

test.after(async ({ folder, server }) => {
  await server.close();
  await rm(folder, { recursive: true });
});

test('files of the table are served with their type, whatever the query', async ({ server }) => {
  const page = await ask(server, '/harness.html?run=train&x=../secret.txt');
  assert.is(page.status, 200);
  assert.is(page.body, '<p>page');
  assert.is(page.headers['content-type'], 'text/html; charset=utf-8');
  const script = await ask(server, '/harness.js');
  assert.is(script.headers['content-type'], 'text/javascript; charset=utf-8');
  const data = await ask(server, '/data/images.gz');
  assert.is(data.headers['content-type'], 'application/octet-stream');
  // The browser must not unpack the file on the way: its bytes are what is checked.
  assert.is(data.headers['content-encoding'], undefined);
  assert.is(data.body, '\u0001\u0002\u0003');
});

test('what is in memory is served like a file', async ({ server }) => {
  const { status, headers, body } = await ask(server, '/data/index.json?x');
  assert.is(status, 200);
  assert.is(headers['content-type'], 'application/json');
  assert.is(Buffer.from(body, 'latin1').toString(), MEMORY.body);
});

test('names of a proxy may ask, whatever the port, and no others', async () => {
  const own = await startServer(new Map([['/a.json', MEMORY]]), {
    allowed: ['train.example.org', '::7'],
  });
  try {
    const status = async (host: string): Promise<number> =>
      (await ask(own, '/a.json', { host })).status;
    for (const host of [
      'train.example.org',
      'Train.Example.org:8443',
      '[::7]:80',
      `localhost:${own.port}`,
    ]) {
      assert.is(await status(host), 200, host);
    }
    for (const host of [
      'example.org',
      'a.train.example.org',
      'train.example.org.evil.example',
      'train.example.org:80:80',
      'train.example.org@evil.example',
      '*',
    ]) {
      assert.is(await status(host), 403, `refuses ${host}`);
    }
    const { body } = await ask(own, '/a.json', { host: 'evil.example' });
    assert.match(body, 'start it with --allow-host NAME');
  } finally {
    await own.close();
  }
});

test('the length is told, to HEAD as well', async ({ server }) => {
  for (const [path, length] of [
    ['/harness.html', 7],
    ['/empty.css', 0],
    ['/data/index.json', 11],
    ['/none', 16],
  ] as const) {
    for (const method of ['GET', 'HEAD']) {
      const { headers, body } = await ask(server, path, { method });
      assert.is(headers['content-length'], String(length), `${method} ${path}`);
      assert.is(body.length, method === 'GET' ? length : 0);
    }
  }
});

test('every answer forbids inline script, caching, guessing types and being embedded', async ({
  server,
}) => {
  for (const path of ['/harness.html', '/none', BLANK_PAGE, '/data/index.json']) {
    const { headers } = await ask(server, path);
    assert.is(
      headers['content-security-policy'],
      "default-src 'self'; connect-src 'self'; img-src 'self' data: blob:; worker-src 'self'; " +
        "object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    );
    assert.is(headers['cache-control'], 'no-store');
    assert.is(headers['x-content-type-options'], 'nosniff');
    assert.is(headers['cross-origin-opener-policy'], 'same-origin');
    assert.is(headers['cross-origin-embedder-policy'], 'require-corp');
    assert.is(headers['cross-origin-resource-policy'], 'same-origin');
    assert.is(headers['access-control-allow-origin'], undefined);
  }
});

test('what scripts may do beyond that has to be asked for', async () => {
  const server = await startServer(new Map(), { scripts: ["'wasm-unsafe-eval'", 'blob:'] });
  const policy = String((await ask(server, BLANK_PAGE)).headers['content-security-policy']);
  assert.match(policy, "; script-src 'self' 'wasm-unsafe-eval' blob:; ");
  assert.match(policy, "; worker-src 'self' blob:; ");
  await server.close();
});

const HOSTILE = [
  '/../secret.txt',
  '/data/../secret.txt',
  '/data/../../secret.txt',
  '/data/./secret.txt',
  '/%2e%2e/secret.txt',
  '/data/%2e%2e%2fsecret.txt',
  '/data/..%2f..%2fsecret.txt',
  '/data/%252e%252e%252fsecret.txt',
  '/data/..\\secret.txt',
  '/data/..%5csecret.txt',
  '/data/%c0%ae%c0%ae/secret.txt',
  '/data/..;/secret.txt',
  '/data/secret.txt',
  '/data//secret.txt',
  '/data/images.gz/../secret.txt',
  '/data/images.gz%00.txt',
  '/data/images.gz%2500',
  '/data%2fimages.gz',
  '/data%5cimages.gz',
  '/data\\images.gz',
  '/%2fdata/images.gz',
  '/data/images.gz/',
  '/data/images.gz%20',
  '/harness.html#',
  '/./harness.html',
  '//harness.html',
  'harness.html',
  '/data/IMAGES.GZ',
  '/inner/secret.txt',
  '/inner',
  '//secret.txt',
  '/etc/passwd',
  '//etc/passwd',
  '/file:///etc/passwd',
  'http://127.0.0.1/harness.html',
  '*',
  '/__proto__',
  '/constructor',
  '/%',
  '/%zz',
  '/%ff',
  `/${'a'.repeat(9000)}`,
  `/${'../'.repeat(3000)}secret.txt`,
];

test('no path leads out of the table', async ({ server }) => {
  for (const path of HOSTILE) {
    const { status, body } = await ask(server, path);
    assert.ok(status === 404 || status === 400, `${path} was answered with ${status}`);
    assert.not.match(body, SECRET);
    assert.not.match(body, 'root:');
  }
});

test('folders are not listed', async ({ server }) => {
  for (const path of ['/', '/data', '/data/', '/inner/']) {
    assert.is((await ask(server, path)).status, 404);
  }
});

test('names that are allowed but absent are not found', async ({ server }) => {
  assert.is((await ask(server, '/data/absent.gz')).status, 404);
});

test('a file that has gone, or is a folder now, is not found', async ({ folder }) => {
  const gone = join(folder, 'page/gone.js');
  const inner = join(folder, 'page/inner');
  const server = await startServer(
    new Map([
      ['/gone.js', gone],
      ['/inner', inner],
    ]),
  );
  assert.is((await ask(server, '/gone.js')).status, 404);
  assert.is((await ask(server, '/inner')).status, 404);
  assert.is((await ask(server, BLANK_PAGE)).status, 200);
  await server.close();
});

test('a link to a folder is not among a folder’s files', async ({ folder }) => {
  const linked = join(folder, 'linked');
  await mkdir(linked);
  await symlink(join(folder, 'page'), join(linked, 'page'));
  assert.is((await filesIn(linked, '/')).size, 0);
});

test('only GET and HEAD are answered', async ({ server }) => {
  for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS', 'TRACE']) {
    const { status, headers } = await ask(server, '/harness.html', { method });
    assert.is(status, 405);
    assert.is(headers.allow, 'GET, HEAD');
  }
  const head = await ask(server, '/harness.html', { method: 'HEAD' });
  assert.is(head.status, 200);
  assert.is(head.body, '');
});

test('this computer’s own names are answered, all others refused', async ({ server }) => {
  const status = async (host: string) => (await ask(server, '/harness.html', { host })).status;
  const { port } = server;
  for (const host of ['127.0.0.1', 'localhost', 'LocalHost', '[::1]']) {
    assert.is(await status(`${host}:${port}`), 200);
  }
  for (const host of [
    'evil.example',
    `evil.example:${port}`,
    `localhost.evil.example:${port}`,
    `127.0.0.1:${port}.evil.example`,
    `0.0.0.0:${port}`,
    '127.0.0.1',
    `127.0.0.1:${port + 1}`,
    `127.0.0.2:${port}`,
  ]) {
    assert.is(await status(host), 403, `refuses ${host}`);
  }
  const empty = 'GET /harness.html HTTP/1.1\r\nHost:\r\n\r\n';
  assert.match(await raw(server, empty), /^HTTP\/1\.1 403 /);
  assert.match(await raw(server, 'GET /harness.html HTTP/1.0\r\n\r\n'), /^HTTP\/1\.1 403 /);
  assert.match(await raw(server, 'GET /harness.html HTTP/1.1\r\n\r\n'), /^HTTP\/1\.1 400 /);
});

test('the name that it listens at is answered', async () => {
  const server = await startServer(new Map(), { host: 'localhost' });
  assert.is((await ask(server, BLANK_PAGE, { host: `localhost:${server.port}` })).status, 200);
  await server.close();
});

test('a port that is taken and a host of others are errors that say so', async ({ server }) => {
  const failure = (options: { host?: string; port?: number }) =>
    startServer(new Map(), options).then(
      () => null,
      (error: Error) => error,
    );
  const taken = await failure({ port: server.port });
  assert.instance(taken, PortTakenError);
  assert.match(String(taken), `PortTakenError: Port ${server.port} of 127.0.0.1 is taken`);
  // Addresses that are kept for documentation.
  for (const host of ['198.51.100.77', '2001:db8::77']) {
    const foreign = await failure({ host });
    assert.instance(foreign, ListenError);
    assert.match(String(foreign), `ListenError: `);
    assert.match(String(foreign), host);
  }
});

test.run();
