import { setImmediate } from 'node:timers/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Coordinator, StoredTrial } from '../../sweep/src/contract.ts';
import { createCoordinator } from '../../sweep/src/coordinator/coordinator.ts';
import { checkPlan } from '../../sweep/src/plan/check.ts';
import type { Plan } from '../../sweep/src/plan/plan.ts';
import { PlannedSearch } from '../../sweep/src/search/planned.ts';
import type { KnownPoint, PointEnd, Search } from '../../sweep/src/search/search.ts';
import { epochOf, MemoryStore, metrics } from './memory-store.ts';

const test = suite('coordinator');

const SOURCE = { engine: '0.1.0', data: { kind: 'built-in', sha256: 'a'.repeat(64) } } as const;
const PLAN: Plan = {
  name: 'a',
  data: 'built-in',
  space: { lr: [0.001, 0.01], dropout: [0, 0.2] },
  seeds: 2,
  epochs: 4,
};

function begin(store: MemoryStore, given: Plan, search?: Search, window?: () => number) {
  const plan = checkPlan(given);
  return createCoordinator({
    plan,
    search: search ?? new PlannedSearch(plan),
    store,
    source: SOURCE,
    ...(window ? { window } : {}),
  });
}

type Accuracy = (trial: StoredTrial, epoch: number) => number | null;

/** Trains what waits, one after another, until the sweep is over. */
async function trainAll(
  store: MemoryStore,
  { over }: Coordinator,
  accuracyOf: Accuracy,
): Promise<void> {
  let isOver = false;
  const set = () => {
    isOver = true;
  };
  over.then(set, set);
  while (!isOver) {
    const trial = store.claim();
    if (trial) await trainOne(store, trial, accuracyOf);
    else await setImmediate();
  }
}

async function trainOne(
  store: MemoryStore,
  trial: StoredTrial,
  accuracyOf: Accuracy,
): Promise<void> {
  const { id, spec } = trial;
  for (let epoch = 1; epoch <= spec.epochs; epoch++) {
    store.epoch(id, epochOf(epoch, accuracyOf(trial, epoch)));
    await setImmediate();
    if (store.stopped.has(id)) {
      store.finish(id, 'pruned', metrics(accuracyOf(trial, epoch)));
      await setImmediate();
      return;
    }
  }
  store.finish(id, 'done', metrics(accuracyOf(trial, spec.epochs)));
  await setImmediate();
}

/** A lazy search whose points are the given ones; it keeps what it is told. */
class ScriptedSearch implements Search {
  readonly lazy = true;
  readonly asked: number[] = [];
  readonly reports: (readonly [number, number, number | null])[] = [];
  readonly ends: (readonly [number, PointEnd])[] = [];
  opened: readonly KnownPoint[] = [];
  readonly #rates: readonly number[];
  constructor(rates: readonly number[]) {
    this.#rates = rates;
  }
  get budget(): number {
    return this.#rates.length;
  }
  async open(stored: readonly KnownPoint[]): Promise<readonly KnownPoint[]> {
    this.opened = stored;
    return [];
  }
  async ask(number: number) {
    this.asked.push(number);
    return { lr: this.#rates[number] };
  }
  async report(number: number, epoch: number, value: number | null): Promise<boolean> {
    this.reports.push([number, epoch, value]);
    return false;
  }
  async tell(number: number, end: PointEnd): Promise<void> {
    this.ends.push([number, end]);
  }
  async close(): Promise<void> {}
}

test('queues a trial for each point and seed of a grid, and is over once all have ended', async () => {
  const store = new MemoryStore();
  const coordinator = begin(store, PLAN);
  await coordinator.start();
  assert.is(coordinator.planned, 8);
  assert.equal(
    store.rows.map(({ point, values, spec }) => [point, values.lr, values.dropout, spec.seed]),
    [
      [0, 0.001, 0, 1],
      [0, 0.001, 0, 2],
      [1, 0.001, 0.2, 1],
      [1, 0.001, 0.2, 2],
      [2, 0.01, 0, 1],
      [2, 0.01, 0, 2],
      [3, 0.01, 0.2, 1],
      [3, 0.01, 0.2, 2],
    ],
  );
  let over = false;
  coordinator.over.then(() => {
    over = true;
  });
  for (let i = 0; i < 7; i++) {
    const trial = store.claim();
    if (trial) await trainOne(store, trial, () => 0.5);
  }
  assert.not.ok(over);
  await trainAll(store, coordinator, () => 0.5);
  await coordinator.over;
  await coordinator.close();
});

test('after a restart, the same plan adds nothing and goes on', async () => {
  const store = new MemoryStore();
  const first = begin(store, PLAN);
  await first.start();
  const trial = store.claim();
  if (trial) await trainOne(store, trial, () => 0.5);
  await first.close();

  const second = begin(store, PLAN);
  await second.start();
  assert.is(store.rows.length, 8);
  assert.is(second.planned, 8);
  await trainAll(store, second, () => 0.5);
  await second.over;
  const third = begin(store, PLAN);
  await third.start();
  await third.over;
});

test('refuses stored trials of another plan, of other data and of another version', async () => {
  const store = new MemoryStore();
  await begin(store, PLAN).start();
  const refused = async (plan: Plan, pattern: RegExp) => {
    try {
      await begin(store, plan).start();
    } catch (error) {
      assert.is((error as Error).name, 'DataError');
      assert.match((error as Error).message, pattern);
      assert.is(store.rows.length, 8);
      return;
    }
    assert.unreachable();
  };
  await refused({ ...PLAN, space: { lr: [0.1] } }, /of another plan: point 0 is {"lr":0.001/);
  await refused({ ...PLAN, seeds: 1 }, /is not one of this plan/);
  await refused({ ...PLAN, epochs: 5 }, /is not one of this plan/);
});

test('prunes a point by the mean of its seeds, once all have reported', async () => {
  const store = new MemoryStore();
  const plan: Plan = { ...PLAN, search: { name: 'asha', reductionFactor: 2 }, trials: 4 };
  const coordinator = begin(store, plan);
  await coordinator.start();
  // Point 1 is worse than point 0, its first seed alone would be better.
  await trainAll(store, coordinator, ({ point, spec: { seed } }) =>
    point === 0 ? 0.5 : seed === 1 ? 0.6 : 0.2,
  );
  await coordinator.over;
  const states = store.rows.map(({ point, spec, state, epochs }) => [
    ...[point, spec.seed, state, epochs.length],
  ]);
  // The space has four points; two of those drawn may be the same.
  assert.equal(states.slice(0, 4), [
    [0, 1, 'done', 4],
    [0, 2, 'done', 4],
    [1, 1, 'done', 4],
    [1, 2, 'pruned', 1],
  ]);
});

test('a trial that waits is pruned without being trained', async () => {
  const store = new MemoryStore();
  const coordinator = begin(store, { ...PLAN, seeds: 1 });
  await coordinator.start();
  await store.prune(store.rows.map(({ id }) => id));
  await coordinator.over;
  assert.is(
    store.rows.every(({ state }) => state === 'pruned'),
    true,
  );
});

test('asks a lazy search when there is room, and tells it each epoch and each end once', async () => {
  const store = new MemoryStore();
  const search = new ScriptedSearch([0.1, 0.2, 0.3]);
  const plan: Plan = { ...PLAN, space: { lr: { from: 0.1, to: 1 } }, epochs: 2 };
  const coordinator = begin(store, { ...plan, search: 'random', trials: 3 }, search, () => 2);
  await coordinator.start();
  assert.equal(search.asked, [0]);
  assert.is(coordinator.planned, 6);
  await trainAll(store, coordinator, ({ spec }, epoch) => epoch / 4 + (spec.seed - 1) / 8);
  await coordinator.over;
  assert.equal(search.asked, [0, 1, 2]);
  assert.equal(
    search.reports,
    [0, 1, 2].flatMap((number) => [
      [number, 1, 0.3125],
      [number, 2, 0.5625],
    ]),
  );
  assert.equal(
    search.ends,
    [0, 1, 2].map((number) => [number, { state: 'done', value: 0.5625 }]),
  );
});

test('a point that is chosen again is not trained again, and has the same values', async () => {
  const store = new MemoryStore();
  const search = new ScriptedSearch([0.1, 0.1, 0.2]);
  const plan: Plan = { ...PLAN, space: { lr: { from: 0.1, to: 1 } }, epochs: 1, seeds: 1 };
  const coordinator = begin(store, { ...plan, search: 'random', trials: 3 }, search, () => 1);
  await coordinator.start();
  await trainAll(store, coordinator, ({ values }) => Number(values.lr));
  await coordinator.over;
  assert.is(store.rows.length, 2);
  assert.is(coordinator.planned, 2);
  assert.equal(
    search.ends.map(([number, { value }]) => [number, value]),
    [
      [0, 0.1],
      [1, 0.1],
      [2, 0.2],
    ],
  );
});

test('takes up a lazy search: it asks no point again and tells the whole history', async () => {
  const store = new MemoryStore();
  const plan: Plan = {
    ...PLAN,
    space: { lr: { from: 0.1, to: 1 } },
    epochs: 2,
    seeds: 1,
    search: 'random',
    trials: 3,
  };
  const first = begin(store, plan, new ScriptedSearch([0.1, 0.2, 0.3]), () => 2);
  await first.start();
  const trial = store.claim();
  if (trial) await trainOne(store, trial, () => 0.5);
  await first.close();
  assert.is(store.rows.length, 3);

  const search = new ScriptedSearch([0.1, 0.2, 0.3]);
  const second = begin(store, plan, search, () => 2);
  await second.start();
  assert.equal(
    search.opened.map(({ number, point }) => [number, point.lr]),
    [
      [0, 0.1],
      [1, 0.2],
      [2, 0.3],
    ],
  );
  assert.equal(search.asked, []);
  assert.equal(search.reports, [
    [0, 1, 0.5],
    [0, 2, 0.5],
  ]);
  assert.equal(search.ends, [[0, { state: 'done', value: 0.5 }]]);
  await trainAll(store, second, () => 0.25);
  await second.over;
  assert.equal(
    search.ends.map(([number]) => number),
    [0, 1, 2],
  );
});

for (const order of [true, false]) {
  test(`a decision that was not carried out before a restart is, ${order ? 'with' : 'without'} the order of events`, async () => {
    const store = new MemoryStore({ order });
    const plan: Plan = {
      ...PLAN,
      space: { lr: { from: 0.1, to: 1 } },
      seeds: 1,
      search: { name: 'asha', reductionFactor: 2 },
      trials: 4,
    };
    const first = begin(store, plan);
    await first.start();
    const [best, worst] = [store.claim(), store.claim()];
    if (best) await trainOne(store, best, () => 0.9);
    await first.close();
    // The server has stored the epoch, and ends.
    if (worst) store.epoch(worst.id, epochOf(1, 0.1));
    assert.is(store.stopped.size, 0);

    const second = begin(store, plan);
    await second.start();
    assert.equal([...store.stopped], [worst?.id]);
    await second.close();
  });
}

test('the decisions of a history are made again as they were', async () => {
  const plan: Plan = {
    ...PLAN,
    space: { lr: { from: 0.1, to: 1 } },
    seeds: 1,
    search: { name: 'asha', reductionFactor: 2 },
    trials: 4,
  };
  const store = new MemoryStore();
  const first = begin(store, plan);
  await first.start();
  // The first to come to a rung goes on, though it is the worst of all.
  const [early, later] = [store.claim(), store.claim()];
  if (early) store.epoch(early.id, epochOf(1, 0.1));
  if (later) await trainOne(store, later, () => 0.9);
  await first.close();
  const second = begin(store, plan);
  await second.start();
  assert.is(store.stopped.size, 0);
  await second.close();
});

test('a failed trial makes its point fail; values that are not finite are told as none', async () => {
  const store = new MemoryStore();
  const search = new ScriptedSearch([0.1, 0.2]);
  const plan: Plan = { ...PLAN, space: { lr: { from: 0.1, to: 1 } }, epochs: 1, seeds: 2 };
  const coordinator = begin(store, { ...plan, search: 'random', trials: 2 }, search, () => 1);
  await coordinator.start();
  const trial = store.claim();
  if (trial) store.fail(trial.id);
  await trainAll(store, coordinator, ({ spec }) => (spec.seed === 1 ? null : 0.5));
  await coordinator.over;
  assert.equal(search.ends, [
    [0, { state: 'failed', value: null }],
    [1, { state: 'done', value: null }],
  ]);
  assert.equal(search.reports, [[1, 1, null]]);
});

test('a search that fails ends the sweep with its error', async () => {
  const store = new MemoryStore();
  const search = new ScriptedSearch([0.1, 0.2]);
  const plan: Plan = { ...PLAN, space: { lr: { from: 0.1, to: 1 } }, epochs: 1, seeds: 1 };
  const coordinator = begin(store, { ...plan, search: 'random', trials: 2 }, search, () => 1);
  await coordinator.start();
  search.tell = () => Promise.reject(new Error('no more'));
  await trainAll(store, coordinator, () => 0.5);
  const said = await coordinator.over.then(
    () => 'over',
    (error: Error) => error.message,
  );
  assert.is(said, 'no more');
});

test.run();
