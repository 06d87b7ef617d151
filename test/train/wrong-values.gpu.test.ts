import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { DataError, GradweaveError, MemoryError, OptionError } from '../../src/errors.ts';
import type { Engine } from '../../src/gpu/engine.ts';
import { Inference } from '../../src/infer/inference.ts';
import { linear, Sequential } from '../../src/nn/layers.ts';
import { adam } from '../../src/nn/optimizers.ts';
import { Trainer } from '../../src/train/trainer.ts';
import { rejects, withSharedEngine } from '../gpu/helpers.ts';
import { withTrainer } from './helpers.ts';

const model = new Sequential([2], [linear(2, 2)]);
const rows = [
  [0, 0],
  [0, 1],
  [1, 0],
  [1, 1],
];
const train = { inputs: rows, labels: [0, 1, 1, 0] };
const options = { model, dataset: { train }, loss: 'cross_entropy', optimizer: adam() } as const;

/** An array that a worker has been given. */
function transferred<T extends Float32Array | Uint8Array>(array: T): T {
  structuredClone(array.buffer, { transfer: [array.buffer] });
  return array;
}

const throwing = new Proxy(
  {},
  {
    get() {
      throw new TypeError('a proxy of the caller’s');
    },
  },
);

const make = (engine: Engine, more: object): Promise<Trainer> =>
  Trainer.create(engine, { ...options, ...more } as never);

test('values of no kind are refused by name, wherever a data set has numbers', () =>
  withSharedEngine(async (engine) => {
    const wrong = [
      '',
      'abc',
      0,
      NaN,
      true,
      null,
      1n,
      Symbol('x'),
      {},
      [],
      [[]],
      [null],
      [1n],
      new Array(8),
      { length: -1 },
      new Map(),
      () => {},
      transferred(new Float32Array(8)),
      new BigInt64Array(8),
      new DataView(new ArrayBuffer(32)),
      Object.create(null),
      throwing,
    ];
    const check = async (more: object, what: string): Promise<void> => {
      await rejects(make(engine, more), GradweaveError).catch((error: Error) => {
        throw new Error(`${what}: ${error.message}`);
      });
    };
    for (const [i, value] of wrong.entries()) {
      for (const key of ['inputs', 'labels', 'weights', 'targets']) {
        await check({ dataset: { train: { ...train, [key]: value } } }, `${key}, value ${i}`);
      }
      const labels = [0, value === 0 ? 0.5 : value, 1, 0];
      await check({ dataset: { train: { ...train, labels } } }, `a label, value ${i}`);
      const inputs = [[0, 0], value, [1, 0], [1, 1]];
      await check({ dataset: { train: { ...train, inputs } } }, `a row, value ${i}`);
      const given = { inputs: { wgsl: value }, labels: engine.upload([0]), count: 1 };
      await check({ dataset: { train: given } }, `wgsl, value ${i}`);
      engine.free(given.labels);
      const buffer = engine.upload(new Float32Array(8));
      const tensors = { inputs: buffer, labels: buffer, count: value };
      await check({ dataset: { train: tensors } }, `count, value ${i}`);
      const wgsl =
        '@group(0) @binding(0) var<storage, read> p: array<f32>; fn valueAt(s: u32, c: u32) -> f32 { return p[s]; }';
      for (const bindings of [value, { p: value }, { p: { buffer: value } }]) {
        const split = { inputs: { wgsl, bindings }, labels: buffer, count: 4 };
        await check({ dataset: { train: split } }, `bindings, value ${i}`);
      }
      engine.free(buffer);
    }
    await rejects(make(engine, { batchSize: null }), OptionError, 'batch size null');
    const gaps = new Array(2);
    gaps[1] = linear(2, 2);
    assert.throws(
      () => new Sequential([2], gaps),
      (error: unknown) =>
        error instanceof OptionError && /layer 0 is undefined/.test(error.message),
    );
    const classes = new Array<string>(2);
    await rejects(make(engine, { dataset: { train, classes } }), OptionError, 'classes');
    assert.throws(
      () => engine.upload(new Array(3)),
      (error: unknown) => error instanceof OptionError && /an array of 3/.test(error.message),
    );
  }));

test('arrays whose memory was transferred are said to be so, now and later', () =>
  withSharedEngine(async (engine) => {
    const text = 'whose memory was transferred';
    await withTrainer(engine, options, async (trainer) => {
      await rejects(trainer.predict(transferred(new Float32Array(8))), DataError, text);
      const inference = await trainer.inference({ batch: 2 });
      await rejects(inference.predict(transferred(new Float32Array(8))), DataError, text);
      assert.equal(await trainer.predict(new Float32Array()), new Float32Array());
    });
    const images = { count: 4, height: 1, width: 2, labels: Uint8Array.of(0, 1, 1, 0) };
    const make = (bytes: Uint8Array) => ({
      ...options,
      data: 'streamed' as const,
      dataset: { classes: ['a', 'b'], train: { ...images, images: bytes } },
    });
    await rejects(Trainer.create(engine, make(transferred(new Uint8Array(8)))), DataError, text);
    const bytes = new Uint8Array(8);
    await withTrainer(engine, make(bytes), async (trainer) => {
      await trainer.fit({ epochs: 1 });
      transferred(bytes);
      await rejects(trainer.fit({ epochs: 1 }), DataError, text);
    });
  }));

test('more samples than an array has room for, and names that are none, are refused', () =>
  withSharedEngine((engine) =>
    withTrainer(engine, options, async (trainer) => {
      const inference = await trainer.inference({ batch: 2 });
      const endless = { count: 2 ** 40, gather() {} };
      await rejects(trainer.predict(endless), MemoryError, `${2 ** 40} samples`);
      await rejects(inference.predict(endless), MemoryError, `${2 ** 40} samples`);
      for (const name of [Symbol('x'), {}, Object.create(null), 1, undefined, throwing]) {
        assert.throws(
          () => trainer.parameterBuffer(name as never),
          (error: unknown) => error instanceof OptionError && !error.message.includes('[object'),
        );
      }
      const output = engine.upload(new Float32Array(4));
      const encoder = engine.device.createCommandEncoder();
      for (const input of ['', 0, NaN, false, throwing]) {
        assert.throws(
          () => inference.encode(encoder, input as never, output),
          (error: unknown) => error instanceof OptionError && /^input: /.test(error.message),
        );
      }
      engine.free(output);
      for (const metrics of [throwing, {}, 'f1']) {
        await rejects(trainer.evaluate('train', { metrics } as never), OptionError, 'metrics');
      }
      const scale = new Array(2);
      scale[1] = 1;
      await rejects(
        Inference.create(engine, { model, batch: 1, normalize: scale as never }),
        OptionError,
        'normalize',
      );
    }),
  ));

test('parameters that are not finite are refused with their place, and nothing is set', () =>
  withSharedEngine((engine) =>
    withTrainer(engine, options, async (trainer) => {
      const before = await trainer.parameters();
      const inference = await Inference.create(engine, { model, batch: 1 });
      const [[name, { data }]] = before;
      const last = data.length - 1;
      for (const value of [NaN, Infinity, -Infinity, 1e39]) {
        const values = Float64Array.from(data);
        values[last] = value;
        const state = new Map([[name, values]]);
        const text = `${name} has ${value} at ${last}; every number must be finite`;
        for (const holder of [trainer, inference]) {
          assert.throws(
            () => holder.load(state),
            (error: unknown) => error instanceof DataError && error.message.startsWith(text),
          );
        }
        const weights = new Map<string, ArrayLike<number>>();
        for (const [key, tensor] of before) weights.set(key, tensor.data);
        weights.set(name, values);
        await rejects(Inference.create(engine, { model, batch: 1, weights }), DataError, text);
      }
      inference.destroy();
      assert.equal(await trainer.parameters(), before);
    }),
  ));

test('times in milliseconds keep their differences in an inference', () =>
  withSharedEngine(async (engine) => {
    const times = rows.map(([x, y], i) => [1.7e12 + 1000 * x, y + i]);
    const given = { ...options, dataset: { train: { ...train, inputs: times } } };
    const all = { ...given, normalize: 'standardise' } as const;
    await withTrainer(engine, all, async (trainer) => {
      await trainer.fit({ epochs: 1 });
      const wanted = await trainer.predict(times);
      const inference = await trainer.inference({ batch: 3 });
      const own = await Inference.create(engine, {
        model,
        batch: 2,
        weights: await trainer.parameters(),
        normalize: trainer.options.normalize,
      });
      for (const one of [inference, own]) {
        const outputs = await one.predict(times);
        outputs.forEach((value, i) => {
          assert.ok(Math.abs(value - wanted[i]) < 1e-5, `${value} at ${i}; wanted ${wanted[i]}`);
        });
      }
      own.destroy();
    });
  }));

test('a metric has no name that an object cannot hold', () =>
  withSharedEngine((engine) =>
    withTrainer(engine, options, async (trainer) => {
      const metrics = [{ name: '__proto__', compute: () => 1 }];
      await rejects(trainer.evaluate('train', { metrics }), OptionError, '__proto__');
    }),
  ));

test.run();
