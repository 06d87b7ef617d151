import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { DestroyedError, DeviceLostError, OptionError } from '../../src/errors.ts';
import { checkpointOf, restore } from '../../src/train/checkpoint.ts';
import { type FitOptions, Trainer } from '../../src/train/trainer.ts';
import { lose as loseDevice } from '../gpu/faults.ts';
import { rejection, rejects } from '../gpu/helpers.ts';
import { assertSame, outcomeOf, shallow, withTrainer } from './helpers.ts';
import { atStep, FIT, survive, whole, withEngines } from './renewals.ts';

test('a device lost in the middle of an epoch: another goes on from a copy between two chunks, to the same bits', () =>
  survive('shallow', shallow(), (t, lose) => ({ keep: 0, ...atStep(t, 32, lose) }), 1));

test('the error of a run that asks for no other device has its state, from which another run goes on', async () => {
  const expected = await whole('shallow', shallow());
  await withEngines(async (make, spare) => {
    const trainer = await Trainer.create(await make(), shallow());
    const lose = (): void => loseDevice(trainer.engine.device);
    const fit = trainer.fit({ ...FIT, keep: 0, ...atStep(trainer, 36, lose) });
    const error = await rejection(fit);
    assert.instance(error, DeviceLostError, String(error));
    const { snapshot } = error as DeviceLostError;
    if (!snapshot) throw new Error('there is no snapshot');
    assert.ok(snapshot.step > 0 && snapshot.step <= 40, String(snapshot.step));
    assert.match(error.message, `after ${snapshot.step} steps`);
    trainer.destroy();
    const bytes = await checkpointOf(snapshot);
    const engine = await spare();
    for (const resume of [(t: Trainer) => t.resume(snapshot), (t: Trainer) => restore(t, bytes)]) {
      await withTrainer(engine, shallow(), async (other) => {
        await other.steps(2);
        resume(other);
        await other.fit({ epochs: 3 - other.history.length });
        assertSame(await outcomeOf(other), expected);
      });
    }
  });
});

test('what was kept before the run was set to something else is not gone on from', () =>
  withEngines(async (make, spare) => {
    const trainer = await Trainer.create(await make(), shallow());
    await trainer.fit({ epochs: 1 });
    trainer.load(new Map([['4.bias', new Float32Array(10)]]));
    loseDevice(trainer.engine.device);
    const error = await rejection(trainer.fit({ epochs: 1, renew: spare }));
    assert.instance(error, DeviceLostError, String(error));
    assert.is((error as DeviceLostError).snapshot, undefined);
    trainer.destroy();
  }));

for (const [what, end] of [
  ['the trainer', (trainer: Trainer) => trainer.destroy()],
  ['its engine', (trainer: Trainer) => trainer.engine.destroy()],
  ["its engine's device", (trainer: Trainer) => trainer.engine.device.destroy()],
] as const) {
  test(`a run whose app destroys ${what} has ended: no other device is asked for`, () =>
    withEngines(async (make, spare) => {
      const trainer = await Trainer.create(await make(), shallow());
      let asked = 0;
      const fit = trainer.fit({
        ...FIT,
        ...atStep(trainer, 8, () => end(trainer)),
        renew: () => {
          asked++;
          return spare();
        },
      });
      await rejects(fit, DestroyedError);
      assert.is(asked, 0);
      await trainer[Symbol.asyncDispose]();
    }));
}

test('a trainer that is destroyed while another device is asked for, or made ready, goes on nowhere', () =>
  withEngines(async (make, spare) => {
    for (const when of ['before', 'after'] as const) {
      const trainer = await Trainer.create(await make(), shallow());
      const loseIt = (): void => loseDevice(trainer.engine.device);
      const fit = trainer.fit({
        ...FIT,
        ...atStep(trainer, 8, loseIt),
        renew: async () => {
          if (when === 'before') trainer.destroy();
          const engine = await spare();
          if (when === 'after') setTimeout(() => trainer.destroy(), 1);
          return engine;
        },
      });
      await rejects(fit, DestroyedError, 'trainer');
      await trainer[Symbol.asyncDispose]();
    }
  }));

test('the engine that was lost may be destroyed by renew, and the run goes on', () =>
  withEngines(async (make, spare) => {
    const trainer = await Trainer.create(await make(), shallow());
    await trainer.fit({
      ...FIT,
      ...atStep(trainer, 8, () => loseDevice(trainer.engine.device)),
      renew: () => {
        trainer.engine.destroy();
        return spare();
      },
    });
    assertSame(await outcomeOf(trainer), await whole('shallow', shallow()));
    trainer.destroy();
  }));

test('options that contradict each other are refused', () =>
  withEngines(async (_, spare) => {
    await withTrainer(await spare(), shallow(), async (trainer) => {
      await rejects(trainer.fit({ epochs: 1, keep: -1 }), OptionError, 'keep -1');
      await rejects(trainer.fit({ epochs: 1, keep: Number.NaN }), OptionError, 'keep NaN');
      const both: FitOptions = { epochs: 1, keep: false, renew: spare };
      await rejects(trainer.fit(both), OptionError, 'keep: false');
    });
  }));

test.run();
