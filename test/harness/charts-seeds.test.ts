import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { leftOutTexts } from '../../src/harness/page/charts/left-out.ts';
import { nameOf } from '../../src/harness/page/charts/names.ts';
import { descriptionOf } from '../../src/harness/page/charts/plots.ts';
import { bySeed } from '../../src/harness/page/charts/seeds.ts';
import type { RunRecord } from '../../src/harness/page/notebook/run-store.ts';
import { fiveSeeds, moreSeeds, withSeeds } from '../../src/harness/page/notebook/seeds.ts';
import { aRun, sceneOf } from './charts-runs.ts';

test('runs that differ in their seeds alone are one: its mean and deviation are those of its members', () => {
  const runs = [
    aRun(1, { query: 'model=2&seed=1', losses: [0.5, 0.4] }),
    aRun(2, { query: 'model=2&lr=0.1', losses: [0.9] }),
    aRun(3, { query: 'seed=2&model=2', losses: [0.7, 0.6, 0.5] }),
    aRun(4, { query: 'model=2', losses: [0.5], data: 'others' }),
  ];
  const shown = bySeed(runs);
  assert.equal(
    shown.map(({ keys }) => keys),
    [['key 1', 'key 3'], ['key 2'], ['key 4']],
  );
  const [{ run }] = shown;
  assert.equal(
    run.networks.map(({ seed }) => seed),
    [1, 2],
  );
  // Of the epochs that both have. By hand: the deviation of 0.5 and 0.7 is 0.2 / √2.
  assert.equal(
    run.spreads.map(({ epoch }) => epoch),
    [1, 2],
  );
  assert.ok(Math.abs(run.spreads[0].loss.mean - 0.6) < 1e-12);
  assert.ok(Math.abs(run.spreads[0].loss.deviation - 0.2 / Math.SQRT2) < 1e-12);
  assert.is(shown[1].run, runs[1], 'a run alone is left as it is');
  assert.equal(leftOutTexts(shown), []);
  // Networks that were trained at once join those that were not.
  const several: RunRecord = { ...run, key: 'key 9', query: 'model=2&seeds=1..2' };
  const [all] = bySeed([several, aRun(5, { query: 'model=2&seed=7', losses: [0.6, 0.5] })]);
  assert.equal(
    all.run.networks.map(({ seed }) => seed),
    [1, 2, 7],
  );
  assert.is(all.run.spreads[0].loss.count, 3);
});

test('a seed that was trained twice counts once, in joined runs: the newest of those that are done', () => {
  const of = (id: number, seed: number, change: Partial<RunRecord> = {}): RunRecord => ({
    ...aRun(id, { query: `model=2&seed=${seed}`, losses: [id / 10, id / 20] }),
    ...{ begun: `2026-11-28T08:0${id}:00Z`, ...change },
  });
  const [one] = bySeed([of(1, 1), of(2, 2), of(3, 1)]);
  assert.equal(
    one.run.networks.map(({ seed, history }) => [seed, history[0].test?.loss]),
    [
      [2, 0.2],
      [1, 0.3],
    ],
  );
  assert.is(one.run.spreads[0].loss.count, 2);
  assert.is(nameOf(one), 'Model 2 #2 ×2 seeds');
  assert.equal(one.keys, ['key 1', 'key 2', 'key 3'], 'each has the colour of the band');
  const said = 'Each seed counts once, by its newest finished run. Left out: Model 2 #1 (seed 1)';
  assert.equal(leftOutTexts([one]), [said]);
  assert.ok(descriptionOf({ ...sceneOf('loss', []), shown: [one] }).endsWith(said));
  // One that is not done counts only if no other is, and one without an epoch never before one that has some.
  const states = (older: Partial<RunRecord>, newer: Partial<RunRecord>) =>
    bySeed([of(1, 1, older), of(3, 1, newer)])[0].run.id;
  assert.is(states({}, { state: 'running' }), 1);
  assert.is(states({}, { state: 'stopped' }), 1);
  assert.is(states({ state: 'stopped' }, { state: 'running' }), 3);
  assert.is(states({ state: 'stopped' }, { state: 'running', history: [] }), 1);
  assert.is(
    states({ begun: '2026-11-28T09:00:00Z' }, {}),
    1,
    'newer by its time, not by its place',
  );
  const [lone] = bySeed([of(1, 1), of(2, 2, { history: [], state: 'failed' })]);
  assert.is(nameOf(lone), 'Model 2 #1', 'one without an epoch does not count');
  assert.equal(leftOutTexts([lone]), []);
  // A run first, then five seeds at once, that one among them: those five.
  const networks = [1, 2, 3, 4, 5].map((seed, i) => ({
    ...{ seed, run: i, history: of(seed, seed).history },
  }));
  const five = of(6, 0, { query: 'model=2&seeds=1..5', networks });
  const [joined] = bySeed([of(1, 1), five]);
  assert.is(joined.run, five, 'as it is');
  assert.is(nameOf(joined), 'Model 2 #6 ×5 seeds');
  assert.match(leftOutTexts([joined])[0], /Left out: Model 2 #1 \(seed 1\)$/);
  // And a run after them takes the place of its seed.
  const [again] = bySeed([five, of(7, 3)]);
  assert.equal(
    again.run.networks.map(({ seed }) => seed),
    [1, 2, 4, 5, 3],
  );
  assert.match(leftOutTexts([again])[0], /Left out: Model 2 #6 \(seed 3\)$/);
});

test('more seeds are those that runs with the same settings and data do not have', () => {
  const run = aRun(1, { query: 'model=2&seed=2', losses: [1] });
  const other = aRun(2, { query: 'model=2&lr=0.5&seed=1', losses: [1] });
  assert.equal(moreSeeds(run, [run, other], 4), [1, 3, 4, 5]);
  assert.is(withSeeds(run.query, [1, 3, 4, 5]), 'model=2&seeds=1%2C3%2C4%2C5');
  assert.is(withSeeds(run.query, [3, 4, 5]), 'model=2&seeds=3..5');
  assert.is(fiveSeeds('model=2&seed=3'), 'model=2&seeds=3..7');
  assert.is(fiveSeeds('model=2&seeds=1,9'), 'model=2&seeds=1..5');
});

test.run();
