import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { structs, tiledTicking } from '../../src/gpu/shaders.gen.ts';
import { adam } from '../../src/nn/optimizers.ts';
import { stepRate } from '../../src/nn/schedules.ts';
import { withSharedEngine } from '../gpu/helpers.ts';
import { assertSame, fitted, type ImageOptions, small, withTrainer } from './helpers.ts';

const tiled = (given: Partial<ImageOptions> = {}): ImageOptions =>
  small({ plan: 'fused', family: 'tiled', ...given });

test('a tick inside of the last dispatch does what a tick of its own does', () =>
  withSharedEngine(async (engine) => {
    // 700 images: the last batch of an epoch is partial.
    const schedule = stepRate({ stepSize: 10, gamma: 0.5 });
    const run = (options: ImageOptions) =>
      withTrainer(engine, options, async (trainer) => {
        const losses = await trainer.steps(30);
        const { dispatchesPerStep } = trainer;
        return { losses, dispatchesPerStep, rate: await trainer.learningRate() };
      });
    const inside = await run(tiled({ schedule }));
    // Three states leave no binding for the tick's memory; amsgrad is Adam in the first step.
    const own = await run(tiled({ schedule, optimizer: adam({ amsgrad: true }) }));
    const plain = await run(small({ schedule, plan: 'plain' }));
    assert.equal([inside.dispatchesPerStep, own.dispatchesPerStep], [3, 4]);
    assert.equal([inside.rate, own.rate], [plain.rate, plain.rate]);
    assert.equal(inside.losses.slice(0, 2), own.losses.slice(0, 2));
    inside.losses.forEach((loss, i) => {
      const off = Math.abs(loss / plain.losses[i] - 1);
      assert.ok(off <= 1e-4, `step ${i}: ${loss}, not ${plain.losses[i]}`);
    });
  }));

test('streamed data give the bits of resident ones, also with the tick in the last dispatch', () =>
  withSharedEngine(async (engine) => {
    const [resident, streamed] = [{}, { data: 'streamed', streamBytes: 60_000 } as const];
    const one = await fitted(engine, tiled(resident), { epochs: 1 });
    assertSame(one, await fitted(engine, tiled(streamed), { epochs: 1 }));
  }));

test('the tick in the last dispatch reads every member of the clock', () => {
  for (const member of Object.keys(structs.Clock.members)) {
    // It computes the count of a step anew.
    if (member === 'count') continue;
    assert.match(
      tiledTicking.source,
      new RegExp(`ticking\\.${member}(\\[i\\])? = state\\.clock\\.`),
    );
  }
});

test.run();
