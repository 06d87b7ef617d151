import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Engine } from '../../src/gpu/engine.ts';
import { mlp } from '../../src/nn/mlp.ts';
import { type Progress, Trainer } from '../../src/train/trainer.ts';
import { rejection, reportOf, withSharedEngine } from '../gpu/helpers.ts';
import { assertSame, fitted, outcomeOf, small, withTrainer } from './helpers.ts';

test('two runs with one seed end in the same bits and history', () =>
  withSharedEngine(async (engine) => {
    const one = await fitted(engine, small(), { epochs: 2 });
    const other = await fitted(engine, small(), { epochs: 2 });
    assertSame(one, other);
    assert.is(one.history.length, 2);
  }));

test('another seed ends in other bits and another history', () =>
  withSharedEngine(async (engine) => {
    const one = await fitted(engine, small(), { epochs: 1 });
    for (const seed of [8, 7 + 2 ** 32]) {
      const other = await fitted(engine, small({ seed }), { epochs: 1 });
      assert.ok(one.bits.some((bits, i) => bits !== other.bits[i]));
      assert.is.not(one.history[0].train.loss, other.history[0].train.loss);
    }
  }));

test('the result does not depend on the steps a submit, nor on asking for progress', () =>
  withSharedEngine(async (engine) => {
    const one = await fitted(engine, small(), { epochs: 2, chunk: 1 });
    for (const chunk of [7, 600, 'auto'] as const) {
      assertSame(await fitted(engine, small(), { epochs: 2, chunk }), one, `chunks of ${chunk}`);
    }
    const watched = await fitted(engine, small(), { epochs: 2, onProgress: () => {} });
    assertSame(watched, one);
  }));

test('the result does not depend on the calls of fit that the epochs are spread over', () =>
  withSharedEngine(async (engine) => {
    const one = await fitted(engine, small(), { epochs: 3 });
    const other = await withTrainer(engine, small(), async (trainer) => {
      await trainer.fit({ epochs: 1 });
      await trainer.predict(small().dataset.test);
      await trainer.fit({ epochs: 2 });
      return outcomeOf(trainer);
    });
    assertSame(other, one);
    assert.equal(
      other.history.map(({ epoch }) => epoch),
      [1, 2, 3],
    );
  }));

for (const stop of [5, 22]) {
  test(`an abort after ${stop} of 22 steps rejects with its reason, and training goes on as if nothing was`, () =>
    withSharedEngine(async (engine) => {
      const one = await fitted(engine, small(), { epochs: 2 });
      const other = await withTrainer(engine, small(), async (trainer) => {
        const reason = new Error('enough');
        const controller = new AbortController();
        const stopping = trainer.fit({
          epochs: 2,
          chunk: 1,
          signal: controller.signal,
          onProgress: ({ step }) => {
            if (step === stop) controller.abort(reason);
          },
        });
        assert.is(await rejection(stopping), reason);
        assert.is(trainer.step, stop);
        assert.is.not((await trainer.evaluate()).confusion, null);
        await trainer.fit({ epochs: 2 - trainer.history.length });
        return outcomeOf(trainer);
      });
      assertSame(other, one);
    }));
}

test('a callback that throws stops the training, which goes on as if nothing was', () =>
  withSharedEngine(async (engine) => {
    const one = await fitted(engine, small(), { epochs: 2 });
    const other = await withTrainer(engine, small(), async (trainer) => {
      const thrown = new Error('of the caller');
      const onProgress = ({ step }: Progress) => {
        if (step === 5) throw thrown;
      };
      const before = engine.buffers.liveCount;
      assert.is(await rejection(trainer.fit({ epochs: 2, chunk: 1, onProgress })), thrown);
      assert.is(engine.buffers.liveCount, before, 'the stopped loop leaves nothing');
      assert.is(trainer.step, 5);
      await trainer.fit({ epochs: 2 });
      return outcomeOf(trainer);
    });
    assertSame(other, one);
  }));

test('a trainer that was reset repeats its run', () =>
  withSharedEngine((engine) =>
    withTrainer(engine, small(), async (trainer) => {
      await trainer.fit({ epochs: 2 });
      const one = await outcomeOf(trainer);
      // In the midst of an epoch, with moments that are not 0.
      await trainer.steps(3);
      trainer.reset();
      assert.is(trainer.step, 0);
      assert.is(trainer.history.length, 0);
      await trainer.fit({ epochs: 2 });
      assertSame(await outcomeOf(trainer), one);
    }),
  ));

test('steps that are profiled or counted are steps like any other', () =>
  withSharedEngine(async (engine) => {
    const one = await fitted(engine, small(), { epochs: 2 });
    const other = await withTrainer(engine, small(), async (trainer) => {
      assert.is((await trainer.steps(3)).length, 3);
      if (engine.timestamps) {
        const times = await trainer.profile(3);
        assert.is(times.length, trainer.dispatchesPerStep);
      } else {
        const error = await rejection(trainer.profile(3));
        assert.match(String(error), 'OptionError: this device has no timestamps');
        assert.is(trainer.step, 3);
        await trainer.steps(3);
      }
      assert.is(trainer.step, 6);
      await trainer.fit({ epochs: 2 });
      return outcomeOf(trainer);
    });
    assertSame(other, one);
  }));

test('a signal that was aborted before rejects without a step', () =>
  withSharedEngine((engine) =>
    withTrainer(engine, small(), async (trainer) => {
      const reason = new Error('never');
      const signal = AbortSignal.abort(reason);
      assert.is(await rejection(trainer.fit({ epochs: 1, signal })), reason);
      assert.is(trainer.step, 0);
    }),
  ));

test('a run that is aborted again and again, at any moment, ends as one that was not, and leaves nothing', () =>
  withSharedEngine(async (engine) => {
    const whole = await fitted(engine, small(), { epochs: 2 });
    await withTrainer(engine, small(), async (trainer) => {
      // Evaluated once, so that all buffers that stay are there.
      await trainer.evaluate();
      const { liveCount, liveBytes } = engine.buffers;
      for (let wait = 0; trainer.history.length < 2; wait = (wait + 7) % 40) {
        const controller = new AbortController();
        const reason = new Error('enough');
        setTimeout(() => controller.abort(reason), wait);
        const options = {
          epochs: 2 - trainer.history.length,
          chunk: 5,
          signal: controller.signal,
          onProgress: () => {},
        };
        const error: unknown = await trainer.fit(options).catch((thrown: unknown) => thrown);
        assert.ok(error === reason || Array.isArray(error), String(error));
        assert.is(engine.buffers.liveCount, liveCount);
        assert.is(engine.buffers.liveBytes, liveBytes);
      }
      assertSame(await outcomeOf(trainer), whole);
    });
  }));

test('progress tells the epoch, the steps, and metrics that end near the record', () =>
  withSharedEngine((engine) =>
    withTrainer(engine, small(), async (trainer) => {
      const heard: Progress[] = [];
      await trainer.fit({ epochs: 2, chunk: 4, onProgress: (progress) => heard.push(progress) });
      assert.equal(
        heard.map(({ epoch, step }) => [epoch, step]),
        [1, 2].flatMap((epoch) => [4, 8, 12, 16, 20, 22].map((step) => [epoch, step])),
      );
      for (const { epoch, step, steps, inFlight, samplesPerSecond } of heard) {
        assert.is(steps, 22);
        // Of the first chunks nobody knows that they are done.
        const known = step > inFlight || epoch > 1;
        assert.is(samplesPerSecond > 0, known, `${samplesPerSecond} at step ${step}`);
        assert.ok(samplesPerSecond < Infinity);
      }
      const last = heard.findLast(({ metrics }) => metrics !== null);
      const loss = last?.metrics?.loss ?? NaN;
      assert.ok(Math.abs(loss / trainer.history[1].train.loss - 1) < 0.5, `loss ${loss}`);
    }),
  ));

test('destroy frees everything, also of a trainer that has evaluated and predicted', () =>
  withSharedEngine(async (engine) => {
    const trainer = await Trainer.create(engine, small());
    assert.ok(engine.buffers.liveCount > 0);
    await trainer.fit({ epochs: 1, onProgress: () => {} });
    await trainer.evaluate('train');
    await trainer.predict(small().dataset.test);
    const before = engine.buffers.liveCount;
    await trainer.predict(small().dataset.test);
    assert.is(engine.buffers.liveCount, before, 'the next prediction makes nothing that stays');
    trainer.destroy();
    assert.equal(reportOf(engine.buffers), []);
  }));

test('two trainers on one engine do not disturb each other', () =>
  withSharedEngine(async (engine) => {
    const wide = small({ model: mlp([28, 28], [784, 40, 10], { activation: 'tanh' }), seed: 3 });
    const alone = [
      await fitted(engine, small(), { epochs: 2 }),
      await fitted(engine, wide, { epochs: 2 }),
    ];
    const trainers = await Promise.all([
      Trainer.create(engine, small()),
      Trainer.create(engine, wide),
    ]);
    // At once, in chunks that interleave.
    await Promise.all(trainers.map((trainer) => trainer.fit({ epochs: 2, chunk: 3 })));
    for (const [i, trainer] of trainers.entries()) {
      assertSame(await outcomeOf(trainer), alone[i]);
      trainer.destroy();
    }
  }));

test('two engines on two devices train side by side', () =>
  withSharedEngine(async (engine) => {
    const other = await Engine.create({ family: 'portable' });
    try {
      assert.is.not(other.device, engine.device);
      const [one, two] = await Promise.all(
        [engine, other].map((each) => fitted(each, small(), { epochs: 2 })),
      );
      assertSame(one, two);
      assert.is(other.buffers.liveCount, 0);
    } finally {
      other.destroy();
    }
  }));

test.run();
