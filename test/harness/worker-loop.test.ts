import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { AdapterError, MemoryError, OptionError } from '../../src/errors.ts';
import { type Working, work } from '../../src/harness/tasks/worker/loop.ts';
import type { WorkerNews } from '../../src/harness/tasks/worker/news.ts';
import { settle } from '../../src/harness/tasks/worker/settle.ts';
import { serverAddress } from '../../src/trial/client/address.ts';
import type { Attempt } from '../../src/trial/client/attempt.ts';
import { SweepClient } from '../../src/trial/client/client.ts';
import { TokenError } from '../../src/trial/client/errors.ts';
import { pause } from '../../src/trial/client/pause.ts';
import type { TrialResult } from '../../src/trial/result.ts';
import { TOKEN } from '../trial/fake-queue.ts';
import { type FakeServerOptions, type FakeSweep, fakeSweep } from '../trial/fake-sweep.ts';
import { fakeTrial } from '../trial/fake-trial.ts';

const worker = { name: 'test', runtime: 'Node', adapter: null };

interface Given extends Partial<Omit<Working, 'train'>> {
  readonly count?: number;
  readonly options?: FakeServerOptions;
  readonly train?: (attempt: Attempt) => Promise<void>;
  readonly token?: string;
}

/** Works on some trials with a training that does nothing. */
async function run(
  { count = 3, options = {}, train = async () => {}, token = TOKEN, ...more }: Given,
  meanwhile: (sweep: FakeSweep) => Promise<void> = async () => {},
) {
  const sweep = await fakeSweep(options);
  for (let seed = 1; seed <= count; seed++) sweep.add(await fakeTrial(seed));
  const news: WorkerNews[] = [];
  const client = new SweepClient({ server: serverAddress(sweep.url), token });
  try {
    const working = work({
      ...{ client, worker, stop: new AbortController().signal, say: (one) => news.push(one) },
      ...more,
      train: async (attempts, _, ended) => {
        for (const attempt of attempts) {
          let failure: unknown;
          const settled = await settle(
            attempt,
            async () => {
              await train(attempt);
              const result = { id: attempt.trial.id, digest: 'd', seconds: 1 } as TrialResult;
              return { result, ended: attempt.told === 'stop' ? 'pruned' : 'done' };
            },
            (error) => {
              failure = error;
            },
          );
          ended(settled, failure);
        }
      },
    });
    const [outcome] = await Promise.all([working, meanwhile(sweep)]);
    return { outcome, news, sweep };
  } finally {
    await sweep.down();
  }
}

const epoch = {
  epoch: 1,
  train: { loss: 1, accuracy: 0 },
  test: { loss: 1, accuracy: 0 },
  seconds: 0,
};

test('a worker trains all trials and ends with the sweep', async () => {
  const { outcome, news, sweep } = await run({});
  assert.is(outcome.why, 'over');
  assert.equal(outcome.counts, { done: 3, pruned: 0, failed: 0, lost: 0, stopped: 0 });
  assert.ok(sweep.trials.every(({ state, attempts }) => state === 'done' && attempts === 1));
  assert.equal(
    news.map((one) => one.kind),
    ['ended', 'ended', 'ended'],
  );
});

test('limits end a worker: so many trials, and so many seconds without one', async () => {
  const { outcome, sweep } = await run({ trials: 2 });
  assert.is(outcome.why, 'trials');
  assert.is(sweep.trials.filter(({ state }) => state === 'done').length, 2);
  const idle = await run({ idle: 0, count: 1, options: { ends: false } });
  assert.is(idle.outcome.why, 'idle');
  assert.is(idle.outcome.counts.done, 1);
});

test('a pruned trial has a result, too', async () => {
  const { outcome, sweep } = await run({
    options: { prunes: ({ spec }) => spec.seed === 2 },
    train: async (attempt) => {
      await attempt.epoch(epoch);
    },
  });
  assert.is(outcome.counts.pruned, 1);
  assert.equal(
    sweep.trials.map(({ state }) => state),
    ['done', 'pruned', 'done'],
  );
});

test('a trial that cannot be trained fails alone', async () => {
  const errors = [new OptionError('no such optimizer'), new MemoryError('too large')];
  const { outcome, sweep } = await run({
    train: async () => {
      const error = errors.shift();
      if (error) throw error;
    },
  });
  assert.equal(outcome.counts, { done: 1, pruned: 0, failed: 2, lost: 0, stopped: 0 });
  assert.equal(
    sweep.trials.map(({ failure }) => failure),
    ['OptionError: no such optimizer', 'MemoryError: too large', undefined],
  );
});

test('an error of the machine ends the worker and gives the trial back', async () => {
  let given: FakeSweep | undefined;
  const error = await run(
    {
      train: async () => {
        throw new AdapterError('the GPU is gone');
      },
    },
    async (sweep) => {
      given = sweep;
    },
  ).then(
    () => assert.unreachable(),
    (error: unknown) => error,
  );
  assert.instance(error, AdapterError);
  assert.is(given?.trials[0].state, 'waiting');
  assert.equal(given?.requests, ['POST claim', 'POST trials/release']);
});

test('a worker ends if errors that nobody expected follow one another', async () => {
  let tries = 0;
  const error = await run({
    count: 9,
    train: async () => {
      tries++;
      throw new TypeError('undefined is not a function');
    },
  }).then(
    () => assert.unreachable(),
    (error: unknown) => error,
  );
  assert.instance(error, TypeError);
  assert.is(tries, 3);
});

test('a worker with a wrong token ends', async () => {
  const error = await run({ token: 'some-other-token' }).then(
    () => assert.unreachable(),
    (error: unknown) => error,
  );
  assert.instance(error, TokenError);
});

test('a trial that is lost is dropped, and the next one is taken', async () => {
  let first = true;
  const { outcome, sweep } = await run(
    {
      options: { heartbeatSeconds: 0.6 },
      train: async ({ signal }) => {
        if (!first) return;
        first = false;
        const [trial] = sweepNow.trials;
        trial.lease = 'of another worker';
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
        trial.state = 'waiting';
      },
    },
    async (sweep) => {
      sweepNow = sweep;
    },
  );
  assert.is(outcome.counts.lost, 1);
  assert.is(outcome.counts.done, 3);
  assert.equal(
    sweep.trials.map(({ attempts }) => attempts),
    [2, 1, 1],
  );
});

let sweepNow: FakeSweep;

test('a worker that is stopped gives its trial back and ends', async () => {
  const stop = new AbortController();
  const { outcome, sweep } = await run({
    stop: stop.signal,
    train: async (attempt) => {
      if (attempt.trial.spec.seed === 1) return;
      stop.abort();
      attempt.keep(Uint8Array.of(7));
      throw attempt.signal.reason;
    },
  });
  assert.is(outcome.why, 'stopped');
  assert.equal(outcome.counts, { done: 1, pruned: 0, failed: 0, lost: 0, stopped: 1 });
  assert.equal(
    sweep.trials.map(({ state }) => state),
    ['done', 'waiting', 'waiting'],
  );
  assert.equal([...(sweep.trials[1].checkpoint ?? [])], [7]);
});

test('a worker that waits at the server is stopped at once', async () => {
  const stop = new AbortController();
  const { outcome } = await run(
    { count: 0, stop: stop.signal, options: { ends: false } },
    async () => {
      await pause(100);
      stop.abort();
    },
  );
  assert.is(outcome.why, 'stopped');
});

test.run();
