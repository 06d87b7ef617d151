import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { BusyError } from '../../src/errors.ts';
import type { Inference } from '../../src/infer/inference.ts';
import { checkpointOf, restore } from '../../src/train/checkpoint.ts';
import type { Trainer } from '../../src/train/trainer.ts';
import { rejection, rejects, withSharedEngine } from '../gpu/helpers.ts';
import {
  assertSame,
  bitsOf,
  fitted,
  outcomeOf,
  small,
  smallGarments,
  withTrainer,
} from './helpers.ts';

const FIT = { epochs: 2, chunk: 2 } as const;

test('whatever trains is refused while fit goes on, and fit goes on to the same bits', () =>
  withSharedEngine(async (engine) => {
    const expected = await fitted(engine, small(), FIT);
    await withTrainer(engine, small(), async (trainer) => {
      const snapshot = await trainer.snapshot();
      const checkpoint = await checkpointOf(snapshot);
      const weights = new Map([['7.bias', new Float32Array(10)]]);
      const encoder = engine.device.createCommandEncoder();
      let tried = 0;
      const refused = async (): Promise<void> => {
        if (tried++ > 2) return;
        await rejects(trainer.fit(FIT), BusyError, 'fit() was called while fit()');
        await rejects(trainer.steps(1), BusyError, 'steps()', 'fit()');
        await rejects(trainer.profile(1), BusyError, 'profile()', 'fit()');
        for (const call of [
          () => trainer.run({ budget: 1 }),
          () => trainer.encode(encoder, 1),
          () => trainer.reset(),
          () => trainer.load(weights),
          () => trainer.resume(snapshot),
          () => restore(trainer, checkpoint),
        ]) {
          assert.throws(call, (error: unknown) => error instanceof BusyError);
        }
      };
      const fit = trainer.fit({ ...FIT, onProgress: refused });
      await refused();
      await fit;
      assert.ok(tried > 3);
      assertSame(await outcomeOf(trainer), expected);
      // Free again, after an end of any kind.
      await rejects(
        trainer.fit({ epochs: 1, onProgress: () => Promise.reject(new Error('no')) }),
        Error,
      );
      trainer.reset();
      await trainer.fit(FIT);
      assertSame(await outcomeOf(trainer), expected);
    });
  }));

test('weights can be loaded from onEpoch, which is awaited', () =>
  withSharedEngine((engine) =>
    withTrainer(engine, small(), async (trainer) => {
      const zero = new Map([['7.bias', new Float32Array(10).fill(100)]]);
      let at = -1;
      await trainer.fit({
        epochs: 2,
        onEpoch: async ({ epoch }) => {
          await new Promise((resolve) => setTimeout(resolve, 20));
          if (epoch === 1) {
            trainer.load(zero);
            at = trainer.step;
          }
        },
      });
      assert.is(at, trainer.stepsPerEpoch);
      const bias = (await trainer.parameters()).get('7.bias')?.data ?? [];
      assert.ok(bias[0] > 90, `the bias is ${bias[0]}`);
    }),
  ));

for (const callback of ['onEpoch', 'onProgress'] as const) {
  test(`a rejection of an async ${callback} ends fit, with the run as it stands`, () =>
    withSharedEngine((engine) =>
      withTrainer(engine, small(), async (trainer) => {
        const mine = new Error('mine');
        const fit = trainer.fit({
          epochs: 3,
          [callback]: async () => {
            await Promise.resolve();
            throw mine;
          },
        });
        assert.is(await rejection(fit), mine);
        const { step } = trainer;
        assert.ok(step > 0 && step <= trainer.stepsPerEpoch);
        await trainer.fit({ epochs: 3 - trainer.history.length });
        assertSame(await outcomeOf(trainer), await fitted(engine, small(), { epochs: 3 }));
      }),
    ));
}

/** Everything that reads weights, with what it gives as words. */
const READS: Readonly<
  Record<string, (trainer: Trainer, inference: Inference) => Promise<ArrayLike<number>>>
> = {
  parameters: bitsOf,
  checkpointOf: (trainer) => checkpointOf(trainer),
  evaluate: async (trainer) => [(await trainer.evaluate()).loss],
  'evaluate train': async (trainer) => [(await trainer.evaluate('train')).loss],
  predict: (trainer) => trainer.predict(smallGarments().test),
  'predict of an inference': (_, inference) =>
    inference.predict(new Float32Array(784 * 30).fill(0.5)),
};

test('what is read while fit goes on is as it was at the call', () =>
  withSharedEngine((engine) =>
    withTrainer(engine, small({ batchSize: 8 }), (expected) =>
      withTrainer(engine, small({ batchSize: 8 }), async (trainer) => {
        const inference = await trainer.inference({ batch: 1 });
        const other = await expected.inference({ batch: 1 });
        for (const [name, read] of Object.entries(READS)) {
          // Not awaited: fit is not held up by who asks, but by who reads.
          let step = 0;
          let reading: Promise<ArrayLike<number>> | undefined;
          const controller = new AbortController();
          const fit = trainer.fit({
            epochs: 100,
            chunk: 1,
            signal: controller.signal,
            onProgress: () => {
              if (reading || trainer.step < step + 3) return;
              step = trainer.step;
              reading = read(trainer, inference);
              reading.then(
                () => setTimeout(() => controller.abort(), 5),
                () => controller.abort(),
              );
            },
          });
          await fit.catch(() => {});
          const got = await reading;
          if (!got) throw new Error(`${name} was not called`);
          assert.ok(trainer.step > step, 'fit went on');
          await expected.steps(step - expected.step);
          // A checkpoint has the epochs' seconds, too.
          const same =
            name === 'checkpointOf' ? await bytesOf(expected, got) : await read(expected, other);
          assert.equal(Array.from(got), Array.from(same), name);
          trainer.resume(await expected.snapshot());
        }
      }),
    ),
  ));

/** The expected run's checkpoint with another's clock. */
async function bytesOf(expected: Trainer, got: ArrayLike<number>): Promise<ArrayLike<number>> {
  const bytes = Uint8Array.from(got);
  const bits = await bitsOf(expected);
  restore(expected, bytes);
  assert.equal([...(await bitsOf(expected))], [...bits]);
  return got;
}

test('run() submits nothing while the weights are read', () =>
  withSharedEngine((engine) =>
    withTrainer(engine, small(), async (trainer) => {
      const before = await trainer.evaluate('train');
      const reading = trainer.evaluate('train');
      assert.is(trainer.run({ budget: 4 }), 0);
      assert.equal(await reading, before);
      assert.ok(trainer.run({ budget: 4 }) > 0);
    }),
  ));

test.run();
