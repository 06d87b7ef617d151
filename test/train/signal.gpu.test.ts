import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { OptionError } from '../../src/errors.ts';
import { Engine } from '../../src/gpu/engine.ts';
import { Inference } from '../../src/infer/inference.ts';
import { linear, Sequential } from '../../src/nn/layers.ts';
import { sgd } from '../../src/nn/optimizers.ts';
import { keyOf } from '../../src/random/domains.ts';
import { Trainer } from '../../src/train/trainer.ts';
import { rejects, withSharedEngine } from '../gpu/helpers.ts';

class Gone extends Error {}

/** A signal that counts who listens to it. */
function signalOf() {
  const controller = new AbortController();
  const { signal } = controller;
  const count = { added: 0, left: 0 };
  const { addEventListener: add, removeEventListener: remove } = signal;
  signal.addEventListener = (...given: Parameters<typeof add>) => {
    count.added++;
    count.left++;
    add.apply(signal, given);
  };
  signal.removeEventListener = (...given: Parameters<typeof remove>) => {
    count.left--;
    remove.apply(signal, given);
  };
  return { signal, count, abort: () => controller.abort(new Gone('not wanted any more')) };
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

const model = new Sequential([2], [linear(2, 1)]);
const options = {
  model,
  dataset: { train: { inputs: [1, 2, 3, 4], targets: [1, 2] } },
  loss: 'mse',
  optimizer: sgd({ learningRate: 0.1 }),
} as const;

type Make = (engine: Engine, signal: AbortSignal) => Promise<{ destroy(): void }>;

const MADE: Readonly<Record<string, Make>> = {
  'Engine.create': (_, signal) => Engine.create({ signal }),
  'Trainer.create': (engine, signal) => Trainer.create(engine, { ...options, signal }),
  'Inference.create': (engine, signal) => {
    const weights = model.initialize(keyOf(1));
    return Inference.create(engine, { model, batch: 2, weights, signal });
  },
};

for (const [name, make] of Object.entries(MADE)) {
  test(`${name} rejects with the reason of a signal that is aborted before`, () =>
    withSharedEngine(async (engine) => {
      const { signal, count, abort } = signalOf();
      abort();
      await rejects(make(engine, signal), Gone);
      assert.is(count.added, 0);
    }));

  test(`${name} rejects with the reason of a signal that is aborted meanwhile`, () =>
    withSharedEngine(async (engine) => {
      for (const wait of [undefined, 0, 1, 5, 20]) {
        const { signal, count, abort } = signalOf();
        const making = make(engine, signal);
        if (wait !== undefined) await pause(wait);
        abort();
        const outcome = await making.catch((error: unknown) => error);
        // It may have been there before.
        if (wait === undefined) assert.instance(outcome, Gone);
        else if (!(outcome instanceof Gone)) (outcome as { destroy(): void }).destroy();
        assert.equal(count, { added: 1, left: 0 });
        for (let i = 0; engine.buffers.liveCount > 0 && i < 500; i++) await pause(10);
        assert.equal(engine.memory(), { bytes: 0, buffers: 0, byOwner: [] });
      }
    }));

  test(`${name} leaves no listener on a signal that is not aborted, and refuses what is none`, () =>
    withSharedEngine(async (engine) => {
      const { signal, count, abort } = signalOf();
      const made = await make(engine, signal);
      assert.equal(count, { added: 1, left: 0 });
      // Too late: what was made stays.
      abort();
      if (made instanceof Engine) made.assertAlive();
      if (made instanceof Trainer) await made.fit({ epochs: 1 });
      if (made instanceof Inference) await made.predict([1, 2]);
      made.destroy();
      await rejects(make(engine, {} as AbortSignal), OptionError, 'signal', 'AbortController');
    }));
}

test('a device that comes after the signal is destroyed', async () => {
  const { gpu } = navigator;
  const devices: GPUDevice[] = [];
  const late = {
    requestAdapter: async (given?: GPURequestAdapterOptions) => {
      const adapter = await gpu.requestAdapter(given);
      if (!adapter) return null;
      const request = adapter.requestDevice.bind(adapter);
      adapter.requestDevice = async (wishes) => {
        abort();
        const device = await request(wishes);
        devices.push(device);
        return device;
      };
      return adapter;
    },
  } as GPU;
  const { signal, abort } = signalOf();
  await rejects(Engine.create({ gpu: late, signal }), Gone);
  for (let i = 0; devices.length === 0 && i < 500; i++) await pause(10);
  assert.is((await devices[0].lost).reason, 'destroyed');
});

test('trainer.inference takes a signal, and the trainer goes on', () =>
  withSharedEngine(async (engine) => {
    const trainer = await Trainer.create(engine, options);
    const { signal, abort } = signalOf();
    const making = trainer.inference({ batch: 2, signal });
    abort();
    await rejects(making, Gone);
    await trainer.fit({ epochs: 1 });
    assert.not.ok('signal' in trainer.options);
    await trainer[Symbol.asyncDispose]();
  }));

test.run();
