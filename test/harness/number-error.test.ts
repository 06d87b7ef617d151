import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { descriptionOf } from '../../src/harness/page/charts/plots.ts';
import { inFull, readingsAt, spoken } from '../../src/harness/page/charts/readings.ts';
import { referencesOf } from '../../src/harness/page/charts/references.ts';
import { datasetIn, isDataset } from '../../src/harness/page/notebook/run-checks.ts';
import { runCsv } from '../../src/harness/page/notebook/run-export.ts';
import type { RunRecord } from '../../src/harness/page/notebook/run-store.ts';
import { rmseText, testErrorText } from '../../src/harness/page/number-error.ts';
import { doneText } from '../../src/harness/page/train/done-text.ts';
import { spanish } from '../../src/harness/page/words/es/index.ts';
import { speak } from '../../src/harness/page/words/words.ts';
import { aRun, sceneOf } from './charts-runs.ts';

const NUMBER = { name: 'price (k€)', mean: 160, deviation: 50 };

/** A run that learns a price: its losses are of standardised numbers. */
function ofNumbers(losses: readonly number[]): RunRecord {
  const run = aRun(1, { losses, data: 'casas.csv (own data)' });
  const none = run.history.map(({ test: tested, ...record }) => ({
    ...record,
    train: { ...record.train, accuracy: null },
    ...(tested ? { test: { ...tested, accuracy: null } } : {}),
  }));
  const dataset = run.dataset && { ...run.dataset, of: 'rows' as const, number: NUMBER };
  return { ...run, dataset, loss: 'mse', history: none };
}

test('the error of a number is the root of its loss, in the unit of its column', () => {
  // √0.01 · 50
  assert.is(rmseText(0.01, NUMBER), '5.0\u00a0k€');
  assert.is(rmseText(1, NUMBER), '50.0\u00a0k€');
  assert.is(rmseText(undefined, NUMBER), '–\u00a0k€');
  assert.is(testErrorText(ofNumbers([0.25, 0.01]), NUMBER), '5.0\u00a0k€');
  // The best epoch's, if its weights are kept.
  assert.is(testErrorText({ ...ofNumbers([0.01, 0.25]), kept: 1 }, NUMBER), '5.0\u00a0k€');
});

test('several networks have the mean of their errors, not the error of their mean loss', () => {
  const networks = [0.01, 0.09].map((loss, i) => ({
    ...{ run: i, seed: i + 1 },
    history: ofNumbers([loss]).history,
  }));
  // 5 and 15: their mean is 10, and not √0.05 · 50 = 11.2.
  assert.match(
    testErrorText({ ...ofNumbers([]), networks }, NUMBER),
    /^10\.0 ± [57]\.[01]\u00a0k€$/,
  );
});

test('a chart of several networks does not give the error of their mean loss', () => {
  const networks = [0.01, 0.09].map((loss, i) => ({
    ...{ run: i, seed: i + 1 },
    history: ofNumbers([loss]).history,
  }));
  const one = ofNumbers([0.05]);
  const scene = sceneOf('loss', [one]);
  const { quantity } = scene;
  assert.match(inFull(quantity, one, 0.05), /\(RMSE 11\.2\u00a0k€\)$/);
  assert.not.match(inFull(quantity, { ...one, networks }, 0.05), /RMSE/);
});

test('what is said of a run that learns a number has its error where classes have accuracies', async () => {
  const run = ofNumbers([0.25, 0.01]);
  const { history } = run;
  const outcome = { history, seconds: 2, test: { loss: 0.01, accuracy: null } };
  const said = (): string => doneText([run], outcome as unknown as Parameters<typeof doneText>[1]);
  assert.is(
    said(),
    'Done: 2 epochs in 2.0 s, test loss 0.01000, a root mean squared error of 5.0\u00a0k€.',
  );
  const scene = sceneOf('loss', [run]);
  const [{ tested, error }] = readingsAt(scene, 2).rows;
  assert.equal([tested, error], ['0.01000', 'RMSE 5.0\u00a0k€']);
  assert.match(spoken(scene, 2), /0\.01000, RMSE 5\.0\u00a0k€$/);
  assert.is(readingsAt(sceneOf('accuracy', [run]), 2).rows[0].error, '');
  assert.match(descriptionOf(scene), /0\.01000 \(RMSE 5\.0\u00a0k€\) after epoch 2/);
  assert.equal(
    referencesOf([run], 'loss').map(({ y, label }) => [y, label]),
    [[1, 'Always the mean']],
  );
  assert.equal(referencesOf([run], 'accuracy'), []);
  assert.equal(referencesOf([aRun(2, { losses: [0.1], data: 'built-in' })], 'loss'), []);
  const csv = runCsv(run).split('\n');
  assert.is(csv[0], 'epoch,train_loss,train_rmse,test_loss,test_rmse,seconds');
  assert.is(csv[2], '2,0.01,5,0.01,5,1');
  await speak('es', spanish);
  assert.match(said(), /una raíz del error cuadrático medio de 5,0\u00a0k€\.$/);
  await speak('en', {});
});

test('a file whose number has no deviation has no data set', () => {
  const { dataset } = ofNumbers([1]);
  assert.ok(isDataset(dataset));
  const commas = { ...NUMBER, comma: true };
  assert.equal(datasetIn({ ...dataset, number: commas })?.number, commas);
  assert.not.ok(isDataset({ ...dataset, number: { ...NUMBER, comma: 'x' } }));
  for (const number of [{ ...NUMBER, deviation: 0 }, { ...NUMBER, deviation: 'x' }, { mean: 1 }, 7])
    assert.not.ok(isDataset({ ...dataset, number }), JSON.stringify(number));
});

test.run();
