import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { rateAt, STEPS, smooth, steepest } from '../../src/harness/tasks/rate-search.ts';

/** A loss that falls most at a rate, and rises a hundredfold after it. */
const losses = (best: number, divergesAt = Infinity): number[] =>
  Array.from({ length: STEPS }, (_, i) => {
    const rate = rateAt(i);
    return rate > divergesAt ? 100 : 1 / (1 + (rate / best) ** 2);
  });

test('the rate rises from 0.000001 to 1 by the same factor each step', () => {
  assert.is(rateAt(0), 1e-6);
  assert.ok(Math.abs(rateAt(STEPS - 1) - 1) < 1e-12);
  assert.ok(Math.abs(rateAt(11) / rateAt(10) - rateAt(101) / rateAt(100)) < 1e-12);
});

test('a smoothed loss is the mean of the losses before, the latest ones first', () => {
  const { steps } = smooth([1, 3, 3]);
  assert.equal(
    steps.map(({ smoothed }) => Number(smoothed.toFixed(6))),
    [1, Number(((0.9 * 1 + 3) / 1.9).toFixed(6)), Number(((0.81 + 2.7 + 3) / 2.71).toFixed(6))],
  );
});

test('the suggestion is where the loss falls most, wherever that is', () => {
  for (const best of [1e-4, 1e-3, 1e-2]) {
    const rate = steepest(smooth(losses(best)).steps) ?? 0;
    // The mean lags some steps behind the loss: by less than a factor of 4.
    assert.ok(rate > best / 4 && rate < 4 * best, `${rate} for ${best}`);
  }
});

test('what diverges ends the search, and does not draw the suggestion to it', () => {
  const found = smooth(losses(1e-3, 0.1));
  assert.is(found.diverged, true);
  assert.ok(found.steps.length < STEPS);
  const rate = steepest(found.steps) ?? 0;
  assert.ok(rate > 2.5e-4 && rate < 4e-3, `${rate}`);
  assert.is(smooth([1, 1, NaN, 1]).steps.length, 2);
});

test('a loss that does not fall has no suggestion', () => {
  assert.is(steepest(smooth(Array(STEPS).fill(1)).steps), null);
  assert.is(steepest(smooth(Array.from({ length: STEPS }, (_, i) => 1 + i / 100)).steps), null);
  assert.is(steepest([]), null);
});

test.run();
