import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { DataError, OptionError } from '../../src/errors.ts';
import type { Engine } from '../../src/gpu/engine.ts';
import { flatten, linear, relu, Sequential } from '../../src/nn/layers.ts';
import { adam } from '../../src/nn/optimizers.ts';
import { RandomStream } from '../../src/random/stream.ts';
import { Trainer, type TrainerOptions } from '../../src/train/trainer.ts';
import { rejects, withSharedEngine } from '../gpu/helpers.ts';
import { runs } from '../run/device.ts';
import { thoroughly } from '../run/thorough.ts';
import { assertSame, firstOf, fitted, small, smallGarments, withTrainer } from './helpers.ts';

const STORAGE = 0x80 | 0x8;
const COUNT = 50;
const CLASSES = 3;

/** Points with a class each, on the GPU; labels that cannot be copied from. */
function samples(engine: Engine, labels: Uint32Array<ArrayBuffer>) {
  const random = new RandomStream([4, 2]);
  const points = Float32Array.from({ length: 2 * COUNT }, () => random.signed());
  const [inputs, classes] = [points, labels].map((contents) => {
    const made = engine.device.createBuffer({ size: contents.byteLength, usage: STORAGE });
    engine.device.queue.writeBuffer(made, 0, contents);
    return made;
  });
  const destroy = () => {
    inputs.destroy();
    classes.destroy();
  };
  return { split: { count: COUNT, inputs, labels: classes }, classes, destroy };
}

const rightLabels = () => Uint32Array.from({ length: COUNT }, (_, i) => i % CLASSES);

const network = (hidden: number) =>
  new Sequential([2], [linear(2, hidden), relu(), linear(hidden, CLASSES)]);

/** All ways in which a label is read. */
const WAYS: readonly (readonly [string, Partial<TrainerOptions>])[] = [
  ['the head of a fused plan', { loss: 'cross_entropy', family: 'portable' }],
  ['the head, mse', { loss: 'mse', family: 'portable' }],
  ['the head in quads', { loss: 'cross_entropy', family: 'quad' }],
  ['a loss apart', { loss: 'cross_entropy', model: network(400), family: 'portable' }],
  ['the tiled rows', { loss: 'cross_entropy', family: 'tiled' }],
  ['the tiled rows, mse', { loss: 'mse', family: 'tiled' }],
  ['the plain plan', { loss: 'cross_entropy', plan: 'plain', family: 'portable' }],
  ['the plain plan, mse', { loss: 'mse', plan: 'plain', family: 'portable' }],
];

// The tiled rows compile for seconds: they are for the long run. Ignored labels are read by them in the short one.
for (const [name, options] of thoroughly(
  WAYS,
  (way, i) => i % 2 === 0 && way[1].family !== 'tiled',
)) {
  if (options.family && !runs(options.family)) continue;
  test(`a label on the GPU that is no class is found and named by ${name}`, () =>
    withSharedEngine(async (engine) => {
      const labels = rightLabels();
      const { split, classes, destroy } = samples(engine, labels);
      const all: TrainerOptions = {
        model: network(8),
        dataset: { train: split, test: split },
        loss: 'mse',
        optimizer: adam(),
        batchSize: 16,
        ...options,
      };
      await withTrainer(engine, all, async (trainer) => {
        const write = (label: number) =>
          engine.device.queue.writeBuffer(classes, 4 * 37, Uint32Array.of(label));
        for (const wrong of [CLASSES, 7, 2 ** 31 + 1, 2 ** 32 - 1]) {
          write(wrong);
          const text = `sample 37 has label ${wrong}; with 3 classes a label is an integer from 0 to 2`;
          await rejects(trainer.fit({ epochs: 1 }), DataError, text);
          await rejects(trainer.evaluate(), DataError, text);
          await rejects(trainer.metrics(), DataError, text);
        }
        assert.is(trainer.history.length, 0);
        write(labels[37]);
        trainer.reset();
        const [record] = await trainer.fit({ epochs: 1 });
        assert.ok((record.train.accuracy ?? 2) <= 1);
        const { confusion } = await trainer.evaluate();
        assert.is(
          confusion?.flat().reduce((sum, count) => sum + count, 0),
          COUNT,
        );
        assert.equal(
          confusion?.map((row) => row.reduce((sum, count) => sum + count, 0)),
          [17, 17, 16],
        );
      });
      destroy();
    }));
}

test('labels on the GPU that begin at 1 are said to', () =>
  withSharedEngine(async (engine) => {
    const { split, destroy } = samples(
      engine,
      rightLabels().map((label) => label + 1),
    );
    const options: TrainerOptions = {
      model: network(8),
      dataset: { train: split },
      loss: 'cross_entropy',
      optimizer: adam(),
      batchSize: 16,
    };
    await withTrainer(engine, options, async (trainer) => {
      await rejects(
        trainer.steps(4),
        DataError,
        'sample 2 has label 3',
        'begin at 1',
        'subtract 1',
      );
    });
    destroy();
  }));

for (const data of thoroughly(['resident', 'streamed'] as const, (one) => one === 'streamed')) {
  test(`labels of ${data} images that are no classes are refused before anything is made`, () =>
    withSharedEngine(async (engine) => {
      const dataset = firstOf(smallGarments(), 40, 20);
      const create = (labels: Uint8Array, which: 'train' | 'test') => {
        const given = { ...dataset, [which]: { ...dataset[which], labels } };
        return Trainer.create(engine, small({ data, dataset: given }));
      };
      const { train, test: tested } = dataset;
      await rejects(
        create(
          train.labels.map((label) => label + 1),
          'train',
        ),
        DataError,
        'train: sample',
        'has label 10; with 10 classes a label is an integer from 0 to 9',
        'begin at 1: subtract 1',
      );
      const far = tested.labels.slice();
      far[11] = 200;
      await rejects(create(far, 'test'), DataError, 'test: sample 11 has label 200');
      assert.is(engine.buffers.liveCount, 0);
    }));
}

for (const data of thoroughly(['resident', 'streamed'] as const, (one) => one === 'streamed')) {
  test(`labels of ${data} images are any array of numbers, to the same bits`, () =>
    withSharedEngine(async (engine) => {
      const dataset = firstOf(smallGarments(), 40, 20);
      const kinds: readonly ((labels: Uint8Array) => ArrayLike<number>)[] = [
        (labels) => labels,
        (labels) => Uint16Array.from(labels),
        (labels) => Uint32Array.from(labels),
        (labels) => Float64Array.from(labels),
        (labels) => [...labels],
        (labels) => ({ ...labels, length: labels.length }),
      ];
      const outcomes = [];
      for (const kind of kinds) {
        const given = {
          ...dataset,
          train: { ...dataset.train, labels: kind(dataset.train.labels) },
          test: { ...dataset.test, labels: kind(dataset.test.labels) },
        };
        outcomes.push(await fitted(engine, small({ data, dataset: given }), { epochs: 1 }));
      }
      for (const outcome of outcomes.slice(1)) assertSame(outcome, outcomes[0]);
    }));
}

test('images may have more classes than a byte counts', () =>
  withSharedEngine(async (engine) => {
    const names = Array.from({ length: 300 }, (_, i) => `class ${i}`);
    const images = {
      count: 4,
      height: 2,
      width: 2,
      images: Uint8Array.from({ length: 16 }, (_, i) => 16 * i),
    };
    const options: TrainerOptions = {
      model: new Sequential([2, 2], [flatten(), linear(4, 300)]),
      dataset: { classes: names, train: { ...images, labels: [299, 256, 3, 255] } },
      loss: 'cross_entropy',
      optimizer: adam({ learningRate: 0.3 }),
    };
    await withTrainer(engine, options, async (trainer) => {
      await trainer.fit({ epochs: 60 });
      const { confusion } = await trainer.evaluate('train');
      assert.equal(
        confusion?.flatMap((row, i) => (row.some((n) => n > 0) ? [i] : [])),
        [3, 255, 256, 299],
      );
      assert.equal([...(await trainer.predict(images, { as: 'class' }))], [299, 256, 3, 255]);
    });
    const wrong = { classes: names, train: { ...images, labels: Uint16Array.of(0, 1, 300, 2) } };
    await rejects(
      Trainer.create(engine, { ...options, dataset: wrong }),
      DataError,
      'train: sample 2 has label 300',
    );
    const none = { classes: names, train: images };
    await rejects(
      Trainer.create(engine, { ...options, dataset: none as never }),
      OptionError,
      'train.labels: undefined was given; it is an array of class numbers',
    );
  }));

test('cross-entropy of one output, and an order beyond the samples, are refused', () =>
  withSharedEngine(async (engine) => {
    const { split, destroy } = samples(engine, new Uint32Array(COUNT));
    const options: TrainerOptions = {
      model: new Sequential([2], [linear(2, 1)]),
      dataset: { train: split },
      loss: 'cross_entropy',
      optimizer: adam(),
    };
    await rejects(Trainer.create(engine, options), OptionError, 'of 1 output', 'bceWithLogits()');
    const order = { kind: 'listed', indices: Uint32Array.of(0, 3, COUNT) } as const;
    await rejects(
      Trainer.create(engine, { ...options, model: network(4), order }),
      OptionError,
      `order.indices has ${COUNT} at 2; the training split has ${COUNT} samples`,
    );
    destroy();
  }));

test('the default batch is all samples if these are fewer than 100', () =>
  withSharedEngine(async (engine) => {
    const { batchSize: _, ...options } = small({ dataset: firstOf(smallGarments(), 4, 4) });
    await withTrainer(engine, options, async (trainer) => {
      assert.is(trainer.options.batchSize, 4);
      await trainer.fit({ epochs: 1 });
    });
    const given = Trainer.create(engine, { ...options, batchSize: 100 });
    await rejects(given, OptionError, 'batch size 100 was given; use an integer from 1 to 4');
  }));

test.run();
