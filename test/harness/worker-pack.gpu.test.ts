import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { LastingEngine } from '../../src/harness/tasks/lasting-engine.ts';
import { TrialDatasets } from '../../src/harness/tasks/trial-data.ts';
import type { Settled } from '../../src/harness/tasks/worker/settle.ts';
import { trainAll } from '../../src/harness/tasks/worker/train-all.ts';
import { serverAddress } from '../../src/trial/client/address.ts';
import { Attempt } from '../../src/trial/client/attempt.ts';
import { SweepClient } from '../../src/trial/client/client.ts';
import type { TrialEpoch } from '../../src/trial/result.ts';
import type { TrialSpec } from '../../src/trial/spec.ts';
import { sharesCreated } from '../gpu/helpers.ts';
import { inLongRun } from '../run/thorough.ts';
import { type FakeOptions, FakeQueue, type Queued, TOKEN } from '../trial/fake-queue.ts';
import { fakeTrial } from '../trial/fake-trial.ts';

sharesCreated(test);

const noted: string[] = [];
const datasets = new TrialDatasets(new URLSearchParams());
let lasting: LastingEngine;

/** Trials that differ in seed, rate and dropout, of the data as they are. */
async function trialsOf(...own: readonly Partial<TrialSpec['options']>[]): Promise<Queued[]> {
  return Promise.all(
    own.map(async (options, i) => {
      const { spec } = await fakeTrial(i + 1);
      const all = { ...spec, options: { ...spec.options, dropout: 0.1, ...options } } as TrialSpec;
      const sha256 = await datasets.hash(all);
      return fakeTrial(i + 1, { ...all, data: { kind: 'built-in', sha256 } });
    }),
  );
}

/** Claims trials at once and trains them. */
async function train(
  queue: FakeQueue,
  most: number,
  everySeconds = 3600,
  stop = new AbortController(),
): Promise<Settled[]> {
  const server = serverAddress('http://sweep.invalid');
  const client = new SweepClient({ server, token: TOKEN, fetch: queue.fetch });
  const worker = { name: 'test', runtime: 'Chrome', adapter: null };
  const ends: Settled[] = [];
  for (;;) {
    const answer = await client.claim({ worker, most });
    if (answer.trials.length === 0) return ends;
    const attempts = answer.trials.map((trial) => new Attempt(client, trial, answer, stop.signal));
    const emit = (event: { type: string; text?: string }): void => {
      if (event.type === 'note') noted.push(event.text ?? '');
    };
    const shop = { lasting, datasets, emit, say: () => {} };
    await trainAll(attempts, everySeconds, shop, (settled) => ends.push(settled));
    if (stop.signal.aborted) return ends;
  }
}

async function queueOf(trials: readonly Queued[], options: FakeOptions = {}): Promise<FakeQueue> {
  const queue = new FakeQueue({ heartbeatSeconds: 60, ...options });
  queue.add(...trials);
  return queue;
}

const timeless = (history: readonly TrialEpoch[]) =>
  history.map(({ epoch, train, test }) => ({ epoch, train, test }));

const digests = ({ trials }: FakeQueue): (string | undefined)[] =>
  trials.map(({ result }) => result?.digest);

test.before(async () => {
  lasting = await LastingEngine.open(() => {});
});

test.after(() => lasting.destroy());

/** Rates and dropouts of a pack; the last of them diverges. */
const OWN = [{ lr: 0.001 }, { lr: 0.01, dropout: 0.3 }, { lr: 0.003 }] as const;
let alone: (string | undefined)[] = [];

test('trials of a pack have the digests of each alone', async () => {
  const trials = await trialsOf(...OWN);
  const single = await queueOf(trials);
  await train(single, 1);
  alone = digests(single);
  assert.is(new Set(alone).size, 3);
  noted.length = 0;
  const packed = await queueOf(trials);
  const ends = await train(packed, 3);
  assert.equal(noted, []);
  assert.equal(
    ends.map(({ how }) => how),
    ['done', 'done', 'done'],
  );
  assert.equal(digests(packed), alone);
  for (const [i, { result, epochs }] of packed.trials.entries()) {
    const one = single.trials[i].result;
    assert.ok(one && result);
    assert.equal(timeless(result.history), timeless(one.history));
    assert.equal(timeless(epochs), timeless(one.history));
    assert.equal([result.test, result.place], [one.test, one.place]);
  }
  assert.is(packed.requests.filter((one) => one === 'POST claim').length, 2);
});

test('one that is pruned, and one that is lost, leave the pack; the others go on', async () => {
  const trials = await trialsOf(...OWN);
  const queue = await queueOf(trials, {
    prunes: (trial, { epoch }) => {
      const [, second] = queue.trials;
      // Its lease is another's from now on.
      if (trial === second && epoch === 2) second.lease = 'of another worker';
      return trial.spec.seed === 1;
    },
  });
  const ends = await train(queue, 3);
  const how = (seed: number): string | undefined =>
    ends.find(({ id }) => id === queue.trials[seed - 1].id)?.how;
  assert.is(how(1), 'pruned');
  assert.is(how(2), 'lost');
  assert.is(how(3), 'done');
  assert.is(queue.trials[0].result?.history.length, 1);
  assert.is(queue.trials[2].result?.digest, alone[2]);
});

test('a pack that is stopped leaves checkpoints, from which each goes on alone', async () => {
  const trials = await trialsOf(...OWN);
  const stop = new AbortController();
  const queue = await queueOf(trials, {
    prunes: (trial, { epoch }) => {
      if (trial.spec.seed === 2 && epoch === 2) setTimeout(() => stop.abort());
      return false;
    },
  });
  const ends = await train(queue, 3, 0, stop);
  assert.equal(
    ends.map((one) => one.how),
    ['stopped', 'stopped', 'stopped'],
  );
  assert.ok(queue.trials.every(({ state, checkpoint }) => state === 'waiting' && checkpoint));
  await train(queue, 3);
  assert.equal(
    queue.trials.map(({ result }) => result?.resumed),
    [1, 1, 1],
  );
  assert.equal(digests(queue), alone);
});

inLongRun(test)('what diverges in a pack ends as alone', async () => {
  // Each step multiplies the weights of the second one by a million.
  const sgd = { optimizer: 'sgd', 'weight-decay': 1 };
  const trials = await trialsOf({ ...sgd, lr: 0.001 }, { ...sgd, lr: 1e6 }, { ...sgd, lr: 0.01 });
  const single = await queueOf(trials);
  await train(single, 1);
  const packed = await queueOf(trials);
  await train(packed, 3);
  assert.equal(digests(packed), digests(single));
  assert.equal(
    packed.trials.map(({ failure }) => failure),
    [undefined, undefined, undefined],
  );
  assert.is(packed.trials[1].result?.test.loss, null);
});

inLongRun(test)('trials that do not go together are trained one by one', async () => {
  const trials = await trialsOf(
    { lr: 0.001 },
    { dropout: 0 },
    { optimizer: 'sgd' },
    { optimizer: 'none' },
  );
  const queue = await queueOf(trials);
  const ends = await train(queue, 4);
  assert.equal(
    ends.map(({ how }) => how),
    ['done', 'done', 'done', 'failed'],
  );
  assert.match(queue.trials[3].failure ?? '', /optimizer=none/);
});

test.run();
