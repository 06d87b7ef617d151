import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { LabelledImages } from '../../src/data/dataset.ts';
import { imagesFrom } from '../../src/data/pictures.ts';
import { OptionError } from '../../src/errors.ts';
import {
  adaptiveAvgPool2d,
  avgPool2d,
  flatten,
  linear,
  maxPool2d,
  Sequential,
  tanh,
} from '../../src/nn/layers.ts';
import { adam } from '../../src/nn/optimizers.ts';
import { RandomStream } from '../../src/random/stream.ts';
import { referenceOutputs } from '../../src/reference/outputs.ts';
import type { AugmentOptions } from '../../src/train/augment.ts';
import { checkpointOf, restore } from '../../src/train/checkpoint.ts';
import type { TrainerOptions } from '../../src/train/trainer.ts';
import { rejects, withSharedEngine } from '../gpu/helpers.ts';
import { assertSame, bitsOf, fitted, outcomeOf, withTrainer } from './helpers.ts';

const random = new RandomStream([8, 9]);
const labels = Uint16Array.from({ length: 45 }, () => random.below(3));
const SHAPE = { height: 6, width: 5, channels: 3 } as const;
/** Random pictures, of which the channel of the class is brighter. */
const images = Uint8Array.from({ length: 45 * 90 }, (_, i) =>
  Math.min(255, random.below(150) + (i % 3 === labels[Math.floor(i / 90)] ? 105 : 0)),
);
const split = { images, labels, count: 45, ...SHAPE };
const dataset: LabelledImages = { classes: ['red', 'green', 'blue'], train: split, test: split };

const options = (given: Partial<TrainerOptions<LabelledImages>> = {}) => ({
  model: new Sequential(
    [6, 5, 3],
    [
      maxPool2d(2),
      linear(3, 6),
      tanh(),
      avgPool2d(2, { ceilMode: true }),
      flatten(),
      linear(12, 3),
    ],
  ),
  dataset,
  loss: 'cross_entropy' as const,
  optimizer: adam({ learningRate: 0.02 }),
  batchSize: 10,
  seed: 4,
  ...given,
});

const NORMALIZE = { mean: [0.4, 0.5, 0.3], deviation: [0.2, 0.3, 0.25] };
const AUGMENT: AugmentOptions = {
  flip: true,
  shift: [2, 1],
  border: 'reflect',
  cutOut: 2,
  brightness: 0.1,
  contrast: 0.1,
};

test('images with channels train, and predict what the reference does, each channel with its scale', () =>
  withSharedEngine((engine) =>
    withTrainer(engine, options({ normalize: NORMALIZE }), async (trainer) => {
      const history = await trainer.fit({ epochs: 30 });
      assert.ok((history[29].test?.accuracy ?? 0) > 0.9, JSON.stringify(history[29]));
      const parameters = await trainer.parameters();
      const reference = { parameters, images: split, normalize: NORMALIZE };
      const { data, error } = referenceOutputs(trainer.options.model, reference);
      const inference = await trainer.inference({ batch: 45 });
      for (const outputs of [await trainer.predict(split), await inference.predict(split)]) {
        outputs.forEach((value, i) => {
          // The inference standardises in another order.
          const bound = 1.2 * error[i];
          assert.ok(Math.abs(value - data[i]) <= bound, `${value}, ${data[i]} ± ${error[i]}`);
        });
      }
    }),
  ));

test('standardise finds the mean and the deviation of each channel', () =>
  withSharedEngine((engine) =>
    withTrainer(
      engine,
      options({ normalize: 'standardise' }),
      async ({ options: { normalize } }) => {
        const { mean, deviation } = normalize as { mean: number[]; deviation: number[] };
        for (const c of [0, 1, 2]) {
          const values = [...images].filter((_, i) => i % 3 === c).map((byte) => byte / 255);
          const average = values.reduce((a, b) => a + b) / values.length;
          const squares = values.reduce((sum, value) => sum + (value - average) ** 2, 0);
          assert.ok(Math.abs(mean[c] - average) < 1e-12);
          assert.ok(Math.abs(deviation[c] - Math.sqrt(squares / values.length)) < 1e-12);
        }
      },
    ),
  ));

test('augmented runs repeat and resume bit by bit, streamed ones too, and evaluate images as they are', () =>
  withSharedEngine(async (engine) => {
    const augmented = options({ augment: AUGMENT, normalize: NORMALIZE });
    const whole = await fitted(engine, augmented, { epochs: 3 });
    const streamed = { ...augmented, data: 'streamed', streamBytes: 2 * 10 * 92 } as const;
    assertSame(await fitted(engine, streamed, { epochs: 3 }), whole, 'streamed and resident');
    await withTrainer(engine, augmented, async (trainer) => {
      await trainer.fit({ epochs: 1 });
      await trainer.steps(2);
      const bytes = await checkpointOf(trainer);
      const evaluated = await trainer.evaluate('test');
      await withTrainer(engine, options({ normalize: NORMALIZE }), async (plain) => {
        assert.not.equal(await bitsOf(plain), await bitsOf(trainer));
        await plain.load(await trainer.parameters());
        assert.equal(await plain.evaluate('test'), evaluated);
        assert.throws(
          () => restore(plain, bytes),
          /is of a run with augment: \{"flip":0.5,.*this trainer has augment: none/,
        );
      });
      await withTrainer(engine, augmented, async (other) => {
        restore(other, bytes);
        await other.fit({ epochs: 2 });
        assertSame(await outcomeOf(other), whole, 'resumed and not');
      });
    });
  }));

test('the plain plan and other models see the same augmented images', () =>
  withSharedEngine(async (engine) => {
    const losses = [];
    for (const plan of ['fused', 'plain'] as const) {
      for (const model of [
        new Sequential([6, 5, 3], [adaptiveAvgPool2d(), flatten(), linear(3, 3)]),
        new Sequential([6, 5, 3], [flatten({ channelsLast: true }), linear(90, 3)]),
        new Sequential([90], [linear(90, 3)]),
      ]) {
        const { history } = await fitted(engine, options({ plan, model, augment: AUGMENT }), {
          epochs: 2,
        });
        losses.push(history[1].train.loss);
      }
    }
    const [pooled, rows, columns, ...plain] = losses;
    assert.ok(Math.abs(rows - columns) < 1e-5, `${losses}`);
    for (const [i, loss] of [pooled, rows, columns].entries()) {
      assert.ok(Math.abs(loss - plain[i]) < 1e-5, `${losses}`);
    }
  }));

test('a model of smaller images is trained on random parts, and judged by the middle', () =>
  withSharedEngine(async (engine) => {
    const middle = (height: number, width: number): Uint8Array =>
      images.filter((_, i) => {
        const [y, x] = [Math.floor((i % 90) / 15), Math.floor((i % 15) / 3)];
        const [top, left] = [(6 - height) >> 1, (5 - width) >> 1];
        return y >= top && y < top + height && x >= left && x < left + width;
      });
    const model = new Sequential([4, 3, 3], [avgPool2d([4, 3]), flatten(), linear(3, 3)]);
    const cropped = options({ model, augment: { crop: [4, 3], flip: true } });
    await withTrainer(engine, cropped, async (trainer) => {
      await trainer.fit({ epochs: 20 });
      const evaluated = await trainer.evaluate('train');
      assert.ok((evaluated.accuracy ?? 0) > 0.9, JSON.stringify(evaluated));
      const small = { ...split, images: middle(4, 3), height: 4, width: 3 };
      const outputs = await trainer.predict(split);
      const parameters = await trainer.parameters();
      const { data, error } = referenceOutputs(model, { parameters, images: small });
      outputs.forEach((value, i) => {
        assert.ok(Math.abs(value - data[i]) <= error[i], `${value}, ${data[i]} ± ${error[i]}`);
      });
    });
  }));

test('setData with images of another form changes them by their own size', () =>
  withSharedEngine(async (engine) => {
    const turned = { ...split, height: 5, width: 6 };
    const other = { ...dataset, train: turned, test: turned };
    const model = new Sequential([90], [linear(90, 3)]);
    const augmented = options({ model, augment: { shift: 4, flip: true } });
    const wanted = await fitted(engine, { ...augmented, dataset: other }, { epochs: 2 });
    await withTrainer(engine, augmented, async (trainer) => {
      await trainer.setData(other);
      await trainer.fit({ epochs: 2 });
      assertSame(await outcomeOf(trainer), wanted);
    });
  }));

test('images of another form are refused, even if they have as many numbers', () =>
  withSharedEngine(async (engine) => {
    const other = { ...split, height: 5, width: 6 };
    for (const more of [{}, { augment: AUGMENT }]) {
      await rejects(
        withTrainer(
          engine,
          options({ ...more, dataset: { ...dataset, train: other, test: other } }),
          async () => {},
        ),
        OptionError,
        'samples of [6, 5, 3]; the images',
      );
    }
    await withTrainer(engine, options(), async (trainer) => {
      await rejects(trainer.predict(other), OptionError, 'the model takes samples of [6, 5, 3]');
      await rejects(trainer.predict({ ...split, height: 18, channels: 1 }), OptionError);
    });
  }));

test('augmentation and scales that do not fit are refused', () =>
  withSharedEngine(async (engine) => {
    const refused = (given: object, message: string) =>
      rejects(
        withTrainer(engine, options(given as never), async () => {}),
        OptionError,
        message,
      );
    await refused(
      { augment: { flips: true } },
      'augment has no option "flips"; did you mean flip?',
    );
    await refused({ augment: { flip: 2 } }, 'augment: flip 2 was given; use a number from 0 to 1');
    await refused({ augment: { shift: 5 } }, 'augment: shift 5 was given for images of 6×5');
    await refused({ augment: { border: 'wrap' } }, 'augment: border "wrap" was given');
    await refused({ augment: { crop: 4 } }, "the images are 6×5×3, and augment's crop 4×4");
    await refused({ augment: { crop: 7 } }, 'augment: crop 7×7 was given for images of 6×5');
    await refused({ normalize: { mean: [0], deviation: [1] } }, 'use 3 finite numbers');
    await refused(
      { dataset: { train: { inputs: images, labels } }, augment: {} },
      'augment was given with samples that are not images',
    );
    await refused(
      { dataset: { ...dataset, train: { ...split, channels: 5 } } },
      'train: channels 5 was given; use an integer from 1 to 4',
    );
  }));

test('canvases, bitmaps and ImageData of a page are images', async () => {
  const canvas = new OffscreenCanvas(2, 1);
  const context = canvas.getContext('2d');
  if (!context) throw new Error('no context');
  context.fillStyle = 'rgb(255, 0, 0)';
  context.fillRect(0, 0, 1, 1);
  context.fillStyle = 'rgb(0, 20, 255)';
  context.fillRect(1, 0, 1, 1);
  const data = context.getImageData(0, 0, 2, 1);
  const bitmap = await createImageBitmap(canvas);
  const { images: bytes, ...sizes } = imagesFrom([canvas, data, bitmap]);
  const each = [255, 0, 0, 0, 20, 255];
  assert.equal([...bytes], [...each, ...each, ...each]);
  assert.equal(sizes, { count: 3, height: 1, width: 2, channels: 3 });
});

test.run();
