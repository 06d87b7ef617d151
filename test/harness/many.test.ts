import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { manySummary } from '../../src/cli/commands/many-summary.ts';
import { OptionError } from '../../src/errors.ts';
import { groupsOf, type ManyNetwork } from '../../src/harness/tasks/many.ts';
import { runsOf } from '../../src/harness/tasks/many-runs.ts';

const runs = (query: string) => runsOf(new URLSearchParams(query), '--');

test('a command trains the product of its seeds, learning rates and dropouts', () => {
  assert.is(runs('model=2').length, 1);
  assert.is(runs('lr=0.1&seed=4')[0].options.get('seed'), '4');
  const all = runs('seeds=1..3&lr=0.1,0.2&dropout=0.1,0.3&epochs=2');
  assert.is(all.length, 12);
  const { own, seed, options } = all[11];
  assert.equal(own, { lr: '0.2', dropout: '0.3' });
  assert.is(seed, 3);
  assert.is(String(options), 'lr=0.2&dropout=0.3&epochs=2&seed=3');
  assert.equal(
    runs('seeds=7,5').map((run) => run.seed),
    [7, 5],
  );
});

test('what several networks do not have is refused by name', () => {
  for (const seeds of ['3..1', '1..9999999', '1,1', '1.5', 'a', '1..', '-1']) {
    assert.throws(
      () => runs(`seeds=${seeds}`),
      (error: Error) => error instanceof OptionError && error.message.includes('--seeds='),
      seeds,
    );
  }
  assert.throws(() => runs('seeds=1..2&warm-steps=5'), /--warm-steps=5.*several networks/);
  assert.throws(() => runs('lr=1,2&seeds=1..4000'), /4096 networks/);
  assert.throws(() => runs('seeds=1..2&seed=5'), /--seed=5.*beside seeds/);
  assert.throws(() => runs('lr=1,1.0'), /--lr=1,1\.0.*different/);
  assert.throws(() => runs('dropout=0,0.2'), /--dropout=0,0\.2.*above 0/);
});

const network = (lr: string, seed: number, accuracy: number, loss = 1 - accuracy): ManyNetwork => ({
  own: { lr },
  seed,
  state: Number.isFinite(loss) ? 'training' : 'diverged',
  history: [],
  test: { loss, accuracy },
});

test('the summary has mean and spread by learning rate, without what diverged', () => {
  const networks = [
    network('0.1', 1, 0.5),
    network('0.1', 2, 0.7),
    network('9', 1, 0.1, NaN),
    network('9', 2, 0.1, NaN),
  ];
  const groups = groupsOf(networks);
  assert.equal(
    groups.map(({ networks: count, diverged }) => [count, diverged]),
    [
      [2, 0],
      [2, 2],
    ],
  );
  const outcome = {
    title: 'Model 2',
    loss: 'mse',
    epochs: 3,
    seconds: 8,
    samplesPerSecond: 9,
  } as const;
  const lines = manySummary({ ...outcome, groups, networks }, 100).map((line) =>
    line.replace(/ +/g, ' '),
  );
  assert.is(lines[1], 'Model 2: means and standard deviations of 4 networks (mse)');
  assert.is(lines[2].trim(), 'rate networks test loss accuracy best');
  assert.is(lines[3].trim(), '0.1 2 0.4000 ± 0.1414 60.0% ± 14.1 70.0%');
  assert.is(lines[4].trim(), '9 2, 2 diverged – – –');
  // A table of 60 columns stays a table, and one network has no deviation.
  const single = groupsOf([network('0.1', 1, 0.5), network('0.2', 1, 0.7), network('0.2', 2, 0.8)]);
  const narrow = manySummary({ ...outcome, groups: single, networks }, 60);
  assert.ok(narrow.slice(2, 5).every((line) => line.length <= 60));
  assert.is(narrow[3].trim().replace(/ +/g, ' '), '0.1 1 0.5000 50.0% 50.0%');
  assert.is(lines[5], '3 epochs in 8.00 s, 2.00 s for each network, 9 samples/s');
});

test.run();
