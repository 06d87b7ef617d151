import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { launchChrome } from '../../src/cli/chrome.ts';
import { BLANK_PAGE, startServer } from '../../src/cli/server.ts';
import type { StoredTrial } from '../../sweep/src/contract.ts';
import { until } from '../harness/page-helpers.ts';
import { installRuntimes } from '../run/runtimes.ts';
import { type Queued, TOKEN } from './fake-queue.ts';
import { hasNamespaces, makeNetworks } from './networks.ts';
import { type RealOptions, type RealSweep, realSweep } from './real-sweep.ts';
import { runWorker } from './run-worker.ts';
import { trialsOf } from './small-trials.ts';

const NODE = ['--runtime', 'node'];

/** Long enough that a busy machine loses no trial. */
const LIMITS = { heartbeatSeconds: 10, checkpointSeconds: 0.2 };

/** The same trials for all tests, so that few runs are compared with. */
const options = { layers: [784, 32, 10], 'batch-size': 20, 'train-limit': 2000, dropout: 0.1 };
const EPOCHS = 40;
const made = trialsOf([1, 2, 3], { epochs: EPOCHS, options });

/** Runs a test beside a sweep's own server. */
async function beside<T>(
  trials: RealOptions['trials'],
  run: (sweep: RealSweep, url: string) => Promise<T>,
): Promise<T> {
  const sweep = await realSweep({ trials, ...LIMITS });
  try {
    return await run(sweep, `http://127.0.0.1:${sweep.port}`);
  } finally {
    await sweep.close();
  }
}

const digests = (trials: readonly StoredTrial[]): (string | undefined)[] =>
  trials.map(({ result }) => result?.digest);

const done = (trials: readonly StoredTrial[]): boolean =>
  trials.every(({ state }) => state === 'done');

/** In the middle of the epochs, and after the first checkpoint. */
const begun = (trials: readonly StoredTrial[]): boolean =>
  trials.every(({ epochs }) => epochs.length >= 12);

const known = new Map<string, Promise<readonly StoredTrial[]>>();

/** What trials end in if one worker trains each by itself, undisturbed. */
function undisturbed(
  trials: readonly Queued[],
  given: readonly string[] = NODE,
): Promise<readonly StoredTrial[]> {
  const key = JSON.stringify([trials.map(({ id }) => id), given]);
  const ended =
    known.get(key) ??
    beside(trials, async (sweep, url) => {
      const worker = runWorker(url, given);
      assert.is(await worker.ended, 0, worker.text);
      const all = await sweep.trials();
      assert.ok(all.every(({ state, attempts }) => state === 'done' && attempts === 1));
      return all;
    });
  known.set(key, ended);
  return ended;
}

test.before(() => installRuntimes());

test('a trial that a machine had begun ends on another one, in another network, in the same bits', async () => {
  if (!hasNamespaces()) {
    console.log('Network namespaces need Linux and root: not tested here.');
    return;
  }
  const [alone] = await undisturbed(await made);
  const trials = (await made).slice(0, 1);
  const networks = makeNetworks(2);
  try {
    const sweep = await realSweep({ trials, ...LIMITS, host: '0.0.0.0' }, networks.server);
    const [first, second] = networks.machines.map(({ inside, server }, i) => () => {
      const name = ['--name', `machine ${i}`];
      return runWorker(`http://${server}:${sweep.port}`, [...NODE, ...name], inside);
    });
    const killed = first();
    const [half] = await sweep.until('the middle', begun);
    assert.is(half.worker, 'machine 0');
    killed.kill('SIGKILL');
    const other = second();
    assert.is(await other.ended, 0, other.text);
    const [trial] = await sweep.trials();
    await sweep.close();
    assert.equal(
      [trial.state, trial.worker, trial.attempts, trial.lost],
      ['done', 'machine 1', 2, 1],
    );
    assert.is(trial.result?.resumed, 1);
    assert.equal(trial.epochs.length, EPOCHS);
    assert.is(trial.result?.digest, alone.result?.digest);
    assert.equal(trial.result?.test, alone.result?.test);
  } finally {
    networks.close();
  }
});

test('a worker that is told to end gives its trial back with a checkpoint, and says so by its exit code', async () => {
  const [alone] = await undisturbed(await made);
  const trials = (await made).slice(0, 1);
  await beside(trials, async (sweep, url) => {
    const first = runWorker(url, NODE);
    await sweep.until('the middle', begun);
    first.kill('SIGTERM');
    assert.is(await first.ended, 75, first.text);
    const [half] = await sweep.trials();
    assert.equal([half.state, half.attempts, half.lost], ['waiting', 1, 0]);
    const second = runWorker(url, NODE);
    assert.is(await second.ended, 0, second.text);
    const [trial] = await sweep.trials();
    assert.is(trial.result?.resumed, 1);
    assert.equal(digests([trial]), digests([alone]));
  });
});

test('a tab takes part; when it is closed in the middle, another worker ends its trial in the same bits', async () => {
  const trials = (await made).slice(0, 1);
  const [alone] = await undisturbed(trials, []);
  const blank = await startServer(new Map());
  const url = blank.origin + BLANK_PAGE;
  const chrome = await launchChrome({ adapter: 'auto', url, announce: () => {} });
  try {
    await beside(trials, async (sweep, origin) => {
      const page = await chrome.browser.newPage();
      await page.goto(`${origin}/harness.html?worker#token=${TOKEN}`);
      assert.match(await until(page, '#join-form', /Lend/), origin);
      await page.type('[name=name]', 'a tab').catch(() => {});
      await page.click('#join-start');
      const [half] = await sweep.until('the middle', begun);
      assert.is(half.state, 'running');
      await page.close();
      const [back] = await sweep.until('its return', ([{ state }]) => state === 'waiting');
      assert.is(back.lost, 0, 'the page gave it back');
      const worker = runWorker(origin, []);
      assert.is(await worker.ended, 0, worker.text);
      const [trial] = await sweep.trials();
      assert.equal([trial.state, trial.attempts], ['done', 2]);
      assert.is(trial.result?.resumed, 1);
      assert.equal(digests([trial]), digests([alone]));
    });
  } finally {
    await chrome.close();
    await blank.close();
  }
});

test('workers side by side share the trials of a command', async () => {
  const trials = await made;
  const alone = await undisturbed(trials);
  await beside(trials, async (sweep, url) => {
    const worker = runWorker(url, [...NODE, '--parallel', '2', '--name', 'pair']);
    assert.is(await worker.ended, 0, worker.text);
    assert.match(worker.text, /^\[1\] /m);
    assert.match(worker.text, /3 done/);
    const ended = await sweep.trials();
    assert.ok(done(ended) && ended.every(({ attempts }) => attempts === 1));
    assert.equal([...new Set(ended.map((one) => one.worker))].sort(), ['pair-1', 'pair-2']);
    assert.equal(digests(ended), digests(alone));
  });
});

test('trials of a pack that is killed go on alone, and all end in the bits of each alone', async () => {
  const plain = await made;
  const alone = await undisturbed(plain);
  const trials = plain.map((trial) => ({ ...trial, shape: 'the same' }));
  await beside(trials, async (sweep, url) => {
    const packed = runWorker(url, [...NODE, '--pack', '3']);
    const half = await sweep.until('the middle', begun);
    assert.ok(half.every(({ state }) => state === 'running'));
    packed.kill('SIGKILL');
    const other = runWorker(url, [...NODE, '--pack', '3']);
    assert.is(await other.ended, 0, other.text);
    const ended = await sweep.trials();
    assert.ok(done(ended));
    assert.equal(
      ended.map(({ result }) => result?.resumed),
      [1, 1, 1],
    );
    assert.equal(digests(ended), digests(alone));
  });
  await beside(trials, async (sweep, url) => {
    const packed = runWorker(url, [...NODE, '--pack', '3']);
    assert.is(await packed.ended, 0, packed.text);
    const ended = await sweep.trials();
    assert.ok(ended.every(({ attempts }) => attempts === 1));
    assert.equal(digests(ended), digests(alone));
  });
});

test.run();
