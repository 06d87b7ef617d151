/**
 * Workers that lie, shout, stall and forge. Runs in a new Node; see queue.test.ts. With `SWEEP_LONG` also what takes long.
 */
import { existsSync, readdirSync } from 'node:fs';
import { request as send } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { startSweepServer } from '../../../sweep/src/server/index.ts';
import { epochOf, idleResult } from '../load/trials.ts';
import { Scene, until, workerOf } from './scene.ts';

const long = process.env.SWEEP_LONG === 'true';
const scene = new Scene();
await scene.open();
const lines: string[] = [];
const server = await startSweepServer({
  store: scene.store,
  folder: scene.folder,
  token: 'the-right-token',
  allowedOrigins: ['https://friend.example'],
  mostCheckpointBytes: 100_000,
  mostCheckpointsBytes: 150_000,
  log: (line) => lines.push(line),
  data: new Map([['a.txt', { type: 'text/plain', body: 'data' }]]),
  pages: new Map([['/', { type: 'text/html', body: '<!doctype html>' }]]),
  sweep: {
    name: 'scene',
    objective: { metric: 'test.accuracy', direction: 'maximize' },
    dimensions: [],
    planned: () => null,
    over: () => false,
  },
});

interface Asked {
  readonly method?: string;
  readonly token?: string | null;
  readonly headers?: Record<string, string>;
  readonly body?: string | Uint8Array;
}

/** A request as it is written: no client tidies its path. */
function ask(
  path: string,
  asked: Asked = {},
): Promise<{ status: number; text: string; headers: object }> {
  const {
    method = asked.body === undefined ? 'GET' : 'POST',
    token = 'the-right-token',
    body,
  } = asked;
  return new Promise((resolve, reject) => {
    const one = send({
      host: '127.0.0.1',
      port: server.port,
      path,
      method,
      headers: {
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...asked.headers,
      },
    });
    one.on('error', reject);
    one.on('response', (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (part) => {
        text += part;
      });
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, text, headers: response.headers }),
      );
    });
    one.end(body);
  });
}

const post = (path: string, message: unknown, more: Asked = {}) =>
  ask(`/api/${path}`, { body: JSON.stringify(message), ...more });
const claim = async (name = 'honest') => {
  const { status, text } = await post('claim', { worker: workerOf(name) });
  assert.is(status, 200, text);
  return JSON.parse(text).trials[0];
};

test('without the token nothing is told, and every refusal is logged', async () => {
  for (const token of [null, 'wrong', 'the-right-tokem', 'the-right-token2', '']) {
    for (const path of ['/api/state', '/api/data/a.txt', '/api/claim', '/api/nothing']) {
      const { status, text } = await ask(path, { token });
      assert.ok(status === 401 || status === 429, `${path}: ${status}`);
      assert.not.match(text, /the-right-token/);
    }
  }
  assert.ok(
    lines.some((line) => /^refused: 127.0.0.1 GET \/api\/state: 401 TokenError/.test(line)),
  );
  assert.not.match(lines.join('\n'), /the-right-token/);
  assert.ok(lines.length < 40, 'the log is not flooded');
  assert.is((await ask('/', { token: null })).status, 200);
  await new Promise((resolve) => setTimeout(resolve, 300));
});

test('foreign hosts and pages of origins that were not named are refused', async () => {
  assert.is((await ask('/api/state', { headers: { host: 'evil.example' } })).status, 403);
  assert.is((await ask('/', { headers: { host: 'evil.example' } })).status, 403);
  assert.is((await ask('/api/state', { headers: { origin: 'https://evil.example' } })).status, 403);
  const headers = { origin: 'https://friend.example' };
  const friend = await ask('/api/claim', { method: 'OPTIONS', token: null, headers });
  assert.is(friend.status, 204);
  assert.is(
    (friend.headers as Record<string, string>)['access-control-allow-origin'],
    headers.origin,
  );
  assert.is(
    (await ask('/api/claim', { method: 'OPTIONS', token: null, headers: { origin: 'null' } }))
      .status,
    403,
  );
});

test('results and epochs of trials that are not theirs are refused, and the owner goes on', async () => {
  const [one, two] = await scene.queue(2);
  const mine = await claim();
  const theirs = await claim('hostile');
  const forged = [
    '',
    'x',
    mine.lease.slice(1),
    `${mine.lease}=`,
    '0'.repeat(43),
    'x'.repeat(10_000),
  ];
  for (const lease of [theirs.lease, ...forged]) {
    for (const [what, more] of [
      ['heartbeat', {}],
      ['epoch', { epoch: epochOf(1) }],
      ['result', { result: idleResult(one) }],
      ['release', { why: 'failed' }],
    ] as const) {
      const { status } = await post(`trials/${mine.id}/${what}`, { lease, ...more });
      assert.ok(status === 409 || status === 400, `${what} with ${lease}: ${status}`);
    }
    const path = `/api/trials/${mine.id}/checkpoint?lease=${encodeURIComponent(lease)}`;
    for (const method of ['GET', 'PUT']) {
      const { status } = await ask(path, { method, ...(method === 'PUT' ? { body: 'bad' } : {}) });
      assert.ok(status === 409 || status === 400 || status === 431, `${method}: ${status}`);
    }
  }
  const wrongTrial = await post(`trials/${mine.id}/result`, {
    lease: mine.lease,
    result: idleResult(two),
  });
  assert.is(wrongTrial.status, 400);
  const right = await post(`trials/${mine.id}/result`, {
    lease: mine.lease,
    result: idleResult(one),
  });
  assert.is(right.status, 200, right.text);
  const other = await post(`trials/${theirs.id}/result`, {
    lease: theirs.lease,
    result: idleResult(two),
  });
  assert.is(other.status, 200);
});

test('values that cannot be are refused by name', async () => {
  const [trial] = await scene.queue(1);
  const { id, lease } = await claim();
  const good = epochOf(1);
  const bad: readonly unknown[] = [
    { ...good, epoch: 0 },
    { ...good, epoch: 1.5 },
    { ...good, epoch: -1 },
    { ...good, epoch: 1e9 },
    { ...good, seconds: -1 },
    { ...good, seconds: 'NaN' },
    { ...good, train: { loss: -0.1, accuracy: 1 } },
    { ...good, train: { loss: 1, accuracy: 1.1 } },
    { ...good, train: { loss: 1e39, accuracy: 1 } },
    { ...good, train: { loss: 1, accuracy: [1] } },
    { ...good, train: { loss: 1 } },
    { ...good, test: null },
    { ...good, extra: 1 },
    [],
    'epoch',
    null,
  ];
  for (const epoch of bad) {
    const { status, text } = await post(`trials/${id}/epoch`, { lease, epoch });
    assert.is(status, 400, JSON.stringify(epoch));
    assert.match(JSON.parse(text).message, /epoch|message/);
  }
  // Infinity, as JSON can say it.
  const body = JSON.stringify({ lease, epoch: good }).replace('"loss":0.5', '"loss":1e999');
  assert.is((await ask(`/api/trials/${id}/epoch`, { body })).status, 400);
  for (const wrong of ['{', 'NaN', '', '\xff', '[1,2', '{"lease":"a"}{}', '"\\ud800"', 'null']) {
    assert.is((await ask(`/api/trials/${id}/epoch`, { body: wrong })).status, 400, wrong);
  }
  const nul = { worker: { ...workerOf('a\0b') } };
  assert.is((await post('claim', nul)).status, 400);
  const proto = '{"__proto__":{"worker":1},"worker":{"name":"x"}}';
  assert.is((await ask('/api/claim', { body: proto })).status, 400);
  for (const text of [
    { digest: 'x' },
    { digest: 'A'.repeat(64) },
    { resumed: -1 },
    { history: {} },
  ]) {
    const result = { ...idleResult(trial), ...text };
    assert.is(
      (await post(`trials/${id}/result`, { lease, result })).status,
      400,
      JSON.stringify(text),
    );
  }
  assert.is((await post(`trials/${id}/result`, { lease, result: idleResult(trial) })).status, 200);
});

test('paths lead nowhere but to trials', async () => {
  const id = 'f'.repeat(64);
  for (const path of [
    `/api/trials/${id}/heartbeat`,
    '/api/trials/../state',
    '/api/trials/..%2f..%2fetc%2fpasswd/checkpoint?lease=x',
    '/api/data/..%2f..%2fpackage.json',
    '/api/data/../checkpoints/x',
    '/api/data/%00',
    '/api/data/%',
    '/../../etc/passwd',
    '//evil.example/api/state/x',
    `/api/trials/${id}/checkpoint%2f..?lease=x`,
    `/api/trials/${id.toUpperCase()}/heartbeat`,
  ]) {
    const { status, text } = await ask(
      path,
      path.endsWith('heartbeat') ? { body: '{"lease":"x"}' } : {},
    );
    assert.ok([400, 403, 404].includes(status), `${path}: ${status}`);
    assert.not.match(text, /root:|"name": "gradweave"/);
  }
  assert.is((await ask('/api/state', { method: 'DELETE' })).status, 405);
  assert.is((await ask('/api/claim', { method: 'PUT', body: '{}' })).status, 405);
  assert.is((await ask('/api/data/a.txt')).text, 'data');
});

test('bodies and checkpoints that are too large are refused, and leave nothing behind', async () => {
  const [first, second] = await scene.queue(2);
  const one = await claim();
  const two = await claim();
  assert.is(
    (await ask('/api/claim', { body: ' '.repeat(2 ** 20 + 1) }).catch(() => ({ status: 413 })))
      .status,
    413,
  );
  const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
  assert.is((await ask('/api/claim', { body: deep })).status, 400);
  const put = (given: { id: string; lease: string }, bytes: number, headers = {}) =>
    ask(`/api/trials/${given.id}/checkpoint?lease=${given.lease}`, {
      method: 'PUT',
      body: new Uint8Array(bytes),
      headers,
    }).catch(() => ({ status: 413 }));
  assert.is((await put(one, 90_000)).status, 204);
  assert.is((await put(one, 100_001)).status, 413);
  assert.is((await put(one, 200_000, { 'transfer-encoding': 'chunked' })).status, 413);
  assert.is((await put(one, 0)).status, 400);
  // Both are within their own limit, not within that of all.
  assert.is((await put(two, 90_000)).status, 413);
  assert.is((await put(two, 50_000)).status, 204);
  const stored = await ask(`/api/trials/${one.id}/checkpoint?lease=${one.lease}`);
  assert.is(stored.text.length, 90_000);
  const files = () => readdirSync(join(scene.folder, 'checkpoints'));
  await until(() => files().every((name) => name.endsWith('.checkpoint')));
  assert.is(files().length, 2);
  for (const [given, trial] of [
    [one, first],
    [two, second],
  ] as const) {
    const answer = await post(`trials/${given.id}/result`, {
      lease: given.lease,
      result: idleResult(trial),
    });
    assert.is(answer.status, 200);
  }
  await until(() => files().length === 0);
});

test('a client that goes while it waits is given nothing', async () => {
  const gone = send({
    host: '127.0.0.1',
    port: server.port,
    path: '/api/claim',
    method: 'POST',
    headers: { authorization: 'Bearer the-right-token', 'content-type': 'application/json' },
  });
  gone.on('error', () => {});
  gone.end(JSON.stringify({ worker: workerOf('gone'), waitSeconds: 30 }));
  await new Promise((resolve) => setTimeout(resolve, 200));
  gone.destroy();
  await new Promise((resolve) => setTimeout(resolve, 100));
  const [trial] = await scene.queue(1);
  const { id, lease } = await claim();
  assert.is(id, trial.id);
  await post(`trials/${id}/result`, { lease, result: idleResult(trial) });
});

test('no message of any form makes the server fail', async () => {
  const [trial] = await scene.queue(1);
  const { id, lease } = await claim();
  const path = fc.constantFrom(
    'claim',
    ...['heartbeat', 'epoch', 'result', 'release'].map((what) => `trials/${id}/${what}`),
  );
  const spoiled = fc.record(
    {
      lease: fc.oneof(fc.constant(lease), fc.jsonValue()),
      epoch: fc.oneof(
        fc.jsonValue(),
        fc.record({
          epoch: fc.integer(),
          train: fc.jsonValue(),
          test: fc.jsonValue(),
          seconds: fc.double(),
        }),
      ),
      result: fc.jsonValue(),
      worker: fc.record({
        name: fc.string({ unit: 'binary' }),
        runtime: fc.jsonValue(),
        adapter: fc.jsonValue(),
      }),
      why: fc.string(),
      most: fc.jsonValue(),
    },
    { requiredKeys: [] },
  );
  await fc.assert(
    fc.asyncProperty(path, fc.oneof(fc.jsonValue(), spoiled), async (where, message) => {
      const { status, text } = await post(where, message);
      assert.ok(
        [200, 204, 400, 409, 429].includes(status),
        `${where} ${JSON.stringify(message)}: ${status} ${text}`,
      );
      assert.is(scene.store.get(id)?.state, 'running');
    }),
    { numRuns: long ? 3000 : 60 },
  );
  assert.is((await post(`trials/${id}/result`, { lease, result: idleResult(trial) })).status, 200);
});

test('lines that are no HTTP, and those that never end, are closed', async () => {
  const raw = (text: string, milliseconds: number): Promise<string> =>
    new Promise((resolve) => {
      const socket = connect(server.port, '127.0.0.1', () => socket.write(text));
      let heard = '';
      socket.on('data', (data) => {
        heard += data;
      });
      socket.on('error', () => {});
      const timer = setTimeout(() => socket.destroy(), milliseconds);
      socket.on('close', () => {
        clearTimeout(timer);
        resolve(heard);
      });
    });
  assert.match(await raw('\x00\x01\x02 HELLO\r\n\r\n', 5000), /^HTTP\/1.1 400/);
  assert.match(await raw(`GET /${'x'.repeat(20_000)} HTTP/1.1\r\n`, 5000), /^HTTP\/1.1 431/);
  if (!long) return;
  assert.match(await raw('GET /api/state HTTP/1.1\r\nHost: 127.', 30_000), /^HTTP\/1.1 408/);
  const head = `POST /api/claim HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\nAuthorization: Bearer the-right-token\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{`;
  const began = performance.now();
  await raw(head, 60_000);
  assert.ok(performance.now() - began < 40_000, 'a body that stalls is given up');
});

test('after all of it, nothing is lost', async () => {
  const trials = await scene.store.trials();
  assert.ok(trials.length > 0);
  assert.equal(
    trials.filter(({ state }) => state !== 'done').map(({ id, state }) => [id, state]),
    [],
  );
  assert.is(scene.store.alarms.length, 0);
  assert.ok(server.refused > 50);
  assert.is(existsSync(join(scene.folder, 'checkpoints')), true);
  assert.not.ok(
    lines.some((line) => /500|at .*\.ts:/.test(line)),
    lines.find((line) => /500/.test(line)),
  );
});

test.after(async () => {
  await server.close();
  await scene.end();
});
test.run();
