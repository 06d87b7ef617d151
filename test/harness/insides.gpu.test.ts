import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { textDataset } from '../../src/data/text.ts';
import type { Engine } from '../../src/gpu/engine.ts';
import { CAPTION } from '../../src/harness/picture-layout.ts';
import type { Job } from '../../src/harness/tasks/job.ts';
import type { TextJob } from '../../src/harness/tasks/text.ts';
import { Gallery } from '../../src/harness/worker/gallery.ts';
import type { LabEvent } from '../../src/harness/worker/lab-event.ts';
import { subjectOf } from '../../src/harness/worker/subject.ts';
import { TextStudy } from '../../src/harness/worker/text-study.ts';
import { layerOutputs } from '../../src/nn/layer-outputs.ts';
import {
  causalSelfAttention,
  conv2d,
  embedding,
  flatten,
  layerNorm,
  linear,
  maxPool2d,
  relu,
  residual,
  Sequential,
} from '../../src/nn/layers.ts';
import { adam } from '../../src/nn/optimizers.ts';
import { Trainer } from '../../src/train/trainer.ts';
import { withSharedEngine } from '../gpu/helpers.ts';
import { small, smallGarments, withTrainer } from '../train/helpers.ts';

/** Red is negative, blue positive, black zero, white the ground. */
const COLOURS = {
  ground: [1, 1, 1],
  negative: [1, 0, 0],
  none: [0, 0, 0],
  positive: [0, 0, 1],
};

/** A pixel as a number from −1 to 1; undefined for the ground. */
function pixelsOf(canvas: OffscreenCanvas): (x: number, y: number) => number | undefined {
  const context = canvas.getContext('2d') as OffscreenCanvasRenderingContext2D;
  const { data, width } = context.getImageData(0, 0, canvas.width, canvas.height);
  return (x, y) => {
    const [red, green, blue] = data.subarray(4 * (y * width + x));
    return green > 0 ? undefined : (blue - red) / 255;
  };
}

const model = new Sequential(
  [28, 28],
  [
    conv2d(1, 3, 3, { stride: 2 }),
    conv2d(3, 5, 3),
    relu(),
    maxPool2d(11),
    flatten(),
    linear(5, 10),
  ],
);

test('kernels and feature maps are drawn from the numbers on the GPU', () =>
  withSharedEngine((engine) =>
    withTrainer(engine, small({ model }), async (trainer) => {
      await trainer.steps(3);
      const dataset = smallGarments();
      const job = { data: 'images', dataset, settings: { target: 'label' } } as unknown as Job;
      const drawn: number[] = [];
      const subject = subjectOf({ engine, trainer, job });
      const gallery = new Gallery(
        () => subject,
        (epochs) => drawn.push(epochs),
      );
      const [kernels, maps] = [new OffscreenCanvas(1, 1), new OffscreenCanvas(1, 1)];
      gallery.attach('weights', kernels, COLOURS, 'copy');
      gallery.attach('maps', maps, COLOURS, 'copy');
      const image = dataset.test.images.subarray(784, 2 * 784);
      await gallery.look({ width: 300, image: image as Uint8Array, kernels: '1.weight' });
      await gallery.show(['weights', 'maps']);
      const near = (got: number | undefined, wanted: number): void =>
        // A byte for each colour.
        assert.ok(Math.abs((got ?? 9) - wanted) < 0.006, `${got} ${wanted}`);

      assert.is(
        drawn.at(-1),
        3 / trainer.stepsPerEpoch,
        'what is shown says after how many epochs',
      );

      // A column for each of 5 outputs, a row for each of 3 inputs: 3×3 pixels of 10, and a gap of 8.
      const weight = (await trainer.parameters()).get('1.weight')?.data ?? new Float32Array();
      assert.equal([kernels.width, kernels.height], [5 * 38 - 8, 3 * 38 - 8]);
      const kernel = pixelsOf(kernels);
      assert.is(kernel(31, 0), undefined);
      for (const [output, input, y, x] of [
        [0, 0, 0, 0],
        [4, 2, 2, 1],
        [2, 1, 0, 2],
      ]) {
        const own = weight.subarray(output * 27, (output + 1) * 27);
        const most = Math.max(...Array.from(own, Math.abs));
        near(
          kernel(output * 38 + 10 * x + 1, input * 38 + 10 * y + 1),
          own[input * 9 + y * 3 + x] / most,
        );
      }

      const outputs = layerOutputs(model, ['0', '1', '2', '3']);
      const inference = await trainer.inference({ batch: 1, model: outputs });
      const seen = async (given: Uint8Array): Promise<void> => {
        const row = await inference.predict({ images: given, count: 1, height: 28, width: 28 });
        const map = pixelsOf(maps);
        const { first, size, shape } = outputs.parts[0];
        assert.equal(shape, [13, 13, 3]);
        const own = row.subarray(first, first + size);
        const most = Math.max(...Array.from(own, Math.abs));
        assert.is(map(0, CAPTION - 1), undefined);
        // Maps of 13 pixels, each of 3: at least 28 in all, also on a narrow page.
        for (const [channel, y, x] of [
          [0, 0, 0],
          [2, 6, 5],
          [1, 12, 7],
        ]) {
          near(
            map(channel * (39 + 6) + 3 * x, CAPTION + 3 * y),
            own[(y * 13 + x) * 3 + channel] / most,
          );
        }
      };
      await seen(image as Uint8Array);
      const other = dataset.test.images.slice(0, 784) as Uint8Array;
      await gallery.look({ image: other });
      await seen(other);
      gallery.drop();
    }),
  ));

async function writer(engine: Engine): Promise<{ trainer: Trainer; job: TextJob }> {
  const text = textDataset('A rose is a rose. '.repeat(9), { length: 8, validation: 0.2 });
  const count = text.vocabulary.length;
  const trainer = await Trainer.create(engine, {
    model: new Sequential(
      [8],
      [embedding(count, 8), residual([layerNorm(8), causalSelfAttention(8, 2)]), linear(8, count)],
    ),
    dataset: text.data,
    loss: 'cross_entropy',
    optimizer: adam(),
    batchSize: 8,
  });
  const job = { data: 'text', text, prompt: text.encode('A') } as unknown as TextJob;
  return { trainer, job };
}

test('a text shows what heads look at, and is continued until something else is wanted', () =>
  withSharedEngine(async (engine) => {
    const { trainer, job } = await writer(engine);
    try {
      await trainer.steps(2);
      const study = new TextStudy();
      const run = subjectOf({ engine, trainer, job });
      const { characters, layers } = await study.attention(run, 'A roße');
      assert.is(characters.join(''), 'A roe', 'what it does not know is left out');
      assert.is(layers.length, 1);
      assert.is(layers[0].heads.length, 2);
      for (const weights of layers[0].heads) {
        assert.is(weights.length, 25);
        assert.is(weights[0], 1, 'the first character can only look at itself');
        const last = weights.subarray(20);
        assert.ok(Math.abs(last.reduce((a, b) => a + b) - 1) < 1e-6);
        assert.ok(last.every((one) => one > 0));
      }
      assert.is((await study.attention(run, 'ß')).characters.length, 8, 'held-out text instead');
      const sent: string[] = [];
      const emit = (event: LabEvent): void => {
        if (event.type === 'character') sent.push(event.text);
        if (sent.length === 5) study.end();
      };
      const wish = { prompt: 'rose', count: 4, temperature: 0, seed: 1 };
      const { text, epochs } = await study.write(run, wish, emit);
      assert.is(text.length, 4);
      assert.is(sent.join(''), text);
      assert.is(epochs, 2 / trainer.stepsPerEpoch);
      const cut = await study.write(run, { ...wish, count: 1000, prompt: 'ß' }, emit);
      assert.is(cut.text.length, 1);
    } finally {
      trainer.destroy();
    }
  }));

test.run();
