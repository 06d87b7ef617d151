import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { PACKAGE_ROOT } from '../../src/cli/paths.ts';
import { checkPlan } from '../../sweep/src/plan/check.ts';
import type { Plan } from '../../sweep/src/plan/plan.ts';
import { pointsOf } from '../../sweep/src/plan/points.ts';
import { epochsOf, halve } from '../../sweep/src/search/asha.ts';
import { PlannedSearch } from '../../sweep/src/search/planned.ts';
import { randomPoint } from '../../sweep/src/space/random.ts';
import type { History } from './histories.ts';
import { RANGES } from './ranges.ts';

const test = suite('searches');

const points = (plan: Omit<Plan, 'name'>) => [...pointsOf(checkPlan({ name: 'a', ...plan }))];

test('a grid has all combinations, the last option changing fastest', () => {
  assert.equal(points({ space: { optimizer: ['sgd', 'adam'], dropout: [0, 0.2, 0.4] } }), [
    { optimizer: 'sgd', dropout: 0 },
    { optimizer: 'sgd', dropout: 0.2 },
    { optimizer: 'sgd', dropout: 0.4 },
    { optimizer: 'adam', dropout: 0 },
    { optimizer: 'adam', dropout: 0.2 },
    { optimizer: 'adam', dropout: 0.4 },
  ]);
  assert.equal(points({ space: {} }), [{}]);
});

test('ranges with steps have both ends, and values as they are written', () => {
  const values = (range: { from: number; to: number; step?: number; integer?: boolean }) =>
    points({ space: { dropout: range } }).map(({ dropout }) => dropout);
  assert.equal(values({ from: 0, to: 0.4, step: 0.1 }), [0, 0.1, 0.2, 0.3, 0.4]);
  assert.equal(values({ from: 0.1, to: 0.75, step: 0.2 }), [0.1, 0.3, 0.5, 0.7]);
  const epochs = points({ space: { epochs: { from: 1, to: 4, integer: true } } });
  assert.equal(
    epochs.map((point) => point.epochs),
    [1, 2, 3, 4],
  );
});

test('an option whose condition does not hold is absent, also if it depends on one that is', () => {
  const space = {
    optimizer: ['adam', 'sgd'],
    momentum: { choices: [0, 0.9], when: { optimizer: ['sgd'] } },
    nesterov: { choices: [true, false], when: { momentum: [0.9] } },
  };
  const expected = [
    { optimizer: 'adam' },
    { optimizer: 'sgd', momentum: 0 },
    { optimizer: 'sgd', momentum: 0.9, nesterov: true },
    { optimizer: 'sgd', momentum: 0.9, nesterov: false },
  ];
  assert.equal(points({ space }), expected);
  const texts = new Set(
    points({ space, search: 'random', trials: 100 }).map((point) => JSON.stringify(point)),
  );
  assert.equal([...texts].sort(), expected.map((point) => JSON.stringify(point)).sort());
});

test("vary: 'each' tries the base, then the other values of one option at a time", () => {
  assert.equal(
    points({
      space: {
        lr: [0.1, 0.01, 0.001],
        layers: [
          [784, 8, 10],
          [784, 10],
        ],
      },
      vary: 'each',
      base: { lr: 0.01, layers: [784, 10] },
    }),
    [
      { lr: 0.01, layers: [784, 10] },
      { lr: 0.1, layers: [784, 10] },
      { lr: 0.001, layers: [784, 10] },
      { lr: 0.01, layers: [784, 8, 10] },
    ],
  );
});

test('a random point is a function of the space, the seed and its number', () => {
  const space = { lr: { from: 0.001, to: 1, log: true }, dropout: [0, 0.1, 0.2] };
  const all = points({ space, search: 'random', trials: 20 });
  assert.equal(all.slice(0, 2), [
    { lr: 0.0029740238271184945, dropout: 0.2 },
    { lr: 0.1768512328280922, dropout: 0.2 },
  ]);
  assert.equal(points({ space, search: 'asha', trials: 20 }), all);
  assert.equal(points({ space, search: 'random', trials: 5 }), all.slice(0, 5));
  const other = points({ space, search: { name: 'random', seed: 2 }, trials: 20 });
  assert.is(other.filter(({ lr }, i) => lr === all[i].lr).length, 0);
});

test('random values are spread as they should be', () => {
  const { space } = checkPlan({ name: 'a', space: RANGES, search: 'random', trials: 1 });
  const count = 4000;
  const drawn = Array.from({ length: count }, (_, i) => randomPoint(space, 7, i));
  // P(sup |F_n − F| > ε) ≤ 2 exp(−2 n ε²), Massart 1990; for any distribution.
  const epsilon = Math.sqrt(Math.log(2 / 1e-9) / (2 * count));
  const check = (name: string, F: (x: number) => number, at: readonly number[]) => {
    const values = drawn.map((point) => Number(point[name]));
    for (const x of at) {
      const share = values.filter((value) => value <= x + 1e-12).length / count;
      assert.ok(Math.abs(share - F(x)) <= epsilon, `${name} ≤ ${x}: ${share}, not ${F(x)}`);
    }
    return values;
  };
  const places = (from: number, to: number, n: number) =>
    Array.from({ length: n + 1 }, (_, i) => from + ((to - from) * i) / n);
  const log = check(
    'lr',
    (x) => Math.log10(x * 1e4) / 3,
    places(-4, -1, 50).map((x) => 10 ** x),
  );
  assert.ok(Math.min(...log) >= 1e-4 && Math.max(...log) <= 0.1);
  check('weight-decay', (x) => x / 0.3, places(0, 0.3, 50));
  const drops = check('dropout', (x) => (Math.round(x * 10) + 1) / 6, places(0, 0.5, 5));
  assert.equal([...new Set(drops)].sort(), [0, 0.1, 0.2, 0.3, 0.4, 0.5]);
  const sizes = check('batch-size', (x) => (x - 49) / 151, places(50, 200, 30));
  assert.is(Math.min(...sizes), 50);
  assert.is(Math.max(...sizes), 200);
  assert.is(sizes.every(Number.isInteger), true);
  const epochs = check(
    'epochs',
    (x) => Math.log((x + 0.5) / 0.5) / Math.log(20.5 / 0.5),
    places(1, 20, 19),
  );
  assert.is(new Set(epochs).size, 20);
  const limits = check('train-limit', (x) => ((x - 1000) / 250 + 1) / 5, [1000, 1250, 1500, 2000]);
  assert.is(Math.max(...limits), 2000);
  // Options are independent of each other.
  const [both, first] = [
    drawn.filter((point) => Number(point.lr) < 0.01 && Number(point['weight-decay']) < 0.1).length,
    drawn.filter((point) => Number(point.lr) < 0.01).length,
  ];
  assert.ok(Math.abs(both / first - 1 / 3) < 0.05, String(both / first));
});

test('the rungs of successive halving are η times as far from one to the next', () => {
  const options = { minResource: 2, reductionFactor: 3, minEarlyStoppingRate: 1 };
  assert.equal(
    [0, 1, 2].map((rung) => epochsOf(options, rung)),
    [6, 18, 54],
  );
});

test('successive halving stops what is not among the best at a rung', () => {
  const options = { minResource: 1, reductionFactor: 2, minEarlyStoppingRate: 0 };
  const rungs = new Map([
    [0, [0.5]],
    [1, [0.7, 0.8]],
    [2, [0.6]],
  ]);
  const decide = (number: number, epoch: number, value: number | null, min = false) =>
    halve(rungs, { number, epoch, value }, options, min ? 'minimize' : 'maximize');
  // Of four values at the first rung, two go on.
  assert.equal(decide(3, 1, 0.65), { completed: [0.65], prune: false });
  assert.equal(decide(3, 1, 0.6), { completed: [0.6], prune: false });
  assert.equal(decide(3, 1, 0.55), { completed: [0.55], prune: true });
  assert.equal(decide(3, 1, 0.55, true), { completed: [0.55], prune: false });
  assert.equal(decide(3, 1, null), { completed: [], prune: true });
  // Between rungs nothing is decided.
  assert.equal(decide(1, 3, 0), { completed: [], prune: false });
  // Two rungs at once.
  assert.equal(decide(3, 2, 0.9), { completed: [0.9, 0.9], prune: false });
  assert.equal(decide(3, 2, 0.75), { completed: [0.75, 0.75], prune: true });
  assert.equal(rungs.size, 3);
});

test('successive halving decides as Optuna 5.0.0 did', () => {
  const file = join(PACKAGE_ROOT, 'test/sweep/asha-histories.json');
  const theirs = JSON.parse(readFileSync(file, 'utf8')) as readonly (Pick<
    History,
    'options' | 'direction'
  > & { readonly reports: string })[];
  assert.is(theirs.length, 8);
  for (const [seed, { options, direction, reports }] of theirs.entries()) {
    const rungs = new Map<number, readonly number[]>();
    // trial:epoch:value, with a mark if it was pruned.
    const ours = reports.split(' ').map((report) => {
      const [number, epoch, text] = report.replace('!', '').split(':');
      const value = text === '-' ? null : Number(text);
      const told = { number: Number(number), epoch: Number(epoch), value };
      const { completed, prune } = halve(rungs, told, options, direction);
      rungs.set(told.number, [...(rungs.get(told.number) ?? []), ...completed]);
      return `${number}:${epoch}:${text}${prune ? '!' : ''}`;
    });
    assert.is(ours.join(' '), reports, `history ${seed}`);
  }
});

test('a search that is told the same again decides nothing anew', async () => {
  const plan = checkPlan({
    name: 'a',
    space: { lr: { from: 0.001, to: 1 } },
    search: { name: 'asha', reductionFactor: 2 },
    trials: 3,
  });
  const search = new PlannedSearch(plan);
  assert.is(await search.report(0, 1, 0.5), false);
  assert.is(await search.report(1, 1, 0.4), true);
  assert.is(await search.report(1, 1, 0.4), false);
  assert.is(await search.report(0, 1, 0.1), false);
  assert.is(await search.report(2, 1, 0.45), true);
});

test.run();
