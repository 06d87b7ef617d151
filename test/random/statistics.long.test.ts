/**
 * The uses of the random words, on millions of draws. The GPU has exactly the same words (masks.gpu, shuffle.gpu and
 * random.gpu check this), so the results hold there too.
 */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { keyOf } from '../../src/random/domains.ts';
import { dropoutRate, keptElements } from '../../src/random/dropout.ts';
import { uniform } from '../../src/random/init.ts';
import { shuffleOf } from '../../src/random/permute.ts';

/**
 * A normal variable exceeds this once in 16 million times (two-sided). There are about a hundred tests here, with
 * fixed seeds.
 */
const MOST_Z = 5.4;

/** The difference of a count from its expectation for independent draws, in deviations. */
const zOf = (count: number, draws: number, p: number): number =>
  (count - draws * p) / Math.sqrt(draws * p * (1 - p));

const ROWS = 1000;
const COLUMNS = 1000;

function mask(p: number, layer: number, step: number, seed: number): Uint8Array {
  return keptElements(ROWS, COLUMNS, dropoutRate(p).threshold, layer, step, keyOf(seed));
}

for (const p of [0.05, 0.2, 0.5, 0.9]) {
  test(`dropout of ${p}: the rate, on 4 million draws`, () => {
    let kept = 0;
    for (let step = 0; step < 4; step++) {
      for (const element of mask(p, 0, step, 11)) kept += element;
    }
    const z = zOf(kept, 4 * ROWS * COLUMNS, 1 - p);
    assert.ok(Math.abs(z) < MOST_Z, `z = ${z}`);
  });
}

/** χ² of a 2×2 table against independence with known rates, as a normal variable: one cell determines the others. */
function together(a: Uint8Array, b: Uint8Array, p: number, shift = 0): number {
  let both = 0;
  const count = a.length - shift;
  for (let i = 0; i < count; i++) both += a[i] & b[i + shift];
  return zOf(both, count, (1 - p) ** 2);
}

test('masks of different layers, steps, seeds and neighbouring elements are independent', () => {
  const p = 0.2;
  const one = mask(p, 0, 7, 1);
  const pairs: readonly (readonly [string, Uint8Array, number])[] = [
    ['the next layer', mask(p, 1, 7, 1), 0],
    ['the next step', mask(p, 0, 8, 1), 0],
    ['2¹⁶ steps later', mask(p, 0, 7 + 2 ** 16, 1), 0],
    ['the next seed', mask(p, 0, 7, 2), 0],
    ['seed 2³² + 1', mask(p, 0, 7, 2 ** 32 + 1), 0],
    ...[1, 2, 3, 4, 5, 8, COLUMNS, 4 * COLUMNS].map(
      (shift) => [`the element ${shift} further`, one, shift] as const,
    ),
  ];
  for (const [what, other, shift] of pairs) {
    // Both kept: twice (1 − p)² would be the covariance of equal masks.
    const z = together(one, other, p, shift);
    // Neighbours share draws, which widens z a little.
    assert.ok(Math.abs(z) < 1.5 * MOST_Z, `${what}: z = ${z}`);
  }
  assert.ok(together(one, one, p) > 100, 'equal masks are found out');
});

test('the shuffle is a bijection for every size from 1 to 5,000, and for 60,000', () => {
  for (const n of [...Array.from({ length: 5000 }, (_, i) => i + 1), 60_000]) {
    const order = shuffleOf(n, n % 7, keyOf(n));
    const seen = new Uint8Array(n);
    for (let position = 0; position < n; position++) seen[order(position)]++;
    assert.ok(
      seen.every((times) => times === 1),
      `n = ${n}`,
    );
  }
});

test('every sample is equally likely at every position', () => {
  for (const [n, epochs] of [
    [7, 70_000],
    [50, 40_000],
    [100, 40_000],
  ]) {
    const counts = new Uint32Array(n * n);
    for (let epoch = 0; epoch < epochs; epoch++) {
      const order = shuffleOf(n, epoch, keyOf(5));
      for (let position = 0; position < n; position++) counts[n * order(position) + position]++;
    }
    const expected = epochs / n;
    // Pearson's χ² of a doubly stochastic table: (n − 1)² degrees, times n / (n − 1).
    const chi = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
    const degrees = (n - 1) ** 2;
    const z = ((chi * (n - 1)) / n - degrees) / Math.sqrt(2 * degrees);
    assert.ok(Math.abs(z) < MOST_Z, `n = ${n}: z = ${z}`);
  }
});

test('neighbours in one epoch are not neighbours in the next', () => {
  const n = 1000;
  let kept = 0;
  const epochs = 400;
  for (let epoch = 0; epoch < epochs; epoch++) {
    const [now, next] = [epoch, epoch + 1].map((one) => shuffleOf(n, one, keyOf(9)));
    const place = new Uint32Array(n);
    for (let position = 0; position < n; position++) place[next(position)] = position;
    for (let position = 1; position < n; position++) {
      if (place[now(position)] === place[now(position - 1)] + 1) kept++;
    }
  }
  const z = zOf(kept, epochs * (n - 1), 1 / n);
  assert.ok(Math.abs(z) < MOST_Z, `${kept} pairs, z = ${z}`);
});

test('initial weights are uniform in ±bound: range, mean, variance, fourth moment, bins', () => {
  const count = 2_000_000;
  const bound = 1 / 28;
  for (const stream of [0, 3]) {
    const values = uniform(count, bound, stream, keyOf(21));
    const bins = new Uint32Array(64);
    const sums = [0, 0, 0];
    for (const value of values) {
      const x = value / bound;
      assert.ok(x >= -1 && x < 1);
      sums[0] += x;
      sums[1] += x * x;
      sums[2] += x ** 4;
      bins[Math.floor(32 * (x + 1))]++;
    }
    // E x = 0, E x² = 1/3, E x⁴ = 1/5; their variances 1/3, 1/5 − 1/9, 1/9 − 1/25.
    const moments = [
      [sums[0], 0, 1 / 3],
      [sums[1], 1 / 3, 1 / 5 - 1 / 9],
      [sums[2], 1 / 5, 1 / 9 - 1 / 25],
    ];
    for (const [i, [sum, mean, variance]] of moments.entries()) {
      const z = (sum - count * mean) / Math.sqrt(count * variance);
      assert.ok(Math.abs(z) < MOST_Z, `stream ${stream}, moment ${i}: z = ${z}`);
    }
    for (const bin of bins) assert.ok(Math.abs(zOf(bin, count, 1 / 64)) < MOST_Z);
  }
});

test.run();
