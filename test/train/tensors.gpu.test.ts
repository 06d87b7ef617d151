import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { DataError, OptionError } from '../../src/errors.ts';
import type { Engine } from '../../src/gpu/engine.ts';
import { linear, relu, Sequential, tanh } from '../../src/nn/layers.ts';
import { adam } from '../../src/nn/optimizers.ts';
import { RandomStream } from '../../src/random/stream.ts';
import { Trainer, type TrainerOptions } from '../../src/train/trainer.ts';
import { rejects, withSharedEngine } from '../gpu/helpers.ts';
import { runs } from '../run/device.ts';
import { thoroughly } from '../run/thorough.ts';
import { bitsOf, withTrainer } from './helpers.ts';

const STORAGE = 0x80 | 0x8;
const COUNT = 90;
const FAMILIES = ['portable', 'quad', 'tiled'] as const;

function buffer(engine: Engine, contents: Float32Array<ArrayBuffer> | Uint32Array<ArrayBuffer>) {
  const made = engine.device.createBuffer({ size: contents.byteLength, usage: STORAGE });
  engine.device.queue.writeBuffer(made, 0, contents);
  return made;
}

/** Points of the plane, what is to be learned of them, and the quadrant as a class. */
function samples(engine: Engine) {
  const random = new RandomStream([4, 2]);
  const points = Float32Array.from({ length: 2 * COUNT }, () => random.signed());
  const values = Float32Array.from({ length: 3 * COUNT }, (_, i) => {
    const [x, y] = points.subarray(2 * Math.floor(i / 3));
    return [x * y, x + y, Math.sin(3 * x)][i % 3];
  });
  const classes = Uint32Array.from(
    { length: COUNT },
    (_, i) => Number(points[2 * i] > 0) + 2 * Number(points[2 * i + 1] > 0),
  );
  const [inputs, targets, labels] = [points, values, classes].map((each) => buffer(engine, each));
  return {
    inputs,
    targets,
    labels,
    destroy: () => {
      for (const made of [inputs, targets, labels]) made.destroy();
    },
  };
}

const regression = (
  dataset: TrainerOptions['dataset'],
  more: Partial<TrainerOptions> = {},
): TrainerOptions => ({
  model: new Sequential([2], [linear(2, 24), tanh(), linear(24, 3)]),
  dataset,
  loss: 'mse',
  optimizer: adam({ learningRate: 0.02 }),
  batchSize: 20,
  seed: 5,
  ...more,
});

for (const family of thoroughly(FAMILIES, (one) => one === 'portable')) {
  test(`${family} kernels learn values and classes from buffers of the caller's`, () =>
    withSharedEngine(
      async (engine) => {
        const { inputs, targets, labels, destroy } = samples(engine);
        const train = { count: COUNT, inputs, targets };
        await withTrainer(engine, regression({ train }), async (trainer) => {
          const history = await trainer.fit({ epochs: 60 });
          const [first, last] = [history[0], history[history.length - 1]];
          assert.ok(
            last.train.loss < first.train.loss / 10,
            `${first.train.loss} → ${last.train.loss}`,
          );
          assert.is(last.test, undefined, 'there is no test split');
          assert.is(last.train.accuracy, null);
          const { loss, accuracy, confusion } = await trainer.evaluate('train');
          assert.ok(Math.abs(loss - last.train.loss) < 0.5 * last.train.loss + 1e-3);
          assert.equal([accuracy, confusion], [null, null]);
          await rejects(trainer.evaluate(), OptionError, 'no test split');
        });
        const classes = { count: COUNT, inputs, labels };
        const model = new Sequential([2], [linear(2, 16), relu(), linear(16, 4)]);
        const options = regression(
          { train: classes, test: classes },
          { model, loss: 'cross_entropy' },
        );
        await withTrainer(engine, options, async (trainer) => {
          const history = await trainer.fit({ epochs: 40 });
          assert.ok((history[39].test?.accuracy ?? 0) > 0.9, JSON.stringify(history[39]));
        });
        destroy();
      },
      { family },
    ));
}

test('functions give the bits that buffers give, as inputs and as targets', () =>
  withSharedEngine(async (engine) => {
    const { inputs, targets, destroy } = samples(engine);
    const read = (name: string, columns: number) => `
      @group(0) @binding(0) var<storage, read> ${name}: array<f32>;
      fn valueAt(sample: u32, column: u32) -> f32 { return ${name}[sample * ${columns}u + column]; }`;
    const computed = {
      count: COUNT,
      inputs: { wgsl: read('a', 2), bindings: { a: inputs } },
      targets: { wgsl: read('h', 3), bindings: { h: targets } },
    };
    const runs = [{ count: COUNT, inputs, targets }, computed].map((train) =>
      withTrainer(engine, regression({ train, test: train }), async (trainer) => {
        await trainer.fit({ epochs: 3 });
        return {
          bits: await bitsOf(trainer),
          history: trainer.history.map(({ train: t, test: u }) => [t, u]),
        };
      }),
    );
    const [plain, linked] = await Promise.all(runs);
    assert.equal(linked, plain);
    destroy();
  }));

for (const family of thoroughly(FAMILIES.filter(runs), (one) => one === 'quad')) {
  test(`${family} kernels: a function may read many buffers`, () =>
    withSharedEngine(
      async (engine) => {
        const { inputs, targets, destroy } = samples(engine);
        const names = ['p', 'q', 'r'];
        const wgsl = `
          ${names.map((name, i) => `@group(0) @binding(${i}) var<storage, read> ${name}: array<f32>;`).join('\n')}
          fn valueAt(sample: u32, column: u32) -> f32 {
            let at = 2u * sample + column;
            return p[at] + q[at] - r[at];
          }`;
        const bindings = Object.fromEntries(names.map((name) => [name, inputs]));
        const train = { count: COUNT, inputs: { wgsl, bindings }, targets };
        await withTrainer(engine, regression({ train }), async (trainer) => {
          const [{ loss }, ...rest] = (await trainer.fit({ epochs: 4 })).map(
            (epoch) => epoch.train,
          );
          assert.ok(rest[2].loss < loss, trainer.explain());
        });
        destroy();
      },
      { family, quick: true },
    ));
}

test('an autoencoder learns its inputs', () =>
  withSharedEngine(async (engine) => {
    const { inputs, destroy } = samples(engine);
    const model = new Sequential([2], [linear(2, 8), tanh(), linear(8, 2)]);
    const options = regression({ train: { count: COUNT, inputs } }, { model, target: 'input' });
    await withTrainer(engine, options, async (trainer) => {
      const history = await trainer.fit({ epochs: 40 });
      assert.ok(history[39].train.loss < 0.01, String(history[39].train.loss));
    });
    destroy();
  }));

test('what does not fit is refused with what is needed, and nothing is left', () =>
  withSharedEngine(async (engine) => {
    const { inputs, targets, labels, destroy } = samples(engine);
    const train = { count: COUNT, inputs, targets };
    const refused: readonly (readonly [TrainerOptions, new () => Error, ...string[]])[] = [
      [regression({ train, test: { ...train, count: 0 } }), DataError, 'count 0'],
      [
        regression({ train: { ...train, count: 91 } }, { batchSize: 91 }),
        OptionError,
        'inputs',
        '728',
      ],
      [
        regression({ train: { count: COUNT, inputs, labels }, test: train }),
        OptionError,
        'label',
        'test has',
      ],
      [regression({ train: { count: COUNT, inputs } }), OptionError, 'needs labels'],
      [regression({ train }, { loss: 'cross_entropy' }), OptionError, 'cross_entropy', 'mse'],
      [regression({ train }, { normalize: [0, 1] }), OptionError, 'normalize'],
      [regression({ train }, { data: 'streamed' }), OptionError, 'streamed'],
      [regression({ train }, { target: 'input' }), OptionError, '3 outputs', '2 inputs'],
      [regression({ train: { ...train, inputs: { wgsl: '' } } }), OptionError, 'valueAt'],
    ];
    for (const [options, kind, ...texts] of refused) {
      await rejects(Trainer.create(engine, options), kind, ...texts);
    }
    await withTrainer(engine, regression({ train }), async (trainer) => {
      const images = { images: new Uint8Array(2), count: 1, height: 1, width: 2 };
      await rejects(trainer.predict(images as never), OptionError, 'an array of numbers');
    });
    destroy();
  }));

test.run();
