import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { race, repetitions, timingOf } from '../../src/bench/stopwatch.ts';

test('the median of an odd number of samples is the middle one, of an even number the mean of two', () => {
  assert.equal(timingOf([9, 1, 5]), { median: 5, least: 1, most: 9, samples: 3 });
  assert.equal(timingOf([4, 1, 2, 9]), { median: 3, least: 1, most: 9, samples: 4 });
  assert.equal(timingOf([7]), { median: 7, least: 7, most: 7, samples: 1 });
});

test('a sample has as many repetitions as take the time, one at least, and an end', () => {
  assert.is(repetitions(2, 100), 50);
  assert.is(repetitions(140, 100), 1);
  assert.is(repetitions(1e9, 100), 1);
  assert.ok(Number.isFinite(repetitions(0, 100)));
});

/** A contender on a clock of its own: each repetition takes `ms`, the very first one ten times that. */
function fake(name: string, ms: number, log: string[], perSample?: number) {
  let warm = false;
  return {
    name,
    ...(perSample === undefined ? {} : { perSample }),
    run: async (count: number) => {
      log.push(`${name} ${count}`);
      const elapsed = ms * (warm ? count : count + 9);
      warm = true;
      return elapsed;
    },
  };
}

test('contenders take turns, and the warm-up is dropped', async () => {
  const log: string[] = [];
  const contenders = [fake('a', 1, log), fake('b', 10, log)];
  const times = await race(contenders, { rounds: 3, sampleMs: 20 });
  assert.equal(
    times.map(({ median, most }) => [median, most]),
    [
      [1, 1],
      [10, 10],
    ],
  );
  assert.equal(log.slice(-6), ['a 20', 'b 2', 'a 20', 'b 2', 'a 20', 'b 2']);
});

test('a contender whose sample is fixed is warmed up once', async () => {
  const log: string[] = [];
  await race([fake('epoch', 5, log, 1)], { rounds: 2, sampleMs: 1000 });
  assert.equal(log, ['epoch 1', 'epoch 1', 'epoch 1']);
});

test('a slow contender has few samples, and the others all of theirs', async () => {
  const log: string[] = [];
  const slow = { ...fake('slow', 50, log, 1), mostSamples: 2 };
  const times = await race([slow, fake('quick', 5, log, 1)], { rounds: 4, sampleMs: 10 });
  assert.equal(
    times.map(({ samples }) => samples),
    [2, 4],
  );
});

test.run();
