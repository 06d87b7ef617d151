import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { largest, sharesOf } from '../../src/harness/page/inside/pictures.ts';
import { addPoint, fillEpoch } from '../../src/harness/page/notebook/run-epochs.ts';
import { runCsv, runJson } from '../../src/harness/page/notebook/run-export.ts';
import type { Point, RunRecord } from '../../src/harness/page/notebook/run-store.ts';
import { bytes, duration, percent, spentText } from '../../src/harness/page/numbers.ts';

const RUN: RunRecord = {
  id: 3,
  key: '0-0-0',
  pinned: false,
  title: 'Model 2',
  query: 'model=2',
  loss: 'mse',
  begun: '2026-01-02T03:04:05.000Z',
  together: 1,
  adapter: null,
  dataset: null,
  epochs: 2,
  live: [],
  history: [
    {
      epoch: 1,
      train: { loss: 0.5, accuracy: 0.8 },
      test: { loss: 0.4, accuracy: 0.85 },
      seconds: 2,
    },
    { epoch: 2, train: { loss: 0.25, accuracy: null }, seconds: 3 },
  ],
  networks: [],
  spreads: [],
  seconds: 5,
  state: 'done',
  shown: true,
  open: false,
  weights: { bytes: new Uint8Array(8), step: 600 },
};

test('a run’s table has one line an epoch, and nothing where nothing is known', () => {
  assert.is(
    runCsv(RUN),
    'epoch,train_loss,train_accuracy,test_loss,test_accuracy,seconds\n1,0.5,0.8,0.4,0.85,2\n2,0.25,,,,3\n',
  );
});

test('a run’s JSON has what makes it again and what came of it, without weights', () => {
  const { kind, query, history, weights } = JSON.parse(runJson(RUN));
  assert.is(kind, 'gradweave run');
  assert.is(query, 'model=2');
  assert.equal(history, RUN.history);
  assert.is(weights, undefined);
});

test('an epoch that was too short to be looked at has a point of its own, in its middle', () => {
  const points: Point[] = [];
  const record = (epoch: number) => ({
    epoch,
    seconds: 0,
    train: { loss: 1 / epoch, accuracy: null },
  });
  fillEpoch(points, record(1));
  addPoint(points, { epoch: 1.2, loss: 0.6, accuracy: null });
  for (const epoch of [2, 3, 4]) fillEpoch(points, record(epoch));
  assert.equal(
    points.map(({ epoch, loss }) => [epoch, loss]),
    [
      [0.5, 1],
      [1.2, 0.6],
      [2.5, 1 / 3],
      [3.5, 1 / 4],
    ],
  );
});

test('a curve is thinned before it is longer than a chart can show, and keeps both ends', () => {
  const points: Point[] = [];
  for (let i = 0; i < 10_000; i++) addPoint(points, { epoch: i, loss: i, accuracy: null });
  assert.ok(points.length <= 600 && points.length > 200, `${points.length}`);
  assert.is(points[0].epoch, 0);
  assert.is(points.at(-1)?.epoch, 9_999);
  assert.ok(points.every((point, i) => i === 0 || point.epoch > points[i - 1].epoch));
});

test('logits become shares that add up to one, however large', () => {
  const shares = sharesOf([1000, 999, -1000], 'cross_entropy');
  assert.ok(Math.abs(shares.reduce((a, b) => a + b) - 1) < 1e-12);
  assert.ok(Math.abs(shares[0] / shares[1] - Math.E) < 1e-9);
});

test('outputs that were trained to be shares stay as they are, from 0 to 1', () => {
  assert.equal(sharesOf([0.5, -0.2, 1.7], 'mse'), [0.5, 0, 1]);
});

test('the class is the first of the largest outputs', () => {
  assert.is(largest([1, 3, 3, 2]), 1);
});

test('numbers read as people write them', () => {
  assert.equal(
    [
      percent(0.8934),
      percent(null),
      duration(3.21),
      duration(75),
      duration(7300),
      duration(Infinity),
    ],
    ['89.3%', '–', '3.2 s', '1 min 15 s', '2 h 1 min', '–'],
  );
  assert.equal([spentText(0), spentText(1.5)], ['–', '1.5 s'], 'before the first epoch');
  assert.equal([bytes(5000), bytes(63e6), bytes(2.5e9)], ['5 kB', '63 MB', '2.50 GB']);
});

test.run();
