/** Networks of images in colour: what they compute and how they are shown, against numbers that are computed by hand. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Engine } from '../../src/gpu/engine.ts';
import { imagesData } from '../../src/harness/own/images.ts';
import { imagesOf, type Job, openJob } from '../../src/harness/tasks/job.ts';
import { createTrainer } from '../../src/harness/tasks/run-trainer.ts';
import { settingsOf } from '../../src/harness/tasks/settings.ts';
import { Gallery } from '../../src/harness/worker/gallery.ts';
import { subjectOf } from '../../src/harness/worker/subject.ts';
import type { StateTensor } from '../../src/nn/state.ts';
import type { Trainer } from '../../src/train/trainer.ts';
import { withSharedEngine } from '../gpu/helpers.ts';

const SIDE = 8;
const BYTES = SIDE * SIDE * 3;

/** Images of two classes, all numbers of which differ. */
const own = {
  data: 'images',
  dataset: imagesData({
    ...{ name: 'colours (own data)', side: SIDE, channels: 3, classes: ['a', 'b'] },
    images: Array.from({ length: 20 }, (_, image) =>
      Uint8Array.from({ length: BYTES }, (_, i) => (i * i * 7 + i * 31 + image * 91) % 256),
    ),
    labels: Array.from({ length: 20 }, (_, i) => i % 2),
  }),
} as const;

async function withNetwork(
  query: string,
  use: (engine: Engine, trainer: Trainer, job: Job) => Promise<void>,
): Promise<void> {
  const options = new URLSearchParams(`data=own&batch-size=4&family=portable&tune=0&${query}`);
  const job = await openJob(options, settingsOf(options), () => {}, { own });
  await withSharedEngine(async (engine) => {
    const trainer = await createTrainer(engine, job);
    try {
      await use(engine, trainer, job);
    } finally {
      trainer.destroy();
    }
  });
}

type Weights = ReadonlyMap<string, StateTensor>;
const numbersOf = (weights: Weights, name: string): ArrayLike<number> =>
  weights.get(name)?.data ?? [];

/** Channels of numbers in rows: [channel][y][x], as PyTorch has them. */
type Maps = readonly (readonly (readonly number[])[])[];

/** A convolution of 3×3 with a border of zeros, then ReLU and the largest of each 2×2, in float64. */
function stage(x: Maps, weights: Weights, name: string): number[][][] {
  const [weight, bias] = [numbersOf(weights, `${name}.weight`), numbersOf(weights, `${name}.bias`)];
  const [height, width] = [x[0].length, x[0][0].length];
  return Array.from({ length: bias.length }, (_, output) => {
    const at = (row: number, column: number): number => {
      let sum = bias[output];
      for (let input = 0; input < x.length; input++) {
        for (let k = 0; k < 9; k++) {
          const own = x[input][row + Math.floor(k / 3) - 1]?.[column + (k % 3) - 1] ?? 0;
          sum += own * weight[(output * x.length + input) * 9 + k];
        }
      }
      return Math.max(0, sum);
    };
    return Array.from({ length: height / 2 }, (_, y) =>
      Array.from({ length: width / 2 }, (_, column) =>
        Math.max(...[0, 1, 2, 3].map((i) => at(2 * y + (i >> 1), 2 * column + (i & 1)))),
      ),
    );
  });
}

function linear(x: readonly number[], weights: Weights, name: string): number[] {
  const weight = numbersOf(weights, `${name}.weight`);
  return Array.from(numbersOf(weights, `${name}.bias`), (bias, output) =>
    x.reduce((sum, one, i) => sum + one * weight[output * x.length + i], bias),
  );
}

test('the first outputs of a CNN of images in colour are those of float64', () =>
  withNetwork('model=cnn', async (_, trainer, job) => {
    const weights = await trainer.parameters();
    const { test: held } = imagesOf(job);
    const got = await trainer.predict(held);
    assert.is(got.length, 2 * held.count);
    for (let image = 0; image < held.count; image++) {
      const bytes = held.images.subarray(image * BYTES, (image + 1) * BYTES);
      const channels = [0, 1, 2].map((c) =>
        Array.from({ length: SIDE }, (_, y) =>
          Array.from(
            { length: SIDE },
            (_, x) => (bytes[(y * SIDE + x) * 3 + c] / 255 - 0.286) / 0.353,
          ),
        ),
      );
      const maps = stage(stage(channels, weights, '0'), weights, '3');
      const names = [...new Set([...weights.keys()].map((name) => name.split('.')[0]))];
      const hidden = linear(maps.flat(2), weights, names[2]).map((one) => Math.max(0, one));
      const wanted = linear(hidden, weights, names[3]);
      const most = Math.max(...wanted.map(Math.abs));
      wanted.forEach((one, i) => {
        const far = Math.abs(got[2 * image + i] - one) / most;
        assert.ok(far < 1e-5, `image ${image}, output ${i}: ${got[2 * image + i]} is not ${one}`);
      });
    }
  }));

const COLOURS = { ground: [1, 1, 1], negative: [1, 0, 0], none: [0, 0, 0], positive: [0, 0, 1] };

/** Red, green and blue of a canvas's pixel, and whether they are those of numbers from 0 to 1. */
function pixelsOf(canvas: OffscreenCanvas) {
  const context = canvas.getContext('2d') as OffscreenCanvasRenderingContext2D;
  const { data, width } = context.getImageData(0, 0, canvas.width, canvas.height);
  return (x: number, y: number, wanted: readonly number[]): void => {
    const got = data.subarray(4 * (y * width + x), 4 * (y * width + x) + 3);
    const bytes = wanted.map((one) => 255 * Math.min(1, Math.max(0, one)));
    const near = bytes.every((byte, c) => Math.abs(byte - got[c]) <= 1);
    assert.ok(near, `at ${x}, ${y}: ${got} is not ${bytes}`);
  };
}

for (const [query, name, across] of [
  ['model=cnn', '0.weight', 3],
  ['model=2&layers=192,5,2', '1.weight', SIDE],
] as const) {
  test(`the first weights are drawn in colour: ${query}`, () =>
    withNetwork(query, async (engine, trainer, job) => {
      const subject = subjectOf({ engine, trainer, job });
      const gallery = new Gallery(() => subject);
      const canvas = new OffscreenCanvas(1, 1);
      gallery.attach('weights', canvas, COLOURS, 'copy');
      await gallery.look({ width: 300, kernels: name });
      await gallery.show(['weights']);
      const { data, shape } = (await trainer.parameters()).get(name) ?? { data: [], shape: [0] };
      const size = data.length / shape[0];
      // 32 kernels of 30 pixels, five units of 64: pictures that fill fewer than five lines have twice the size.
      const scale = across === 3 ? 10 : 8;
      const fits = Math.min(shape[0], Math.floor(308 / (scale * across + 8)));
      // As many in each row.
      const columns = Math.ceil(shape[0] / Math.ceil(shape[0] / fits));
      const near = pixelsOf(canvas);
      for (const [unit, y, x] of [
        [0, 0, 0],
        [1, 2, 1],
        [4, 1, 2],
      ]) {
        const own = Array.from(data.slice(unit * size, (unit + 1) * size));
        const most = Math.max(...own.map(Math.abs));
        // Of a convolution [channel, y, x], of a perceptron pixel by pixel.
        const at = (c: number) =>
          shape.length === 4 ? c * 9 + y * 3 + x : (y * across + x) * 3 + c;
        const cell = scale * across + 8;
        near(
          (unit % columns) * cell + scale * x + 1,
          Math.floor(unit / columns) * cell + scale * y + 1,
          [0, 1, 2].map((c) => 0.5 + (0.5 * own[at(c)]) / most),
        );
      }
      gallery.drop();
    }));
}

test('an autoencoder gives images in colour back, and both are shown in colour', () =>
  withNetwork('model=autoencoder&layers=192,6,192&epochs=1', async (engine, trainer, job) => {
    await trainer.fit({ epochs: 1 });
    const subject = subjectOf({ engine, trainer, job });
    const gallery = new Gallery(() => subject);
    const canvas = new OffscreenCanvas(1, 1);
    gallery.attach('reconstruction', canvas, COLOURS, 'copy');
    await gallery.show(['reconstruction']);
    const { test: held } = imagesOf(job);
    const outputs = await trainer.predict(held);
    assert.is(outputs.length, held.count * BYTES);
    const near = pixelsOf(canvas);
    for (const [image, y, x] of [
      [0, 0, 0],
      [1, 3, 5],
      [3, 7, 7],
    ]) {
      // Pictures of 28 pixels, and a gap of 2.
      const place = [image * 30 + Math.ceil((x * 28) / SIDE), Math.ceil((y * 28) / SIDE)] as const;
      const at = image * BYTES + (y * SIDE + x) * 3;
      near(
        place[0],
        place[1],
        Array.from(held.images.subarray(at, at + 3), (byte) => byte / 255),
      );
      near(place[0], 30 + place[1], Array.from(outputs.subarray(at, at + 3)));
    }
    gallery.drop();
  }));

test.run();
