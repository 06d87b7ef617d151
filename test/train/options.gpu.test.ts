import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { DataError, MemoryError, OptionError, ShapeError } from '../../src/errors.ts';
import { mlp } from '../../src/nn/mlp.ts';
import { Trainer } from '../../src/train/trainer.ts';
import { rejects, withSharedEngine } from '../gpu/helpers.ts';
import { type ImageOptions, small, smallGarments, withTrainer } from './helpers.ts';

/** What is wrong, and what the error says is allowed. */
const REFUSED: readonly (readonly [string, Partial<ImageOptions>, string])[] = [
  ['a batch of 0', { batchSize: 0 }, 'batch size 0 was given; use an integer from 1 to 700'],
  ['a batch of 1.5', { batchSize: 1.5 }, 'batch size 1.5 was given; use an integer from 1 to 700'],
  [
    'a batch above the data',
    { batchSize: 701 },
    'batch size 701 was given; use an integer from 1 to 700',
  ],
  [
    'a wrong number of outputs',
    { model: mlp([28, 28], [784, 9]) },
    'the model has 9 outputs; built-in garments (synthetic) needs 10',
  ],
  [
    'an autoencoder that is too narrow',
    { model: mlp([28, 28], [784, 9]), target: 'input', loss: 'mse' },
    'needs 784',
  ],
  [
    'a model for other images',
    { model: mlp([27, 28], [756, 10]) },
    'the model takes samples of [27, 28]; the images of built-in garments (synthetic) are 28×28',
  ],
  ['a seed of −1', { seed: -1 }, 'seed -1 was given; a seed is an integer from 0 to 2^53 - 1'],
  ['a seed of 0.5', { seed: 0.5 }, 'seed 0.5 was given; a seed is an integer from 0 to 2^53 - 1'],
  ['a seed of 2^53', { seed: 2 ** 53 }, 'from 0 to 2^53 - 1'],
  [
    'a deviation of 0',
    { normalize: [0.5, 0] },
    'normalize 0.5,0 was given; for images it is [mean, deviation above 0]',
  ],
  [
    'a mean that is no number',
    { normalize: [NaN, 1] },
    'normalize NaN,1 was given; for images it is [mean, deviation above 0]',
  ],
  [
    'an infinite deviation',
    { normalize: [0, Infinity] },
    'normalize 0,Infinity was given; for images it is [mean, deviation above 0]',
  ],
  [
    'cross-entropy against the images',
    { model: mlp([28, 28], [784, 784]), target: 'input' },
    "with target 'input'; use 'mse'",
  ],
];

for (const [what, options, text] of REFUSED) {
  test(`${what} is refused with what is allowed, and leaves nothing`, () =>
    withSharedEngine(async (engine) => {
      await rejects(Trainer.create(engine, small(options)), OptionError, text);
    }));
}

test('fit refuses epochs and chunks that are no positive integers, and trains afterwards', () =>
  withSharedEngine((engine) =>
    withTrainer(engine, small(), async (trainer) => {
      for (const epochs of [0, -1, 1.5, NaN, Infinity]) {
        const text = `epochs ${epochs} was given; use an integer from 1 up`;
        await rejects(trainer.fit({ epochs }), OptionError, text);
      }
      for (const chunk of [0, -1, 1.5, NaN]) {
        const text = `chunk ${chunk} was given; use an integer from 1 up, or 'auto'`;
        await rejects(trainer.fit({ epochs: 1, chunk }), OptionError, text);
      }
      assert.is(trainer.step, 0);
      await trainer.fit({ epochs: 1 });
      assert.is(trainer.history.length, 1);
    }),
  ));

test('load returns the names of the parameters that stay as they were', () =>
  withSharedEngine((engine) =>
    withTrainer(engine, small(), async (trainer) => {
      assert.equal(trainer.load(new Map([['1.bias', new Float32Array(32)]])), [
        '1.weight',
        ...[...trainer.shapes.keys()].slice(2),
      ]);
      assert.equal(trainer.load(await trainer.parameters()), []);
    }),
  ));

test('load refuses names and sizes that the model has not', () =>
  withSharedEngine((engine) =>
    withTrainer(engine, small(), async (trainer) => {
      const load = (name: string, size: number) =>
        Promise.resolve().then(() => trainer.load(new Map([[name, new Float32Array(size)]])));
      await rejects(load('9.weight', 4), OptionError, 'no parameter "9.weight"; it has 1.weight');
      await rejects(
        load('fc1.weight', 784 * 32),
        OptionError,
        'By size fit "fc1.weight" → 1.weight; readWeights()',
      );
      await rejects(load('1.weight', 4), ShapeError, '4 values were given for 1.weight', 784 * 32);
      await rejects(load('1.bias', 33), ShapeError, '33 values were given for 1.bias', 32);
    }),
  ));

test('a data set whose bytes do not fit its count is refused, and leaves nothing', () =>
  withSharedEngine(async (engine) => {
    const dataset = smallGarments();
    const test_ = { ...dataset.test, images: dataset.test.images.subarray(1) };
    const options = small({ dataset: { ...dataset, test: test_ } });
    await rejects(Trainer.create(engine, options), DataError, 200 * 784 - 1, 200 * 784);
  }));

test('a batch whose activations no binding can hold is refused, and leaves nothing', () =>
  withSharedEngine(async (engine) => {
    const most = engine.device.limits.maxStorageBufferBindingSize;
    // One pixel an image, so that there can be many.
    const count = 65_536;
    const width = Math.ceil(most / 4 / count) + 4;
    const split = {
      images: new Uint8Array(count),
      labels: new Uint8Array(count),
      count,
      height: 1,
      width: 1,
    };
    const options = small({
      model: mlp([1, 1], [1, width, 10]),
      dataset: { ...smallGarments(), train: split, test: split },
      batchSize: count,
    });
    await rejects(Trainer.create(engine, options), MemoryError, most, 'Use a smaller batch');
  }));

test.run();
