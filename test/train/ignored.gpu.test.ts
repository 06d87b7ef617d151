import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { liveSet } from '../../src/data/live.ts';
import { DataError, OptionError } from '../../src/errors.ts';
import type { Engine } from '../../src/gpu/engine.ts';
import { linear, Sequential, tanh } from '../../src/nn/layers.ts';
import { type CrossEntropyOptions, crossEntropy } from '../../src/nn/losses/cross-entropy.ts';
import { sgd } from '../../src/nn/optimizers.ts';
import { checkpointOf, restore } from '../../src/train/checkpoint.ts';
import type { TrainerOptions } from '../../src/train/trainer.ts';
import { rejects, withSharedEngine } from '../gpu/helpers.ts';
import { thoroughly } from '../run/thorough.ts';
import { assertSame, outcomeOf, withTrainer } from './helpers.ts';

const COUNT = 650;
const CLASSES = 3;
const WEIGHTS = [1, 5, 0.5];
const inputs = Float32Array.from({ length: 2 * COUNT }, (_, i) => Math.sin(3 * i + (i % 7)));
/** Every third sample is ignored, and so are the first 32. */
const labels = Array.from({ length: COUNT }, (_, i) =>
  i < 32 || i % 3 === 1 ? -100 : (i * i + (i >> 3)) % CLASSES,
);

const options = (loss: CrossEntropyOptions, more: object = {}) =>
  ({
    model: new Sequential([2], [linear(2, 6), tanh(), linear(6, CLASSES)]),
    dataset: { train: { inputs, labels } },
    loss: crossEntropy(loss),
    optimizer: sgd({ learningRate: 0.3 }),
    batchSize: 32,
    order: { kind: 'sequential' },
    seed: 3,
    ...more,
  }) satisfies TrainerOptions;

/** PyTorch's loss with reduction "sum", and what "mean" divides by. */
function lossOf(
  outputs: ArrayLike<number>,
  of: ArrayLike<number>,
  { labelSmoothing = 0, classWeights = [1, 1, 1], ignoreIndex }: CrossEntropyOptions,
): { readonly loss: number; readonly weight: number; readonly count: number; hits: number } {
  let [loss, weight, count, hits] = [0, 0, 0, 0];
  for (let row = 0; row < of.length; row++) {
    const label = of[row];
    if (label === ignoreIndex) continue;
    const x = Array.from({ length: CLASSES }, (_, c) => outputs[CLASSES * row + c]);
    const all = Math.log(x.reduce((sum, value) => sum + Math.exp(value), 0));
    const own = (c: number): number => classWeights[c] * (all - x[c]);
    loss += (1 - labelSmoothing) * own(label);
    for (let c = 0; c < CLASSES; c++) loss += (labelSmoothing / CLASSES) * own(c);
    weight += classWeights[label];
    count++;
    if (x.indexOf(Math.max(...x)) === label) hits++;
  }
  return { loss, weight, count, hits };
}

const near = (got: number, wanted: number): void =>
  assert.ok(Math.abs(got - wanted) <= 3e-6 * Math.abs(wanted), `${got}, not ${wanted}`);

const RECIPES = [
  ['portable', 'fused', { ignoreIndex: -100 }],
  ['portable', 'plain', { ignoreIndex: -100 }],
  ['quad', 'fused', { ignoreIndex: -100, labelSmoothing: 0.1, classWeights: WEIGHTS }],
  ['tiled', 'fused', { ignoreIndex: -100, labelSmoothing: 0.1, classWeights: WEIGHTS }],
  ['portable', 'plain', { ignoreIndex: -100, labelSmoothing: 0.1, classWeights: WEIGHTS }],
] as const;

for (const [family, plan, loss] of thoroughly(RECIPES, (_, i) => i === 2)) {
  const title = `${family}, ${plan}, ${Object.keys(loss)}`;
  test(`ignored samples count nowhere, and batches by their weights: ${title}`, () =>
    withSharedEngine(
      async (engine: Engine) => {
        const given = options(loss, { plan });
        await withTrainer(engine, given, async (trainer) => {
          const before = await trainer.predict(inputs);
          // All samples of the first batch are ignored: no loss, no step.
          assert.equal(await trainer.steps(1), [0]);
          assert.equal(await trainer.metrics(), { loss: NaN, accuracy: NaN });
          assert.equal(await trainer.predict(inputs), before);
          const second = lossOf(before.subarray(CLASSES * 32), labels.slice(32, 64), loss);
          near((await trainer.steps(1))[0], second.loss / second.weight);
          const epoch = await trainer.metrics();
          near(epoch?.loss ?? NaN, second.loss / second.weight);
          assert.is(epoch?.accuracy, second.hits / second.count);

          // Two batches of an evaluation: one of 500, one of 150.
          const outputs = await trainer.predict(inputs);
          const wanted = lossOf(outputs, labels, loss);
          const found = await trainer.evaluate('train', { metrics: ['auc', 'recall'] });
          near(found.loss, wanted.loss / wanted.weight);
          assert.is(found.accuracy, wanted.hits / wanted.count);
          const counted = (found.confusion ?? []).flat().reduce((sum, n) => sum + n, 0);
          assert.is(counted, wanted.count);
          assert.ok(found.metrics.auc >= 0 && found.metrics.recall >= 0);
        });
        // Without the samples: the same metrics.
        const kept = labels.flatMap((label, i) => (label === -100 ? [] : [i]));
        const some = {
          inputs: kept.map((i) => [...inputs.subarray(2 * i, 2 * i + 2)]),
          labels: kept.map((i) => labels[i]),
        };
        const metrics = ['auc', 'f1'] as const;
        const all = await withTrainer(engine, given, (trainer) =>
          trainer.evaluate('train', { metrics }),
        );
        const fewer = await withTrainer(engine, { ...given, dataset: { train: some } }, (trainer) =>
          trainer.evaluate('train', { metrics }),
        );
        near(all.loss, fewer.loss);
        const { loss: _, ...rest } = all;
        const { loss: __, ...same } = fewer;
        assert.equal(rest, same);
      },
      { family, quick: true },
    ));
}

test('a run with ignored samples resumes in the middle of an epoch, bit-identically', () =>
  withSharedEngine(async (engine) => {
    const given = options({ ignoreIndex: -100, classWeights: WEIGHTS });
    const { bytes, whole } = await withTrainer(engine, given, async (trainer) => {
      await trainer.steps(9);
      const saved = await checkpointOf(trainer);
      await trainer.fit({ epochs: 2 });
      return { bytes: saved, whole: await outcomeOf(trainer) };
    });
    await withTrainer(engine, given, async (trainer) => {
      restore(trainer, bytes);
      await trainer.fit({ epochs: 2 });
      assertSame(await outcomeOf(trainer), whole);
    });
  }));

test('labels that are neither classes nor ignored are refused, also on the GPU', () =>
  withSharedEngine(async (engine) => {
    const none = (given: TrainerOptions): Promise<void> =>
      withTrainer(engine, given, async () => {});
    await rejects(none(options({})), DataError, 'sample 0 has label -100');
    await rejects(none(options({ ignoreIndex: -1 })), DataError, 'sample 0 has label -100');

    const { device } = engine;
    const buffer = (data: Float32Array | Int32Array): GPUBuffer => {
      const made = device.createBuffer({
        size: data.byteLength,
        usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST,
      });
      device.queue.writeBuffer(made, 0, data as Float32Array<ArrayBuffer>);
      return made;
    };
    const train = {
      inputs: buffer(inputs),
      labels: buffer(Int32Array.from(labels, (label, i) => (i === 40 ? 7 : label))),
      count: COUNT,
    };
    const given = { ...options({ ignoreIndex: -100 }), dataset: { train } };
    await withTrainer(engine, given, (trainer) =>
      rejects(trainer.fit({ epochs: 1 }), DataError, 'sample 40 has label 7'),
    );
    for (const one of [train.inputs, train.labels]) one.destroy();
  }));

test('a split of which no sample counts is refused, and evaluated on the GPU is never the best', () =>
  withSharedEngine(async (engine) => {
    const none = (more: object): Promise<void> =>
      withTrainer(
        engine,
        options({ ignoreIndex: -1, classWeights: [1, 0, 1] }, more),
        async () => {},
      );
    const some = { inputs: [0, 1, 2, 3, 4, 5], labels: [2, -1, 0] };
    const off = { ...some, labels: [-1, 1, -1] };
    const refused = (dataset: object, name: string): Promise<void> =>
      rejects(none({ dataset, batchSize: 1 }), DataError, `no sample of ${name} counts`);
    await refused({ train: off }, 'train');
    await refused({ train: some, test: off }, 'test');
    const many = { inputs: Array(12).fill(0), labels: [2, -1, -1, -1, -1, -1] };
    await refused({ train: many, validation: 0.25 }, 'validation');
    await none({ dataset: { train: some, test: some }, batchSize: 1 });

    const test = liveSet({ capacity: 4, inputs: 2, classes: CLASSES, ignoreIndex: -1 });
    test.push(
      [
        [0, 1],
        [2, 3],
      ],
      [-1, -1],
    );
    const given = options({ ignoreIndex: -1 }, { dataset: { train: some, test }, batchSize: 1 });
    await withTrainer(engine, given, async (trainer) => {
      const stop = { on: 'test.loss', patience: 9 } as const;
      const [record] = await trainer.fit({ epochs: 1, stop, metrics: ['auc', 'f1'] });
      assert.equal(record.test, {
        loss: NaN,
        accuracy: NaN,
        metrics: { auc: NaN, f1: NaN },
      });
      const bytes = await checkpointOf(trainer);
      restore(trainer, bytes);
      assert.equal(trainer.history[0].test, record.test, 'after JSON');
      test.push([4, 5], 1);
      const { loss } = await trainer.evaluate('test');
      assert.ok(loss > 0);
    });
  }));

test('a live set takes the label that the loss ignores, if both say so', () =>
  withSharedEngine(async (engine) => {
    const size = { capacity: 4, inputs: 2 };
    const plain = liveSet({ ...size, classes: CLASSES });
    assert.throws(() => plain.push([0, 1], -1), /sample 0 has label -1/);
    const train = liveSet({ ...size, classes: CLASSES, ignoreIndex: -1 });
    train.push([0, 1], -1);
    train.push(
      [
        [0, 1],
        [2, 3],
      ],
      [4294967295, 2],
    );
    assert.throws(() => train.push([0, 1], -2), /from 0 to 2, or -1, which is ignored/);
    assert.throws(
      () => liveSet({ ...size, outputs: 1, ignoreIndex: -1 }),
      /ignoreIndex is a label/,
    );
    const more = { dataset: { train }, batchSize: 2 };
    for (const loss of [{}, { ignoreIndex: -2 }]) {
      const made = withTrainer(engine, options(loss, more), async () => {});
      await rejects(made, OptionError, 'with ignoreIndex -1');
    }
    await withTrainer(engine, options({ ignoreIndex: -1 }, more), async (trainer) => {
      const { loss, confusion } = await trainer.evaluate('train');
      assert.ok(loss > 0);
      assert.is(
        confusion?.flat().reduce((a, b) => a + b),
        1,
      );
    });
  }));

test.run();
