import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { LastingEnsemble } from '../../src/harness/tasks/lasting-ensemble.ts';
import { ManyStopping } from '../../src/harness/tasks/many-stopping.ts';
import { settingsOf } from '../../src/harness/tasks/settings.ts';
import { Stopping } from '../../src/harness/tasks/stopping.ts';
import { beforeOf } from '../../src/harness/worker/more-epochs.ts';
import type { EpochRecord } from '../../src/train/history.ts';
import type { Trainer } from '../../src/train/trainer.ts';

const settings = settingsOf(new URLSearchParams('model=2&patience=3'));
const best = settingsOf(new URLSearchParams('model=2&patience=3&keep=best'));

/** Epochs with these test losses. */
const epochs = (losses: readonly number[]): EpochRecord[] =>
  losses.map((loss, i) => ({
    epoch: i + 1,
    train: { loss: 1, accuracy: 0.5 },
    test: { loss, accuracy: 0.5 },
    seconds: 1,
  }));

const wish = (history: readonly EpochRecord[], kept?: number) => ({
  ...{ key: 'a', query: '', epochs: 3, history, kept },
  ...{ weights: undefined, sha256: undefined },
});

/** After how many epochs in all a run that goes on after `had` ends. */
async function endOf(losses: readonly number[], had: number): Promise<number> {
  const history = epochs(losses);
  const before = beforeOf(wish(history.slice(0, had)), settings);
  const stopping = await Stopping.open({ history: [] } as unknown as Trainer, settings, before);
  for (const record of history.slice(had)) {
    await stopping.take(record);
    if (stopping.isOver) return record.epoch;
  }
  return Infinity;
}

const FALLS = [5, 4, 3, 3.1, 3.2, 3.3, 3.4, 3.5, 3.6];

test('a run that goes on ends where one longer run does, wherever it was interrupted', async () => {
  for (const had of [0, 1, 2, 3, 4, 5]) assert.is(await endOf(FALLS, had), 6, `after ${had}`);
});

test('after the end of its patience, it counts anew', async () => {
  assert.is(beforeOf(wish(epochs(FALLS.slice(0, 6))), settings).anew, true);
  assert.is(beforeOf(wish(epochs(FALLS.slice(0, 5))), settings).anew, false);
  // The first of the new ones is the lowest of them.
  assert.is(await endOf([...FALLS, 3.7, 3.8], 6), 10);
  assert.is(await endOf([...FALLS, 3.7, 3.8], 8), 10, 'interrupted once more');
});

test('the best epoch stays the one to beat if its weights are kept', () => {
  const history = epochs(FALLS.slice(0, 6));
  const counted = (had: number, kept?: number) =>
    beforeOf(wish(history.slice(0, had), kept), best).history.map(({ epoch }) => epoch);
  assert.equal(counted(5, 3), [1, 2, 3, 4, 5]);
  assert.equal(counted(6, 3), [3], 'after the end of the patience');
  assert.equal(counted(5), [], 'its weights were lost');
});

test('networks that go on end where those of one longer run do', async () => {
  const all = [epochs(FALLS), epochs([5, 4, 3, 2, 1, 0.9])];
  const stopped: number[] = [];
  const members = all.map((history, run) => ({
    run,
    state: 'training',
    history: history.slice(0, 5),
  }));
  const current = { members, stop: (run: number) => stopped.push(run) };
  const many = { current } as unknown as LastingEnsemble;
  const stopping = await ManyStopping.open(many, settings);
  await stopping.take(new Map(all.map((history, run) => [run, history[5]])));
  assert.equal([stopped, [...stopping.ended]], [[0], [0]]);
});

test.run();
