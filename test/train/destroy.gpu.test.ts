import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { DestroyedError } from '../../src/errors.ts';
import { Engine } from '../../src/gpu/engine.ts';
import { checkpointOf } from '../../src/train/checkpoint.ts';
import { type FitOptions, Trainer } from '../../src/train/trainer.ts';
import { weightsOf } from '../../src/train/weights.ts';
import { anotherEngine, QUICK, rejects, reportOf, settled } from '../gpu/helpers.ts';
import { inLongRun, thoroughly } from '../run/thorough.ts';
import { assertSame, fitted, outcomeOf, single, small, smallGarments } from './helpers.ts';

/** An engine on which a second trainer must go on to the same bits, whatever happens to the first. */
interface Stage {
  readonly engine: Engine;
  readonly trainer: Trainer;
}

/**
 * Destroys a trainer, or something else, in some way; then the bystander's run must be what it would have
 * been, WebGPU must have reported nothing, and the memory of what was destroyed must be free.
 */
async function bystander(
  work: (stage: Stage) => Promise<unknown>,
  given: Partial<Parameters<typeof small>[0]> = {},
): Promise<void> {
  const engine = await anotherEngine();
  const reported: string[] = [];
  const hear = (event: GPUUncapturedErrorEvent): void => {
    event.preventDefault();
    reported.push(event.error.message);
  };
  engine.device.addEventListener('uncapturederror', hear);
  const expected = await fitted(engine, small(), { epochs: 2, chunk: 4 });
  const other = await Trainer.create(engine, small());
  const bytes = engine.buffers.liveBytes;
  const trainer = await Trainer.create(engine, small({ seed: 3, ...given }));
  const fit = other.fit({ epochs: 2, chunk: 4 });
  await work({ engine, trainer });
  await fit;
  assertSame(await outcomeOf(other), expected, 'the bystander');
  await trainer[Symbol.asyncDispose]();
  await other.metrics();
  await settled(engine.device);
  assert.equal(reported, [], 'WebGPU reported errors');
  // What the bystander has made since: what it evaluates with.
  assert.ok(engine.buffers.liveBytes >= bytes);
  other.destroy();
  await settled(engine.device);
  assert.equal(reportOf(engine.buffers), [], 'buffers are left');
  engine.device.removeEventListener('uncapturederror', hear);
  engine.destroy();
}

const data = smallGarments();

/** All that takes time. */
const CALLS: Readonly<Record<string, (trainer: Trainer) => Promise<unknown>>> = {
  fit: (trainer) => trainer.fit({ epochs: 1000 }),
  'fit, watched': (trainer) => trainer.fit({ epochs: 1000, watch: true, keep: 0 }),
  steps: (trainer) => trainer.steps(1000),
  evaluate: (trainer) => trainer.evaluate(),
  'evaluate train': (trainer) => trainer.evaluate('train'),
  predict: (trainer) => trainer.predict(data.test),
  parameters: (trainer) => trainer.parameters(),
  snapshot: (trainer) => trainer.snapshot(),
  checkpointOf: (trainer) => checkpointOf(trainer),
  weightsOf: (trainer) => weightsOf(trainer),
  inference: (trainer) => trainer.inference({ batch: 4 }),
  'predict of an inference': async (trainer) => {
    const inference = await trainer.inference({ batch: 1 });
    return inference.predict(new Float32Array(784 * 50));
  },
};

/** Moments after a call at which something is destroyed. */
const MOMENTS: Readonly<Record<string, () => Promise<unknown>>> = {
  'at once': async () => {},
  'a turn later': () => Promise.resolve().then(() => {}),
  'a task later': () => new Promise((resolve) => setTimeout(resolve, 0)),
  'some tasks later': () => new Promise((resolve) => setTimeout(resolve, 25)),
};

for (const [when, moment] of thoroughly(
  Object.entries(MOMENTS),
  ([name]) => name === 'a task later',
)) {
  test(`what runs on a trainer that is destroyed ${when} rejects with DestroyedError; others go on`, () =>
    bystander(async ({ engine }) => {
      for (const [name, call] of Object.entries(CALLS)) {
        const trainer = await Trainer.create(engine, small({ seed: 4 }));
        const outcome = call(trainer).then(
          () => 'done',
          (error: unknown) => error,
        );
        await moment();
        trainer.destroy();
        const error = await outcome;
        await trainer[Symbol.asyncDispose]();
        // What was done before is done.
        if (error === 'done' && when !== 'at once') continue;
        assert.instance(error, DestroyedError, `${name}: ${error}`);
      }
    }));
}

test('every call on a trainer that was destroyed is refused with DestroyedError, twice as well', () =>
  bystander(async ({ engine, trainer }) => {
    const inference = await trainer.inference({ batch: 2 });
    const snapshot = await trainer.snapshot();
    const parameters = await trainer.parameters();
    trainer.destroy();
    trainer.destroy();
    for (const call of Object.values(CALLS)) await rejects(call(trainer), DestroyedError);
    await rejects(inference.predict(new Float32Array(784)), DestroyedError, 'trainer');
    const encoder = engine.device.createCommandEncoder();
    for (const call of [
      () => trainer.run({ budget: 1 }),
      () => trainer.encode(encoder, 1),
      () => trainer.reset(),
      () => trainer.resume(snapshot),
      () => trainer.load(new Map([...parameters].map(([name, { data }]) => [name, data]))),
      () => inference.load(new Map()),
      () => trainer.explain(),
      () => inference.explain(),
    ]) {
      assert.throws(call, (error: unknown) => error instanceof DestroyedError);
    }
    await rejects(trainer.metrics(), DestroyedError);
    await rejects(trainer.profile(1), DestroyedError);
    // What it was can still be looked at.
    assert.is(trainer.step, 0);
    assert.is(trainer.history.length, 0);
    inference.destroy();
  }));

const TOLD: Readonly<Record<string, (destroy: () => void) => Partial<FitOptions>>> = {
  onEpoch: (destroy) => ({ onEpoch: destroy }),
  'onEpoch, later': (destroy) => ({
    onEpoch: async () => {
      await Promise.resolve();
      destroy();
      await new Promise(() => {});
    },
  }),
  onProgress: (destroy) => ({ onProgress: destroy, chunk: 2 }),
  "a signal's listener": (destroy) => {
    const controller = new AbortController();
    controller.signal.addEventListener('abort', destroy);
    return { signal: controller.signal, chunk: 2, onProgress: () => controller.abort() };
  },
};

for (const [from, options] of thoroughly(Object.entries(TOLD), (_, i) => i % 3 === 0)) {
  test(`a trainer can be destroyed from ${from}`, () =>
    bystander(async ({ trainer }) => {
      const fit = trainer.fit({ epochs: 50, ...options(() => trainer.destroy()) });
      await rejects(fit, DestroyedError, 'trainer');
    }));
}

inLongRun(test)("a source's gather may destroy the trainer that asks, and never answer", () => {
  let destroy = (): void => {};
  const { images, ...rest } = data.train;
  const source = {
    ...rest,
    gather: (indices: Uint32Array, into: Uint8Array): Promise<void> | undefined => {
      for (const [i, index] of indices.entries()) {
        into.set(images.subarray(index * 784, (index + 1) * 784), i * 784);
      }
      destroy();
      return indices.length % 2 === 0 ? undefined : Promise.resolve();
    },
  };
  return bystander(
    async ({ trainer }) => {
      destroy = () => trainer.destroy();
      await rejects(trainer.fit({ epochs: 1 }), DestroyedError);
    },
    { dataset: { ...data, train: source }, streamBytes: 60_000 },
  );
});

test('an engine that is destroyed ends all that runs on it; engines beside it go on', () =>
  bystander(async () => {
    for (const [name, call] of Object.entries(CALLS)) {
      const engine = await Engine.create(QUICK);
      const trainer = await Trainer.create(engine, single());
      const running = call(trainer);
      const made = Trainer.create(engine, single());
      engine.destroy();
      engine.destroy();
      await rejects(running, DestroyedError).catch((error) => {
        throw new Error(`${name}: ${error}`);
      });
      await rejects(made, DestroyedError, 'engine');
      await rejects(Trainer.create(engine, single()), DestroyedError, 'engine');
      assert.throws(() => engine.assertAlive(), 'was destroyed');
      // In either order.
      trainer.destroy();
      await engine[Symbol.asyncDispose]();
      assert.is(engine.buffers.liveCount, 0);
    }
  }));

test('a device that its owner destroys ends a run, and no other device is asked for', async () => {
  const adapter = await navigator.gpu.requestAdapter();
  const device = await adapter?.requestDevice();
  if (!device) throw new Error('there is no device');
  const engine = Engine.adopt(device, QUICK);
  const trainer = await Trainer.create(engine, single());
  let asked = 0;
  const fit = trainer.fit({
    epochs: 100,
    chunk: 2,
    onProgress: () => device.destroy(),
    renew: () => {
      asked++;
      return Engine.create(QUICK);
    },
  });
  await rejects(fit, DestroyedError, 'device');
  assert.is(asked, 0);
  await rejects(trainer.fit({ epochs: 1 }), DestroyedError, 'device');
  await engine[Symbol.asyncDispose]();
  assert.is(engine.buffers.liveCount, 0);
});

test('an inference that is destroyed leaves its trainer, and a trainer takes its inferences along', () =>
  bystander(async ({ engine, trainer }) => {
    const [one, two] = [
      await trainer.inference({ batch: 1 }),
      await trainer.inference({ batch: 1 }),
    ];
    const values = new Float32Array(784 * 40);
    const running = one.predict(values);
    one.destroy();
    await rejects(running, DestroyedError, 'inference');
    const expected = await two.predict(values);
    await trainer.steps(1);
    const again = two.predict(values);
    trainer.destroy();
    await rejects(again, DestroyedError, 'trainer');
    assert.is(expected.length, 400);
    const encoder = engine.device.createCommandEncoder();
    const buffer = engine.device.createBuffer({ size: 4 * 784, usage: GPUBufferUsage.STORAGE });
    assert.throws(() => two.encode(encoder, buffer, buffer), 'trainer');
    buffer.destroy();
  }));

inLongRun(test)(
  'what is given to a run may be destroyed before it: the run fails by name, and others go on',
  () =>
    bystander(async ({ engine }) => {
      const { STORAGE, COPY_DST } = GPUBufferUsage;
      const make = (floats: number) =>
        engine.device.createBuffer({ label: 'mine', size: 4 * floats, usage: STORAGE | COPY_DST });
      const [inputs, targets] = [make(64 * 784), make(64 * 10)];
      const options = {
        ...small({ loss: 'mse' }),
        dataset: { train: { count: 64, inputs, targets } },
      };
      const trainer = await Trainer.create(engine, options);
      await trainer.fit({ epochs: 1 });
      const inference = await trainer.inference({ batch: 64, input: inputs });
      inputs.destroy();
      for (let i = 0; i < 2; i++) {
        const error = await trainer.fit({ epochs: 1 }).catch((thrown: unknown) => thrown);
        assert.match(String(error), /DeviceError: .*refused what trainer \d+ submitted/);
      }
      // No step was done of those that were refused.
      assert.is(trainer.step, 2);
      const { step } = await trainer.snapshot();
      assert.is(step, 2);
      await rejects(trainer.evaluate('train'), Error, 'refused');
      assert.is((await trainer.parameters()).size, 6);
      trainer.destroy();
      inference.destroy();
      targets.destroy();
    }),
);

test('await using destroys and waits', async () => {
  await using engine = await Engine.create(QUICK);
  {
    await using trainer = await Trainer.create(engine, single());
    await using inference = await trainer.inference({ batch: 2 });
    await inference.predict(new Float32Array(784));
    void trainer.fit({ epochs: 100 }).catch(() => {});
  }
  assert.is(engine.buffers.liveCount, 0);
});

test.run();
