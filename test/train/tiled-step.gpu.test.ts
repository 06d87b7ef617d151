import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { structs, tiledTicking } from '../../src/gpu/shaders.gen.ts';
import { mlp } from '../../src/nn/mlp.ts';
import { adam } from '../../src/nn/optimizers.ts';
import { stepRate } from '../../src/nn/schedules.ts';
import { withSharedEngine } from '../gpu/helpers.ts';
import { inLongRun, thoroughly } from '../run/thorough.ts';
import {
  assertSame,
  firstOf,
  fitted,
  type ImageOptions,
  small,
  smallGarments,
  withTrainer,
} from './helpers.ts';

/** 100 images in batches of 32: the last batch of an epoch is partial. */
const brief = (given: Partial<ImageOptions>): ImageOptions =>
  small({ dataset: firstOf(smallGarments(), 100, 20), ...given });

const tiled = (given: Partial<ImageOptions> = {}): ImageOptions =>
  brief({ plan: 'fused', family: 'tiled', ...given });

test('a tick inside of the last dispatch does what a tick of its own does', () =>
  withSharedEngine(async (engine) => {
    const schedule = stepRate({ stepSize: 3, gamma: 0.5 });
    // Two layers: SwiftShader takes seconds to compile each further one.
    const model = mlp([28, 28], [784, 16, 10], { dropout: 0.2 });
    const run = (options: ImageOptions) =>
      withTrainer(engine, options, async (trainer) => {
        const losses = await trainer.steps(10);
        const { dispatchesPerStep } = trainer;
        return { losses, dispatchesPerStep, rate: await trainer.learningRate() };
      });
    const inside = await run(tiled({ model, schedule }));
    // Three states leave no binding for the tick's memory; amsgrad is Adam in the first step.
    for (const optimizer of thoroughly([adam({ amsgrad: true })], () => false)) {
      const own = await run(tiled({ model, schedule, optimizer }));
      assert.equal([own.dispatchesPerStep, own.rate], [4, inside.rate]);
      assert.equal(inside.losses.slice(0, 2), own.losses.slice(0, 2));
    }
    const plain = await run(brief({ model, schedule, plan: 'plain' }));
    assert.equal([inside.dispatchesPerStep, inside.rate], [3, plain.rate]);
    inside.losses.forEach((loss, i) => {
      const off = Math.abs(loss / plain.losses[i] - 1);
      assert.ok(off <= 1e-4, `step ${i}: ${loss}, not ${plain.losses[i]}`);
    });
  }));

inLongRun(test)(
  'streamed data give the bits of resident ones, also with the tick in the last dispatch',
  () =>
    withSharedEngine(async (engine) => {
      const [resident, streamed] = [{}, { data: 'streamed', streamBytes: 60_000 } as const];
      const one = await fitted(engine, tiled(resident), { epochs: 1 });
      assertSame(one, await fitted(engine, tiled(streamed), { epochs: 1 }));
    }),
);

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
