import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { ArrayDataset, ArraySplit, RowSource } from '../../src/data/arrays.ts';
import { parseSafetensors } from '../../src/data/safetensors.ts';
import { DataError, NonFiniteError, OptionError } from '../../src/errors.ts';
import type { Engine } from '../../src/gpu/engine.ts';
import { linear, relu, Sequential, tanh } from '../../src/nn/layers.ts';
import { adam, sgd } from '../../src/nn/optimizers.ts';
import { RandomStream } from '../../src/random/stream.ts';
import { checkpointOf, restore } from '../../src/train/checkpoint.ts';
import { Trainer, type TrainerOptions } from '../../src/train/trainer.ts';
import { weightsOf } from '../../src/train/weights.ts';
import { rejects, withSharedEngine } from '../gpu/helpers.ts';
import { thoroughly } from '../run/thorough.ts';
import { assertSame, fitted, outcomeOf, withTrainer } from './helpers.ts';

const COUNT = 90;
const STORAGE = 0x80 | 0x8;

const random = new RandomStream([4, 2]);
const points = Float32Array.from({ length: 2 * COUNT }, () => random.signed());
const values = Float32Array.from({ length: 3 * COUNT }, (_, i) => {
  const [x, y] = points.subarray(2 * Math.floor(i / 3));
  return [x * y, x + y, Math.sin(3 * x)][i % 3];
});
const classes = Uint8Array.from(
  { length: COUNT },
  (_, i) => Number(points[2 * i] > 0) + 2 * Number(points[2 * i + 1] > 0),
);
const weights = Float32Array.from({ length: COUNT }, (_, i) => [0.5, 2, -0.25, 0, 1][i % 5]);

const regression = (dataset: ArrayDataset, more: Partial<TrainerOptions> = {}): TrainerOptions => ({
  model: new Sequential([2], [linear(2, 24), tanh(), linear(24, 3)]),
  dataset,
  loss: 'mse',
  optimizer: adam({ learningRate: 0.02 }),
  batchSize: 20,
  seed: 5,
  ...more,
});

const classification = (
  dataset: ArrayDataset,
  more: Partial<TrainerOptions> = {},
): TrainerOptions =>
  regression(dataset, {
    model: new Sequential([2], [linear(2, 16), relu(), linear(16, 8), relu(), linear(8, 4)]),
    loss: 'cross_entropy',
    ...more,
  });

function upload(engine: Engine, contents: Float32Array<ArrayBuffer> | Uint32Array<ArrayBuffer>) {
  const made = engine.device.createBuffer({ size: contents.byteLength, usage: STORAGE });
  engine.device.queue.writeBuffer(made, 0, contents);
  return made;
}

test('arrays train to the bits of the same numbers in buffers on the GPU, weighted or not', () =>
  withSharedEngine(async (engine) => {
    const [inputs, targets, labels, scale] = [
      upload(engine, points),
      upload(engine, values),
      upload(engine, Uint32Array.from(classes)),
      upload(engine, weights),
    ];
    const arrays = { inputs: points, targets: values };
    const nested = {
      inputs: Array.from({ length: COUNT }, (_, i) => [...points.subarray(2 * i, 2 * i + 2)]),
      targets: Array.from({ length: COUNT }, (_, i) => values.subarray(3 * i, 3 * i + 3)),
    };
    const fit = { epochs: 2 };
    const tensors = { count: COUNT, inputs, targets };
    const wanted = await fitted(
      engine,
      { ...regression({ train: arrays }), dataset: { train: tensors, test: tensors } },
      fit,
    );
    for (const train of [arrays, nested]) {
      assertSame(await fitted(engine, regression({ train, test: train }), fit), wanted);
    }
    const weighed = { count: COUNT, inputs, labels, weights: scale };
    const options = classification({ train: { inputs: points, labels: classes, weights } });
    const onGpu = await fitted(engine, { ...options, dataset: { train: weighed } }, fit);
    assertSame(await fitted(engine, options, fit), onGpu, 'weighted runs');
    for (const buffer of [inputs, targets, labels, scale]) buffer.destroy();
  }));

/** A split behind a source. */
function sourceOf({ inputs, ...rest }: ArraySplit & { inputs: Float32Array }): RowSource {
  const columns = inputs.length / COUNT;
  return {
    ...rest,
    count: COUNT,
    async gather(indices, into) {
      await Promise.resolve();
      for (const [i, index] of indices.entries()) {
        into.set(inputs.subarray(index * columns, (index + 1) * columns), i * columns);
      }
    },
  };
}

for (const [name, options] of [
  ['values', (train: ArraySplit | RowSource) => regression({ train, test: train })],
  ['classes', (train: ArraySplit | RowSource) => classification({ train, test: train })],
  [
    'held out, standardised classes',
    (train: ArraySplit | RowSource) =>
      classification({ train, validation: 0.2 }, { normalize: 'standardise' }),
  ],
] as const) {
  test(`${name}: streamed arrays and sources end in the bits of resident arrays`, () =>
    withSharedEngine(async (engine) => {
      const split = { inputs: points, targets: values, labels: classes, weights };
      const all = { ...options(split), target: name === 'values' ? 'value' : 'label' } as const;
      const fit = { epochs: 2, chunk: 3 };
      const resident = await fitted(engine, { ...all, data: 'resident' }, fit);
      const streamed = { ...all, data: 'streamed', streamBytes: 2 * 20 * 8 } as const;
      assertSame(await fitted(engine, streamed, fit), resident);
      const sourced = { ...all, dataset: options(sourceOf(split)).dataset };
      assertSame(await fitted(engine, sourced, fit), resident, 'a source');
      const text = "data: 'resident' was given with a source";
      await rejects(Trainer.create(engine, { ...sourced, data: 'resident' }), OptionError, text);
    }));
}

test('a run of arrays predicts for arrays, standardised as they were, and goes on from a checkpoint', () =>
  withSharedEngine(async (engine) => {
    const inputs = Float64Array.from(points, (x, i) => (i % 2 ? 1e6 + x : 1e-4 * x));
    const options = regression(
      { train: { inputs, targets: values }, validation: 0.3 },
      { normalize: 'standardise' },
    );
    await withTrainer(engine, options, async (trainer) => {
      await trainer.fit({ epochs: 40 });
      const [first, last] = [trainer.history[0], trainer.history[39]];
      assert.ok((last.test?.loss ?? 9) < 0.3 * (first.test?.loss ?? 0), JSON.stringify(last));
      const { normalize } = trainer.options;
      assert.ok(normalize && 'deviation' in normalize);
      assert.ok(Math.abs(normalize.mean[1] - 1e6) < 0.2, String(normalize.mean));
      const outputs = await trainer.predict(inputs);
      assert.is(outputs.length, 3 * COUNT);
      const nested = Array.from({ length: COUNT }, (_, i) => [inputs[2 * i], inputs[2 * i + 1]]);
      assert.equal(await trainer.predict(nested), outputs);
      assert.equal(await trainer.predict(nested.slice(7, 9)), outputs.slice(21, 27));
      await rejects(trainer.predict([1, 2, 3]), DataError, 'samples.inputs', '2 numbers');
      await rejects(trainer.predict([[1, NaN]]), DataError, 'NaN in row 0, column 1');
      // The same standardisation by its numbers is the same run; another is another.
      const { metadata } = parseSafetensors(await weightsOf(trainer));
      assert.equal(JSON.parse(metadata.normalize ?? ''), normalize);
      const bytes = await checkpointOf(trainer);
      await withTrainer(engine, { ...options, normalize }, async (other) => {
        restore(other, bytes);
        assertSame(await outcomeOf(other), await outcomeOf(trainer));
        assert.equal(await other.predict(inputs), outputs);
      });
      const scale = { mean: normalize.mean, deviation: [1, 1] };
      await withTrainer(engine, { ...options, normalize: scale }, async (other) => {
        // The data are compared as they are trained on.
        assert.throws(() => restore(other, bytes), /with normalize: .*; data differ, too\./);
      });
      const data = { train: { inputs: points, targets: values }, validation: 0.3 };
      await withTrainer(engine, { ...options, dataset: data, normalize }, async (other) => {
        assert.throws(() => restore(other, bytes), /data/);
      });
    });
  }));

const FAMILIES = ['portable', 'quad', 'tiled'] as const;

for (const family of thoroughly(FAMILIES, (one) => one === 'portable')) {
  test(`${family} kernels: weights multiply each row's loss and gradient`, () =>
    withSharedEngine(
      async (engine) => {
        const twice = Float32Array.from({ length: COUNT }, () => 2);
        const train = { inputs: points, labels: classes };
        const run = async (split: ArraySplit, learningRate: number) => {
          const options = classification(
            { train: split },
            // One step of plain gradient descent: twice the weight is twice the rate.
            { optimizer: sgd({ learningRate }), family, batchSize: COUNT },
          );
          return withTrainer(engine, options, async (trainer) => {
            const losses = await trainer.steps(1);
            return { losses, parameters: await trainer.parameters(), plan: trainer.explain() };
          });
        };
        const plain = await run(train, 0.5);
        const heavy = await run({ ...train, weights: twice }, 0.25);
        assert.ok(Math.abs(heavy.losses[0] - 2 * plain.losses[0]) < 1e-6, String(heavy.losses));
        for (const [name, { data }] of plain.parameters) {
          const other = heavy.parameters.get(name)?.data ?? [];
          data.forEach((value, i) => {
            assert.ok(Math.abs(value - (other[i] ?? NaN)) < 1e-6, `${name} ${i}`);
          });
        }
        if (family === 'tiled') assert.match(heavy.plan, 'tiled/rows');
        // A sample of weight 0 has no part in the step, but counts as a row of the mean.
        const half = Float32Array.from({ length: COUNT }, (_, i) => Number(i < COUNT / 2));
        const some = await run({ ...train, weights: half }, 0.5);
        const first = { inputs: points.slice(0, COUNT), labels: classes.slice(0, COUNT / 2) };
        const options = classification(
          { train: first },
          { optimizer: sgd({ learningRate: 0.25 }), family, batchSize: COUNT / 2 },
        );
        await withTrainer(engine, options, async (trainer) => {
          const [loss] = await trainer.steps(1);
          assert.ok(Math.abs(2 * some.losses[0] - loss) < 1e-6);
          for (const [name, { data }] of await trainer.parameters()) {
            const other = some.parameters.get(name)?.data ?? [];
            data.forEach((value, i) => {
              assert.ok(Math.abs(value - (other[i] ?? NaN)) < 1e-6, `${name} ${i}`);
            });
          }
        });
      },
      { family, quick: true },
    ));
}

test('a weight that makes the loss more than float32 holds is found by the watch', () =>
  withSharedEngine(async (engine) => {
    const huge = Float32Array.from({ length: COUNT }, (_, i) => (i === 7 ? 3e38 : 1));
    const train = { inputs: points, targets: values.map((x) => 10 * x + 5), weights: huge };
    await withTrainer(engine, regression({ train }), async (trainer) => {
      const error = await trainer.fit({ epochs: 1, watch: true }).catch((e: unknown) => e);
      assert.instance(error, NonFiniteError);
    });
  }));

test('images may have weights and a share that is held out, too', () =>
  withSharedEngine(async (engine) => {
    const images = Uint8Array.from({ length: 40 * 4 }, (_, i) => (i * 91) % 256);
    const labels = Uint8Array.from({ length: 40 }, (_, i) => i % 2);
    const split = { images, labels, count: 40, height: 2, width: 2 };
    const dataset = { classes: ['a', 'b'], train: split, validation: 0.25 };
    const options = {
      model: new Sequential([4], [linear(4, 2)]),
      loss: 'cross_entropy',
      optimizer: adam(),
      batchSize: 10,
      normalize: 'standardise',
    } as const;
    const ones = { ...split, weights: new Float32Array(40).fill(1) };
    const plain = await fitted(engine, { ...options, dataset }, { epochs: 3 });
    assert.is(plain.history.length, 3);
    assert.ok(plain.history.every(({ test: held }) => held));
    const weighed = { ...options, dataset: { ...dataset, train: ones } };
    const { history } = await fitted(engine, weighed, { epochs: 3 });
    assert.ok(Math.abs(history[2].train.loss - plain.history[2].train.loss) < 1e-5);
    await withTrainer(engine, { ...options, dataset }, async (trainer) => {
      assert.is(trainer.stepsPerEpoch, 3);
      const { confusion } = await trainer.evaluate();
      assert.equal(
        confusion?.map((row) => row.reduce((a, b) => a + b)),
        [5, 5],
      );
    });
  }));

test('what does not fit is refused by name, and nothing is left', () =>
  withSharedEngine(async (engine) => {
    const train = { inputs: points, labels: classes };
    const nan = points.slice();
    nan[7] = NaN;
    const refused: readonly (readonly [TrainerOptions, new () => Error, ...string[]])[] = [
      [classification({ train: { ...train, inputs: nan } }), DataError, 'row 3, column 1'],
      [
        classification({ train: { ...train, labels: classes.map((c) => c + 1) } }),
        DataError,
        'train.labels: sample',
        'has label 4',
        'begin at 1',
      ],
      [classification({ train, test: { inputs: points } }), OptionError, 'labels', 'test has'],
      [classification({ train, test: train, validation: 0.2 }), OptionError, 'beside a test'],
      [classification({ train, classes: ['a'] }), OptionError, '1 classes'],
      [classification({ train }, { normalize: [0, 1] }), OptionError, '{ mean, deviation }'],
      [
        classification({ train }, { normalize: { mean: [0], deviation: [1] } }),
        OptionError,
        'use 2 finite numbers',
      ],
      [
        classification({ train }, { normalize: { mean: [0, 1], deviation: [1, -1] } }),
        OptionError,
        'deviation',
      ],
      [classification({ train }, { batchSize: 91 }), OptionError, '1 to 90'],
      [
        regression({ train: { inputs: points, targets: values.slice(3) } }),
        DataError,
        'train.targets: ',
        'was given for 90 samples; give 3 numbers for each',
      ],
    ];
    for (const [options, kind, ...texts] of refused) {
      await rejects(Trainer.create(engine, options), kind, ...texts);
    }
  }));

test('a batch is as large as four samples are, if nobody says how large', () =>
  withSharedEngine(async (engine) => {
    const dataset = {
      train: {
        inputs: [
          [0, 0],
          [0, 1],
          [1, 0],
          [1, 1],
        ],
        targets: [0, 1, 1, 0],
      },
    };
    const model = new Sequential([2], [linear(2, 16), tanh(), linear(16, 1)]);
    const options = {
      model,
      dataset,
      loss: 'mse',
      optimizer: adam({ learningRate: 0.05 }),
    } as const;
    await withTrainer(engine, options, async (trainer) => {
      assert.is(trainer.options.batchSize, 4);
      await trainer.steps(300);
      const outputs = await trainer.predict([
        [0, 0],
        [0, 1],
        [1, 0],
        [1, 1],
      ]);
      assert.equal(outputs.map(Math.round).map(Math.abs), Float32Array.of(0, 1, 1, 0));
    });
  }));

test.run();
