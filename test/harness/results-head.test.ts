import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Measure } from '../../src/harness/page/measure.ts';
import { resultsHead } from '../../src/harness/page/notebook/results-head.ts';
import { namesOf } from '../../src/harness/page/notebook/row-cells.ts';
import { aRun } from './charts-runs.ts';

const ofModel = (model: string) => ({ ...aRun(1, { losses: [] }), query: `model=${model}` });

/** A run that learns a number. */
const priced = () => {
  const run = ofModel('2');
  const number = { name: 'price', mean: 1, deviation: 2 };
  return { ...run, dataset: run.dataset && { ...run.dataset, number } };
};

test('without a run, the list is headed as the next one is measured: of losses alone, there is nothing beside them', () => {
  const head = (measure: Measure): string | undefined => resultsHead([], measure)?.();
  assert.is(head('class'), 'Test accuracy');
  assert.is(head('number'), 'Test error (RMSE)');
  assert.is(head('loss'), undefined);
});

test('the list is headed as its runs are measured, those of losses alone aside', () => {
  const head = (...runs: Parameters<typeof resultsHead>[0]): string | undefined =>
    resultsHead(runs, 'class')?.();
  assert.is(head(ofModel('autoencoder')), undefined);
  assert.is(head(ofModel('autoencoder'), ofModel('cnn')), 'Test accuracy');
  assert.is(head(ofModel('autoencoder'), priced()), 'Test error (RMSE)');
  assert.is(head(priced(), ofModel('2')), 'Test accuracy, or error (RMSE)');
});

test('on a phone, the row of a run of losses alone has no name of a result', () => {
  assert.is(namesOf(ofModel('2'))[4], 'Accuracy');
  assert.is(namesOf(ofModel('autoencoder'))[4], '');
});

test.run();
