import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { timeOf } from '../../src/train/profile.ts';

test('exact timestamps give a median', () => {
  assert.equal(timeOf([17_312, 16_991, 99_007]), { nanoseconds: 17_312, error: 0 });
});

test('rounded timestamps give a mean, and how far it may be off', () => {
  const tick = 65_536;
  const length = 17_300;
  // Begins at any place within a tick.
  const samples = Array.from({ length: 2000 }, (_, i) => {
    const begin = (i * 40_503) % tick;
    return tick * (Math.floor((begin + length) / tick) - Math.floor(begin / tick));
  });
  const { nanoseconds, error } = timeOf(samples);
  assert.ok(Math.abs(nanoseconds - length) < 2 * error, `${nanoseconds} ± ${error}`);
  assert.ok(error < 0.05 * length, `${error}`);
  const few = timeOf(samples.slice(0, 3));
  assert.ok(few.error > 0.25 * few.nanoseconds, `${few.nanoseconds} ± ${few.error}`);
});

test('times that are all 0 tell nothing', () => {
  const { nanoseconds, error } = timeOf([0, 0, 0, 0]);
  assert.is(nanoseconds, 0);
  assert.ok(error > 0);
});

test.run();
