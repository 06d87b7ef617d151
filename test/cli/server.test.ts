import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { BLANK_PAGE, filesIn, type Server, startServer } from '../../src/cli/server.ts';

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

const SECRET = 'the secret';
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
  await writeFile(join(folder, 'page/inner/secret.txt'), SECRET);
  const page = await filesIn(join(folder, 'page'), '/');
  const data = await filesIn(join(folder, 'data'), '/data/', ['images.gz', 'absent.gz']);
  context.folder = folder;
  context.server = await startServer(new Map([...page, ...data]));
});

test.after(async ({ folder, server }) => {
  await server.close();
  await rm(folder, { recursive: true });
});

/** A request whose path goes out as it is: fetch() would tidy it up first. */
function ask(
  { origin }: Server,
  path: string,
  options: { method?: string; host?: string } = {},
): Promise<Answer> {
  const { hostname, port, host } = new URL(origin);
  return new Promise((resolve, reject) => {
    const headers = { host: options.host ?? host };
    request({ hostname, port, path, method: options.method ?? 'GET', headers }, (response) => {
      let body = '';
      response.setEncoding('latin1').on('data', (text: string) => {
        body += text;
      });
      response.on('end', () => {
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body });
      });
    })
      .on('error', reject)
      .end();
  });
}

/** Bytes straight to the socket; what comes back until it is closed. */
function raw({ origin }: Server, bytes: string): Promise<string> {
  const { hostname, port } = new URL(origin);
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(Number(port), hostname, () => socket.end(bytes));
    socket.setEncoding('latin1').on('data', (text: string) => {
      answer += text;
    });
    socket.on('end', () => resolve(answer)).on('error', reject);
  });
}

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

test('every answer forbids inline script, caching and guessing types', async ({ server }) => {
  for (const path of ['/harness.html', '/none', BLANK_PAGE]) {
    const { headers } = await ask(server, path);
    const policy = String(headers['content-security-policy']);
    assert.match(policy, "default-src 'self'");
    assert.not.match(policy, 'unsafe');
    assert.is(headers['cache-control'], 'no-store');
    assert.is(headers['x-content-type-options'], 'nosniff');
  }
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

test('a request under a foreign name is refused', async ({ server }) => {
  assert.is((await ask(server, '/harness.html', { host: 'evil.example' })).status, 403);
});

test('malformed requests get an answer and do no harm', async ({ server }) => {
  const huge = `GET / HTTP/1.1\r\nX: ${'a'.repeat(100_000)}\r\n\r\n`;
  for (const bytes of ['\r\n\r\n\u0000\u0001', 'GET\r\n\r\n', 'GET /a b HTTP/9\r\n\r\n', huge]) {
    assert.match(await raw(server, bytes), /^(HTTP\/1\.1 4|$)/);
  }
  assert.is((await ask(server, '/harness.html')).status, 200);
});

test.run();
