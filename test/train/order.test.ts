import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { keyOf } from '../../src/random/domains.ts';
import { type Order, samplesOf } from '../../src/train/order.ts';

const orders = suite('order of samples');

/** The rows of some steps. */
function rowsOf(order: Order, samples: number, batch: number, steps: readonly number[]) {
  const fill = samplesOf({ order, samples, batch, key: keyOf(3) });
  return steps.map((step) => {
    const rows = new Uint32Array(batch).fill(99);
    fill(step, rows);
    return [...rows];
  });
}

orders('rows past the end of an epoch are its last sample again', () => {
  const sequential: Order = { kind: 'sequential' };
  assert.equal(rowsOf(sequential, 5, 4, [0, 1, 2, 3]), [
    [0, 1, 2, 3],
    [4, 4, 4, 4],
    [0, 1, 2, 3],
    [4, 4, 4, 4],
  ]);
  assert.equal(rowsOf(sequential, 4, 4, [0, 1]), [
    [0, 1, 2, 3],
    [0, 1, 2, 3],
  ]);
  assert.equal(rowsOf(sequential, 1, 1, [0, 7]), [[0], [0]]);
});

orders('a list is taken as it stands, and its last sample again behind its end', () => {
  const listed: Order = { kind: 'listed', indices: Uint32Array.of(7, 2, 9, 2, 5) };
  assert.equal(rowsOf(listed, 5, 2, [2, 0, 1]), [
    [5, 5],
    [7, 2],
    [9, 2],
  ]);
});

orders(
  'a shuffle has each sample once an epoch, whatever the batch, in another order each time',
  () => {
    const order: Order = { kind: 'shuffled' };
    const rows = rowsOf(order, 33, 32, [0, 1, 2, 3]);
    const [first, second] = [0, 2].map((step) => {
      const last = new Set(rows[step + 1]);
      assert.is(last.size, 1, 'the batch of one is filled up with its own sample');
      return [...rows[step], ...last];
    });
    const all = Array.from({ length: 33 }, (_, i) => i);
    for (const epoch of [first, second])
      assert.equal(
        [...epoch].sort((a, b) => a - b),
        all,
      );
    assert.not.equal(first, second);
    assert.equal(rowsOf(order, 33, 33, [1, 0]), [second, first], 'batches are parts of it');
  },
);

orders.run();
