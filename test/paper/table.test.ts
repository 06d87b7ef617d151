import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { departures, secondsPerEpoch, spreadOf } from '../../src/paper/groups.ts';
import { MSE_OF_A_CONSTANT, PAPER_MODELS, PAPER_TABLE } from '../../src/paper/table.ts';
import { classifier } from './fake.ts';

const test = suite("the paper's facts");

test('Table I holds the printed figures, the loss without its percent sign', () => {
  assert.equal(PAPER_TABLE, [
    { model: 1, loss: 0.51, accuracy: 0.81 },
    { model: 2, loss: 0.32, accuracy: 0.893 },
    { model: 3, loss: 0.37, accuracy: 0.891 },
  ]);
});

test('the models differ in the optimizer and the epochs only', () => {
  assert.equal(
    PAPER_MODELS.map((model) => [model.model, model.optimizer, model.epochs]),
    [
      [1, 'sgd', 30],
      [2, 'adam', 30],
      [3, 'adam', 60],
    ],
  );
  for (const model of PAPER_MODELS) {
    assert.equal([model.n1, model.n2, model.dropout], [128, 64, 0.2]);
    assert.equal([model.batchSize, model.learningRate], [100, 0.001]);
  }
});

test('models and rows stand at the position of their number', () => {
  PAPER_MODELS.forEach((model, i) => {
    assert.is(model.model, i + 1);
    assert.is(PAPER_TABLE[i].model, i + 1);
  });
});

test('the error of a constant answer is what the formula gives', () => {
  const byHand = (9 * 0.1 ** 2 + (1 - 0.1) ** 2) / 10;
  assert.ok(Math.abs(byHand - MSE_OF_A_CONSTANT) < 1e-12);
});

test('the mean and the sample deviation are those computed by hand', () => {
  assert.equal(spreadOf([1, 2, 3]), { total: 3, count: 3, mean: 2, deviation: 1 });
});

test('one value has no deviation, and values that are not finite are counted but not averaged', () => {
  assert.equal(spreadOf([4]), { total: 1, count: 1, mean: 4, deviation: null });
  assert.equal(spreadOf([4, Number.NaN]), { total: 2, count: 1, mean: 4, deviation: null });
  assert.equal(spreadOf([Number.NaN]), { total: 1, count: 0, mean: null, deviation: null });
});

test('a run by the paper departs in nothing, whichever way a learning rate was rounded', () => {
  assert.equal(departures(classifier(2, 'mse')), []);
  assert.equal(
    departures(classifier(3, 'cross_entropy', 1, { learningRate: Math.fround(1e-3) })),
    [],
  );
});

test('every departure from the paper is named', () => {
  const change = { epochs: 1, optimizer: 'sgd', learningRate: 0.01, batchSize: 64 } as const;
  assert.equal(departures(classifier(2, 'cross_entropy', 1, { ...change, normalize: null })), [
    '1 epoch instead of 30',
    'optimizer SGD instead of Adam',
    'learning rate 0.01 instead of 0.001',
    'batch 64 instead of 100',
    'pixels not standardised',
  ]);
  assert.equal(departures(classifier(2, 'mse', 1, { normalize: [0.3, 0.35] })), [
    'pixels standardised',
  ]);
});

test('the seconds per epoch are a median, which a slow first epoch does not move', () => {
  const history = [9, 2, 1, 2].map((seconds, i) => ({
    epoch: i + 1,
    train: { loss: 1, accuracy: null },
    seconds,
  }));
  assert.is(secondsPerEpoch([{ history }]), 2);
  assert.is(secondsPerEpoch([{ history: history.slice(2) }]), 1.5);
  assert.ok(Number.isNaN(secondsPerEpoch([])));
});

test.run();
