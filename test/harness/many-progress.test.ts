import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { DeviceLostError } from '../../src/errors.ts';
import type { TaskEvent } from '../../src/harness/protocol.ts';
import type { Job } from '../../src/harness/tasks/job.ts';
import type { LastingEnsemble } from '../../src/harness/tasks/lasting-ensemble.ts';
import { runEnsemble } from '../../src/harness/tasks/run-ensemble.ts';
import type { EpochRecord } from '../../src/train/history.ts';

/** Steps of an epoch, and its samples. */
const STEPS = 10;
const SAMPLES = 100;

/** Each epoch is said to have taken so many seconds. */
const SECONDS = 2;

interface Network {
  readonly run: number;
  state: 'training' | 'stopped';
  readonly history: EpochRecord[];
}

/** Networks without a GPU: their test losses are given, by epoch and run. The device is lost once before an epoch. */
function networks(losses: readonly (readonly number[])[], lostBefore = 0) {
  const members: Network[] = losses[0].map((_, run) => ({ run, state: 'training', history: [] }));
  const training = () => members.filter(({ state }) => state === 'training');
  let isLost = false;
  const current = {
    members,
    step: 0,
    stepsPerEpoch: STEPS,
    session: { gpu: { buffers: { liveBytes: 7 } } },
    get active() {
      return training().length;
    },
    stop: (run: number) => {
      members[run].state = 'stopped';
    },
    fit: async ({ onEpoch }: { onEpoch: (made: unknown) => void }) => {
      const epoch = current.step / STEPS + 1;
      if (epoch === lostBefore && !isLost) {
        isLost = true;
        // Its last epoch is done again.
        current.step -= STEPS;
        for (const { history } of members) if (history.length === epoch - 1) history.pop();
        throw new DeviceLostError('gone');
      }
      current.step += STEPS;
      const records = new Map<number, EpochRecord>();
      for (const { run, history } of training()) {
        const metrics = { loss: losses[epoch - 1][run], accuracy: null };
        history.push({ epoch, seconds: SECONDS, train: metrics, test: metrics });
        records.set(run, history[history.length - 1]);
      }
      onEpoch({ epoch, records, active: current.active });
    },
  };
  const during = async (work: (ensemble: unknown) => Promise<unknown>): Promise<unknown> => {
    try {
      return await work(current);
    } catch (error) {
      if (error instanceof DeviceLostError) return during(work);
      throw error;
    }
  };
  return { current, during, untilDue: Infinity, keep: async () => {}, settle: async () => {} };
}

async function trained(losses: readonly (readonly number[])[], lostBefore = 0) {
  const told: TaskEvent[] = [];
  const settings = { title: 'Model 2', loss: 'mse', epochs: losses.length, patience: 1 };
  const job = { settings, data: 'images', dataset: { train: { count: SAMPLES } } };
  const outcome = await runEnsemble(
    networks(losses, lostBefore) as unknown as LastingEnsemble,
    job as unknown as Job,
    (event) => told.push(event),
  );
  const progress = told.flatMap((event) => (event.type === 'progress' ? [event] : []));
  return { outcome, told, progress };
}

test('a network that ends early counts in the means with its last epoch', async () => {
  const { outcome, told } = await trained([
    [4, 2],
    [5, 1],
    [9, 0.5],
  ]);
  assert.equal(
    outcome.history.map(({ test: tested }) => tested?.loss),
    [3, 3, 2.75],
  );
  assert.equal(
    told.flatMap((event) => (event.type === 'epoch' ? [event.title] : [])),
    [1, 2, 3].map(() => 'Model 2, means of 2 networks'),
  );
  assert.equal([...outcome.stopped], [0]);
  assert.is(outcome.trained, 5 * SAMPLES);
});

test('speed and time left are told after each epoch, of the networks that were trained in it', async () => {
  const { progress } = await trained([
    [4, 2],
    [5, 1],
    [9, 0.5],
  ]);
  const speeds = progress.map(({ samplesPerSecond }) => samplesPerSecond);
  // Two networks, two, then one, whose epoch counts most.
  assert.equal(speeds.slice(0, 2), [SAMPLES, SAMPLES]);
  assert.ok(speeds[2] < SAMPLES && speeds[2] > SAMPLES / 2, `${speeds[2]}`);
  assert.equal(
    progress.map(({ epoch, step }) => [epoch, step]),
    [1, 2, 3].map((epoch) => [epoch, STEPS]),
  );
  assert.is(progress[2].secondsLeft, 0);
});

test('what a lost device has done counts in the time, and not in the speed', async () => {
  const losses = [[4], [3], [2], [1]];
  const { outcome, progress } = await trained(losses, 3);
  assert.is(outcome.history.length, 4);
  // Epoch 2 was trained twice.
  assert.ok(outcome.seconds >= 5 * SECONDS && outcome.seconds < 6 * SECONDS, `${outcome.seconds}`);
  assert.equal(
    progress.map(({ epoch }) => epoch),
    [1, 2, 2, 3, 4],
  );
  for (const { samplesPerSecond } of progress) assert.is(samplesPerSecond, SAMPLES / SECONDS);
});

test.run();
