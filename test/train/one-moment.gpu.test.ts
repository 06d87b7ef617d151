import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { liveSet } from '../../src/data/live.ts';
import { BusyError, DestroyedError } from '../../src/errors.ts';
import { Inference } from '../../src/infer/inference.ts';
import { linear, Sequential, tanh } from '../../src/nn/layers.ts';
import { adam } from '../../src/nn/optimizers.ts';
import { Trainer, type TrainerOptions } from '../../src/train/trainer.ts';
import { rejects, withSharedEngine } from '../gpu/helpers.ts';
import { bitsOf, withTrainer } from './helpers.ts';

const rows = (count: number) => Array.from({ length: count }, (_, i) => [Math.sin(i), Math.cos(i)]);
const labels = (count: number) => Array.from({ length: count }, (_, i) => i % 2);

const options = {
  model: new Sequential([2], [linear(2, 8), tanh(), linear(8, 2)]),
  dataset: { train: { inputs: rows(40), labels: labels(40) } },
  loss: 'cross_entropy',
  optimizer: adam(),
  batchSize: 8,
} as const satisfies TrainerOptions;

/** More than a batch of predictions. */
const MANY = rows(1200);

const zeros = (state: ReadonlyMap<string, { readonly data: Float32Array }>) =>
  new Map([...state].map(([name, { data }]) => [name, new Float32Array(data.length)]));

const refused = (work: () => unknown, call: string): void =>
  assert.throws(
    work,
    (error: unknown) => error instanceof BusyError && error.message.startsWith(`${call}() was`),
    call,
  );

test('what would change the weights is refused while a prediction reads them, or waits for it', () =>
  withSharedEngine((engine) =>
    withTrainer(engine, options, async (trainer) => {
      const start = await trainer.snapshot();
      await trainer.fit({ epochs: 2 });
      const wanted = await trainer.predict(MANY);
      const nothing = zeros(await trainer.parameters());
      const inference = await trainer.inference({ batch: 16 });
      const other = await Trainer.create(engine, { ...options, seed: 5 });
      const theirs = await bitsOf(other);
      const { loss } = await trainer.evaluate('train');

      const encoder = engine.device.createCommandEncoder();
      for (const begin of [
        async () => assert.equal(await trainer.predict(MANY), wanted),
        async () => assert.is((await trainer.evaluate('train')).loss, loss),
        async () => assert.is((await inference.predict(MANY)).length, wanted.length),
      ]) {
        const reading = begin();
        refused(() => trainer.load(nothing), 'load');
        refused(() => inference.load(nothing), 'load');
        refused(() => trainer.reset(), 'reset');
        refused(() => trainer.resume(start), 'resume');
        refused(() => trainer.encode(encoder, 3), 'encode');
        await reading;
      }
      assert.equal(await trainer.predict(MANY), wanted);
      let reading = trainer.predict(MANY);
      await trainer.copyFrom(other);
      assert.equal(await reading, wanted, 'copyFrom() waits');
      assert.equal(await bitsOf(trainer), theirs);
      const copied = await trainer.predict(MANY);
      reading = trainer.predict(MANY);
      await inference.copyFrom(other, { mix: 0.5 });
      assert.equal(await reading, copied, "an inference's copyFrom() waits");
      reading = trainer.predict(MANY);
      if (engine.timestamps) await trainer.profile(2);
      else await trainer.steps(2);
      assert.equal(await reading, copied, 'profile() waits');
      trainer.load(nothing);
      other.destroy();
    }),
  ));

test('an inference of its own parameters answers with those of the call', () =>
  withSharedEngine(async (engine) => {
    const { model } = options;
    const weights = model.initialize([1, 2]);
    const inference = await Inference.create(engine, { model, weights, batch: 16 });
    const other = await Inference.create(engine, {
      model,
      weights: model.initialize([3, 4]),
      batch: 16,
    });
    const some = rows(100);
    const [wanted, theirs] = [await inference.predict(some), await other.predict(some)];
    const first = inference.predict(some);
    refused(() => inference.load(weights), 'load');
    const copied = inference.copyFrom(other);
    assert.equal(await first, wanted);
    await copied;
    assert.equal(await inference.predict(some), theirs);
    inference.load(weights);
    assert.equal(await inference.predict(some), wanted);
    inference.destroy();
    other.destroy();
  }));

test('in the middle of an epoch nobody changes the weights by an inference of the trainer', () =>
  withSharedEngine(async (engine) => {
    const fit = { epochs: 4 };
    const expected = await withTrainer(engine, options, async (trainer) => {
      await trainer.fit(fit);
      return bitsOf(trainer);
    });
    await withTrainer(engine, options, async (trainer) => {
      const inference = await trainer.inference({ batch: 4 });
      const nothing = zeros(await trainer.parameters());
      const other = await Trainer.create(engine, { ...options, seed: 5 });
      const training = trainer.fit(fit);
      refused(() => inference.load(nothing), 'load');
      await rejects(inference.copyFrom(other), BusyError, 'copyFrom()');
      await rejects(inference.copyFrom(other, { mix: 0.1 }), BusyError, 'copyFrom()');
      await training;
      assert.equal(await bitsOf(trainer), expected);
      other.destroy();
    });
  }));

test('parameters that are destroyed while a copy of them is made are a DestroyedError', () =>
  withSharedEngine((engine) =>
    withTrainer(engine, options, async (trainer) => {
      for (const mix of [1, 0.25]) {
        const other = await Trainer.create(engine, { ...options, seed: 6 });
        const before = await bitsOf(trainer);
        const reading = trainer.predict(MANY);
        const copying = trainer.copyFrom(other, { mix });
        other.destroy();
        await rejects(copying, DestroyedError, other.name);
        await reading;
        assert.equal(await bitsOf(trainer), before);
      }
    }),
  ));

test("a metric of one's own may train, and a live set may grow while it is evaluated", () =>
  withSharedEngine(async (engine) => {
    const live = liveSet({ capacity: 2000, inputs: 2, classes: 2 });
    const push = (i: number): void => live.push([Math.sin(i), Math.cos(i)], i % 2);
    for (let i = 0; i < 700; i++) push(i);
    await withTrainer(engine, { ...options, dataset: { train: live } }, async (trainer) => {
      let counted = 0;
      const own = {
        name: 'own',
        compute: async (_outputs: Float32Array, _truth: unknown, shape: { count: number }) => {
          counted = shape.count;
          await trainer.steps(1);
          return trainer.step;
        },
      };
      const evaluating = trainer.evaluate('train', { metrics: ['auc', own] });
      const pushing = setInterval(() => {
        for (let i = 0; i < 50; i++) push(i);
      }, 0);
      const { metrics } = await evaluating.finally(() => clearInterval(pushing));
      assert.is(metrics.own, 1);
      assert.ok(counted >= 700);
    });
  }));

test.run();
