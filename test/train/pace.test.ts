import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Pace } from '../../src/train/pace.ts';

/** Chunks of some steps, each seen to be done some milliseconds after the one before. */
function paceOf(chunks: readonly (readonly [milliseconds: number, steps: number])[]): Pace {
  const pace = new Pace();
  let now = 1000;
  pace.begin(now);
  for (const [milliseconds, steps] of chunks) {
    now += milliseconds;
    pace.done(now, steps);
  }
  return pace;
}

test('nothing is known before a chunk is done', () => {
  assert.is(paceOf([]).step, undefined);
});

test('one chunk is known by the time since the beginning; a clock that has not moved tells nothing', () => {
  assert.is(paceOf([[50, 10]]).step, 5);
  assert.is(paceOf([[0, 10]]).step, undefined);
  assert.is(new Pace().step, undefined);
  const unbegun = new Pace();
  unbegun.done(1000, 10);
  assert.is(unbegun.step, undefined);
});

test('an even pace is the time of a chunk over its steps', () => {
  assert.is(paceOf(Array.from({ length: 8 }, () => [50, 10] as const)).step, 5);
});

test('two chunks that are seen to be done at once count together', () => {
  const chunks = Array.from({ length: 10 }, (_, i) => [i % 2 === 0 ? 100 : 0.001, 10] as const);
  const { step = 0 } = paceOf(chunks);
  assert.ok(Math.abs(step - 5) < 0.01, `${step}`);
});

test('delays that come now and then are not taken for the steps’ own cost', () => {
  const chunks = Array.from({ length: 40 }, (_, i) => [i % 3 === 0 ? 500 : 50, 10] as const);
  assert.is(paceOf(chunks).step, 5);
});

test('steps that have become slower are noticed', () => {
  const even = (milliseconds: number) =>
    Array.from({ length: 60 }, () => [milliseconds, 10] as const);
  assert.is(paceOf([...even(50), ...even(200)]).step, 20);
});

test('what was before a break is not counted to the next chunk', () => {
  const pace = paceOf([
    [50, 10],
    [50, 10],
  ]);
  pace.begin(50_000);
  pace.done(50_050, 10);
  pace.done(50_100, 10);
  assert.is(pace.step, 5);
});

test.run();
