import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { INIT_DOMAIN } from '../../src/random/domains.ts';
import { uniform } from '../../src/random/init.ts';
import { philox } from '../../src/random/philox.ts';

const init = suite('init');

const KEY = [99, 0] as const;
const COUNT = 100_000;

const mean = (values: Float32Array): number => values.reduce((a, b) => a + b, 0) / values.length;

init('lies in [−bound, bound)', () => {
  for (const bound of [1, 0.25, 1 / Math.sqrt(784), 1 / Math.sqrt(3)]) {
    const values = uniform(COUNT, bound, 0, KEY);
    const largest = values.reduce((a, b) => Math.max(a, b));
    const least = values.reduce((a, b) => Math.min(a, b));
    // The bound itself is rounded to float32.
    assert.ok(least >= Math.fround(-bound) && largest < bound, `${least} to ${largest}`);
    // The extremes of 100,000 numbers are farther than this from the bound with p = e^−10.
    assert.ok(largest > bound * (1 - 2e-4), `bound ${bound}`);
    assert.ok(least < -bound * (1 - 2e-4), `bound ${bound}`);
  }
});

init('has the moments of the uniform distribution, within 4.5 deviations', () => {
  const values = uniform(COUNT, 1, 3, KEY);
  const within = (found: number, expected: number, variance: number, what: string): void =>
    assert.ok(Math.abs(found - expected) < 4.5 * Math.sqrt(variance / COUNT), `${what}: ${found}`);
  within(mean(values), 0, 1 / 3, 'mean');
  within(mean(values.map((x) => x ** 2)), 1 / 3, 1 / 5 - 1 / 9, 'second moment');
  within(mean(values.map((x) => x ** 4)), 1 / 5, 1 / 9 - 1 / 25, 'fourth moment');
  const neighbours = values.map((x, i) => x * values[(i + 1) % COUNT]);
  within(mean(neighbours), 0, 1 / 9, 'correlation of neighbours');
});

init('uses the upper 24 bits of the four words of each counter', () => {
  const values = uniform(6, 0.5, 2, KEY);
  const words = [0, 1].flatMap((i) => [...philox([i, 0, 2, INIT_DOMAIN], KEY)]);
  assert.equal(
    [...values],
    words.slice(0, 6).map((word) => (Math.floor(word / 256) / 2 ** 23 - 1) / 2),
  );
});

init('a longer tensor starts with the values of a shorter one', () => {
  assert.equal([...uniform(100, 1, 0, KEY).subarray(0, 33)], [...uniform(33, 1, 0, KEY)]);
});

init('different streams or seeds are uncorrelated; the same give the same values', () => {
  const first = uniform(COUNT, 1, 0, KEY);
  assert.equal(uniform(COUNT, 1, 0, KEY), first);
  for (const other of [
    uniform(COUNT, 1, 1, KEY),
    uniform(COUNT, 1, 0, [100, 0]),
    uniform(COUNT, 1, 0, [99, 1]),
  ]) {
    const correlation = mean(first.map((x, i) => x * other[i]));
    assert.ok(Math.abs(correlation) < 4.5 * Math.sqrt(1 / 9 / COUNT), `${correlation}`);
  }
});

init.run();
