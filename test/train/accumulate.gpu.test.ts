import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { OptionError } from '../../src/errors.ts';
import { FAMILIES } from '../../src/gpu/family.ts';
import { clipNorm, clipValue } from '../../src/nn/clip.ts';
import { linear, Sequential } from '../../src/nn/layers.ts';
import { mlp } from '../../src/nn/mlp.ts';
import { adagrad, adam, averaged, inGroups, sgd } from '../../src/nn/optimizers.ts';
import { stepRate } from '../../src/nn/schedules.ts';
import { checkpointOf, restore } from '../../src/train/checkpoint.ts';
import { Trainer } from '../../src/train/trainer.ts';
import { rejects, withSharedEngine } from '../gpu/helpers.ts';
import { inLongRun, thoroughly } from '../run/thorough.ts';
import {
  assertSame,
  bitsOf,
  firstOf,
  outcomeOf,
  small,
  smallGarments,
  withTrainer,
} from './helpers.ts';

const weightsOf = async (trainer: Trainer): Promise<number[]> =>
  [...(await trainer.parameters()).values()].flatMap(({ data }) => [...data]);

const CONTROLS = {
  plain: { optimizer: sgd({ learningRate: 0.1, momentum: 0.9 }) },
  norm: { optimizer: adam(), clip: clipNorm(0.05) },
  value: { optimizer: sgd({ learningRate: 0.5 }), clip: clipValue(0.002) },
  // Its own kernel counts the updates; Adam's are counted by the tick.
  counted: {
    optimizer: adagrad({
      learningRate: 0.05,
      learningRateDecay: 0.2,
      initialAccumulatorValue: 0.01,
    }),
  },
  averaged: {
    optimizer: averaged(adam({ learningRate: 0.01 }), 0.8),
    schedule: stepRate({ stepSize: 3 }),
  },
};

for (const [plan, name] of thoroughly(
  (['fused', 'plain'] as const).flatMap((plan) =>
    (Object.keys(CONTROLS) as (keyof typeof CONTROLS)[]).map((name) => [plan, name] as const),
  ),
  ([plan, name]) => plan === 'fused' && name === 'counted',
)) {
  test(`${name}, ${plan}: four batches of 16 make the update of one batch of 64`, () =>
    withSharedEngine(async (engine) => {
      const common = {
        ...CONTROLS[name],
        plan,
        dataset: firstOf(smallGarments(), 640, 100),
        order: { kind: 'sequential' },
        model: mlp([28, 28], [784, 16, 10]),
      } as const;
      const run = (batchSize: number, accumulate: number, steps: number) =>
        withTrainer(engine, small({ ...common, batchSize, accumulate }), async (trainer) => {
          const losses = await trainer.steps(steps);
          const averages =
            name === 'averaged'
              ? [...(await trainer.averages()).values()].flatMap(({ data }) => [...data])
              : [];
          return { losses, weights: [...(await weightsOf(trainer)), ...averages] };
        });
      const whole = await run(64, 1, 10);
      const parts = await run(16, 4, 40);
      const off = Math.max(...whole.weights.map((w, i) => Math.abs(w - parts.weights[i])));
      assert.ok(off < 2e-5, `off by ${off}`);
      const mean = (at: number): number =>
        parts.losses.slice(4 * at, 4 * at + 4).reduce((sum, loss) => sum + loss, 0) / 4;
      for (const [i, loss] of whole.losses.entries()) {
        assert.ok(Math.abs(mean(i) / loss - 1) < 1e-4, `step ${i}: ${mean(i)}, not ${loss}`);
      }
    }));
}

test('weights change at every third batch only; rates, norms and averages count updates', () =>
  withSharedEngine((engine) =>
    withTrainer(
      engine,
      small({
        accumulate: 3,
        optimizer: averaged(sgd({ learningRate: 0.5 }), 0.5),
        schedule: stepRate({ stepSize: 1, gamma: 0.5 }),
        clip: clipNorm(Infinity),
        frozen: ['1.bias'],
      }),
      async (trainer) => {
        const first = await trainer.parameters();
        let before = await weightsOf(trainer);
        for (let step = 0; step < 9; step++) {
          assert.is(await trainer.learningRate(), 0.5 * 0.5 ** Math.floor(step / 3), `${step}`);
          if (step < 3) assert.equal(await trainer.averages(), first);
          await trainer.steps(1);
          const after = await weightsOf(trainer);
          assert.is(
            after.some((w, i) => w !== before[i]),
            step % 3 === 2,
            `step ${step}`,
          );
          before = after;
        }
        assert.equal((await trainer.parameters()).get('1.bias'), first.get('1.bias'));
        const averages = await trainer.averages();
        assert.ok(averages.get('1.weight')?.data.some((w, i) => w !== before[i]));
        // An epoch has 22 batches: the count continues in the next one.
        await trainer.fit({ epochs: 1, validate: false });
        assert.is(await trainer.learningRate(), 0.5 ** (1 + Math.floor(22 / 3)));
        before = await weightsOf(trainer);
        await trainer.steps(1);
        assert.equal(await weightsOf(trainer), before);
        await trainer.steps(1);
        assert.ok((await weightsOf(trainer)).some((w, i) => w !== before[i]));
      },
    ),
  ));

for (const family of thoroughly(FAMILIES, (one) => one === 'portable')) {
  test(`${family}: a run resumes in the middle of an update, bit-identically, with every control on`, () =>
    withSharedEngine(
      async (engine) => {
        const groups = { '1.weight': { rateFactor: 0.5 } };
        const options = (more: object) =>
          small({
            accumulate: 4,
            optimizer: inGroups(averaged(adam(), 0.9), groups),
            schedule: stepRate({ stepSize: 4, gamma: 0.5 }),
            frozen: ['4.bias'],
            ...more,
          });
        for (const more of thoroughly(
          [{ clip: clipNorm(0.1) }, { optimizer: sgd({ learningRate: 0.1 }) }],
          (_, i) => i === 0,
        )) {
          const { bytes, whole } = await withTrainer(engine, options(more), async (trainer) => {
            await trainer.steps(22 + 4 + 2);
            const saved = await checkpointOf(trainer);
            await trainer.fit({ epochs: 2, chunk: 3 });
            return { bytes: saved, whole: await outcomeOf(trainer) };
          });
          await withTrainer(engine, options(more), async (trainer) => {
            await trainer.steps(5);
            restore(trainer, bytes);
            await trainer.fit({ epochs: 2 });
            assertSame(await outcomeOf(trainer), whole);
            trainer.reset();
            assert.is(trainer.step, 0);
          });
          await withTrainer(engine, small({ ...options(more), accumulate: 2 }), async (trainer) => {
            assert.throws(
              () => restore(trainer, bytes),
              /accumulate: 4; this trainer has accumulate: 2/,
            );
          });
        }
      },
      { family, quick: true },
    ));
}

test('with accumulate 1 nothing changes, and no memory is used; else a sum for each parameter', () =>
  withSharedEngine(async (engine) => {
    const run = (accumulate?: number) =>
      withTrainer(engine, small(accumulate ? { accumulate } : {}), async (trainer) => {
        await trainer.steps(6);
        const kinds = [...(await trainer.snapshot()).tensors.keys()];
        return { bits: await bitsOf(trainer), text: trainer.explain(), kinds };
      });
    const [none, one, two] = [await run(), await run(1), await run(2)];
    assert.equal(one, none);
    assert.equal(two.kinds, [...one.kinds, 'accumulated-gradient']);
    assert.match(two.text, 'accumulate 1.weight');
    assert.not.match(one.text, 'accumulate');
    // In the dispatches of the updates.
    assert.is(two.text.split('\n').length > 0, true);
  }));

inLongRun(test)(
  'accumulating adds no dispatch, unless the gradients are clipped by their norm',
  () =>
    withSharedEngine(
      async (engine) => {
        const dispatches = (more: object) =>
          withTrainer(engine, small(more), async (trainer) => trainer.dispatchesPerStep);
        assert.is(await dispatches({ accumulate: 8 }), await dispatches({}));
        const clip = clipNorm(1);
        assert.is(
          await dispatches({ accumulate: 8, clip }),
          (await dispatches({ clip })) + 3,
          'the sums of the biases are accumulated by themselves',
        );
      },
      { family: 'portable' },
    ),
);

inLongRun(test)(
  'weights that are restored in the middle of an update leave its gradients whole',
  () =>
    withSharedEngine(async (engine) => {
      // One batch an epoch, whose gradient hardly changes: −2 · 1000. The test set gets worse with every update.
      const samples = { inputs: Float32Array.of(1, 1), targets: Float32Array.of(1000, 1000) };
      const trainer = await Trainer.create(engine, {
        model: new Sequential([1], [linear(1, 1, { bias: false })]),
        dataset: { train: samples, test: { ...samples, targets: Float32Array.of(-1000, -1000) } },
        loss: 'mse',
        optimizer: sgd({ learningRate: 1e-4 }),
        batchSize: 2,
        accumulate: 4,
      });
      const weight = async (): Promise<number> => (await weightsOf(trainer))[0];
      const first = await weight();
      const stop = { on: 'test.loss', patience: 6, restoreBest: true } as const;
      // Stops after epoch 7, and restores the first one.
      await trainer.fit({ epochs: 20, stop });
      assert.is(trainer.step, 7);
      assert.is(await weight(), first);
      await trainer.steps(1);
      const moved = (await weight()) - first;
      assert.ok(Math.abs(moved - 0.2) < 2e-3, `${moved}`);
      trainer.destroy();
    }),
);

test('a count that is no whole number from 1 up is refused', () =>
  withSharedEngine(async (engine) => {
    for (const accumulate of [0, 1.5, -1, '2', null, Infinity]) {
      await rejects(
        Trainer.create(engine, small({ accumulate: accumulate as number })),
        OptionError,
        'accumulate',
      );
    }
  }));

test.run();
