import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { ImageDataset } from '../../src/data/dataset.ts';
import { builtInGarments } from '../../src/data/garments.ts';
import { OptionError } from '../../src/errors.ts';
import { linear, Sequential } from '../../src/nn/layers.ts';
import { mlp } from '../../src/nn/mlp.ts';
import { adam, sgd } from '../../src/nn/optimizers.ts';
import { Trainer } from '../../src/train/trainer.ts';
import { rejects, withSharedEngine } from '../gpu/helpers.ts';
import { thoroughly } from '../run/thorough.ts';
import { firstOf, type ImageOptions, small, smallGarments, withTrainer } from './helpers.ts';
import { ReferenceTrainer } from './reference.ts';

const sum = (values: readonly number[]): number =>
  values.reduce((total, value) => total + value, 0);

/** Classes by the largest of each row of 10 outputs. */
function classesOf(outputs: ArrayLike<number>): number[] {
  return Array.from({ length: outputs.length / 10 }, (_, row) => {
    let best = 0;
    for (let c = 1; c < 10; c++) if (outputs[10 * row + c] > outputs[10 * row + best]) best = c;
    return best;
  });
}

const RECIPES = [
  ['plain', 'cross_entropy'],
  ['fused', 'cross_entropy'],
  ['fused', 'mse'],
] as const;

for (const [plan, loss] of thoroughly(RECIPES, ([plan]) => plan === 'fused')) {
  test(`${loss} on the ${plan} plan: evaluation and prediction are the reference's, without dropout`, () =>
    withSharedEngine(async (engine) => {
      const options = small({ plan, loss, optimizer: sgd({ learningRate: 0.1 }) });
      const reference = new ReferenceTrainer(options);
      for (let i = 0; i < 3; i++) reference.train();
      await withTrainer(engine, options, async (trainer) => {
        await trainer.steps(3);
        // 700 images are a batch of 500 and one of 200; 200 are one batch.
        for (const which of ['train', 'test'] as const) {
          const expected = reference.evaluate(which);
          const { count, labels } = options.dataset[which];
          const got = await trainer.evaluate(which);
          assert.ok(Math.abs(got.loss / expected.loss - 1) <= 2e-6, `${got.loss}`);
          assert.is(got.accuracy, (expected.hits ?? NaN) / count);

          const { confusion } = got;
          if (!confusion) throw new Error('there is no confusion matrix');
          assert.is(sum(confusion.flat()), count);
          assert.is(sum(confusion.map((row, c) => row[c])), expected.hits);
          const predicted = classesOf(expected.outputs);
          const counts = Array.from({ length: 10 }, () => new Array<number>(10).fill(0));
          for (const [i, c] of predicted.entries()) counts[labels[i]][c]++;
          assert.equal(confusion, counts);

          const outputs = await trainer.predict(options.dataset[which]);
          assert.is(outputs.length, 10 * count);
          assert.equal(classesOf(outputs), predicted);
          const worst = Math.max(...outputs.map((x, i) => Math.abs(x - expected.outputs[i])));
          // Outputs are of the order of 1, and sums of at most 784 terms.
          assert.ok(worst <= 1e-5, `an output is off by ${worst}`);
        }
      });
    }));
}

test('prediction takes any number of images, and each on its own', () =>
  withSharedEngine((engine) =>
    withTrainer(engine, small(), async (trainer) => {
      const { train } = smallGarments();
      const all = await trainer.predict(train);
      for (const count of [1, 3, 499, 500, 501]) {
        const outputs = await trainer.predict(firstOf(smallGarments(), count, 1).train);
        assert.equal(outputs, all.slice(0, 10 * count), `of ${count} images`);
      }
    }),
  ));

test('prediction refuses images of another size', () =>
  withSharedEngine((engine) =>
    withTrainer(engine, small(), async (trainer) => {
      const images = { images: new Uint8Array(100), count: 1, height: 10, width: 10 };
      await rejects(trainer.predict(images), OptionError, '10×10', '[28, 28]');
      for (const [height, width] of [
        [28, 14],
        [14, 28],
      ] as const) {
        const half = { images: new Uint8Array(392), count: 1, height, width };
        await rejects(trainer.predict(half), OptionError, `${height}×${width}`, '[28, 28]');
      }
    }),
  ));

test('evaluation again gives the same numbers, and changes nothing', () =>
  withSharedEngine((engine) =>
    withTrainer(engine, small(), async (trainer) => {
      await trainer.fit({ epochs: 1, validate: false });
      assert.is(trainer.history[0].test, undefined);
      const before = await trainer.parameters();
      const one = await trainer.evaluate();
      assert.equal(await trainer.evaluate(), one);
      const both = await Promise.all([trainer.evaluate('test'), trainer.evaluate('train')]);
      assert.equal(both[0], one);
      assert.equal(await trainer.evaluate('train'), both[1]);
      assert.equal([...(await trainer.parameters())], [...before]);
    }),
  ));

test('two evaluations of one split at once give what one gives', () =>
  withSharedEngine((engine) => {
    const { train } = smallGarments();
    // Four batches: more than are in flight at a time.
    const images = new Uint8Array(3 * train.images.length);
    const labels = new Uint8Array(3 * train.count);
    for (const i of [0, 1, 2]) {
      images.set(train.images, i * train.images.length);
      labels.set(train.labels, i * train.count);
    }
    const large = { ...train, images, labels, count: 3 * train.count };
    const options = small({ dataset: { ...smallGarments(), test: large } });
    return withTrainer(engine, options, async (trainer) => {
      const one = await trainer.evaluate();
      assert.equal(await Promise.all([trainer.evaluate(), trainer.evaluate()]), [one, one]);
    });
  }));

test('with one class all samples are counted', () =>
  withSharedEngine(async (engine) => {
    const one = ({ train, test: tested, ...rest }: ImageDataset): ImageDataset => ({
      ...rest,
      classes: ['a garment'],
      train: { ...train, labels: new Uint8Array(train.count) },
      test: { ...tested, labels: new Uint8Array(tested.count) },
    });
    const options = small({
      model: mlp([28, 28], [784, 1]),
      dataset: one(firstOf(smallGarments(), 40, 13)),
      loss: 'mse',
      optimizer: sgd({ learningRate: 0.01 }),
    });
    await rejects(
      Trainer.create(engine, { ...options, loss: 'cross_entropy' }),
      OptionError,
      'always 0',
    );
    await withTrainer(engine, options, async (trainer) => {
      const [{ train, test: tested }] = await trainer.fit({ epochs: 1 });
      assert.equal([train.accuracy, tested?.accuracy], [1, 1]);
      assert.equal((await trainer.evaluate()).confusion, [[13]]);
      assert.equal((await trainer.evaluate('train')).confusion, [[40]]);
      assert.ok(train.loss > (tested?.loss ?? NaN), 'the output comes closer to 1');
    });
  }));

test('of one sample and one column everything is computed too', () =>
  withSharedEngine(async (engine) => {
    const split = {
      images: Uint8Array.of(51),
      labels: Uint8Array.of(1),
      count: 1,
      height: 1,
      width: 1,
    };
    const dataset = {
      name: 'a pixel',
      synthetic: true,
      classes: ['a', 'b'],
      train: split,
      test: split,
    };
    const model = new Sequential([1], [linear(1, 2)]);
    const options: ImageOptions = {
      model,
      dataset,
      loss: 'cross_entropy',
      optimizer: sgd({ learningRate: 0.5 }),
      batchSize: 1,
    };
    await withTrainer(engine, options, async (trainer) => {
      trainer.load(
        new Map([
          ['0.weight', [3, 2]],
          ['0.bias', [0.25, 0.5]],
        ]),
      );
      // x = 51 / 255 = 0.2: outputs 0.85 and 0.9, softmax p = 1 / (1 + e^0.05).
      const outputs = await trainer.predict(split);
      assert.ok(Math.abs(outputs[0] - 0.85) < 1e-6 && Math.abs(outputs[1] - 0.9) < 1e-6);
      const p = 1 / (1 + Math.exp(0.05));
      const [loss] = await trainer.steps(1);
      assert.ok(Math.abs(loss + Math.log(1 - p)) < 1e-6, `${loss}`);
      const parameters = await trainer.parameters();
      const expected = {
        '0.weight': [3 - 0.1 * p, 2 + 0.1 * p],
        '0.bias': [0.25 - 0.5 * p, 0.5 + 0.5 * p],
      };
      for (const [name, values] of Object.entries(expected)) {
        const { data } = parameters.get(name) ?? { data: [] };
        values.forEach((value, i) => {
          assert.ok(Math.abs(data[i] - value) < 1e-6, `${name}: ${data}`);
        });
      }
      assert.equal((await trainer.evaluate()).confusion, [
        [0, 0],
        [0, 1],
      ]);
    });
  }));

test('an autoencoder has a loss, and neither accuracy nor confusion', () =>
  withSharedEngine(async (engine) => {
    const options = small({
      model: mlp([28, 28], [784, 9, 784]),
      loss: 'mse',
      target: 'input',
      normalize: [0.2, 0.5],
    });
    const expected = new ReferenceTrainer(options).evaluate('train');
    await withTrainer(engine, options, async (trainer) => {
      const { loss, accuracy, confusion } = await trainer.evaluate('train');
      assert.ok(Math.abs(loss / expected.loss - 1) <= 2e-6, `${loss}`);
      assert.is(accuracy, null);
      assert.is(confusion, null);
      const [{ train }] = await trainer.fit({ epochs: 1 });
      assert.is(train.accuracy, null);
    });
  }));

test('three epochs of Adam learn to tell garments from each other', () =>
  withSharedEngine((engine) => {
    const options = small({
      model: mlp([28, 28], [784, 64, 10]),
      dataset: builtInGarments({ train: 2000, test: 500 }),
      optimizer: adam({ learningRate: 3e-3 }),
    });
    return withTrainer(engine, options, async (trainer) => {
      const history = await trainer.fit({ epochs: 3 });
      const losses = history.map(({ train }) => train.loss);
      assert.ok(losses[2] < losses[1] && losses[1] < losses[0], `losses ${losses}`);
      const accuracy = history[2].test?.accuracy ?? NaN;
      // SwiftShader: 0.838. Other roundings make another run of it, not a worse one.
      assert.ok(accuracy > 0.75, `accuracy ${accuracy}`);
    });
  }));

test.run();
