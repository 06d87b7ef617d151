import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { DestroyedError, ShaderError } from '../../src/errors.ts';
import { Engine } from '../../src/gpu/engine.ts';
import { Trainer } from '../../src/train/trainer.ts';
import { assertSame, fitted, outcomeOf, single, small } from '../train/helpers.ts';
import { failAt, losable, lose } from './faults.ts';
import { anotherEngine, rejects, settled } from './helpers.ts';

/**
 * Provokes each kind of WebGPU error during a run of another trainer: who gets the error, and what still works
 * afterwards.
 */
async function provoke(
  what: (engine: Engine, trainer: Trainer) => Promise<void>,
  told: readonly RegExp[],
): Promise<void> {
  const engine = await anotherEngine();
  const heard: string[] = [];
  const hear = (event: GPUUncapturedErrorEvent): void => {
    event.preventDefault();
    heard.push(event.error.message);
  };
  engine.device.addEventListener('uncapturederror', hear);
  const expected = await fitted(engine, small(), { epochs: 2, chunk: 4 });
  const trainer = await Trainer.create(engine, small());
  const victim = await Trainer.create(engine, small({ seed: 2 }));
  const fit = trainer.fit({ epochs: 2, chunk: 4 });
  await what(engine, victim);
  await fit;
  await settled(engine.device);
  engine.assertAlive();
  assertSame(await outcomeOf(trainer), expected);
  assert.is(heard.length, told.length, heard.join('\n'));
  for (const [i, pattern] of told.entries()) assert.match(heard[i], pattern);
  // New objects can be made.
  assertSame(await fitted(engine, small(), { epochs: 2, chunk: 4 }), expected);
  engine.device.removeEventListener('uncapturederror', hear);
  engine.destroy();
}

const { STORAGE, MAP_READ } = GPUBufferUsage;

test("the device reports a validation error of the app's own call, and everything continues", () =>
  provoke(
    async ({ device }) => {
      device.createBuffer({ label: 'of the app', size: 4, usage: STORAGE | MAP_READ });
    },
    [/of the app|usage/i],
  ));

test('the device reports a submit with the steps of a destroyed trainer; other trainers continue', () =>
  provoke(
    async (engine, victim) => {
      const encoder = engine.device.createCommandEncoder();
      victim.encode(encoder, 3);
      victim.destroy();
      engine.device.queue.submit([encoder.finish()]);
      await rejects(victim.fit({ epochs: 1 }), DestroyedError);
    },
    [/destroyed/],
  ));

test('an encoder that is never submitted, or already finished, harms no other object', () =>
  provoke(async ({ device }, victim) => {
    victim.encode(device.createCommandEncoder(), 1);
    const used = device.createCommandEncoder();
    used.finish();
    device.pushErrorScope('validation');
    victim.encode(used, 1);
    assert.match((await device.popErrorScope())?.message ?? '', 'finished');
  }, []));

test('after an out-of-memory or internal error the object can be made again', () =>
  provoke(async (engine, victim) => {
    const before = engine.buffers.liveBytes;
    for (const kind of ['buffer', 'pipeline'] as const) {
      const injected = failAt(engine.device, kind, 0);
      // A size for which no kernel was compiled yet.
      const batch = kind === 'buffer' ? 3 : 5;
      const error: unknown = await victim.inference({ batch }).catch((thrown: unknown) => thrown);
      injected.undo();
      assert.match(String(error), kind === 'buffer' ? 'MemoryError' : 'ShaderError');
      assert.ok(kind === 'buffer' || error instanceof ShaderError);
      (await victim.inference({ batch })).destroy();
    }
    await settled(engine.device);
    assert.ok(engine.buffers.liveBytes >= before);
    await victim.steps(1);
  }, []));

test('a lost device ends its objects, and an engine on another device continues', () =>
  provoke(async () => {
    const engine = await Engine.create({ family: 'portable', quick: true, gpu: losable });
    const trainer = await Trainer.create(engine, single());
    const fit = trainer.fit({ epochs: 100 });
    lose(engine.device);
    await rejects(fit, Error, 'the GPU device was lost');
    assert.throws(() => engine.assertAlive(), 'the GPU device was lost');
    engine.destroy();
    trainer.destroy();
  }, []));

test.run();
