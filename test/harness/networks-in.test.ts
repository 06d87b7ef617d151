import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { addEpoch, resultOf } from '../../src/harness/page/notebook/run-epochs.ts';
import { runCsv, runJson } from '../../src/harness/page/notebook/run-export.ts';
import { keptRecord } from '../../src/harness/page/notebook/run-store.ts';
import { loss, percent, spreadText } from '../../src/harness/page/numbers.ts';
import { networksText } from '../../src/harness/page/settings/networks-text.ts';
import { defaultsOf, queryOf, valuesOf } from '../../src/harness/page/settings/settings-values.ts';
import { doneText } from '../../src/harness/page/train/done-text.ts';
import { newRuns } from '../../src/harness/page/train/new-runs.ts';
import { speedText } from '../../src/harness/page/train/numbers-view.ts';
import { spanish } from '../../src/harness/page/words/es/index.ts';
import { speak } from '../../src/harness/page/words/words.ts';
import type { LabOutcome } from '../../src/harness/worker/lab-outcome.ts';
import { networksIn } from '../../src/harness/worker/networks-in.ts';
import type { EpochRecord } from '../../src/train/history.ts';

const record = (end: number, accuracy: number, epoch = 1): EpochRecord => {
  const metrics = { loss: end, accuracy };
  return { epoch, train: metrics, test: metrics, seconds: 6 };
};

const runsFor = (query: string) =>
  newRuns(4, 'Model 2', query, { ...defaultsOf('2'), epochs: '2', loss: 'mse' });

test('the form says how many networks its settings train, and which setting cannot be', () => {
  const text = (query: string): string => networksText(networksIn(query));
  assert.match(text('model=2&seed=3'), '1..5 or 1,2,7');
  assert.is(text('model=2&seeds=1..5'), 'Trains 5 networks at once: 5 seeds.');
  assert.is(
    text('model=2&seeds=1,2&lr=0.1,0.2,0.3&dropout=0.1,0.2'),
    'Trains 12 networks at once: 2 seeds × 3 learning rates × 2 dropouts.',
  );
  for (const [query, name, why] of [
    ['model=2&seeds=5..1', 'seeds', /“5\.\.1” was given; .*a range as 1\.\.10/],
    ['model=2&lr=0.1,abc', 'lr', /“abc”/],
    ['model=2&dropout=0,0.2', 'dropout', /above 0/],
    ['model=2&epochs=x', 'epochs', /number/],
  ] as const) {
    const found = networksIn(query);
    assert.is('wrong' in found && found.wrong, name, query);
    assert.match(networksText(found), why);
  }
});

test('a batch that is larger than the visitor’s own data is told of beside its field', () => {
  const found = networksIn('model=2&data=own&batch-size=15', { samples: 14 });
  assert.is('wrong' in found && found.wrong, 'batch-size');
  assert.match(networksText(found), /“15” was given; it must be at most 14/);
  for (const query of ['data=own&batch-size=14', 'data=built-in&batch-size=15'])
    assert.not.ok('wrong' in networksIn(`model=2&${query}`, { samples: 14 }), query);
  assert.ok(
    'wrong' in networksIn('model=2&data=own&batch-size=14&train-limit=13', { samples: 20 }),
  );
  assert.not.ok('wrong' in networksIn('model=transformer&data=own&batch-size=15', { samples: 14 }));
});

test('colours that own images do not have are told of beside their field', () => {
  const of = (query: string, channels: number) =>
    networksIn(`model=cnn&batch-size=4&data=${query}`, { samples: 20, channels });
  for (const [query, channels, why] of [
    ['own&colour=rgb', 1, /“rgb” was given; it must be left out or grey: .* are grey/],
    ['own&colour=grey', 3, /“grey” was given; it must be left out or rgb: .* have colours/],
    ['own&colour=blue', 3, /“blue” was given; it must be one of grey, rgb/],
    ['built-in&colour=rgb', 3, /left out: it is for images of your own/],
  ] as const) {
    const found = of(query, channels);
    assert.is('wrong' in found && found.wrong, 'colour', query);
    assert.match(networksText(found), why);
  }
  for (const [query, channels] of [
    ...[['own', 1] as const, ['own', 3] as const],
    ...[['own&colour=rgb', 3] as const, ['own&colour=grey', 1] as const],
  ])
    assert.not.ok('wrong' in of(query, channels), query);
});

test('a size that own images do not have is told of beside its field, in the reader’s language', () => {
  // Of two batches, the first one counts.
  const of = (query: string, height: number, width: number) =>
    networksIn(`model=cnn&data=own&${query}&batch-size=4`, {
      samples: 20,
      size: { height, width },
    });
  for (const [query, size, why, spanishWhy] of [
    [
      'side=32',
      [28, 28],
      /“32” was given; it must be left out or 28: .* 28 × 28/,
      /omitido o 28: /,
    ],
    ['side=28', [64, 64], /“28” was given; it must be left out or 64: /, /tienen 64 × 64 píxeles/],
    ['side=28', [28, 20], /it must be left out: .* 28 × 20 pixels/, /omitido: /],
    ['batch-size=21', [28, 28], /at most 20: /, /como mucho 20: no hay más/],
  ] as const) {
    const [height, width] = size;
    const found = of(query, height, width);
    assert.is('wrong' in found && found.wrong, query.split('=')[0], query);
    assert.match(networksText(found), why);
    try {
      void speak('es', spanish);
      assert.match(networksText(found), spanishWhy);
    } finally {
      void speak('en', {});
    }
  }
  for (const [query, height, width] of [
    ['', 64, 64],
    ['', 20, 30],
    ['side=64', 64, 64],
    ['side=28', 28, 28],
  ] as const)
    assert.not.ok('wrong' in of(query, height, width), query);
});

test('several seeds and rates survive the way through the address', () => {
  const values = { ...defaultsOf('2'), seed: '1..5', lr: '0.001,0.01' };
  const query = queryOf(values);
  assert.is(new URLSearchParams(query).get('seeds'), '1..5');
  assert.is(new URLSearchParams(query).get('seed'), null);
  assert.equal(valuesOf(query), values);
});

test('networks that differ in their seeds alone are one run, with their means and spreads', () => {
  const runs = runsFor('model=2&seeds=1..3&lr=0.1,0.2');
  assert.equal(
    runs.map(({ id, title, networks }) => [id, title, networks.map(({ run }) => run)]),
    [
      [4, 'Model 2, lr 0.1', [0, 1, 2]],
      [5, 'Model 2, lr 0.2', [3, 4, 5]],
    ],
  );
  assert.is(new URLSearchParams(runs[1].query).get('lr'), '0.2');
  const [run] = runs;
  const together = [3, 4, 5].map((i) => [i, record(9, 0.1)] as const);
  addEpoch(
    run,
    new Map([...[0, 1, 2].map((i) => [i, record(1 + i, 0.5 + i / 10)] as const), ...together]),
  );
  // One has diverged, and does not count.
  const last = new Map([
    [0, record(1, 0.6, 2)],
    [1, record(NaN, 0.1, 2)],
    [2, record(2, 0.8, 2)],
    ...together,
  ]);
  addEpoch(run, last);
  assert.equal(
    run.history.map(({ test }) => test?.loss),
    [2, 1.5],
  );
  const spread = run.spreads[1];
  assert.is(spread.loss.count, 2);
  assert.is(spread.accuracy && spreadText(spread.accuracy, percent), '70.0\u00a0±\u00a014.1%');
  assert.is(spreadText(spread.loss, loss), '1.500\u00a0±\u00a00.707');
  const small = { count: 3, mean: 0.009758, deviation: 0.0018, least: 0, most: 1 };
  assert.is(spreadText(small, loss), '0.009758\u00a0±\u00a00.001800');
  const tiny = { count: 3, mean: 1.234e-7, deviation: 1.2e-9, least: 0, most: 1 };
  assert.is(spreadText(tiny, loss), '1.234e-7\u00a0±\u00a00.012e-7');
  // Half of the networks have half of the time.
  assert.is(run.seconds, 6);
  assert.is(
    runCsv(run).split('\n')[0],
    'seed,epoch,train_loss,train_accuracy,test_loss,test_accuracy,seconds',
  );
  assert.is(runCsv(run).trim().split('\n').length, 7);
  assert.is(JSON.parse(runJson(run)).networks.length, 3);
  run.best = 2;
  const text = doneText(runs, {
    ...{ title: 'Model 2', loss: 'mse', seconds: 12, samplesPerSecond: 1, dispatchesPerStep: 3 },
    ...{ history: run.history, test: { loss: 1, accuracy: 0.7 }, best: 2 },
  });
  assert.is(
    text,
    'Done: 6 networks, 2 epochs in 12 s. Lowest mean test loss: rate 0.1, test accuracy 70.0\u00a0±\u00a014.1%. Look inside shows the best one: rate 0.1, seed 3.',
  );
});

test('networks that ended early count with their last epoch, or with the one whose weights are kept', () => {
  const [run] = runsFor('model=2&seeds=1..3&patience=1');
  addEpoch(run, new Map([0, 1, 2].map((i) => [i, record(1 + i, 0.5)])));
  addEpoch(
    run,
    new Map([
      [0, record(3, 0.5, 2)],
      [1, record(NaN, 0.1, 2)],
      [2, record(4, 0.6, 2)],
    ]),
  );
  addEpoch(run, new Map([[2, record(5, 0.7, 3)]]));
  assert.equal(
    run.history.map(({ epoch, test }) => [epoch, test?.loss]),
    [
      [1, 2],
      [2, 3.5],
      [3, 4],
    ],
  );
  assert.is(resultOf(run)?.loss.mean, 4, 'of epochs 2 and 3');
  // While it was the only one of its start, it has had all the time.
  assert.equal(
    run.history.map(({ seconds }) => seconds),
    run.history.map(() => record(1, 1).seconds),
  );
  // All have ended: other runs of the same start go on.
  addEpoch(run, new Map([[7, record(1, 1, 4)]]));
  assert.is(run.history.length, 3);
  run.networks[0].kept = 1;
  run.networks[2].kept = 2;
  assert.is(resultOf(run)?.loss.mean, 2.5);
  run.best = 0;
  const text = doneText([run], {
    ...{ title: 'Model 2', loss: 'mse', seconds: 12, samplesPerSecond: 1, dispatchesPerStep: 3 },
    ...{ history: run.history, test: { loss: 1, accuracy: 0.7 }, best: 0 },
    ends: { early: new Set([0, 2]), kept: new Map([[0, 1]]), going: new Set() },
  });
  assert.is(
    text,
    'Done: 3 networks, 3 epochs in 12 s, test accuracy 55.0\u00a0±\u00a07.1%. Networks that ended early, as the test loss had stopped falling: 2. Each has the weights of its best epoch. Look inside shows the best one: seed 1.',
  );
});

test('what does not go with several networks is said of its own field', () => {
  const said = (query: string) => networksText(networksIn(`model=2&seeds=1..3${query}`));
  assert.is(said('&keep=best&patience=2'), 'Trains 3 networks at once: 3 seeds.');
  assert.match(said('&precision=mixed'), /left out for several networks/);
});

test('the numbers of a run are those of the epoch whose weights are kept', () => {
  const history = [record(3, 0.5), record(2, 0.6, 2), record(4, 0.4, 3)];
  assert.is(keptRecord({ history, kept: 2 }), history[1]);
  assert.is(keptRecord({ history, kept: undefined }), history[2]);
  assert.is(keptRecord({ history: [], kept: undefined }), undefined);
});

test('a run that goes on after it stopped early says that the added epochs are counted anew', () => {
  const outcome: LabOutcome = {
    ...{
      title: 'Model 2',
      loss: 'mse' as const,
      seconds: 12,
      samplesPerSecond: 1,
      dispatchesPerStep: 3,
    },
    ...{
      history: [1, 2, 3, 4, 5].map((epoch) => record(1, 0.5, epoch)),
      early: true as const,
      kept: 3,
    },
    test: { loss: 1, accuracy: 0.7 },
  };
  const runs = runsFor('model=2');
  assert.not.match(doneText(runs, outcome), 'added');
  assert.not.match(doneText(runs, outcome, 3), 'added');
  assert.match(
    doneText(runs, { ...outcome, anew: true }, 3),
    /counted the added epochs anew: 2 epochs\.$/,
  );
});

test('before a speed is measured, none is shown', () => {
  assert.equal([0, NaN, Infinity, 1234.4].map(speedText), ['–', '–', '–', '1,234']);
});

test('a single network is a run as before', () => {
  const [run, ...more] = runsFor('model=2&seed=5');
  assert.equal(more, []);
  assert.equal([run.title, run.networks, run.together], ['Model 2', [], 1]);
  assert.not.ok('networks' in JSON.parse(runJson(run)));
});

test.run();
