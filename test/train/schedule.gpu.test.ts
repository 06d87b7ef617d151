import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { BusyError, OptionError, ShaderError } from '../../src/errors.ts';
import { adam, nadam, sgd } from '../../src/nn/optimizers.ts';
import {
  chainedRate,
  constantRate,
  cosineRate,
  exponentialRate,
  oneCycleRate,
  tableRate,
  warmup,
  wgslRate,
} from '../../src/nn/schedules.ts';
import { scheduleFactor } from '../../src/reference/index.ts';
import { checkpointOf, restore } from '../../src/train/checkpoint.ts';
import { Trainer } from '../../src/train/trainer.ts';
import { rejects, withSharedEngine } from '../gpu/helpers.ts';
import { assertSame, fitted, outcomeOf, small, withTrainer } from './helpers.ts';

const schedule = warmup(
  6,
  chainedRate([cosineRate({ totalSteps: 50 }), exponentialRate({ gamma: 0.99 })]),
);

for (const [i, optimizer] of [adam(), nadam(), sgd({ learningRate: 0.1 })].entries()) {
  // 22 steps an epoch: in the warm-up, after it, between two epochs.
  const at = [4, 30, 22][i];
  test(`${optimizer.kind}: a scheduled run that is stopped at step ${at} resumes bit-identically`, () =>
    withSharedEngine(async (engine) => {
      const options = small({ optimizer, schedule });
      const whole = await fitted(engine, options, { epochs: 3 });
      const bytes = await withTrainer(engine, options, async (trainer) => {
        if (at >= 22) await trainer.fit({ epochs: 1 });
        await trainer.steps(at % 22);
        return checkpointOf(trainer);
      });
      await withTrainer(engine, options, async (trainer) => {
        restore(trainer, bytes);
        await trainer.fit({ epochs: 3 - trainer.history.length });
        assertSame(await outcomeOf(trainer), whole);
      });
    }));

  test(`${optimizer.kind}: a rate that is set gives the bits of a schedule with the same rates`, () =>
    withSharedEngine(async (engine) => {
      // A half and an eighth have no rounding.
      const factors = [...Array(5).fill(1), ...Array(25).fill(0.5), 0.125];
      const options = small({ optimizer, schedule: tableRate({ factors }) });
      const whole = await fitted(engine, options, { epochs: 2 });
      await withTrainer(engine, small({ optimizer }), async (trainer) => {
        await trainer.steps(5);
        await trainer.setLearningRate(optimizer.learningRate / 2);
        assert.is(await trainer.learningRate(), Math.fround(optimizer.learningRate / 2));
        await trainer.steps(17);
        const bytes = await checkpointOf(trainer);
        await trainer.steps(8);
        await trainer.setLearningRate(optimizer.learningRate / 8);
        await trainer.steps(14);
        assertSame({ ...(await outcomeOf(trainer)), history: [] }, { ...whole, history: [] });
        // Back to step 22, with the rate of that time.
        restore(trainer, bytes);
        assert.is(await trainer.learningRate(), Math.fround(optimizer.learningRate / 2));
        await trainer.steps(8);
        await trainer.setLearningRate(optimizer.learningRate / 8);
        await trainer.steps(14);
        assertSame({ ...(await outcomeOf(trainer)), history: [] }, { ...whole, history: [] });
        trainer.reset();
        assert.is(await trainer.learningRate(), Math.fround(optimizer.learningRate));
      });
    }));
}

test('learningRate() is that of the next step, and a rate that is set is multiplied by the schedule', () =>
  withSharedEngine((engine) =>
    withTrainer(
      engine,
      small({ schedule, optimizer: adam({ learningRate: 0.5 }) }),
      async (trainer) => {
        for (const [step, base] of [
          [0, 0.5],
          [3, 0.5],
          [40, 0.5],
          [40, 0.25],
          [41, 0.25],
        ]) {
          await trainer.steps(step - trainer.step);
          if (base !== 0.5) await trainer.setLearningRate(base);
          const wanted = base * scheduleFactor(schedule, step).value;
          const found = await trainer.learningRate();
          assert.ok(Math.abs(found - wanted) < 1e-6, `step ${step}: ${found}, not ${wanted}`);
        }
      },
    ),
  ));

test('a rate can be set while fit runs, from a callback between two epochs and within one', () =>
  withSharedEngine(async (engine) => {
    const options = small({ schedule });
    const run = (epochs: number, watch: boolean) =>
      withTrainer(engine, options, async (trainer) => {
        await trainer.fit({
          epochs,
          watch,
          onEpoch: ({ epoch }) => trainer.setLearningRate(1e-3 / epoch),
        });
        return outcomeOf(trainer);
      });
    assertSame(await run(3, true), await run(3, false));
    await withTrainer(engine, options, async (trainer) => {
      let set: Promise<void> | undefined;
      const onProgress = (): void => {
        set ??= trainer.setLearningRate(0);
      };
      await trainer.fit({ epochs: 1, chunk: 2, onProgress });
      await set;
      assert.is(await trainer.learningRate(), 0);
      const refused: unknown[] = [];
      await trainer.fit({
        epochs: 1,
        chunk: 2,
        watch: true,
        onProgress: () => trainer.setLearningRate(1).catch((error) => refused.push(error)),
      });
      assert.ok(refused.length > 0 && refused.every((error) => error instanceof BusyError));
      assert.is(await trainer.learningRate(), 0);
    });
  }));

test('a frame gets no steps while a rate is being set', () =>
  withSharedEngine((engine) =>
    withTrainer(engine, small(), async (trainer) => {
      const set = trainer.setLearningRate(0);
      assert.is(trainer.run({ budget: '4ms' }), 0);
      await set;
      assert.ok(trainer.run({ budget: '4ms' }) > 0);
      await trainer.metrics();
      const before = await outcomeOf(trainer);
      await trainer.steps(2);
      // With a rate of 0, no step changes a weight.
      assertSame(await outcomeOf(trainer), before);
    }),
  ));

test('other data keep the rate that was set', () =>
  withSharedEngine(async (engine) => {
    const rows = (count: number) => ({
      train: {
        inputs: Array.from({ length: count }, (_, i) => new Float32Array(784).fill(i)),
        labels: Array.from({ length: count }, (_, i) => i % 10),
      },
    });
    const { model } = small();
    const options = { model, dataset: rows(40), loss: 'cross_entropy', optimizer: adam() } as const;
    await withTrainer(engine, { ...options, batchSize: 20 }, async (trainer) => {
      await trainer.setLearningRate(0.25);
      // In the memory of the old data, then in new memory.
      for (const count of [30, 200]) {
        await trainer.setData(rows(count));
        assert.is(await trainer.learningRate(), 0.25);
        await trainer.steps(1);
        assert.is(await trainer.learningRate(), 0.25);
      }
    });
  }));

test('one’s own WGSL gives the bits of the same schedule', () =>
  withSharedEngine(async (engine) => {
    const own = wgslRate({
      wgsl: `
        // Half of it for a while.
        const STEPS = 20u; fn half() -> f32 { return 0.5; }
        fn factor(step: u32) -> f32 { return select(1.0, half(), step < STEPS); }`,
    });
    const same = constantRate({ factor: 0.5, totalSteps: 20 });
    const run = (schedule: typeof own | typeof same) =>
      fitted(engine, small({ schedule }), { epochs: 2 });
    assertSame(await run(own), await run(same));
    // Also as one of several.
    assertSame(await run(warmup(3, own) as typeof own), await run(warmup(3, same) as typeof own));
  }));

test('the compiler’s messages are about the lines of one’s own WGSL', () =>
  withSharedEngine(async (engine) => {
    const wgsl = 'fn factor(step: u32) -> f32 {\n  return step;\n}';
    const error = await Trainer.create(engine, small({ schedule: wgslRate({ wgsl }) })).catch(
      (thrown: unknown) => thrown,
    );
    assert.instance(error, ShaderError);
    assert.match(String(error), /schedule \(given\)/);
    assert.match(String(error), /return step/);
  }));

test('a checkpoint of a run with another schedule, or without one, is refused', () =>
  withSharedEngine(async (engine) => {
    const bytesOf = (options: object) =>
      withTrainer(engine, small(options), (trainer) => checkpointOf(trainer));
    const scheduled = await bytesOf({ schedule });
    const without = await bytesOf({});
    await withTrainer(engine, small(), async (trainer) => {
      assert.throws(() => restore(trainer, scheduled), /schedule/);
      restore(trainer, without);
    });
    const schedule2 = oneCycleRate({ totalSteps: 40 });
    await withTrainer(engine, small({ schedule: schedule2 }), async (trainer) => {
      assert.throws(() => restore(trainer, scheduled), /schedule/);
      assert.throws(() => restore(trainer, without), /schedule/);
      await rejects(trainer.setLearningRate(-1), OptionError, 'learning rate -1');
      const most = 'learning rate 1e+39 was given; use a number from 0 to 1000000';
      await rejects(trainer.setLearningRate(1e39), OptionError, most);
    });
  }));

test.run();
