import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { checkPlan } from '../../sweep/src/plan/check.ts';
import type { Dimension, Plan } from '../../sweep/src/plan/plan.ts';
import { openSearch, optunaStorage } from '../../sweep/src/search/open.ts';
import type { Search } from '../../sweep/src/search/search.ts';
import { gridOf } from '../../sweep/src/space/grid.ts';
import { randomPoint } from '../../sweep/src/space/random.ts';
import { historyOf } from './histories.ts';
import { farthest, RANGES } from './ranges.ts';
import { optuna } from './reference.ts';

const test = suite<{ folder: string }>('optuna');

test.before.each(async (context) => {
  context.folder = await mkdtemp(join(tmpdir(), 'gradweave-optuna-'));
});
test.after.each(({ folder }) => rm(folder, { recursive: true }));

test('successive halving decides as Optuna on 500 random histories', async () => {
  const histories = Array.from({ length: 500 }, (_, seed) => historyOf(seed));
  const theirs = await optuna<boolean[][]>('asha', histories);
  const wrong = histories.findIndex(
    ({ decisions }, i) => JSON.stringify(decisions) !== JSON.stringify(theirs[i]),
  );
  assert.is(wrong, -1, `history ${wrong} differs: ${JSON.stringify(histories[wrong])}`);
  // Both outcomes occur often.
  const all = histories.flatMap(({ decisions }) => decisions);
  assert.ok(all.filter((prune) => prune).length > 2000);
  assert.ok(all.filter((prune) => !prune).length > 2000);
});

test('a grid has the points of Optuna’s GridSampler', async () => {
  const space = { optimizer: ['sgd', 'adam', 'lion'], lr: [0.1, 0.01], dropout: [0, 0.2, 0.5] };
  const ours = [...gridOf(checkPlan({ name: 'a', space }).space)];
  const theirs = await optuna<object[]>('grid', space);
  const texts = (points: readonly object[]) =>
    points.map((point) => JSON.stringify(Object.entries(point).sort())).sort();
  assert.is(ours.length, 18);
  assert.equal(texts(ours), texts(theirs));
});

test('random values are spread as Optuna’s', async () => {
  const count = 4000;
  const { space } = checkPlan({ name: 'a', space: RANGES, search: 'random', trials: 1 });
  const ranges = Object.entries(RANGES).map(([name, range]) => ({ name, ...range }));
  const theirs = await optuna<Record<string, number[]>>('random', { space: ranges, count });
  const points = Array.from({ length: count }, (_, i) => randomPoint(space, 1, i));
  for (const { name } of ranges) {
    const ours = points.map((point) => Number(point[name]));
    // Of each empirical distribution: P(sup |F_n − F| > ε) ≤ 2 exp(−2 n ε²), Massart 1990.
    const epsilon = Math.sqrt(Math.log(2 / 1e-9) / (2 * count));
    const distance = farthest(ours, theirs[name]);
    assert.ok(distance <= 2 * epsilon, `${name}: ${distance} > ${2 * epsilon}`);
  }
});

const PLAN: Plan = {
  name: 'a study',
  data: 'built-in',
  space: {
    optimizer: ['sgd', 'adam'],
    momentum: { from: 0, to: 0.9, step: 0.1, when: { optimizer: ['sgd'] } } as Dimension,
    lr: { from: 1e-4, to: 0.1, log: true },
    'batch-size': { from: 50, to: 200, step: 50, integer: true },
    layers: [
      [784, 16, 10],
      [784, 32, 10],
    ],
  },
  search: 'optuna:tpe',
  trials: 20,
  epochs: 3,
};

/** Asks points from one number to another, and tells each a value after each of 3 epochs. */
async function go(search: Search, from: number, to: number): Promise<unknown[]> {
  const points: unknown[] = [];
  for (let number = from; number < to; number++) {
    const point = await search.ask(number);
    points.push(point);
    let value = 0;
    for (let epoch = 1; epoch <= 3; epoch++) {
      value = 1 - Math.abs(Math.log10(Number(point.lr)) + 2) / 4 - 0.1 / epoch;
      if (await search.report(number, epoch, value)) break;
    }
    await search.tell(number, { state: 'done', value });
  }
  return points;
}

type Row = {
  point: number;
  state: string;
  value: number | null;
  params: Record<string, unknown>;
  values: Record<string, number>;
};

for (const sampler of ['tpe', 'cmaes', 'qmc', 'nsgaii', 'random', 'brute-force']) {
  test(`${sampler} chooses points of the space`, async ({ folder }) => {
    const space =
      sampler === 'brute-force'
        ? { optimizer: PLAN.space.optimizer, 'batch-size': PLAN.space['batch-size'] }
        : PLAN.space;
    const plan = checkPlan({ ...PLAN, space, search: `optuna:${sampler}`, trials: 8 });
    const search = await openSearch(plan, { folder });
    await search.open([]);
    const points = (await go(search, 0, 8)) as Record<string, unknown>[];
    for (const point of points) {
      assert.is(Object.hasOwn(point, 'momentum'), point.optimizer === 'sgd' && 'lr' in point);
      assert.ok([50, 100, 150, 200].includes(Number(point['batch-size'])));
      if ('lr' in point) assert.is(Array.isArray(point.layers), true);
      if ('momentum' in point) {
        assert.is(String(point.momentum).length <= 3, true, `${point.momentum}`);
      }
    }
    await search.close();
  });
}

test('the study lies in its storage, and each point is asked and told once across restarts', async ({
  folder,
}) => {
  const plan = checkPlan(PLAN);
  const first = await openSearch(plan, { folder });
  await first.open([]);
  const before = await go(first, 0, 3);
  const open = await first.ask(3);
  await first.report(3, 1, 0.25);
  await first.close();

  const second = await openSearch(plan, { folder });
  const known = await second.open([]);
  assert.equal(
    known.map(({ point }) => point),
    [...before, open],
  );
  assert.equal(await second.ask(3), open);
  // A history that is told again changes nothing.
  await second.report(0, 1, 99);
  await second.report(3, 1, 99);
  await second.tell(0, { state: 'done', value: 99 });
  await second.report(3, 2, 0.5);
  await second.tell(3, { state: 'pruned', value: 0.5 });
  const more = await go(second, 4, 6);
  assert.is(new Set([...before, open, ...more].map((point) => JSON.stringify(point))).size, 6);
  await second.ask(6);
  await second.tell(6, { state: 'done', value: null });
  await second.close();

  const rows = await optuna<Row[]>('study', { name: plan.name, storage: optunaStorage(folder) });
  assert.equal(
    rows.map(({ point, state }) => [point, state]),
    [
      ...[0, 1, 2].map((point) => [point, 'COMPLETE']),
      [3, 'PRUNED'],
      [4, 'COMPLETE'],
      [5, 'COMPLETE'],
      [6, 'FAIL'],
    ],
  );
  assert.equal(rows[3].values, { 1: 0.25, 2: 0.5 });
  assert.ok(rows.every(({ value }) => value === null || value < 2));
});

test('points of a study that is gone are taken up from the store', async ({ folder }) => {
  const plan = checkPlan(PLAN);
  const first = await openSearch(plan, { folder });
  await first.open([]);
  const points = (await go(first, 0, 3)) as Record<string, number>[];
  await first.close();

  const storage = join(folder, 'journal.log');
  const second = await openSearch(plan, { folder, storage });
  const stored = points.map((point, number) => ({ number, point }));
  assert.equal(await second.open(stored), []);
  await second.report(1, 1, 0.5);
  await second.tell(1, { state: 'done', value: 0.5 });
  await go(second, 3, 5);
  await second.close();
  const third = await openSearch(plan, { folder, storage });
  const known = await third.open(stored);
  assert.equal(
    known.slice(0, 3).map(({ point }) => point),
    points,
  );
  assert.is(known.length, 5);
  await third.close();
});

for (const pruner of ['hyperband', 'median', 'successive-halving', 'percentile']) {
  test(`${pruner} stops points`, async ({ folder }) => {
    const prunerOptions =
      pruner === 'percentile'
        ? { percentile: 50, n_startup_trials: 2 }
        : pruner === 'hyperband'
          ? { min_resource: 1, max_resource: 9, reduction_factor: 3 }
          : pruner === 'median'
            ? { n_startup_trials: 2 }
            : { min_resource: 1 };
    const search = await openSearch(
      checkPlan({ ...PLAN, search: { name: 'optuna:random', pruner, prunerOptions } }),
      { folder },
    );
    await search.open([]);
    let stopped = 0;
    for (let number = 0; number < 20; number++) {
      await search.ask(number);
      let state: 'done' | 'pruned' = 'done';
      for (let epoch = 1; epoch <= 9 && state === 'done'; epoch++) {
        if (await search.report(number, epoch, -number)) state = 'pruned';
      }
      await search.tell(number, { state, value: -number });
      if (state === 'pruned') stopped++;
    }
    assert.ok(stopped > 5 && stopped < 20, `${stopped} of 20 were stopped`);
    await search.close();
  });
}

test('says what is wrong with a sampler, a pruner, their arguments and a study', async ({
  folder,
}) => {
  const fails = async (change: Partial<Plan>, pattern: RegExp) => {
    const search = await openSearch(checkPlan({ ...PLAN, ...change }), { folder });
    const message = await search.open([]).then(
      () => 'nothing',
      (error: Error) => `${error.name}: ${error.message}`,
    );
    await search.close();
    assert.match(message, pattern);
  };
  await fails({ search: 'optuna:tpee' }, /OptunaError: Optuna: .*no sampler 'tpee'; it has .*tpe/);
  await fails(
    { search: { name: 'optuna:tpe', options: { startup: 3 } } },
    /TPESampler cannot be made: .*startup.* It takes .*n_startup_trials/,
  );
  await fails({ search: { name: 'optuna:tpe', pruner: 'halving' } }, /no pruner 'halving'/);
  const search = await openSearch(checkPlan(PLAN), { folder });
  await search.open([]);
  await go(search, 0, 1);
  await search.close();
  await fails({ objective: { metric: 'test.loss' } }, /is to maximize, the plan to minimize/);
  await fails({ space: { dropout: [0, 0.5] } }, /trials of another space/);
});

test.run();
