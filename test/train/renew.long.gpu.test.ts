import { test } from 'uvu';
import { sgd } from '../../src/nn/optimizers.ts';
import { Trainer } from '../../src/train/trainer.ts';
import { assertSame, outcomeOf, small } from './helpers.ts';
import { atStep, survive, whole, withEngines } from './renewals.ts';

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
    trainer.engine.device.destroy();
    await trainer.engine.device.lost;
    await trainer.fit({ epochs: 2, renew: make });
    assertSame(await outcomeOf(trainer), expected);
    trainer.destroy();
  });
});

test.run();
