import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { measureOf, measureOfRun } from '../../src/harness/page/measure.ts';
import type { KeptRuns } from '../../src/harness/page/notebook/kept-runs.ts';
import { countedRecords, resultOf } from '../../src/harness/page/notebook/run-epochs.ts';
import { keptRecord, type RunRecord } from '../../src/harness/page/notebook/run-store.ts';
import { testErrorText } from '../../src/harness/page/number-error.ts';
import { NumbersView } from '../../src/harness/page/train/numbers-view.ts';
import { tell } from '../../src/harness/page/train/run-progress.ts';
import { spanish } from '../../src/harness/page/words/es/index.ts';
import { speak } from '../../src/harness/page/words/words.ts';
import type { EpochRecord } from '../../src/train/history.ts';
import { aRun } from './charts-runs.ts';
import { Parts, withGlobals } from './part-page.ts';

/** As much of an element as the tiles need. */
class Tile {
  textContent = '';
  value = 0;
  readonly isConnected = true;
  readonly dataset: Record<string, string> = {};
  readonly attributes = new Set<string>();
  setAttribute(name: string): void {
    this.attributes.add(name);
  }
}

const tiles = new Parts(() => new Tile());
const { getElementById } = tiles;
const querySelectorAll = (selector: string): Tile[] =>
  [...tiles.values()].filter(({ attributes }) => attributes.has(selector.slice(1, -1)));
withGlobals(test, {
  document: { getElementById, querySelectorAll, title: '' },
  HTMLElement: Tile,
  HTMLProgressElement: Tile,
});

/** A page of such elements, none of which is there yet. */
function page(): Map<string, Tile> {
  tiles.clear();
  return tiles;
}

/** Other files run in this process: they speak English. */
test.after(async () => {
  await speak('en', {});
});

test('the numbers of a run are said again in another language', async () => {
  const tiles = page();
  const numbers = new NumbersView();
  const metrics = { loss: 0.5, accuracy: 0.825 };
  const record = { epoch: 3, seconds: 1, train: metrics, test: metrics };
  numbers.clear();
  numbers.epoch({ type: 'epoch', title: '', loss: 'mse', epochs: 5, record }, false);
  numbers.ended(2.5);
  const shown = (): string[] =>
    ['epoch', 'loss', 'accuracy', 'test', 'left', 'speed'].map(
      (name) => tiles.get(`n-${name}`)?.textContent ?? '',
    );
  assert.equal(shown(), ['3 of 5', '0.5000', '82.5%', '82.5%', '2.5 s', '–']);
  await speak('es', spanish);
  assert.equal(shown(), ['3 de 5', '0,5000', '82,5\u00a0%', '82,5\u00a0%', '2,5 s', '–']);
  await speak('en', {});
  assert.equal(shown(), ['3 of 5', '0.5000', '82.5%', '82.5%', '2.5 s', '–']);
});

test('a run that learns a number has errors in the tiles, and one of classes after it accuracies', () => {
  const tiles = page();
  const numbers = new NumbersView();
  const shown = (): string[] =>
    ['accuracy', 'test'].map((name) => tiles.get(`n-${name}`)?.textContent ?? '');
  const epoch = (accuracy: number | null): void => {
    const metrics = { loss: 0.04, accuracy };
    const record = { epoch: 1, seconds: 1, train: metrics, test: metrics };
    numbers.epoch({ type: 'epoch', title: '', loss: 'mse', epochs: 5, record }, false);
  };
  numbers.learns('number', { name: 'height (cm)', mean: 170, deviation: 10 });
  epoch(null);
  assert.equal(shown(), ['2.0\u00a0cm', '2.0\u00a0cm']);
  assert.is(tiles.get('numbers')?.dataset.learns, 'number');
  numbers.learns('class');
  epoch(0.5);
  assert.equal(shown(), ['50.0%', '50.0%']);
  assert.is(tiles.get('numbers')?.dataset.learns, 'class');
});

test('a run without classes and numbers has its loss in the tiles', () => {
  const tiles = page();
  const numbers = new NumbersView();
  const run = { ...aRun(1, { losses: [] }), query: 'model=autoencoder' };
  const places = { list: { add() {} } as unknown as KeptRuns, numbers };
  const nothing = { kept() {}, draw() {}, drawSoon() {} };
  const dataset = { type: 'dataset', name: 'x', synthetic: true, train: 1, test: 1 } as const;
  tell([run], dataset, { ...places, ...nothing });
  const metrics = { loss: 0.04, accuracy: null };
  const record = { epoch: 1, seconds: 1, train: metrics, test: metrics };
  numbers.epoch({ type: 'epoch', title: '', loss: 'mse', epochs: 5, record }, false);
  assert.is(tiles.get('n-test')?.textContent, '0.04000');
  assert.is(tiles.get('numbers')?.dataset.learns, 'loss');
});

test('what a run is measured in is known from its settings and data', () => {
  assert.is(measureOf('2', false), 'class');
  assert.is(measureOf('2', true), 'number');
  assert.is(measureOf('transformer', false), 'class');
  assert.is(measureOf('autoencoder', false), 'loss');
  const { dataset } = aRun(1, { losses: [] });
  const number = { name: 'price', mean: 1, deviation: 2 };
  assert.is(
    measureOfRun({ query: 'model=1', dataset: dataset && { ...dataset, number } }),
    'number',
  );
  assert.is(measureOfRun({ query: 'epochs=3', dataset: null }), 'class');
  assert.is(measureOfRun({ query: 'model=autoencoder', dataset: null }), 'loss');
});

test('the training results of a run with dropout are said to be that', () => {
  const tiles = page();
  const numbers = new NumbersView();
  const said = (query: string): string | undefined => {
    numbers.drops({ query });
    return tiles.get('numbers')?.dataset.dropout;
  };
  assert.is(said('model=2&dropout=0.25'), '0.25');
  assert.is(said('model=2&dropout=0'), undefined);
  assert.ok(Number(said('model=2&data=own')) > 0, 'of the preset');
});

test('the tiles of several networks have what the list has: those that ended early, and best epochs, count', () => {
  const tiles = page();
  const numbers = new NumbersView();
  const shown = (): string[] =>
    ['epoch', 'loss', 'accuracy', 'test'].map((name) => tiles.get(`n-${name}`)?.textContent ?? '');
  const run = {
    ...aRun(1, { losses: [] }),
    spreads: [],
    networks: [0, 1].map((i) => ({ run: i, seed: i + 1, history: [] as EpochRecord[] })),
  } as RunRecord;
  const told = (epoch: number, losses: Readonly<Record<number, number>>): void => {
    const records = Object.entries(losses).map(([i, loss]) => {
      const metrics = { loss, accuracy: 1 - loss };
      return [Number(i), { epoch, seconds: 1, train: metrics, test: metrics }] as const;
    });
    const [[, record]] = records;
    const places = { list: {} as KeptRuns, numbers, kept() {}, draw() {}, drawSoon() {} };
    tell([run], { type: 'epoch', title: '', loss: 'mse', epochs: 5, record }, places);
    tell([run], { type: 'networks', records: new Map(records) }, places);
  };
  told(1, { 0: 0.4, 1: 0.2 });
  assert.equal(shown(), ['1 of 5', '0.3000', '70.0%', '70.0%']);
  // The first one has ended.
  told(2, { 1: 0.1 });
  assert.equal(shown(), ['2 of 5', '0.2500', '75.0%', '75.0%']);
  assert.is(run.history.at(-1)?.test?.loss, 0.25);
  told(3, { 1: 0.6 });
  run.networks[1].kept = 2;
  numbers.results(countedRecords([run], keptRecord));
  assert.equal(shown(), ['3 of 5', '0.2500', '75.0%', '75.0%']);
  assert.is(resultOf(run)?.loss.mean, 0.25);
  // Of a number, the mean of their errors, as in the list.
  const number = { name: 'height (cm)', mean: 170, deviation: 10 };
  numbers.learns('number', number);
  run.networks[0].history.length = run.networks[1].history.length = 0;
  run.networks[1].kept = undefined;
  told(4, { 0: 0.01, 1: 0.09 });
  assert.is(shown()[3], '2.0\u00a0cm');
  assert.match(testErrorText(run, number), /^2\.0 ± /);
  // All have diverged.
  told(5, { 0: Number.NaN, 1: Number.NaN });
  assert.is(shown()[0], '5 of 5');
});

test.run();
