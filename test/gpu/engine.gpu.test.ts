import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { AdapterError, OptionError } from '../../src/errors.ts';
import { Engine } from '../../src/gpu/engine.ts';
import { use } from '../../src/gpu/link.ts';
import { Profiler } from '../../src/gpu/profiler.ts';
import * as wgsl from '../../src/gpu/shaders.gen.ts';
import { encodeTimed } from '../../src/graph/executor.ts';
import { Inference } from '../../src/infer/inference.ts';
import { linear, Sequential } from '../../src/nn/layers.ts';
import { DEVICE, given, runs } from '../run/device.ts';
import { inLongRun } from '../run/thorough.ts';
import { small, withTrainer } from '../train/helpers.ts';
import { anotherEngine, readWords, rejects, settled, withDevice, withEngine } from './helpers.ts';

const { STORAGE, COPY_SRC, COPY_DST, MAP_READ } = GPUBufferUsage;

async function device(): Promise<GPUDevice> {
  const adapter = await navigator.gpu.requestAdapter();
  if (!adapter) throw new Error('there is no adapter');
  return adapter.requestDevice();
}

/** WebGPU without an adapter. */
const nothing = { requestAdapter: async () => null } as unknown as GPU;

/** WebGPU that refuses an adapter so many times, as Chrome does while it restarts its GPU process. */
function refusing(times: number): { gpu: GPU; asked: () => number } {
  let asked = 0;
  const requestAdapter = async (options?: GPURequestAdapterOptions) => {
    if (++asked > times) return navigator.gpu.requestAdapter(options);
    throw new DOMException(
      'A valid external Instance reference no longer exists.',
      'OperationError',
    );
  };
  return { gpu: { requestAdapter } as unknown as GPU, asked: () => asked };
}

test('the request for an adapter is repeated while the GPU process restarts', async () => {
  const soon = refusing(2);
  const engine = await Engine.create({ gpu: soon.gpu });
  engine.destroy();
  assert.is(soon.asked(), 3);
  const never = refusing(Infinity);
  await rejects(Engine.create({ gpu: never.gpu }), AdapterError, 'WebGPU refused an adapter');
});

test('a limit above the adapter, and an unknown limit, are refused', async () => {
  const most = (await navigator.gpu.requestAdapter())?.limits.maxBufferSize ?? 0;
  const create = (limits: Record<string, number>) => Engine.create({ limits });
  await rejects(
    create({ maxBufferSize: most + 1 }),
    OptionError,
    `"maxBufferSize" = ${most + 1}`,
    most,
  );
  await rejects(create({ maxSpeed: 1 }), OptionError, 'maxSpeed', 'has no such limit');
});

test('a limit that the adapter allows is granted', async () => {
  const most = (await navigator.gpu.requestAdapter())?.limits.maxBufferSize ?? 0;
  await withDevice(async ({ device }) => assert.is(device.limits.maxBufferSize, most), {
    limits: { maxBufferSize: most },
  });
});

test('without a core adapter, one in compatibility mode is used', async () => {
  const asked: (string | undefined)[] = [];
  const gpu = {
    requestAdapter: async (options?: GPURequestAdapterOptions) => {
      asked.push(options?.featureLevel);
      return options?.featureLevel === 'compatibility'
        ? navigator.gpu.requestAdapter(options)
        : null;
    },
  } as GPU;
  await withDevice(
    async ({ device, families, family }) => {
      assert.equal(asked, [undefined, 'compatibility']);
      assert.is(device.limits.maxComputeInvocationsPerWorkgroup, 128);
      assert.not(families.includes('tiled'));
      assert.not(family === 'tiled');
    },
    { gpu },
  );
  await rejects(
    Engine.create({ gpu, family: 'tiled' }),
    OptionError,
    'family tiled was given',
    'portable',
  );
});

test('an adapter that tells little or nothing of itself works', async () => {
  for (const info of [undefined, {}, { vendor: 'apple' }]) {
    const gpu = {
      requestAdapter: async () => {
        const adapter = (await navigator.gpu.requestAdapter()) as GPUAdapter;
        const requestDevice = async (wishes?: GPUDeviceDescriptor) => {
          const made = await adapter.requestDevice(wishes);
          return Object.defineProperty(made, 'adapterInfo', { value: info });
        };
        const { features, limits } = adapter;
        return { features, limits, info, requestDevice };
      },
    } as unknown as GPU;
    await withDevice(
      async (engine) => {
        assert.is(engine.adapter.vendor, info?.vendor ?? '');
        assert.is(engine.adapter.description, '');
        assert.not(engine.families.includes('quad'));
        const model = new Sequential([2], [linear(2, 1)]);
        const weights = new Map([
          ['0.weight', Float32Array.of(1, 2)],
          ['0.bias', Float32Array.of(3)],
        ]);
        const inference = await Inference.create(engine, { model, batch: 1, weights });
        assert.equal([...(await inference.predict([10, 20]))], [53]);
        inference.destroy();
      },
      // Software that is not known as such would get the kernels of GPUs, which take long here.
      { gpu, family: 'portable' },
    );
  }
});

test('the device has the features that this test run asks for', () =>
  withEngine(async (engine) => {
    const adapter = await navigator.gpu.requestAdapter();
    for (const feature of ['timestamp-query', 'subgroups'] as const) {
      assert.is(engine.device.features.has(feature), adapter?.features.has(feature), feature);
      if (!given(feature)) assert.not(engine.device.features.has(feature));
    }
    const { maxComputeInvocationsPerWorkgroup } = engine.device.limits;
    assert.is(maxComputeInvocationsPerWorkgroup, DEVICE === 'compat' ? 128 : 256);
  }));

test('the error for a missing adapter says what to do', async () => {
  await rejects(Engine.create({ gpu: nothing }), AdapterError, 'no adapter', 'chrome://gpu');
});

test('a device that is refused is an AdapterError', async () => {
  const adapter = {
    limits: {},
    features: new Set(),
    requestDevice: () => Promise.reject(new Error('not today')),
  };
  const gpu = { requestAdapter: async () => adapter } as unknown as GPU;
  await rejects(Engine.create({ gpu }), AdapterError, 'gave no device', 'not today');
});

test('an adopted device outlives its engine', async () => {
  const owned = await device();
  const engine = Engine.adopt(owned);
  const made = engine.buffers.allocate('of the engine', 4, STORAGE);
  const mine = owned.createBuffer({ size: 4, usage: COPY_SRC | COPY_DST });
  engine.destroy();
  assert.is(engine.buffers.liveCount, 0);
  owned.queue.writeBuffer(mine, 0, Uint32Array.of(42));
  assert.equal([...(await readWords(owned, mine))], [42]);
  owned.pushErrorScope('validation');
  owned.queue.writeBuffer(made, 0, Uint32Array.of(1));
  assert.ok(await owned.popErrorScope(), 'what the engine made is gone');
  owned.destroy();
});

test("errors of an adopted device reach the caller's handler and scopes, and not the engine", async () => {
  const owned = await device();
  const heard: string[] = [];
  owned.addEventListener('uncapturederror', (event) => {
    event.preventDefault();
    heard.push(event.error.message);
  });
  const engine = Engine.adopt(owned);
  const fail = (label: string) => owned.createBuffer({ label, size: 4, usage: MAP_READ | STORAGE });
  fail('by mistake');
  owned.pushErrorScope('validation');
  fail('in a scope');
  const one = use(wgsl.reduceConstant, { constants: { VALUE: 1 }, bindings: { value: 'here' } });
  await engine.kernels.compile('one', [one]);
  engine.buffers.free(engine.buffers.allocate('good', 4, STORAGE));
  const error = await owned.popErrorScope();
  await engine.buffers.settle();
  await settled(owned);
  assert.match(error?.message ?? '', 'in a scope');
  assert.is(heard.length, 1);
  assert.match(heard[0], 'by mistake');
  engine.assertAlive();
  engine.destroy();
  owned.destroy();
});

test('an error of a call on the device is reported by the device, and the engine still works', async () => {
  const engine = await anotherEngine();
  const heard: string[] = [];
  const hear = (event: GPUUncapturedErrorEvent): void => {
    event.preventDefault();
    heard.push(event.error.message);
  };
  engine.device.addEventListener('uncapturederror', hear);
  engine.device.createBuffer({ label: 'wrong', size: 4, usage: MAP_READ | STORAGE });
  await settled(engine.device);
  assert.match(heard.join(), 'wrong');
  engine.assertAlive();
  await withTrainer(engine, small(), (trainer) => trainer.fit({ epochs: 1 }));
  engine.device.removeEventListener('uncapturederror', hear);
  engine.destroy();
});

inLongRun(test)('the old name of a family still works', async () => {
  if (!runs('tiled')) return;
  const { warn } = console;
  let warnings = 0;
  console.warn = () => warnings++;
  try {
    const engine = await Engine.create({ family: 'discrete' });
    assert.is(engine.family, 'tiled');
    await withTrainer(engine, small({ family: 'discrete' }), async (trainer) => {
      assert.is(trainer.options.family, 'tiled');
      await trainer.fit({ epochs: 1 });
    });
    engine.destroy();
  } finally {
    console.warn = warn;
  }
  assert.is(warnings, 2);
});

test('the profiler gives a positive time for each dispatch', () =>
  withEngine(async (engine) => {
    assert.is(engine.timestamps, engine.device.features.has('timestamp-query'));
    // SwiftShader has them.
    if (!engine.timestamps) return assert.ok(!engine.adapter.software || !given('timestamp-query'));
    await withTrainer(engine, small(), async ({ session }) => {
      const dispatches = session.take(1);
      const profiler = new Profiler(engine, dispatches.length);
      for (let round = 0; round < 2; round++) {
        const encoder = engine.device.createCommandEncoder();
        encodeTimed(encoder, dispatches, profiler);
        profiler.resolve(encoder);
        engine.device.queue.submit([encoder.finish()]);
        const times = await profiler.read();
        assert.is(times.length, dispatches.length);
        assert.ok(
          times.every((time) => time > 0 && time < 60e9),
          `${times}`,
        );
      }
      profiler.destroy();
    });
  }));

test.run();
