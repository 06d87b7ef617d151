import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { OptionError } from '../../src/errors.ts';
import { checkpointOf, restore } from '../../src/train/checkpoint.ts';
import type { EpochRecord } from '../../src/train/history.ts';
import type { Snapshot } from '../../src/train/snapshot.ts';
import type { StopOptions } from '../../src/train/stop.ts';
import { type FitOptions, Trainer } from '../../src/train/trainer.ts';
import { lose } from '../gpu/faults.ts';
import { rejects, withSharedEngine } from '../gpu/helpers.ts';
import { inLongRun } from '../run/thorough.ts';
import { bitsOf, shallow, small, withTrainer } from './helpers.ts';
import { atStep, withEngines } from './renewals.ts';

/** A number of each epoch, so that a test knows which is the best. */
const series = (values: readonly number[], more: Partial<StopOptions> = {}): StopOptions => ({
  on: ({ epoch }) => values[epoch - 1],
  patience: 2,
  ...more,
});

const epochsOf = (history: readonly EpochRecord[]): number[] => history.map(({ epoch }) => epoch);

test('fit ends when a number has not got better, and its last record says why', () =>
  withSharedEngine((engine) =>
    withTrainer(engine, small(), async (trainer) => {
      const told: EpochRecord[] = [];
      const history = await trainer.fit({
        epochs: 9,
        stop: series([3, 2, 2.5, 2.5]),
        onEpoch: (record) => told.push(record),
      });
      assert.equal(epochsOf(history), [1, 2, 3, 4]);
      const ended = { by: 'stop', on: 'function', best: { epoch: 2, value: 2 } };
      assert.equal(
        history.map((record) => record.ended),
        [undefined, undefined, undefined, ended],
      );
      assert.equal(told, history, 'onEpoch is told so, too');
      assert.is(trainer.step, 4 * trainer.stepsPerEpoch);
      // The next call counts anew, and takes the epochs behind.
      await trainer.fit({ epochs: 2, stop: series([0, 0, 0, 0, 9, 8]) });
      assert.equal(epochsOf(trainer.history), [1, 2, 3, 4, 5, 6]);
      assert.is(trainer.history[5].ended, undefined, 'all epochs were done');
      const copy = await checkpointOf(trainer);
      trainer.reset();
      restore(trainer, copy);
      assert.equal(trainer.history[3].ended, ended, 'a checkpoint has it');
    }),
  ));

inLongRun(test)("what is watched may be any number of the records, and fit's own metrics", () =>
  withSharedEngine((engine) =>
    withTrainer(engine, small(), async (trainer) => {
      const history = await trainer.fit({
        epochs: 3,
        metrics: ['f1', 'auc', { name: 'epoch', compute: () => trainer.step }],
        // The number of steps grows: less is better, so that it never is.
        stop: { on: 'test.epoch', patience: 1 },
      });
      assert.is(history.length, 2);
      assert.equal(history[1].ended, {
        by: 'stop',
        on: 'test.epoch',
        best: { epoch: 1, value: trainer.stepsPerEpoch },
      });
      const { metrics } = await trainer.evaluate('test', { metrics: ['f1', 'auc'] });
      const { epoch, ...others } = history[1].test?.metrics ?? {};
      assert.is(epoch, 2 * trainer.stepsPerEpoch);
      assert.equal(others, metrics, 'the record has what evaluate() gives');
      assert.ok(metrics.f1 > 0.05 && metrics.auc > 0.5, JSON.stringify(metrics));
    }),
  ),
);

const stateOf = ({ tensors }: Snapshot) => tensors;

test('restoreBest puts parameters and optimizer back to the bits of the best epoch, stopped or not', () =>
  withSharedEngine(async (engine) => {
    for (const [values, length] of [
      [[3, 1, 2, 2, 0], 4],
      // All epochs are done before it would stop.
      [[3, 1, 2], 3],
      [[3, 2, 1], 3],
    ] as const) {
      await withTrainer(engine, small(), async (trainer) => {
        const states: Snapshot[] = [];
        const history = await trainer.fit({
          epochs: length === 4 ? 9 : 3,
          stop: series(values, { restoreBest: true }),
          onEpoch: async () => states.push(await trainer.snapshot()),
        });
        assert.is(history.length, length);
        const best = 1 + values.indexOf(Math.min(...values.slice(0, length)) as never);
        assert.is(history[length - 1].restored, best);
        const got = await trainer.snapshot();
        assert.equal(stateOf(got), stateOf(states[best - 1]));
        // The run itself is where it was: what comes next are other batches.
        assert.is(got.step, length * trainer.stepsPerEpoch);
        const [last] = (await trainer.fit({ epochs: 1 })).slice(-1);
        assert.is(last.epoch, length + 1);
        assert.is(last.restored, undefined);
      });
    }
  }));

inLongRun(test)('a fit that rejects puts nothing back', () =>
  withSharedEngine((engine) =>
    withTrainer(engine, small(), async (trainer) => {
      const bits: Uint32Array[] = [];
      const fit: FitOptions = {
        epochs: 3,
        stop: series([1, 2, 3], { restoreBest: true, patience: 5 }),
        onEpoch: async ({ epoch }) => {
          bits.push(await bitsOf(trainer));
          if (epoch === 2) throw new RangeError('enough');
        },
      };
      await rejects(trainer.fit(fit), RangeError, 'enough');
      assert.equal(await bitsOf(trainer), bits[1]);
      assert.is(trainer.history[1].restored, undefined);
    }),
  ),
);

test('until is asked after onEpoch, awaited, and ends the training behind that epoch', () =>
  withSharedEngine((engine) =>
    withTrainer(engine, small(), async (trainer) => {
      const calls: string[] = [];
      let enough = false;
      const history = await trainer.fit({
        epochs: 5,
        onEpoch: ({ epoch, ended }) => {
          calls.push(`onEpoch ${epoch} ${ended?.by}`);
          enough = epoch === 2;
        },
        until: async ({ epoch }) => {
          await new Promise((resolve) => setTimeout(resolve, 1));
          calls.push(`until ${epoch}`);
          return enough;
        },
      });
      assert.equal(calls, ['onEpoch 1 undefined', 'until 1', 'onEpoch 2 undefined', 'until 2']);
      assert.equal(history[1].ended, { by: 'until' });
      assert.is(history[0].ended, undefined);
      const reject = (): Promise<boolean> => Promise.reject(new RangeError('until'));
      await rejects(trainer.fit({ epochs: 1, until: reject }), RangeError, 'until');
      assert.is(trainer.history.length, 3, 'the epoch itself is done');
      const none = { epochs: 1, until: () => 1 } as unknown as FitOptions;
      await rejects(trainer.fit(none), OptionError, 'until returned 1');
    }),
  ));

test('options of ending and metrics that are none are refused before a step is done', () =>
  withSharedEngine((engine) =>
    withTrainer(engine, small(), async (trainer) => {
      const cases: readonly (readonly [object, string])[] = [
        [{ stop: { on: 'test.loss' } }, 'patience undefined'],
        [{ stop: { on: 'test.f1', patience: 1 } }, "stop on 'test.f1'"],
        [{ stop: { on: 'test.loss', patience: 1 }, validate: false }, 'leave validate on'],
        [{ stop: true }, 'stop takes an object'],
        [{ until: 3 }, 'until 3'],
        [{ metrics: ['f2'] }, "did you mean 'f1'?"],
        [{ metrics: ['mae'] }, 'needs numbers'],
        [{ metrics: ['f1'], validate: false }, 'leave validate on'],
      ];
      for (const [more, text] of cases) {
        await rejects(trainer.fit({ epochs: 1, ...more }), OptionError, text);
      }
      assert.is(trainer.step, 0);
    }),
  ));

test('a device lost on the way changes neither when the training ends nor what is put back', async () => {
  const values = [3, 1, 2, 2];
  const stop = series(values, { restoreBest: true });
  await withEngines(async (make, spare) => {
    const calm = await Trainer.create(await spare(), shallow());
    await calm.fit({ epochs: 9, stop });
    for (const step of [30, 60, 85]) {
      const upset = await Trainer.create(await make(), shallow());
      const told: number[] = [];
      await upset.fit({
        epochs: 9,
        chunk: 4,
        keep: 0,
        stop,
        renew: spare,
        onEpoch: ({ epoch }) => told.push(epoch),
        ...atStep(upset, step, () => lose(upset.engine.device)),
      });
      const timeless = ({ history }: Trainer) => history.map(({ seconds: _, ...rest }) => rest);
      assert.equal(timeless(upset), timeless(calm), `lost at step ${step}`);
      assert.equal(told, [1, 2, 3, 4]);
      assert.equal(await bitsOf(upset), await bitsOf(calm));
      upset.destroy();
    }
    calm.destroy();
  });
});

test.run();
