import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ShapeError } from '../../src/errors.ts';
import { Inference } from '../../src/infer/inference.ts';
import { linear, relu, Sequential } from '../../src/nn/layers.ts';
import { adam } from '../../src/nn/optimizers.ts';
import { rejects, withEngine, withSharedEngine } from '../gpu/helpers.ts';
import { lowerLimits } from '../gpu/limits.ts';
import { bitsOf, withTrainer } from '../train/helpers.ts';

const inputs = () => Float32Array.from({ length: 40 }, (_, i) => Math.sin(i));
const labels = () => Uint8Array.from({ length: 20 }, (_, i) => i % 2);
const model = () => new Sequential([2], [linear(2, 4), relu(), linear(4, 2)]);
const options = () => ({
  model: model(),
  dataset: { train: { inputs: inputs(), labels: labels() } },
  loss: 'cross_entropy' as const,
  optimizer: adam(),
  order: { kind: 'listed' as const, indices: Uint32Array.from({ length: 20 }, (_, i) => 19 - i) },
  batchSize: 5,
});

/** All ways to change something of an object, as a caller in JavaScript may. */
function changes(of: object): (() => void)[] {
  return Object.keys(of).map((key) => () => {
    (of as Record<string, unknown>)[key] = 0;
  });
}

test('what is public and to be read alone cannot be changed, and no attempt is silent', () =>
  withSharedEngine(async (engine) => {
    await withTrainer(engine, options(), async (trainer) => {
      const inference = await Inference.create(engine, { model: model(), batch: 2 });
      await trainer.fit({ epochs: 1 });
      const { dataset, optimizer, order } = trainer.options;
      const { layers } = model();
      const [first] = layers;
      const all: object[] = [
        engine,
        engine.adapter,
        engine.families,
        inference,
        inference.model,
        inference.model.parameters,
        layers,
        first,
        first.parameters,
        first.parameters[0],
        first.parameters[0].shape,
        trainer.options,
        dataset,
        dataset.train,
        optimizer,
        order,
        trainer.history[0],
        trainer.history[0].train,
      ];
      for (const [at, one] of all.entries()) {
        assert.ok(Object.keys(one).length > 0, `${at}`);
        for (const change of changes(one)) assert.throws(change, /read only/, `${at}`);
      }
      // A list of the caller's own.
      (trainer.history as unknown[]).length = 0;
      assert.is(trainer.history.length, 1);
      inference.destroy();
    });
  }));

test('what the caller changes of its options later changes no run', () =>
  withSharedEngine(async (engine) => {
    const given = options();
    const kept = await withTrainer(engine, options(), async (trainer) => {
      await trainer.fit({ epochs: 2 });
      return bitsOf(trainer);
    });
    await withTrainer(engine, given, async (trainer) => {
      given.order.indices.fill(3);
      Object.assign(given.dataset.train, { labels: new Uint8Array(20) });
      Object.assign(given, { optimizer: adam({ learningRate: 1 }), batchSize: 1 });
      await trainer.fit({ epochs: 2 });
      assert.equal(await bitsOf(trainer), kept);
    });
  }));

test("a weight's shape is PyTorch's in messages", () =>
  withSharedEngine(async (engine) => {
    const wide = new Sequential([2], [linear(2, 5)]);
    const one = await Inference.create(engine, { model: model(), batch: 2 });
    const other = await Inference.create(engine, { model: wide, batch: 2 });
    await rejects(
      Promise.resolve().then(() => one.load(new Map([['0.weight', [1]]]))),
      ShapeError,
      '1 values were given for 0.weight; its shape [4, 2] has 8',
    );
    await rejects(
      other.copyFrom(one, { names: ['0.weight'] }),
      ShapeError,
      '0.weight is [5, 2] here and [4, 2] there',
    );
    one.destroy();
    other.destroy();
  }));

test('evaluation takes as many rows at a time as the widest layer leaves room for', () =>
  withEngine(async (engine) => {
    // A binding of 64 KiB: 16 rows of 1,024 numbers, where 20 samples are evaluated.
    lowerLimits(engine, { maxStorageBufferBindingSize: 2 ** 16 });
    const wide = new Sequential([2], [linear(2, 1024), relu(), linear(1024, 2)]);
    const { dataset } = options();
    const all = { ...options(), model: wide, dataset: { ...dataset, test: dataset.train } };
    await withTrainer(engine, all, async (trainer) => {
      const [record] = await trainer.fit({ epochs: 1 });
      assert.ok(Number.isFinite(record.test?.loss));
    });
  }));

test.run();
