import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Ensemble } from '../../src/ensemble/ensemble.ts';
import { OptionError } from '../../src/errors.ts';
import { conv2d, flatten, linear, relu, Sequential } from '../../src/nn/layers.ts';
import { mlp } from '../../src/nn/mlp.ts';
import { adam, sgd } from '../../src/nn/optimizers.ts';
import { checkpointOf, restore } from '../../src/train/checkpoint.ts';
import { rejects, withSharedEngine } from '../gpu/helpers.ts';
import { runs } from '../run/device.ts';
import { inLongRun } from '../run/thorough.ts';
import {
  cropped,
  firstOf,
  type ImageOptions,
  small,
  smallGarments,
  withTrainer,
} from './helpers.ts';

/** One layer on 8×8 pixels: two products. */
const one = (given: Partial<ImageOptions> = {}): ImageOptions =>
  small({
    model: mlp([8, 8], [64, 10]),
    dataset: cropped(firstOf(smallGarments(), 96, 10), 8, 8),
    optimizer: sgd({ learningRate: 0.1 }),
    tuneBudget: 0,
    ...given,
  });

test('mixed precision trains as full precision does, but for rounding', () =>
  withSharedEngine(async (engine) => {
    if (!runs('tiled')) return;
    const run = (given: Partial<ImageOptions>) =>
      withTrainer(engine, one(given), async (trainer) => {
        const losses = await trainer.steps(6);
        return { losses, precision: trainer.precision, plan: trainer.explain() };
      });
    const mixed = await run({ family: 'tiled', precision: 'mixed' });
    const full = await run({});
    assert.equal([mixed.precision, full.precision], ['mixed', 'full']);
    assert.match(mixed.plan, /tiled [\d×]+, f16\n/);
    assert.ok(mixed.plan.endsWith('\nMixed precision: 2 of 2 different products'), mixed.plan);
    assert.not.match(full.plan, /precision|f16/);
    assert.not.equal(mixed.losses, full.losses);
    mixed.losses.forEach((loss, i) => {
      const off = Math.abs(loss - full.losses[i]);
      assert.ok(off <= 2e-4, `step ${i}: ${loss}, not ${full.losses[i]}`);
    });
  }));

test('where mixed precision is not to be had, training is in full precision and says why', () =>
  withSharedEngine(async (engine) => {
    for (const [given, why] of [
      [{}, 'kernels of the family portable have no other; those of tiled have'],
      [{ plan: 'plain' }, 'the plain plan has no other'],
    ] as const) {
      await withTrainer(engine, one({ ...given, precision: 'mixed' }), async (trainer) => {
        assert.is(trainer.precision, 'full');
        assert.is(trainer.options.precision, 'mixed');
        const asked = `Full precision, although mixed was asked for: ${why}`;
        assert.ok(trainer.explain().endsWith(`\n${asked}`), trainer.explain());
      });
    }
  }));

/** What throws, as a promise. */
const after = async (call: () => void): Promise<void> => call();

test('another precision is an error, also on resuming, and for an ensemble', () =>
  withSharedEngine(async (engine) => {
    for (const precision of ['half', true, 16, null]) {
      await rejects(
        withTrainer(engine, one({ precision: precision as 'full' }), async () => {}),
        OptionError,
        'precision',
      );
    }
    await rejects(
      Ensemble.create(engine, { ...small(), precision: 'mixed', runs: [{}] } as never),
      OptionError,
      'precision',
    );
    const snapshot = await withTrainer(engine, one(), (trainer) => trainer.snapshot());
    const file = await checkpointOf(snapshot);
    await withTrainer(engine, one({ precision: 'mixed' }), async (trainer) => {
      const why = 'is of a run with precision: none; this trainer has precision: mixed';
      await rejects(
        after(() => trainer.resume(snapshot)),
        OptionError,
        `the snapshot ${why}`,
      );
      await rejects(
        after(() => restore(trainer, file)),
        OptionError,
        `the checkpoint ${why}`,
      );
    });
  }));

inLongRun(test)('a convolutional network in mixed precision repeats its bits, and learns', () =>
  withSharedEngine(async (engine) => {
    if (!runs('tiled')) return;
    const run = (precision: 'mixed' | 'full') =>
      withTrainer(
        engine,
        small({
          model: new Sequential(
            [12, 12],
            [conv2d(1, 4, 3), relu(), conv2d(4, 8, 3), relu(), flatten(), linear(512, 10)],
          ),
          dataset: cropped(firstOf(smallGarments(), 128, 32), 12, 12),
          optimizer: adam(),
          family: 'tiled',
          precision,
        }),
        async (trainer) => {
          const losses = await trainer.steps(12);
          assert.is(trainer.precision, precision);
          return losses;
        },
      );
    const [mixed, again, full] = [await run('mixed'), await run('mixed'), await run('full')];
    assert.equal(mixed, again);
    assert.ok(mixed[11] < mixed[0], mixed.join());
    mixed.forEach((loss, i) => {
      assert.ok(Math.abs(loss - full[i]) <= 5e-3, `step ${i}: ${loss}, not ${full[i]}`);
    });
  }),
);

test.run();
