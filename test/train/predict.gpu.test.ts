import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Images } from '../../src/data/dataset.ts';
import { DataError, OptionError } from '../../src/errors.ts';
import { linear, Sequential, tanh } from '../../src/nn/layers.ts';
import { mlp } from '../../src/nn/mlp.ts';
import { adam } from '../../src/nn/optimizers.ts';
import { RandomStream } from '../../src/random/stream.ts';
import { referenceOutputs } from '../../src/reference/outputs.ts';
import type { Trainer } from '../../src/train/trainer.ts';
import { rejects, withSharedEngine } from '../gpu/helpers.ts';
import { thoroughly } from '../run/thorough.ts';
import { firstOf, small, smallGarments, withTrainer } from './helpers.ts';

const first = (count: number) => firstOf(smallGarments(), count, 1).train;

const FAMILIES = ['portable', 'quad', 'tiled'] as const;
const CASES = FAMILIES.flatMap((family) =>
  (['fused', 'plain'] as const).map((plan) => [family, plan] as const),
);
const quick = ([family, plan]: (typeof CASES)[number]) => family === 'portable' && plan === 'fused';

for (const [family, plan] of thoroughly(CASES, quick)) {
  test(`${family} kernels, ${plan}: a sample has the same outputs, whatever it is asked for with`, () =>
    withSharedEngine(
      (engine) =>
        withTrainer(engine, small({ plan }), async (trainer) => {
          const all = await trainer.predict(smallGarments().train);
          assert.is(all.length, 7000);
          for (const count of [1, 3, 4, 5, 63, 64, 65, 499, 500, 501]) {
            const outputs = await trainer.predict(first(count));
            assert.equal(outputs, all.slice(0, 10 * count), `of ${count} images`);
          }
          assert.equal(
            await trainer.predict({ ...first(1), count: 0, images: new Uint8Array() }),
            new Float32Array(),
          );
        }),
      { family, quick: true },
    ));
}

test('a call after the first builds no graph, compiles nothing and leaves no memory behind', () =>
  withSharedEngine((engine) =>
    withTrainer(engine, small(), async (trainer) => {
      const { device, buffers } = engine;
      await trainer.predict(first(3));
      const [bytes, count] = [buffers.liveBytes, buffers.liveCount];
      const made = device.createComputePipelineAsync;
      const { build } = Sequential.prototype;
      let compiled = 0;
      let built = 0;
      const counted = function (this: Sequential, ...given: unknown[]): unknown {
        built++;
        return Reflect.apply(build, this, given);
      };
      Object.assign(Sequential.prototype, { build: counted });
      device.createComputePipelineAsync = (descriptor) => {
        compiled++;
        return made.call(device, descriptor);
      };
      try {
        for (let i = 0; i < 5; i++) await trainer.predict(first(1 + (i % 4)));
        assert.is(built, 0);
        await trainer.fit({ epochs: 1, validate: false });
        await trainer.predict(first(2), { as: 'class' });
        await trainer.predict(first(2), { as: 'probability' });
      } finally {
        device.createComputePipelineAsync = made;
        Object.assign(Sequential.prototype, { build });
      }
      assert.is(compiled, 0);
      assert.is(built, 0);
      assert.equal([buffers.liveBytes, buffers.liveCount], [bytes, count]);
    }),
  ));

/** Images that take a turn of the event loop to come, so that calls at once are mixed if they can be. */
const slow = (count: number): Images => {
  const { images, height, width } = first(count);
  return {
    count,
    height,
    width,
    async gather(indices, into) {
      await new Promise((resolve) => setTimeout(resolve, 1));
      for (const [i, at] of indices.entries()) {
        into.set(images.subarray(784 * at, 784 * at + 784), 784 * i);
      }
    },
  };
};

test('calls at once give what they give one after the other; one that fails holds nobody up', () =>
  withSharedEngine((engine) =>
    withTrainer(engine, small(), async (trainer) => {
      const all = await trainer.predict(smallGarments().train);
      const counts = [3, 2, 600, 1, 40, 4, 501, 64];
      const broken: Images = {
        ...slow(2),
        gather: () => {
          throw new RangeError('no file');
        },
      };
      const failing = rejects(trainer.predict(broken), RangeError, 'no file');
      const many = await Promise.all(counts.map((count) => trainer.predict(slow(count))));
      await failing;
      for (const [i, count] of counts.entries()) {
        assert.equal(many[i], all.slice(0, 10 * count), `${count} images`);
      }
      assert.equal(await trainer.predict(first(2)), all.slice(0, 20));
    }),
  ));

test('classes and probabilities are those of the float64 reference, within its bound', () =>
  withSharedEngine((engine) =>
    withTrainer(engine, small({ normalize: [0.286, 0.353] }), async (trainer) => {
      await trainer.steps(60);
      const images = first(70);
      const parameters = await trainer.parameters();
      const { model, normalize } = trainer.options;
      if (!Array.isArray(normalize)) throw new Error('it is a pair');
      const [mean, deviation] = normalize;
      const { data, error } = referenceOutputs(model, {
        parameters,
        images,
        normalize: [mean, deviation],
      });
      const outputs = await trainer.predict(images);
      const classes = await trainer.predict(images, { as: 'class' });
      const probabilities = await trainer.predict(images, { as: 'probability' });
      assert.instance(classes, Uint32Array);
      assert.is(classes.length, 70);
      assert.is(probabilities.length, 700);
      for (let row = 0; row < 70; row++) {
        const at = 10 * row;
        const own = [...outputs.subarray(at, at + 10)];
        assert.is(classes[row], own.indexOf(Math.max(...own)));
        const exp = Array.from(data.subarray(at, at + 10), Math.exp);
        const sum = exp.reduce((a, b) => a + b, 0);
        const most = Math.max(...error.subarray(at, at + 10));
        for (let c = 0; c < 10; c++) {
          const p = exp[c] / sum;
          // d p = p (dz_c − Σ p dz): at most 2 p max|dz|, to first order; and a rounding to float32.
          const bound = p * Math.expm1(2 * most) + p * 2 ** -24 + 1e-15;
          const off = Math.abs(probabilities[at + c] - p);
          assert.ok(off <= bound, `row ${row}, class ${c}: ${off} of ${bound}`);
        }
      }
    }),
  ));

test('pixels are standardised as the training did, and not on request', () =>
  withSharedEngine(async (engine) => {
    const images = first(9);
    const outputsOf = (normalize: readonly [number, number] | null, own?: false) =>
      withTrainer(engine, small({ normalize }), (trainer: Trainer) =>
        trainer.predict(images, own === undefined ? {} : { normalize: own }),
      );
    const bare = await outputsOf(null);
    assert.equal(await outputsOf([0.3, 0.4], false), bare);
    assert.not.equal(await outputsOf([0.3, 0.4]), bare);
    assert.equal(await outputsOf(null, false), bare);
  }));

const random = new RandomStream([5, 5]);
const rows = Array.from({ length: 30 }, () => [2000 + 3 * random.signed(), random.signed(), 7]);
const regression = {
  model: new Sequential([3], [linear(3, 8), tanh(), linear(8, 2)]),
  loss: 'mse',
  optimizer: adam(),
  batchSize: 10,
} as const;

test('numbers are standardised column by column, or taken as they are if they have been', () =>
  withSharedEngine(async (engine) => {
    const train = { inputs: rows, targets: rows.map(([a, b]) => [a - 2000, b]) };
    const options = { ...regression, dataset: { train }, normalize: 'standardise' } as const;
    await withTrainer(engine, options, async (trainer) => {
      await trainer.steps(4);
      const outputs = await trainer.predict(rows);
      const { normalize } = trainer.options;
      if (!normalize || !('mean' in normalize)) throw new Error('it is of columns');
      const prepared = rows.map((row) =>
        row.map((x, c) => {
          const { mean, deviation } = normalize as { mean: number[]; deviation: number[] };
          return deviation[c] > 0 ? (x - mean[c]) / deviation[c] : 0;
        }),
      );
      assert.equal(await trainer.predict(prepared, { normalize: false }), outputs);
      assert.not.equal(await trainer.predict(prepared), outputs);
      assert.equal(await trainer.predict([]), new Float32Array());
      assert.equal(await trainer.predict([], { as: 'output' }), new Float32Array());
      await rejects(
        trainer.predict(rows, { as: 'class' }),
        OptionError,
        'are numbers, not classes',
      );
      await rejects(
        trainer.predict(rows, { as: 'probability' }),
        OptionError,
        'are numbers, not classes',
      );
      await rejects(trainer.predict([1, 2]), DataError, '3 numbers');
    });
  }));

test('a trainer of buffers on the GPU answers for arrays of any kind, to the bits of its evaluation', () =>
  withSharedEngine(async (engine) => {
    const flat = Float32Array.from(rows.flat());
    const buffer = (contents: Float32Array<ArrayBuffer>) => {
      const made = engine.device.createBuffer({ size: contents.byteLength, usage: 0x88 });
      engine.device.queue.writeBuffer(made, 0, contents);
      return made;
    };
    const inputs = buffer(flat);
    const targets = buffer(new Float32Array(60));
    const train = { count: 30, inputs, targets };
    await withTrainer(engine, { ...regression, dataset: { train } }, async (trainer) => {
      await trainer.steps(2);
      let evaluated = new Float32Array();
      const compute = (outputs: Float32Array): number => {
        evaluated = Float32Array.from(outputs);
        return 0;
      };
      await trainer.evaluate('train', { metrics: [{ name: 'own', compute }] });
      for (const given of [
        flat,
        [...flat],
        Float64Array.from(flat),
        rows.map((row) => Float32Array.from(row)),
      ]) {
        assert.equal(await trainer.predict(given), evaluated);
      }
      const source = {
        count: 30,
        gather: (indices: Uint32Array, into: Float32Array) => {
          for (const [i, at] of indices.entries())
            into.set(flat.subarray(3 * at, 3 * at + 3), 3 * i);
        },
      };
      assert.equal(await trainer.predict(source), evaluated);
      const bytes = Uint8Array.of(1, 2, 3);
      assert.equal(await trainer.predict(bytes), await trainer.predict([[1, 2, 3]]));
      await rejects(trainer.predict(5 as never), OptionError, '5 was given');
    });
    inputs.destroy();
    targets.destroy();
  }));

test('classes of a model that was trained with mse are its largest outputs; it has no probabilities', () =>
  withSharedEngine((engine) => {
    const model = mlp([28, 28], [784, 10]);
    return withTrainer(engine, small({ model, loss: 'mse' }), async (trainer) => {
      const outputs = await trainer.predict(first(3));
      const classes = await trainer.predict(first(3), { as: 'class' });
      for (const [row, c] of classes.entries()) {
        assert.is(outputs[10 * row + c], Math.max(...outputs.subarray(10 * row, 10 * row + 10)));
      }
      const asked = trainer.predict(first(3), { as: 'probability' });
      await rejects(asked, OptionError, 'trained with mse');
      const misspelt = { normalise: false } as object;
      await rejects(trainer.predict(first(3), misspelt), OptionError, 'did you mean normalize?');
    });
  }));

test.run();
