import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { DataError } from '../../src/errors.ts';
import type { TableData } from '../../src/harness/own/table.ts';
import { type Job, openJob } from '../../src/harness/tasks/job.ts';
import { createTrainer } from '../../src/harness/tasks/run-trainer.ts';
import { settingsOf } from '../../src/harness/tasks/settings.ts';
import { Inspection } from '../../src/harness/worker/inspection.ts';
import { hashOf } from '../../src/harness/worker/job-hash.ts';
import type { Run } from '../../src/harness/worker/subject.ts';
import { saveModel } from '../../src/train/model-file/write.ts';
import { withSharedEngine } from '../gpu/helpers.ts';
import { inLongRun } from '../run/thorough.ts';

const QUERY = 'model=2&layers=784,12,10&data=built-in&train-limit=60&batch-size=20&family=portable';

async function withRun(
  query: string,
  work: (run: Run, inspection: Inspection) => Promise<void>,
): Promise<void> {
  await withSharedEngine(async (engine) => {
    const options = new URLSearchParams(query);
    const job: Job = await openJob(options, settingsOf(options), () => {});
    const trainer = await createTrainer(engine, job);
    const run = { engine, trainer, job };
    const inspection = new Inspection({
      run: () => run,
      engine: async () => engine,
      given: () => ({}),
    });
    try {
      await work(run, inspection);
    } finally {
      inspection.drop();
      trainer.destroy();
    }
  });
}

const near = (got: ArrayLike<number>, wanted: ArrayLike<number>): void => {
  assert.is(got.length, wanted.length);
  for (let i = 0; i < got.length; i++) {
    assert.ok(Math.abs(got[i] - wanted[i]) < 1e-5, `${i}: ${got[i]}, not ${wanted[i]}`);
  }
};

test('stored weights are looked into as they were, while the run goes on', () =>
  withRun(QUERY, async (run, inspection) => {
    const { trainer, job } = run;
    await trainer.steps(6);
    const before = await inspection.outputs();
    assert.is(before.epochs, 2);
    const bytes = new Uint8Array(await saveModel(trainer));
    const sha256 = await hashOf(job);
    const stored = { query: QUERY, run: 0, bytes, step: 6, dataset: 'garments', sha256 };
    await inspection.choose(stored);
    await trainer.steps(3);
    const kept = await inspection.outputs();
    assert.is(kept.epochs, 2);
    near(kept.outputs, before.outputs);
    const image = await inspection.images([1]);
    near((await inspection.classify(image)).outputs, kept.outputs.subarray(10, 20));
    await inspection.choose(undefined);
    const now = await inspection.outputs();
    assert.is(now.epochs, 3);
    assert.ok(now.outputs.some((value, i) => Math.abs(value - before.outputs[i]) > 1e-4));
    assert.is(trainer.step, 9, 'the run is as it was');

    const wrong = await inspection.choose({ ...stored, sha256: '0'.repeat(64) }).then(
      () => undefined,
      (error: unknown) => error,
    );
    assert.instance(wrong, DataError);
    assert.match((wrong as Error).message, /other data than the page has now: garments/);
  }));

test('the images that excite a unit most are those for which it is largest', () =>
  withRun(QUERY, async ({ trainer, job }, inspection) => {
    await trainer.steps(3);
    if (job.data !== 'images') throw new Error('the job has images');
    const { test: split } = job.dataset;
    const parameters = await trainer.parameters();
    const weight = parameters.get('1.weight')?.data ?? new Float32Array();
    const bias = parameters.get('1.bias')?.data ?? new Float32Array();
    for (const unit of [0, 11]) {
      const own = weight.subarray(784 * unit, 784 * (unit + 1));
      const values = Array.from({ length: split.count }, (_, i) =>
        own.reduce((sum, w, pixel) => sum + (w * split.images[784 * i + pixel]) / 255, bias[unit]),
      );
      const image = split.images.slice(0, 784);
      const facts = await inspection.unit({ layer: '1', unit, image });
      const wanted = values.map((_, i) => i).sort((a, b) => values[b] - values[a]);
      assert.equal(
        facts?.most.map(({ index }) => index),
        wanted.slice(0, 24),
      );
      near(
        facts?.most.map(({ value }) => value) ?? [],
        wanted.slice(0, 24).map((i) => values[i]),
      );
      assert.is(facts?.count, split.count);
      assert.is(facts?.epochs, 1);
      near(facts?.answer?.data ?? [], [values[0]]);
      near(facts?.weights?.data ?? [], own);
      assert.equal([facts?.weights?.height, facts?.weights?.width], [28, 28]);
      assert.is(facts?.active, values.filter((value) => value > 0).length / split.count);
      // The activation behind it has the same weights, and no negative values.
      const behind = await inspection.unit({ layer: '2', unit });
      assert.is(behind?.weights?.layer, '1');
      assert.is(behind?.most[0].index, wanted[0]);
    }
    const error = await inspection.unit({ layer: '1', unit: 12 }).then(
      () => undefined,
      (reason: Error) => reason.message,
    );
    assert.match(error ?? '', /unit 13 was given; layer 1 has 12/);
  }));

test('a network of a table has its rows classified, and one of numbers has no classes', () =>
  withSharedEngine(async (engine) => {
    const options = new URLSearchParams('model=2&batch-size=4&data=own&family=portable');
    const part = { count: 6, inputs: Float32Array.from({ length: 12 }, (_, i) => i / 6 - 1) };
    const heldOut = { numbers: Uint32Array.of(1, 2, 3, 4, 5, 6), values: new Float64Array() };
    const base = {
      ...{ name: 'own', inputs: ['a', 'b'], columns: [], target: 'c', leftOut: 0 },
      heldOut,
    };
    const labels = Uint32Array.of(0, 1, 2, 0, 1, 2);
    const classified: TableData = {
      ...base,
      ...{ classes: ['x', 'y', 'z'], train: { ...part, labels }, test: { ...part, labels } },
    };
    const numbers = { ...part, targets: Float32Array.of(1, 2, 3, 4, 5, 6) };
    const measured: TableData = { ...base, train: numbers, test: numbers };
    for (const table of [classified, measured]) {
      const own = { data: 'table', table } as const;
      const job = await openJob(options, settingsOf(options), () => {}, { own });
      const trainer = await createTrainer(engine, job);
      try {
        const inspection = new Inspection({
          run: () => ({ engine, trainer, job }),
          engine: async () => engine,
          given: () => ({ own }),
        });
        const { test: facts, units } = await inspection.insides();
        assert.equal(units, []);
        assert.equal(facts?.classes, table.classes);
        if (!facts) continue;
        const { outputs, labels: truths } = await inspection.outputs();
        assert.equal([...Array.from(truths)], [...labels]);
        near(outputs, await trainer.predict(part.inputs));
      } finally {
        trainer.destroy();
      }
    }
  }));

inLongRun(test)(
  'of two questions the older one is given up, and a unit of a convolution answers with a map',
  () =>
    withRun(QUERY.replace(/model=2&layers=[^&]*/, 'model=cnn'), async (_, inspection) => {
      const image = await inspection.images([0]);
      const [older, newer] = await Promise.all([
        inspection.unit({ layer: '0', unit: 0 }),
        inspection.unit({ layer: '3', unit: 5, image }),
      ]);
      assert.is(older, undefined);
      assert.equal([newer?.answer?.height, newer?.answer?.width], [14, 14]);
      assert.equal([newer?.weights?.count, newer?.weights?.width], [32, 3]);
      const most = Math.max(...(newer?.answer?.data ?? []));
      const own = await inspection.unit({ layer: '3', unit: 5, image });
      const listed = own?.most.find(({ index }) => index === 0);
      if (listed) assert.ok(Math.abs(listed.value - most) < 1e-5);
      const linear = await inspection.unit({ layer: '8', unit: 0 });
      assert.equal([linear?.weights?.count, linear?.weights?.height], [64, 7]);
    }),
);

test.run();
