import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Engine } from '../../src/gpu/engine.ts';
import { readColumns } from '../../src/harness/own/columns.ts';
import { parseTable } from '../../src/harness/own/csv.ts';
import { prepareTable, type TableChoice, type TableData } from '../../src/harness/own/table.ts';
import { type Job, openJob } from '../../src/harness/tasks/job.ts';
import { createTrainer } from '../../src/harness/tasks/run-trainer.ts';
import { settingsOf } from '../../src/harness/tasks/settings.ts';
import { Inspection } from '../../src/harness/worker/inspection.ts';
import { hashOf } from '../../src/harness/worker/job-hash.ts';
import { shuffleOf } from '../../src/random/permute.ts';
import { saveModel } from '../../src/train/model-file/write.ts';
import type { Trainer } from '../../src/train/trainer.ts';
import { withSharedEngine } from '../gpu/helpers.ts';

const QUERY = 'model=2&layers=784,8,10&data=own&family=portable&batch-size=20&lr=0.02';

/** Rounding of a float32. */
const ULP = 2 ** -24;

/** A table of two numbers and a category; what is learned depends on the first alone, or on all. */
function houses(learn: TableChoice['learn'], all: boolean, count = 150): TableData {
  const lines = Array.from({ length: count }, (_, i) => {
    const [area, noise] = [20 + ((i * 37) % 101), ((i * 53) % 97) / 10];
    const place = ['centre', 'north', 'south'][(i * 7) % 3];
    const price = 3 * area + (all ? [90, 0, -50][(i * 7) % 3] : 0);
    return `${area},${noise},${place},${learn === 'number' ? price : price > 200}`;
  });
  const read = readColumns(parseTable(['area (m²),noise,place,price', ...lines].join('\n')));
  const choice = { target: 3, learn, from: [0, 1, 2], missing: 'leave-out' } as const;
  return prepareTable('houses', read, choice);
}

async function withTable(
  table: TableData,
  work: (given: {
    trainer: Trainer;
    inspection: Inspection;
    job: Job;
    engine: Engine;
  }) => Promise<void>,
): Promise<void> {
  await withSharedEngine(async (engine) => {
    const loss = table.classes ? 'cross_entropy' : 'mse';
    const options = new URLSearchParams(`${QUERY}&loss=${loss}`);
    const own = { data: 'table', table } as const;
    const job = await openJob(options, settingsOf(options), () => {}, { own });
    const trainer = await createTrainer(engine, job);
    const inspection = new Inspection({
      run: () => ({ engine, trainer, job }),
      engine: async () => engine,
      given: () => ({ own }),
    });
    try {
      await work({ trainer, inspection, job, engine });
    } finally {
      inspection.drop();
      trainer.destroy();
    }
  });
}

/** A layer's weights [outputs, inputs] and bias. */
interface Layer {
  readonly weight: Float32Array;
  readonly bias: Float32Array;
}

async function layersOf(trainer: Trainer): Promise<Layer[]> {
  const parameters = await trainer.parameters();
  const of = (name: string): Float32Array =>
    Float32Array.from(parameters.get(name)?.data ?? assert.unreachable(name) ?? []);
  const names = [...parameters.keys()].filter((name) => name.endsWith('.weight'));
  return names.map((name) => ({
    weight: of(name),
    bias: of(name.replace('.weight', '.bias')),
  }));
}

/**
 * A perceptron with ReLU in float64, and a bound on what float32 makes of it: each sum of k products is off by (k + 1) roundings of
 * the sum of their absolute values (Higham 2002, 3.1), and carries on the errors of its inputs; ReLU adds none.
 */
function forward(
  layers: readonly Layer[],
  row: readonly number[],
): { y: number[]; error: number[] } {
  let [y, error] = [[...row], row.map(() => 0)];
  layers.forEach(({ weight, bias }, l) => {
    const k = y.length;
    const sums = Array.from(bias, (b, o) => {
      let [sum, size, carried] = [b, Math.abs(b), 0];
      for (let i = 0; i < k; i++) {
        const w = weight[o * k + i];
        sum += w * y[i];
        size += Math.abs(w) * (Math.abs(y[i]) + error[i]);
        carried += Math.abs(w) * error[i];
      }
      return { sum, error: (k + 2) * ULP * size + carried };
    });
    const last = l === layers.length - 1;
    y = sums.map(({ sum }) => (last ? sum : Math.max(0, sum)));
    error = sums.map((one) => one.error);
  });
  return { y, error };
}

/** The error of rows, brute force, and a bound on what the GPU makes of it. */
function bruteError(
  layers: readonly Layer[],
  { classes, scale, test: part, heldOut }: TableData,
  rows: readonly (readonly number[])[],
): { error: number; bound: number } {
  const outputs = rows.map((row) => forward(layers, row));
  if (classes) {
    const wrong = outputs.filter(({ y }, i) => y.indexOf(Math.max(...y)) !== part.labels?.[i]);
    // Of outputs that are as close to each other as their bounds, either may be larger on the GPU.
    const unsure = outputs.filter(({ y, error }) => Math.abs(y[0] - y[1]) <= error[0] + error[1]);
    return { error: wrong.length / rows.length, bound: unsure.length / rows.length + 1e-12 };
  }
  const { mean, deviation } = scale ?? { mean: 0, deviation: 1 };
  const squares = outputs.map(
    ({ y }, i) => (y[0] * deviation + mean - (heldOut.targets?.[i] ?? 0)) ** 2,
  );
  // A norm moves by no more than what is added to its argument: |‖a + e‖ − ‖a‖| ≤ ‖e‖.
  const moved = outputs.map(({ error }) => (error[0] * deviation) ** 2);
  const root = (all: readonly number[]): number =>
    Math.sqrt(all.reduce((a, b) => a + b, 0) / all.length);
  return { error: root(squares), bound: root(moved) + 1e-12 * root(squares) };
}

/** The rows of a table's inputs, in which the inputs from one place to another are those of other rows. */
function rowsOf(
  { test: part, inputs }: TableData,
  [from, to]: readonly [number, number] = [0, 0],
  order: (row: number) => number = (row) => row,
): number[][] {
  return Array.from({ length: part.count }, (_, i) =>
    inputs.map((_name, c) => part.inputs[(c >= from && c < to ? order(i) : i) * inputs.length + c]),
  );
}

/** The inputs of the columns: area, noise, and three places. */
const PLACES = [
  [0, 1],
  [1, 2],
  [2, 5],
] as const;

for (const learn of ['number', 'class'] as const) {
  test(`which columns matter for a ${learn} is what brute force in float64 finds`, () =>
    withTable(houses(learn, true), async ({ trainer, inspection }) => {
      const table = houses(learn, true);
      await trainer.steps(40);
      const layers = await layersOf(trainer);
      const start = await inspection.table.importance();
      if (!start) throw new Error('nothing else was asked');
      const base = bruteError(layers, table, rowsOf(table));
      assert.ok(
        Math.abs(start.error - base.error) <= base.bound,
        `${start.error}, not ${base.error}`,
      );
      assert.equal([start.rows, start.repeats], [30, 5]);
      // The run goes on: the weights that are looked at do not change.
      await trainer.steps(6);
      const found: number[] = [];
      for (const [c, place] of PLACES.entries()) {
        const column = await inspection.table.column(start.id, c);
        if (!column) throw new Error('nothing else was asked');
        const each = [0, 1, 2, 3, 4].map((repeat) => {
          const order = shuffleOf(table.test.count, 5 * c + repeat, [2, 0]);
          return bruteError(layers, table, rowsOf(table, place, order));
        });
        const mean = each.reduce((sum, { error }) => sum + error, 0) / 5 - base.error;
        const bound = each.reduce((sum, one) => sum + one.bound, 0) / 5 + base.bound;
        assert.ok(Math.abs(column.mean - mean) <= bound, `${c}: ${column.mean}, not ${mean}`);
        assert.ok(bound < 0.2 * Math.max(mean, start.error) + 0.05, 'the bound says something');
        const squares = each.map(({ error }) => (error - base.error - mean) ** 2);
        const deviation = Math.sqrt(squares.reduce((a, b) => a + b, 0) / 5);
        assert.ok(Math.abs(column.deviation - deviation) <= 2 * bound);
        found.push(column.mean);
      }
      // Noise tells nothing of it.
      assert.ok(found[0] > 3 * Math.abs(found[1]), found.join());
      // After the last column, nothing is kept.
      assert.is(await inspection.table.column(start.id, 0), undefined);
    }));
}

test('a network that looks at one column alone has no other that matters', () => {
  // More held-out rows than are computed at once.
  const table = houses('number', false, 6000);
  assert.ok(table.test.count > 1024);
  return withTable(table, async ({ trainer, inspection }) => {
    // y = x₁ as relu(x₁) − relu(−x₁): the target, standardised, is the area, standardised.
    const parameters = await trainer.parameters();
    const [first, second] = [...parameters.keys()].filter((name) => name.endsWith('.weight'));
    const zeros = (name: string): Float32Array =>
      new Float32Array(parameters.get(name)?.data.length ?? 0);
    const [weight, out] = [zeros(first), zeros(second)];
    [weight[0], weight[5]] = [1, -1];
    [out[0], out[1]] = [1, -1];
    const biases = [first, second].map((name) => name.replace('.weight', '.bias'));
    trainer.load(
      new Map([
        [first, weight],
        [second, out],
        ...biases.map((name) => [name, zeros(name)] as const),
      ]),
    );
    const start = await inspection.table.importance();
    if (!start) throw new Error('nothing else was asked');
    // price = 3 area: what is left is rounding.
    const { deviation } = table.scale ?? { deviation: Number.NaN };
    assert.ok(start.error <= 8 * ULP * deviation * 4, String(start.error));
    const [area, noise, place] = [
      await inspection.table.column(start.id, 0),
      await inspection.table.column(start.id, 1),
      await inspection.table.column(start.id, 2),
    ];
    assert.equal(
      [noise, place],
      [
        { mean: 0, deviation: 0 },
        { mean: 0, deviation: 0 },
      ],
    );
    // The errors are then 3 (area of another row − own area).
    const own = Array.from({ length: table.test.count }, (_, i) => table.heldOut.values[3 * i]);
    const roots = [0, 1, 2, 3, 4].map((repeat) => {
      const order = shuffleOf(own.length, repeat, [2, 0]);
      const squares = own.map((value, i) => (3 * (own[order(i)] - value)) ** 2);
      return Math.sqrt(squares.reduce((a, b) => a + b, 0) / own.length);
    });
    const mean = roots.reduce((a, b) => a + b, 0) / 5;
    assert.ok(
      Math.abs((area?.mean ?? 0) - mean) <= 2 * start.error + 1e-9,
      `${area?.mean}, not ${mean}`,
    );
    assert.ok(mean > 50);
  });
});

test('held-out rows, and rows that somebody types, have what the network says of them', () => {
  const table = houses('number', true);
  return withTable(table, async ({ trainer, inspection, job, engine }) => {
    await trainer.steps(12);
    const { numbers, truth, predicted, epochs } = await inspection.table.numbers();
    assert.is(epochs, 2);
    const { mean, deviation } = table.scale ?? { mean: 0, deviation: 1 };
    const layers = await layersOf(trainer);
    rowsOf(table).forEach((row, i) => {
      const { y, error } = forward(layers, row);
      const wanted = y[0] * deviation + mean;
      assert.ok(Math.abs(predicted[i] - wanted) <= error[0] * deviation + 1e-9, `row ${i}`);
      assert.is(
        truth[i],
        3 * (20 + (((numbers[i] - 1) * 37) % 101)) + [90, 0, -50][((numbers[i] - 1) * 7) % 3],
      );
    });
    const [second, last] = await inspection.table.rows([1, truth.length - 1, truth.length]);
    assert.is(second.truth, truth[1]);
    assert.is(last.number, numbers[truth.length - 1]);
    // Typed again, a row has the same answer; without its values, that of the mean.
    const typed = await inspection.table.answer(second.values);
    assert.is(typed.outputs[0], predicted[1]);
    const nothing = await inspection.table.answer([Number.NaN, Number.NaN, Number.NaN]);
    const { y } = forward(layers, [0, 0, 0, 0, 0]);
    assert.ok(Math.abs(nothing.outputs[0] - (y[0] * deviation + mean)) < 1e-3);
    for (const [values, why] of [
      [[1, 2], /2 values were given; there are 3 columns/],
      [[1, 2, 3], /category 3 of place was given; it has 3/],
    ] as const) {
      const refusal = await inspection.table.answer(values).then(
        () => '',
        (error: Error) => error.message,
      );
      assert.match(refusal, why);
    }
    // Stored weights are looked at in the same way, and a newer look ends an older one.
    const bytes = new Uint8Array(await saveModel(trainer));
    const older = await inspection.table.importance();
    await trainer.steps(6);
    const query = `${QUERY}&loss=mse`;
    const stored = { query, run: 0, bytes, step: 12, dataset: 'houses', sha256: await hashOf(job) };
    await inspection.choose(stored);
    assert.is(await inspection.table.column(older?.id ?? 0, 0), undefined);
    const kept = await inspection.table.numbers();
    assert.is(kept.epochs, 2);
    assert.ok(kept.predicted.every((value, i) => Math.abs(value - predicted[i]) < 1e-3));
    assert.ok(engine.adapter);
  });
});

test.run();
