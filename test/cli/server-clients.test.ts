/** The server and clients that are broken, slow, too many or gone. */
import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { get } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { BLANK_PAGE, filesIn, type Server, startServer } from '../../src/cli/server.ts';
import { ask, raw } from './raw-http.ts';

const test = suite<{ folder: string; server: Server }>('server and clients');

test.before(async (context) => {
  const folder = await mkdtemp(join(tmpdir(), 'gradweave-clients-'));
  await writeFile(join(folder, 'harness.html'), '<p>page');
  await writeFile(join(folder, 'harness.js'), 'run()');
  context.folder = folder;
  context.server = await startServer(await filesIn(folder, '/'));
});

test.after(async ({ folder, server }) => {
  await server.close();
  await rm(folder, { recursive: true });
});

test('malformed requests get an answer and do no harm', async ({ server }) => {
  for (const bytes of ['\r\n\r\n\u0000\u0001', 'GET\r\n\r\n', 'GET /a b HTTP/9\r\n\r\n']) {
    const answer = await raw(server, bytes);
    assert.match(answer, /^HTTP\/1\.1 400 Bad Request\r\n/);
    assert.match(answer, "Content-Security-Policy: default-src 'self'");
  }
  for (const huge of [
    `GET / HTTP/1.1\r\nX: ${'a'.repeat(1_000_000)}\r\n\r\n`,
    `GET /${'a'.repeat(20_000)} HTTP/1.1\r\nHost: x\r\n\r\n`,
  ]) {
    assert.match(await raw(server, huge), /^HTTP\/1\.1 431 /);
  }
  assert.is((await ask(server, '/harness.html')).status, 200);
});

test('garbage after a request is answered on its own, never within an answer', async ({
  folder,
}) => {
  const file = join(folder, 'long');
  await writeFile(file, '');
  await truncate(file, 2 ** 25);
  const server = await startServer(new Map([['/long', file]]));
  for (const [path, expected] of [
    ['/long', /^HTTP\/1\.1 200 OK\r\n((?!HTTP).)*$/s],
    [BLANK_PAGE, /^HTTP\/1\.1 200 OK\r\n.*HTTP\/1\.1 400 Bad Request\r\n/s],
  ] as const) {
    const socket = connect(server.port, '127.0.0.1');
    const parts: string[] = [];
    socket.setEncoding('latin1').on('data', (text: string) => {
      if (parts.push(text) === 1) socket.write('\u0000 garbage\r\n\r\n');
    });
    socket.write(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\n\r\n`);
    await new Promise((resolve) => socket.on('error', () => {}).on('close', resolve));
    // What was sent of the file has nothing but zeros.
    assert.match(parts.join('').replaceAll('\u0000', ''), expected);
  }
  await server.close();
});

test('who is silent, or never comes to the end of the headers, is shut out', async () => {
  const server = await startServer(new Map(), { headersTimeoutMs: 100 });
  const start = performance.now();
  const half = 'GET /blank.html HTTP/1.1\r\nHost: x\r\n';
  for (const bytes of ['', 'G', half]) {
    assert.match(await raw(server, bytes), /^HTTP\/1\.1 408 /);
  }
  const unended = 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nx';
  assert.match(await raw(server, unended), /^HTTP\/1\.1 405 /);
  assert.ok(performance.now() - start < 5000);
  assert.is((await ask(server, BLANK_PAGE)).status, 200);
  await server.close();
});

test('many are answered at once, and more than enough are turned away', async ({ server }) => {
  const answers = await Promise.all(Array.from({ length: 200 }, () => ask(server, '/harness.js')));
  assert.ok(answers.every(({ status, body }) => status === 200 && body === 'run()'));
  let turnedAway = 0;
  const idle = Array.from({ length: 450 }, () =>
    connect(server.port, '127.0.0.1')
      .on('error', () => {})
      .on('close', () => turnedAway++),
  );
  const deadline = performance.now() + 5000;
  while (turnedAway === 0 && performance.now() < deadline) await pause(10);
  assert.ok(turnedAway > 0, 'all 450 connections are kept');
  for (const socket of idle) socket.destroy();
  await pause(50);
  assert.is((await ask(server, '/harness.html')).status, 200);
});

test('who goes away in the middle of a file leaves nothing open', async ({ folder }) => {
  const file = join(folder, 'large');
  await writeFile(file, '');
  await truncate(file, 2 ** 26);
  const server = await startServer(new Map([['/large', file]]));
  const url = `${server.origin}/large`;
  for (let i = 0; i < 20; i++) {
    await new Promise((resolve) => {
      const client = get(url, (response) => response.once('data', () => client.destroy()));
      client.on('close', resolve).on('error', () => {});
    });
  }
  // A file that becomes shorter is an answer that breaks off, not one that never ends.
  const start = performance.now();
  const failure = await new Promise((resolve) => {
    get(url, (response) => {
      response.once('data', async () => {
        response.pause();
        await truncate(file, 1000);
        response.resume();
      });
      response.on('error', resolve).on('end', () => resolve(null));
    });
  });
  assert.instance(failure, Error);
  assert.ok(performance.now() - start < 3000);
  assert.is((await ask(server, BLANK_PAGE)).status, 200);
  await server.close();
});

test.run();
