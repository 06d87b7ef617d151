import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { keyOf } from '../../src/random/domains.ts';
import { shuffleOf, sidesOf } from '../../src/random/permute.ts';

const permute = suite('permute');

const orderOf = (n: number, epoch: number, seed: number): number[] => {
  const at = shuffleOf(n, epoch, keyOf(seed));
  return Array.from({ length: n }, (_, position) => at(position));
};

function assertBijection(n: number, epoch: number, seed: number): void {
  const seen = new Uint8Array(n);
  for (const sample of orderOf(n, epoch, seed)) {
    if (!(sample >= 0 && sample < n)) assert.unreachable(`n = ${n}: sample ${sample}`);
    seen[sample]++;
  }
  const wrong = seen.findIndex((count) => count !== 1);
  assert.is(wrong, -1, `n = ${n}: sample ${wrong} comes ${seen[wrong]} times`);
}

permute('gives every sample once, for every number of samples from 1 to 700', () => {
  for (let n = 1; n <= 700; n++) assertBijection(n, n % 5, 42);
});

permute('gives every sample once for 60,000', () => {
  assertBijection(60_000, 0, 0);
  assertBijection(60_000, 199, 2 ** 53 - 1);
});

permute('the domain covers n and is at most √n larger', () => {
  for (let n = 1; n <= 5000; n++) {
    const { a, b } = sidesOf(n);
    assert.ok(a * b >= n && a * b <= n + Math.sqrt(n), `n = ${n}: ${a}×${b}`);
  }
});

permute('different epochs and seeds have different orders; the same give the same order', () => {
  const order = orderOf(1000, 3, 7);
  assert.equal(orderOf(1000, 3, 7), order);
  for (const other of [orderOf(1000, 4, 7), orderOf(1000, 3, 8), orderOf(1000, 3, 7 + 2 ** 32)]) {
    // Two random orders agree at one position on average (Poisson): more than 8 has p = 1e-6.
    const equal = other.filter((sample, position) => sample === order[position]).length;
    assert.ok(equal <= 8, `${equal} of 1000 positions agree`);
  }
});

/**
 * Counts how often each sample is at each position over many epochs, and compares with uniform counts. The rows and
 * columns of an order's matrix sum to 1, so there are (n − 1)² degrees of freedom and a factor (n − 1) / n:
 * T = (n − 1)/n · Σ (observed − expected)² / expected.
 */
function chiSquared(n: number, epochs: number, seed: number): number {
  const counts = new Float64Array(n * n);
  for (let epoch = 0; epoch < epochs; epoch++) {
    orderOf(n, epoch, seed).forEach((sample, position) => {
      counts[position * n + sample]++;
    });
  }
  const expected = epochs / n;
  const sum = counts.reduce((total, count) => total + (count - expected) ** 2 / expected, 0);
  return ((n - 1) / n) * sum;
}

// Quantiles of χ² with (n − 1)² degrees of freedom at a significance of 0.001.
for (const [n, limit] of [
  [2, 10.828],
  [3, 18.467],
  [5, 39.252],
  [7, 67.985],
  [10, 126.083],
] as const) {
  permute(`no position prefers a sample (n = ${n}, 7000 epochs, χ², significance 0.001)`, () => {
    const found = chiSquared(n, 7000, 20240229);
    assert.ok(found < limit, `χ² = ${found}, limit ${limit}`);
  });
}

permute('neighbours in the data set are as far apart in an epoch as two random samples', () => {
  const n = 60_000;
  const at = shuffleOf(n, 0, keyOf(5));
  let sum = 0;
  for (let position = 0; position + 1 < n; position++)
    sum += Math.abs(at(position) - at(position + 1));
  // |u − v| of two uniform numbers: mean n/3, deviation n/√18; five deviations if they were
  // independent, 4.5 as neighbours are.
  assert.ok(Math.abs(sum / (n - 1) / n - 1 / 3) < (5 * Math.sqrt(1 / 18)) / Math.sqrt(n));
});

permute.run();
