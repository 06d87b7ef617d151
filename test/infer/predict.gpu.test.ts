import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { DataError, OptionError, ShapeError } from '../../src/errors.ts';
import { Inference, type InferenceOptions } from '../../src/infer/inference.ts';
import { layerOutputs } from '../../src/nn/layer-outputs.ts';
import {
  batchNorm2d,
  conv2d,
  embedding,
  flatten,
  linear,
  relu,
  residual,
  Sequential,
  sequential,
  tanh,
} from '../../src/nn/layers.ts';
import { adam } from '../../src/nn/optimizers.ts';
import { keyOf } from '../../src/random/domains.ts';
import { RandomStream } from '../../src/random/stream.ts';
import { readWords, rejects, withSharedEngine } from '../gpu/helpers.ts';
import { thoroughly } from '../run/thorough.ts';
import { firstOf, small, smallGarments, withTrainer } from '../train/helpers.ts';

const model = new Sequential([6], [linear(6, 9), tanh(), linear(9, 3)]);
const weights = model.initialize(keyOf(3));
const options = { model, weights, batch: 4 } as const satisfies InferenceOptions;
const random = new RandomStream([6, 6]);
const rows = Array.from({ length: 11 }, () =>
  Array.from({ length: 6 }, (_, c) => Math.fround((c + 1) * random.signed() + 100 * c)),
);
const flat = Float32Array.from(rows.flat());
const gather = (indices: Uint32Array, into: Float32Array): void => {
  for (const [i, at] of indices.entries()) into.set(rows[at], 6 * i);
};

test('bytes of images need their sizes, tokens are checked', () =>
  withSharedEngine(async (engine) => {
    const made = (own: Sequential) =>
      Inference.create(engine, { model: own, batch: 2, weights: own.initialize(keyOf(1)) });
    const pictures = await made(new Sequential([2, 3], [flatten(), linear(6, 2)]));
    for (const bytes of [new Uint8Array(12), new Uint8ClampedArray(12)]) {
      await rejects(pictures.predict(bytes), OptionError, '{ images, count, height');
    }
    assert.is((await pictures.predict(new Float32Array(12))).length, 4);
    const writer = await made(new Sequential([2], [embedding(9, 4), flatten(), linear(8, 2)]));
    assert.is((await writer.predict(Uint8Array.of(0, 8))).length, 2);
    for (const tokens of [Uint8Array.of(1, 9), [0.5, 1], [[1, -1]]]) {
      await rejects(writer.predict(tokens), DataError, 'an embedding of 9');
    }
    pictures.destroy();
    writer.destroy();
  }));

test('an inference without weights is refused until it has some', () =>
  withSharedEngine(async (engine) => {
    const empty = await Inference.create(engine, { model, batch: 4 });
    await rejects(empty.predict(flat), OptionError, 'no weights yet');
    const full = await Inference.create(engine, options);
    await empty.copyFrom(full);
    assert.equal(await empty.predict(flat), await full.predict(flat));
    empty.destroy();
    const loaded = await Inference.create(engine, { model, batch: 4 });
    loaded.load(weights);
    assert.equal(await loaded.predict(flat), await full.predict(flat));
    loaded.destroy();
    full.destroy();
  }));

test('numbers of any kind, in one array, nested or from a source, any number of them', () =>
  withSharedEngine(async (engine) => {
    const inference = await Inference.create(engine, options);
    const all = await inference.predict(flat);
    assert.is(all.length, 33);
    for (const given of [
      [...flat],
      Float64Array.from(flat),
      rows,
      rows.map((row) => Float64Array.from(row)),
    ]) {
      assert.equal(await inference.predict(given), all);
    }
    assert.equal(await inference.predict({ count: 11, gather }), all);
    for (const count of [1, 3, 4, 5, 8]) {
      assert.equal(await inference.predict(rows.slice(0, count)), all.slice(0, 3 * count));
    }
    for (const none of [[], new Float32Array(), { count: 0, gather }]) {
      assert.equal(await inference.predict(none), new Float32Array());
      assert.equal(await inference.predict(none, { as: 'class' }), new Uint32Array());
    }
    // Whole numbers are what they say, whatever array they come in.
    assert.equal(
      await inference.predict(Uint8Array.of(0, 1, 2, 3, 4, 255)),
      await inference.predict([0, 1, 2, 3, 4, 255]),
    );
    await rejects(inference.predict([1, 2, 3]), ShapeError, '3 values were given', '6 each');
    await rejects(inference.predict([[1, 2, 3]]), DataError, 'row 0', '6');
    await rejects(inference.predict([[1, 2, 3, 4, 5, NaN]]), DataError, 'NaN in row 0, column 5');
    await rejects(inference.predict('123456' as never), OptionError, '"123456" was given');
    assert.equal(await inference.predict(rows), all, 'a call that was refused changes nothing');
    inference.destroy();
  }));

test('a call after the first makes no buffer that stays, and calls at once take turns', () =>
  withSharedEngine(async (engine) => {
    const inference = await Inference.create(engine, options);
    const all = await inference.predict(rows);
    const { liveBytes, liveCount } = engine.buffers;
    const counts = [1, 11, 4, 7, 2];
    const slow = (count: number) => ({
      count,
      async gather(indices: Uint32Array, into: Float32Array) {
        await new Promise((resolve) => setTimeout(resolve, 1));
        gather(indices, into);
      },
    });
    const broken = { count: 5, gather: () => Promise.reject(new RangeError('no file')) };
    const failing = rejects(inference.predict(broken), RangeError, 'no file');
    const found = await Promise.all(counts.map((count) => inference.predict(slow(count))));
    await failing;
    for (const [i, count] of counts.entries()) assert.equal(found[i], all.slice(0, 3 * count));
    assert.equal([engine.buffers.liveBytes, engine.buffers.liveCount], [liveBytes, liveCount]);
    inference.destroy();
  }));

const mean = [0, 101, 198, 7, 400, 501];
const deviation = [1, 2, 0.5, 0, 3, 1000];
const FAMILIES = ['portable', 'quad', 'tiled'] as const;

for (const family of thoroughly(FAMILIES, (one) => one === 'portable')) {
  test(`${family} kernels standardise column by column as they load, or take inputs as they are`, () =>
    withSharedEngine(
      async (engine) => {
        const plain = await Inference.create(engine, { ...options, batch: 11 });
        const inference = await Inference.create(engine, {
          ...options,
          batch: 11,
          normalize: { mean, deviation },
        });
        const prepared = rows.map((row) =>
          row.map((x, c) => (deviation[c] > 0 ? (x - mean[c]) / deviation[c] : 0)),
        );
        const wanted = await plain.predict(prepared);
        const got = await inference.predict(rows);
        assert.equal(got, wanted, 'numbers are standardised in float64, and rounded once');
        assert.not.equal(got, await plain.predict(rows));
        const raw = await inference.predict(rows, { normalize: false });
        assert.equal(raw, await plain.predict(rows), 'the bits of an inference that has none');

        const input = engine.upload(flat);
        const output = engine.upload(new Float32Array(33));
        for (const [normalize, expected] of [
          [undefined, got],
          [false, raw],
          [true, got],
        ] as const) {
          const encoder = engine.device.createCommandEncoder();
          inference.encode(encoder, input, output, normalize === undefined ? {} : { normalize });
          engine.device.queue.submit([encoder.finish()]);
          const words = await readWords(engine.device, output);
          const encoded = new Float32Array(words.buffer, 0, 33);
          const worst = Math.max(...encoded.map((x, i) => Math.abs(x - expected[i])));
          // What lies on the GPU is rounded to float32 three times; all are below 10. As it is, not at all.
          assert.ok(normalize === false ? worst === 0 : worst < 1e-5, `off by ${worst}`);
        }
        engine.free(input);
        engine.free(output);
        plain.destroy();
        inference.destroy();
      },
      { family, quick: true },
    ));
}

test("a function's inputs are standardised, too", () =>
  withSharedEngine(async (engine) => {
    const points = engine.upload(flat);
    const wgsl = `
      @group(0) @binding(0) var<storage, read> points: array<f32>;
      fn valueAt(sample: u32, column: u32) -> f32 { return points[6u * sample + min(column, 5u)]; }`;
    const normalize = { mean, deviation };
    const computed = await Inference.create(engine, {
      ...options,
      batch: 11,
      normalize,
      input: { wgsl, bindings: { points } },
    });
    const given = await Inference.create(engine, { ...options, batch: 11, normalize });
    const [output, other] = [0, 1].map(() => engine.upload(new Float32Array(33)));
    const encoder = engine.device.createCommandEncoder();
    computed.encode(encoder, null, output);
    given.encode(encoder, points, other);
    engine.device.queue.submit([encoder.finish()]);
    const words = await readWords(engine.device, output);
    assert.equal(words, await readWords(engine.device, other));
    const outputs = new Float32Array(words.buffer, 0, 33);
    const predicted = await given.predict(rows);
    const worst = Math.max(...outputs.map((x, i) => Math.abs(x - predicted[i])));
    assert.ok(worst < 1e-5, `off by ${worst}`);
    await rejects(computed.predict(rows), OptionError, 'this inference has its inputs');
    for (const made of [computed, given]) made.destroy();
    for (const buffer of [points, output, other]) engine.free(buffer);
  }));

test("a trainer's inference standardises pixels as the trainer does, and takes images", () =>
  withSharedEngine((engine) =>
    withTrainer(engine, small({ normalize: [0.286, 0.353] }), async (trainer) => {
      await trainer.steps(30);
      const images = firstOf(smallGarments(), 9, 1).train;
      const near = (one: ArrayLike<number>, other: ArrayLike<number>): void => {
        assert.is(one.length, other.length);
        const worst = Math.max(...Array.from(one, (x, i) => Math.abs(x - other[i])));
        // Both are of the order of 1, and sums of 784 terms.
        assert.ok(worst < 1e-5, `off by ${worst}`);
      };
      const wanted = await trainer.predict(images);
      const pixels = Float32Array.from(images.images, (byte) => byte / 255);
      const inference = await trainer.inference({ batch: 4 });
      const outputs = await inference.predict(pixels);
      near(outputs, wanted);
      assert.equal(await inference.predict(images), outputs);
      assert.equal(
        await inference.predict(images, { as: 'class' }),
        await trainer.predict(images, { as: 'class' }),
      );
      near(
        await inference.predict(images, { as: 'probability' }),
        await trainer.predict(images, { as: 'probability' }),
      );
      const prepared = pixels.map((x) => (x - 0.286) / 0.353);
      const bare = await trainer.inference({ batch: 4, normalize: false });
      near(await bare.predict(prepared), wanted);
      assert.equal(
        await inference.predict(prepared, { normalize: false }),
        await bare.predict(prepared),
      );
      near(await bare.predict(images), await trainer.predict(images, { normalize: false }));
      await rejects(trainer.inference({ batch: 4, normalize: null as never }), OptionError, 'null');
    }),
  ));

test("a trainer's inference computes the outputs of layers inside, and of a part of the layers", () =>
  withSharedEngine((engine) => {
    const inside = [conv2d(2, 3, 3), batchNorm2d(3), relu()];
    const whole = new Sequential(
      [28, 28],
      [
        ...[conv2d(1, 2, 5, { stride: 4 }), residual([relu(), conv2d(2, 2, 3, { padding: 1 })])],
        ...[sequential(inside), flatten(), linear(48, 10)],
      ],
    );
    return withTrainer(engine, small({ model: whole }), async (trainer) => {
      const { test: images } = firstOf(smallGarments(), 1, 3);
      const maps = layerOutputs(whole, ['4', '2.2', '1', '0']);
      const inference = await trainer.inference({ batch: 2, model: maps });
      await trainer.steps(5);
      const row = await inference.predict(images);
      assert.is(row.length, 3 * maps.outputShape[0]);
      const part = (at: number): number[] =>
        [0, 1, 2].flatMap((i) => {
          const { first, size } = maps.parts[at];
          return [...row.slice(i * maps.outputShape[0] + first).subarray(0, size)];
        });
      const near = (one: ArrayLike<number>, other: ArrayLike<number>): void => {
        assert.is(one.length, other.length);
        const worst = Math.max(...Array.from(one, (x, i) => Math.abs(x - other[i])));
        assert.ok(worst < 1e-5, `off by ${worst}`);
      };
      near(part(0), await trainer.predict(images));
      assert.equal(maps.parts[2].shape, [6, 6, 2]);
      for (const [at, count] of [
        [3, 1],
        [2, 2],
        [1, 3],
      ] as const) {
        const model = new Sequential([28, 28], whole.layers.slice(0, count));
        const cut = await trainer.inference({ batch: 2, model });
        near(part(at), await cut.predict(images));
      }
      await rejects(inference.predict(images, { as: 'class' }), OptionError, 'numbers');
      const other = new Sequential([28, 28], [flatten(), linear(784, 3)]);
      await rejects(trainer.inference({ batch: 1, model: other }), OptionError, '1.weight', 'none');
      const small4 = new Sequential([4], [linear(4, 3)]);
      await rejects(trainer.inference({ batch: 1, model: small4 }), ShapeError, '[4]', '[28, 28]');
    });
  }));

test("a trainer's inference of arrays standardises their columns", () =>
  withSharedEngine(async (engine) => {
    const train = { inputs: rows, targets: rows.map(([a, b, c]) => [a, b / 100, c / 100]) };
    const all = {
      model,
      dataset: { train },
      loss: 'mse',
      optimizer: adam(),
      normalize: 'standardise',
    } as const;
    await withTrainer(engine, all, async (trainer) => {
      await trainer.steps(3);
      const inference = await trainer.inference({ batch: 8 });
      const [one, other] = [await inference.predict(rows), await trainer.predict(rows)];
      const worst = Math.max(...one.map((x, i) => Math.abs(x - other[i])));
      assert.ok(worst < 1e-5, `off by ${worst}`);
      await rejects(
        inference.predict(rows, { as: 'class' }),
        OptionError,
        'these outputs are numbers',
      );
    });
  }));

test('probabilities need to know that outputs are logits; options that are none are refused', () =>
  withSharedEngine(async (engine) => {
    const unknown = await Inference.create(engine, options);
    await rejects(
      unknown.predict(rows, { as: 'probability' }),
      OptionError,
      'give Inference.create()',
    );
    const logits = await Inference.create(engine, { ...options, loss: 'cross_entropy' });
    const likely = await logits.predict(rows, { as: 'probability' });
    const classes = await unknown.predict(rows, { as: 'class' });
    for (const [row, c] of classes.entries()) {
      const own = likely.subarray(3 * row, 3 * row + 3);
      assert.is(own[c], Math.max(...own));
      assert.ok(Math.abs(own[0] + own[1] + own[2] - 1) < 1e-6);
    }
    logits.destroy();
    unknown.destroy();
    for (const [more, text] of [
      [{ normalise: null }, 'did you mean normalize?'],
      [{ normalize: 'standardise' }, '"standardise"'],
      [{ normalize: [0, 0] }, 'normalize 0,0 was given'],
      [{ normalize: { mean: [0], deviation: [1] } }, '6 finite numbers'],
      [{ loss: 'bce' }, 'loss "bce"'],
    ] as const) {
      const made = Inference.create(engine, { ...options, ...more } as InferenceOptions);
      await rejects(made, OptionError, text);
    }
  }));

test.run();
