import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { AdapterError, DeviceLostError, MemoryError } from '../../src/errors.ts';
import type { Engine } from '../../src/gpu/engine.ts';
import { sgd } from '../../src/nn/optimizers.ts';
import { checkpointOf, restore } from '../../src/train/checkpoint.ts';
import { type FitOptions, Trainer } from '../../src/train/trainer.ts';
import { lose as loseDevice } from '../gpu/faults.ts';
import { rejection, rejects } from '../gpu/helpers.ts';
import { lowerLimits } from '../gpu/limits.ts';
import { assertSame, outcomeOf, small, withTrainer } from './helpers.ts';
import { atStep, FIT, survive, whole, withEngines } from './renewals.ts';

test('a device lost in the middle of an epoch: without later copies another goes on from where fit began', () =>
  survive('small', small(), (t, lose) => ({ keep: 1000, ...atStep(t, 32, lose) }), 1));

test('a device lost between two epochs, and the next one in the middle of one', () =>
  survive(
    'small',
    small(),
    (trainer, lose) => ({
      keep: 0,
      onEpoch: ({ epoch }) => {
        if (epoch === 1) lose();
      },
      ...atStep(trainer, 50, lose),
    }),
    2,
  ));

test('a device lost while an epoch is evaluated: the epoch is put on record from the copy before', () =>
  survive(
    'small',
    small(),
    (trainer, lose) => {
      // The last chunk of the second epoch is submitted; evaluating comes next.
      const { onProgress } = atStep(trainer, 44, () => setTimeout(lose, 0));
      return { keep: 0, ...(onProgress ? { onProgress } : {}) };
    },
    1,
  ));

test('streamed data and an optimizer without a state go on as well', () =>
  survive(
    'streamed',
    small({ optimizer: sgd({ learningRate: 0.1 }), data: 'streamed', streamBytes: 60_000 }),
    (t, lose) => ({ keep: 0, ...atStep(t, 30, lose) }),
    1,
  ));

test('a device lost between two calls of fit: the second goes on where the first had ended', async () => {
  const expected = await whole('small', small());
  await withEngines(async (make) => {
    const trainer = await Trainer.create(await make(), small());
    await trainer.fit({ epochs: 1 });
    loseDevice(trainer.engine.device);
    await trainer.engine.device.lost;
    await trainer.fit({ epochs: 2, renew: make });
    assertSame(await outcomeOf(trainer), expected);
    trainer.destroy();
  });
});

test('three losses without headway end the run, and so does a device that is not had', () =>
  withEngines(async (make) => {
    const trainer = await Trainer.create(await make(), small());
    let renewed = 0;
    const always: FitOptions = {
      ...FIT,
      keep: 1000,
      onProgress: () => loseDevice(trainer.engine.device),
      renew: () => {
        renewed++;
        return make();
      },
    };
    await rejects(trainer.fit(always), DeviceLostError, 'the run after 0 steps');
    assert.is(renewed, 3);
    trainer.destroy();

    const other = await Trainer.create(await make(), small());
    const none = async (): Promise<Engine> => {
      throw new AdapterError('there is no adapter');
    };
    const lose = (): void => loseDevice(other.engine.device);
    const error = await rejection(other.fit({ ...FIT, ...atStep(other, 8, lose), renew: none }));
    assert.instance(error, DeviceLostError, String(error));
    assert.match(error.message, 'There is no other device: there is no adapter');
    assert.instance(error.cause, AdapterError);
    assert.is((error as DeviceLostError).snapshot?.step, 0);
    other.destroy();

    // One that is too small for the run.
    const third = await Trainer.create(await make(), small());
    const tiny = async (): Promise<Engine> => {
      const engine = await make();
      lowerLimits(engine, { maxBufferSize: 1024, maxStorageBufferBindingSize: 1024 });
      return engine;
    };
    const end = (): void => loseDevice(third.engine.device);
    const refused = await rejection(third.fit({ ...FIT, ...atStep(third, 8, end), renew: tiny }));
    assert.instance(refused, DeviceLostError, String(refused));
    assert.instance(refused.cause, MemoryError, String(refused.cause));
    assert.is((refused as DeviceLostError).snapshot?.step, 0);
    third.destroy();
  }));

test('a checkpoint from when an epoch was done and not on record puts it on record', async () => {
  const expected = await whole('small', small());
  await withEngines(async (make) => {
    const engine = await make();
    let taken: Promise<Uint8Array> | undefined;
    await withTrainer(engine, small(), async (trainer) => {
      const take = (): void => {
        taken = checkpointOf(trainer);
      };
      await trainer.fit({ epochs: 1, ...atStep(trainer, 22, take) });
    });
    await withTrainer(engine, small(), async (trainer) => {
      restore(trainer, (await taken) ?? new Uint8Array());
      assert.is(trainer.step, 22);
      assert.is(trainer.history.length, 0);
      await trainer.fit({ epochs: 3 });
      assertSame(await outcomeOf(trainer), expected);
    });
  });
});

test.run();
