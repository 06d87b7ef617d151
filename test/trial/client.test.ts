import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { OptionError } from '../../src/errors.ts';
import { checkToken, serverAddress } from '../../src/trial/client/address.ts';
import { Attempt, STOPPED } from '../../src/trial/client/attempt.ts';
import { SweepClient } from '../../src/trial/client/client.ts';
import { AwayError, LeaseError, ServerError, TokenError } from '../../src/trial/client/errors.ts';
import { backoff, pause } from '../../src/trial/client/pause.ts';
import type { ClaimedTrial, WorkerInfo } from '../../src/trial/protocol.ts';
import type { TrialEpoch, TrialResult } from '../../src/trial/result.ts';
import { TOKEN } from './fake-queue.ts';
import { type FakeServerOptions, type FakeSweep, fakeSweep } from './fake-sweep.ts';
import { fakeTrial } from './fake-trial.ts';

const worker: WorkerInfo = { name: 'test', runtime: 'Node', adapter: null };
const never = new AbortController().signal;
const epoch = (number: number): TrialEpoch => ({
  epoch: number,
  train: { loss: 1 / number, accuracy: null },
  test: { loss: 1 / number, accuracy: null },
  seconds: 0,
});

/** Runs a test beside a server that has a trial. */
async function beside(
  options: FakeServerOptions,
  run: (sweep: FakeSweep, client: SweepClient, said: string[]) => Promise<void>,
  token = TOKEN,
): Promise<void> {
  const sweep = await fakeSweep(options);
  const said: string[] = [];
  const client = new SweepClient({
    ...{ server: serverAddress(sweep.url), token, random: () => 1 },
    onAway: () => said.push('away'),
    onBack: () => said.push('back'),
  });
  sweep.add(await fakeTrial(1));
  try {
    await run(sweep, client, said);
  } finally {
    await sweep.down();
  }
}

async function claimed(client: SweepClient): Promise<ClaimedTrial> {
  const { trials } = await client.claim({ worker });
  return trials[0];
}

const rejects = async (
  work: Promise<unknown>,
  Class: new (...given: never[]) => Error,
  text: RegExp,
): Promise<void> => {
  const error = await work.then(
    () => assert.unreachable(`no ${Class.name}`),
    (error: unknown) => error,
  );
  assert.instance(error, Class);
  assert.match((error as Error).message, text);
};

test('an address of a server is one of http or https, without secrets', () => {
  assert.is(serverAddress('http://127.0.0.1:8791').href, 'http://127.0.0.1:8791/');
  assert.is(serverAddress(' https://a.example/sweeps/7 ').href, 'https://a.example/sweeps/7/');
  for (const wrong of [
    'javascript:alert(1)',
    'data:text/html,hi',
    'file:///etc/passwd',
    'ws://127.0.0.1',
    '127.0.0.1:8791',
    '//a.example',
    '',
    'http://name:password@a.example',
    'http://a.example/?token=1',
    'http://a.example/#token=1',
  ]) {
    assert.throws(
      () => serverAddress(wrong, '--server'),
      (error: Error) => {
        assert.instance(error, OptionError);
        return error.message.startsWith(`--server '${wrong}' was given`);
      },
    );
  }
});

test('a token is letters and digits; a message about it does not repeat it', () => {
  assert.is(checkToken(' abcdefgh-123\n'), 'abcdefgh-123');
  for (const wrong of [
    'short',
    'has space in it',
    'line\nbreak-in-it',
    'ümlaut-ümlaut',
    'x'.repeat(513),
  ]) {
    assert.throws(
      () => checkToken(wrong),
      (error: Error) => error instanceof OptionError && !error.message.includes(wrong),
    );
  }
});

test('waits grow to a limit, and are shortened by chance', () => {
  const waits = [1, 2, 3, 4, 5, 6, 7, 30].map((tries) => backoff(tries, () => 0));
  assert.equal(waits, [250, 500, 1000, 2000, 4000, 8000, 10_000, 10_000]);
  assert.is(
    backoff(2, () => 1),
    250,
  );
});

test('a trial is claimed, reported and completed', () =>
  beside({}, async (sweep, client) => {
    const attempt = new Attempt(client, await claimed(client), { heartbeatSeconds: 3 }, never);
    assert.is(await attempt.load(), null);
    assert.is(await attempt.epoch(epoch(1)), 'on');
    attempt.keep(Uint8Array.of(1, 2, 3));
    assert.is(await attempt.epoch(epoch(2)), 'on');
    const result = { id: attempt.trial.id } as TrialResult;
    assert.is((await attempt.complete(result, 'done')).taken, 'first');
    attempt.close();
    const [trial] = sweep.trials;
    assert.is(trial.state, 'done');
    assert.equal(
      trial.epochs.map((one) => one.epoch),
      [1, 2],
    );
    assert.equal([...(trial.checkpoint ?? [])], [1, 2, 3]);
    assert.ok((await client.claim({ worker })).over);
  }));

test('a wrong token ends with a TokenError that does not repeat it', () =>
  beside(
    {},
    async (_, client) => {
      await rejects(
        client.claim({ worker }),
        TokenError,
        /refuses the token \(the token is wrong\)/,
      );
    },
    'another-token',
  ));

test('requests are sent again while the server is away, and it is said once', () =>
  beside({}, async (sweep, client, said) => {
    const trial = await claimed(client);
    await sweep.down();
    const reported = client.epoch(trial, epoch(1));
    // Another try, or two, fails.
    await pause(500);
    await sweep.up();
    assert.equal(await reported, { go: 'on' });
    assert.equal(said, ['away', 'back']);
    assert.is(sweep.trials[0].epochs.length, 1);
    await sweep.down();
    await rejects(client.claim({ worker }, { patience: 0.3 }), AwayError, /does not answer/);
    const stop = new AbortController();
    const waiting = client.claim({ worker }, { signal: stop.signal });
    stop.abort(new LeaseError('enough'));
    await rejects(waiting, LeaseError, /enough/);
  }));

test('a server that is overloaded is asked again; one that refuses for good is not', async () => {
  const statuses = [503, 429, 500];
  await beside(
    {
      before: (_, response) => {
        const status = statuses.shift();
        if (status === undefined) return false;
        response.writeHead(status, { 'retry-after': '0.01' }).end();
        return true;
      },
    },
    async (sweep, client) => {
      assert.is((await client.claim({ worker })).trials.length, 1);
      assert.equal(sweep.requests, ['POST', 'POST', 'POST', 'POST claim']);
    },
  );
  for (const [status, headers, text] of [
    [400, {}, /refuses: it answered 400/],
    [302, { location: 'http://127.0.0.1:9/' }, /sends to another address/],
    [200, {}, /not one of a sweep/],
  ] as const) {
    await beside(
      {
        before: (_, response) => {
          response.writeHead(status, headers).end(status === 200 ? '<html>' : '{}');
          return true;
        },
      },
      async (sweep, client) => {
        await rejects(client.claim({ worker }), ServerError, text);
        assert.is(sweep.requests.length, 1);
      },
    );
  }
});

test('answers of something else are no claims', async () => {
  const right = { trials: [], heartbeatSeconds: 30, checkpointSeconds: 60, over: false };
  for (const wrong of [
    [],
    {},
    { ...right, heartbeatSeconds: 0 },
    { ...right, heartbeatSeconds: '30' },
    { ...right, over: 1 },
    { ...right, trials: [null] },
    { ...right, trials: [{ id: '../secret', lease: '', spec: {} }] },
  ]) {
    const fetch = async () => Response.json(wrong);
    const server = serverAddress('http://127.0.0.1:9');
    const client = new SweepClient({ server, token: TOKEN, fetch });
    await rejects(client.claim({ worker }), ServerError, /not one of a sweep/);
  }
});

test('heartbeats keep a trial; without them it is another’s, and the attempt hears of it', () =>
  // Beats are far closer than need be: a busy machine may stall some.
  beside({ heartbeatSeconds: 1.2 }, async (sweep, client) => {
    const kept = new Attempt(client, await claimed(client), { heartbeatSeconds: 0.4 }, never);
    await pause(1600);
    assert.is((await client.claim({ worker })).trials.length, 0);
    kept.close();
    await pause(1600);
    const other = await claimed(client);
    assert.is(other.attempt, 1);
    assert.not.ok(kept.signal.aborted, 'it says nothing any more');
    const late = new Attempt(client, kept.trial, { heartbeatSeconds: 0.4 }, never);
    await pause(400);
    assert.instance(late.signal.reason, LeaseError);
    await rejects(late.complete({} as TrialResult, 'done'), LeaseError, /given to another/);
    late.close();
    assert.is(sweep.trials[0].state, 'running');
  }));

test('a stopped attempt gives the trial back with its last checkpoint', () =>
  beside({}, async (sweep, client) => {
    const stop = new AbortController();
    const attempt = new Attempt(
      client,
      await claimed(client),
      { heartbeatSeconds: 3 },
      stop.signal,
    );
    for (let i = 0; i < 5; i++) attempt.keep(Uint8Array.of(i));
    stop.abort();
    assert.is(attempt.signal.reason, STOPPED);
    await attempt.release('stopped');
    attempt.close();
    const [trial] = sweep.trials;
    assert.is(trial.state, 'waiting');
    assert.equal([...(trial.checkpoint ?? [])], [4]);
    const puts = sweep.requests.filter((request) => request.startsWith('PUT'));
    assert.is(puts.length, 2, 'the first, and the latest of those that waited');
  }));

test('without room for a checkpoint the trial goes on', () =>
  beside({ most: 2 }, async (_, client) => {
    const attempt = new Attempt(client, await claimed(client), { heartbeatSeconds: 3 }, never);
    attempt.keep(new Uint8Array(3));
    await pause(100);
    assert.match(attempt.tooLarge ?? '', /at most 2 bytes/);
    assert.not.ok(attempt.kept);
    assert.not.ok(attempt.signal.aborted);
    attempt.close();
  }));

test.run();
