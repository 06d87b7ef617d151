import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { BusyError, DestroyedError, OptionError, ShapeError } from '../../src/errors.ts';
import { Engine } from '../../src/gpu/engine.ts';
import { Inference } from '../../src/infer/inference.ts';
import { linear, Sequential, tanh } from '../../src/nn/layers.ts';
import { mlp } from '../../src/nn/mlp.ts';
import { adam } from '../../src/nn/optimizers.ts';
import { Trainer } from '../../src/train/trainer.ts';
import { readWords, rejects, withSharedEngine } from '../gpu/helpers.ts';
import { bitsOf, small, withTrainer } from './helpers.ts';

const floatsOf = async (trainer: Trainer) =>
  new Map([...(await trainer.parameters())].map(([name, { data }]) => [name, data]));

test('a trainer takes the parameters of another, all or some, bit by bit, and nothing else', () =>
  withSharedEngine((engine) =>
    withTrainer(engine, small(), (one) =>
      withTrainer(engine, small({ seed: 8 }), async (other) => {
        await one.steps(3);
        await other.steps(5);
        const [mine, theirs] = [await floatsOf(one), await floatsOf(other)];
        const { tensors } = await one.snapshot();
        const [first, second] = mine.keys();
        await one.copyFrom(other, { names: [second] });
        const some = await floatsOf(one);
        assert.equal(some.get(second), theirs.get(second));
        assert.equal(some.get(first), mine.get(first));
        await one.copyFrom(other);
        assert.equal(await bitsOf(one), await bitsOf(other));
        const after = await one.snapshot();
        assert.equal(after.tensors.get('moment1'), tensors.get('moment1'), 'the optimizer stays');
        assert.is(one.step, 3);
        await one.copyFrom(one);
        assert.equal(await bitsOf(one), await bitsOf(other));
        // What is copied is what stood in the queue before.
        const steps = other.steps(2);
        await steps;
        await one.copyFrom(other);
        assert.equal(await bitsOf(one), await bitsOf(other));
      }),
    ),
  ));

test('a share of another moves each element towards it: a target network that follows', () =>
  withSharedEngine((engine) =>
    withTrainer(engine, small(), async (trainer) => {
      const { model } = trainer.options;
      const target = await Inference.create(engine, { model, batch: 4 });
      await target.copyFrom(trainer);
      const probe = Float32Array.from({ length: 4 * 784 }, (_, i) => (i % 13) / 13);
      const begun = await trainer.inference({ batch: 4 });
      assert.equal(await target.predict(probe), await begun.predict(probe));
      const before = await floatsOf(trainer);
      await trainer.steps(20);
      const now = await floatsOf(trainer);
      await withTrainer(engine, small(), async (follower) => {
        for (const mix of [0.25, 0.005, 0.9999]) {
          follower.load(before);
          await follower.copyFrom(trainer, { mix });
          for (const [name, data] of await floatsOf(follower)) {
            for (let i = 0; i < data.length; i++) {
              const [a, b] = [before.get(name)?.[i] ?? NaN, now.get(name)?.[i] ?? NaN];
              const off = Math.abs(data[i] - (a + (b - a) * Math.fround(mix)));
              // Three roundings, none above 2⁻²³ of what is met.
              const most = 3 * 2 ** -23 * (Math.abs(a) + Math.abs(b)) + 2 ** -126;
              assert.ok(off <= most, `${name}[${i}] of ${mix}: off by ${off}`);
            }
          }
        }
        follower.load(before);
        await follower.copyFrom(trainer, { mix: 1 });
        assert.equal(await bitsOf(follower), await bitsOf(trainer));
      });
      await target.copyFrom(trainer, { mix: 0.5 });
      assert.not.equal(await target.predict(probe), await begun.predict(probe));
      for (let i = 0; i < 60; i++) await target.copyFrom(trainer, { mix: 0.5 });
      const [near, reached] = [await target.predict(probe), await begun.predict(probe)];
      const worst = Math.max(...near.map((x, i) => Math.abs(x - reached[i])));
      assert.ok(worst < 1e-6, `off by ${worst}`);
      target.destroy();
    }),
  ));

test('what cannot be copied is refused, and copies nothing', () =>
  withSharedEngine((engine) =>
    withTrainer(engine, small(), async (trainer) => {
      const bits = await bitsOf(trainer);
      await withTrainer(engine, small({ model: mlp([28, 28], [784, 12, 10]) }), async (other) => {
        await rejects(trainer.copyFrom(other), ShapeError, '1.weight', '[32, 784]', '[12, 784]');
        const gone = await other.inference({ batch: 1 });
        gone.destroy();
        await rejects(trainer.copyFrom(gone), DestroyedError, 'inference');
      });
      const cases: readonly (readonly [unknown, object, string])[] = [
        [await trainer.parameters(), {}, 'set by load()'],
        [trainer, { names: '1.weight' }, 'names "1.weight"'],
        [trainer, { names: ['weight'] }, 'no parameter "weight"'],
        [trainer, { mix: 0 }, 'mix 0'],
        [trainer, { mix: 2 }, 'mix 2'],
        [trainer, { tau: 0.1 }, 'copyFrom() has no option "tau"'],
      ];
      for (const [other, options, text] of cases) {
        await rejects(trainer.copyFrom(other as Trainer, options), OptionError, text);
      }
      const apart = await Engine.create({ family: 'portable', quick: true });
      await withTrainer(apart, small(), (elsewhere) =>
        rejects(trainer.copyFrom(elsewhere), OptionError, 'another device'),
      );
      apart.destroy();
      assert.equal(await bitsOf(trainer), bits);
      let refused: Promise<void> | undefined;
      await trainer.fit({
        epochs: 1,
        onProgress: () => {
          refused ??= rejects(trainer.copyFrom(trainer), BusyError, 'copyFrom()');
        },
        onEpoch: () => trainer.copyFrom(trainer),
      });
      await refused;
    }),
  ));

test("a parameter's buffer is read by kernels of the caller's, laid out as it is documented", () =>
  withSharedEngine(async (engine) => {
    const model = new Sequential([6], [linear(6, 9), tanh(), linear(9, 3)]);
    const dataset = { train: { inputs: new Float32Array(24), targets: new Float32Array(12) } };
    const options = { model, dataset, loss: 'mse', optimizer: adam() } as const;
    await withTrainer(engine, options, async (trainer) => {
      await trainer.steps(3);
      const { device } = engine;
      for (const [name, { shape, data }] of await trainer.parameters()) {
        const own = trainer.parameterBuffer(name);
        const [outputs, inputs] = shape.length === 2 ? shape : [shape[0], 1];
        assert.equal(own.shape, shape.length === 2 ? [inputs, outputs] : [outputs]);
        assert.is(own.stride, 4 * Math.ceil(outputs / 4));
        assert.is(own.offset % 256, 0);
        // Bound in a kernel of the caller's.
        const module = device.createShaderModule({
          code: `
            @group(0) @binding(0) var<storage, read> own: array<f32>;
            @group(0) @binding(1) var<storage, read_write> copy: array<f32>;
            @compute @workgroup_size(64) fn main(@builtin(global_invocation_id) id: vec3u) {
              if (id.x < arrayLength(&own)) { copy[id.x] = own[id.x]; }
            }`,
        });
        const pipeline = device.createComputePipeline({ layout: 'auto', compute: { module } });
        const copy = engine.upload(new Float32Array(own.size / 4));
        const { buffer, offset, size } = own;
        const entries = [{ buffer, offset, size }, { buffer: copy }].map((resource, binding) => ({
          binding,
          resource,
        }));
        const encoder = device.createCommandEncoder();
        const pass = encoder.beginComputePass();
        pass.setPipeline(pipeline);
        const layout = pipeline.getBindGroupLayout(0);
        pass.setBindGroup(0, device.createBindGroup({ layout, entries }));
        pass.dispatchWorkgroups(Math.ceil(size / 256));
        pass.end();
        device.queue.submit([encoder.finish()]);
        const read = new Float32Array((await readWords(device, copy)).buffer);
        for (let out = 0; out < outputs; out++) {
          for (let c = 0; c < inputs; c++) {
            assert.is(read[c * own.stride + out], data[out * inputs + c], `${name} ${out} ${c}`);
          }
        }
        const sum = (values: Float32Array): number => values.reduce((a, x) => a + Math.abs(x), 0);
        assert.ok(Math.abs(sum(read) - sum(data)) < 1e-4, 'padding is zero');
        engine.free(copy);
      }
      assert.throws(
        () => trainer.parameterBuffer('weight'),
        (error: Error) => error instanceof OptionError && /0\.weight/.test(error.message),
      );
      trainer.destroy();
      assert.throws(
        () => trainer.parameterBuffer('0.weight'),
        (error: Error) => error instanceof DestroyedError,
      );
    });
  }));

test('memory is accounted by owner and by name, and what is destroyed is gone', () =>
  withSharedEngine(async (engine) => {
    const none = { bytes: 0, buffers: 0, byOwner: [] };
    assert.equal(engine.memory(), none);
    const trainer = await Trainer.create(engine, small());
    const inference = await trainer.inference({ batch: 8 });
    const uploaded = engine.upload(new Float32Array(100));
    const memory = engine.memory();
    const owners = memory.byOwner.map(({ owner }) => owner);
    assert.equal(owners.slice().sort(), [trainer.name, inference.name, 'uploads'].sort());
    assert.is(owners[0], trainer.name, 'the largest is the first');
    assert.match(trainer.name, /^trainer \d+$/);
    const total = (list: readonly { bytes: number; buffers: number }[]) =>
      list.reduce((a, b) => ({ bytes: a.bytes + b.bytes, buffers: a.buffers + b.buffers }), {
        bytes: 0,
        buffers: 0,
      });
    const { bytes, buffers } = memory;
    assert.equal(total(memory.byOwner), { bytes, buffers });
    assert.equal([bytes, buffers], [engine.buffers.liveBytes, engine.buffers.liveCount]);
    for (const owner of memory.byOwner) {
      assert.equal(total(owner.byName), { bytes: owner.bytes, buffers: owner.buffers });
    }
    const uploads = memory.byOwner.find(({ owner }) => owner === 'uploads');
    assert.equal(uploads?.byName, [{ name: 'uploaded', bytes: 400, buffers: 1 }]);
    const pixels = memory.byOwner[0].byName.find(({ name }) => name === 'pixels');
    assert.equal(pixels, { name: 'pixels', bytes: 900 * 784, buffers: 2 });
    engine.free(uploaded);
    await inference[Symbol.asyncDispose]();
    assert.equal(
      engine.memory().byOwner.map(({ owner }) => owner),
      [trainer.name],
    );
    await trainer[Symbol.asyncDispose]();
    assert.equal(engine.memory(), none);
  }));

test.run();
