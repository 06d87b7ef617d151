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
    const [first, second] = [0, 1].map((epoch) => {
      const rows = rowsOf({ kind: 'shuffled' }, 33, 32, [2 * epoch, 2 * epoch + 1]);
      const last = new Set(rows[1]);
      assert.is(last.size, 1, 'the batch of one is filled up with its own sample');
      return [...rows[0], ...last];
    });
    const all = Array.from({ length: 33 }, (_, i) => i);
    for (const epoch of [first, second])
      assert.equal(
        [...epoch].sort((a, b) => a - b),
        all,
      );
    assert.not.equal(first, second);
    assert.equal(rowsOf({ kind: 'shuffled' }, 33, 33, [1])[0], second, 'batches are parts of it');
  },
);

orders.run();
