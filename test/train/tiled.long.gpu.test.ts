import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { OptionError } from '../../src/errors.ts';
import type { Engine } from '../../src/gpu/engine.ts';
import { adam, sgd } from '../../src/nn/optimizers.ts';
import { Trainer } from '../../src/train/trainer.ts';
import { rejects, withSharedEngine } from '../gpu/helpers.ts';
import { runs } from '../run/device.ts';
import { THOROUGH } from '../run/thorough.ts';
import { bitsOf, type ImageOptions, small, withTrainer } from './helpers.ts';

const tiled = (options: ImageOptions): ImageOptions => ({
  ...options,
  plan: 'fused',
  family: 'tiled',
});

/** On a device that these kernels are not for they must be refused, and there is nothing else to be tested. */
const withTiled = (work: (engine: Engine) => Promise<void>): Promise<void> =>
  withSharedEngine(async (engine) => {
    if (runs('tiled')) return work(engine);
    const refused = Trainer.create(engine, tiled(small()));
    await rejects(refused, OptionError, 'family tiled was given');
  });

/** Rounding differs, and adds up over the steps; see test/train/training.gpu.test.ts for its size. */
const MOST = 1e-5;

test('100 steps with dropout: the tiled plan learns what the plain one does', () =>
  withTiled(async (engine) => {
    const options = small({ optimizer: sgd({ learningRate: 0.1, momentum: 0.5 }) });
    const losses = (given: ImageOptions) =>
      withTrainer(engine, given, (trainer) => trainer.steps(100));
    const plain = await losses({ ...options, plan: 'plain' });
    const ours = await losses(tiled(options));
    assert.is(ours.length, 100);
    ours.forEach((loss, i) => {
      const off = Math.abs(loss / plain[i] - 1);
      assert.ok(off <= MOST, `step ${i}: ${loss}, not ${plain[i]}`);
    });
    assert.ok(ours[99] < 0.5 * ours[0], `${ours[0]} → ${ours[99]}`);
  }));

const repeats = (): Promise<void> =>
  withTiled(async (engine) => {
    const options = tiled(small({ optimizer: adam() }));
    const run = () =>
      withTrainer(engine, options, async (trainer) => {
        const losses = await trainer.steps(25);
        assert.match(trainer.explain(), '3 dispatches');
        return { losses, bits: await bitsOf(trainer) };
      });
    const [one, other] = [await run(), await run()];
    assert.equal(one.losses, other.losses);
    assert.ok(one.bits.every((bits, i) => bits === other.bits[i]));
  });

// Kernels with workgroup memory take SwiftShader seconds to compile; `gradweave verify` runs them too.
if (THOROUGH)
  test('a run of the tiled plan repeats bit for bit, in three dispatches a step', repeats);

test.run();
