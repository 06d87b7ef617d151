import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { MemoryError } from '../../src/errors.ts';
import { mlp } from '../../src/nn/mlp.ts';
import { Trainer } from '../../src/train/trainer.ts';
import { rejects, reportOf, withQuickEngine } from '../gpu/helpers.ts';
import { lowerLimits } from '../gpu/limits.ts';
import { assertSame, firstOf, outcomeOf, small, smallGarments, withTrainer } from './helpers.ts';

/** 784·32 floats, and a bias of 32 in a slot of 256 bytes. */
const FIRST_LAYER = 784 * 32 * 4 + 256;

const SMALL = {
  dataset: firstOf(smallGarments(), 70, 20),
  model: mlp([28, 28], [784, 32, 10], { dropout: 0.2 }),
  batchSize: 16,
};

for (const plan of ['plain', 'fused'] as const) {
  test(`on the ${plan} plan, parameters spread over buffers train to the same bits, and are read back`, () =>
    withQuickEngine(async (engine) => {
      const options = small({ ...SMALL, plan });
      const run = () =>
        withTrainer(engine, options, async (trainer) => {
          await trainer.fit({ epochs: 1, validate: false });
          const uses = reportOf(engine.buffers).filter(({ name }) => /^(param|moment)/.test(name));
          return { outcome: await outcomeOf(trainer), uses };
        });
      const one = await run();
      lowerLimits(engine, { maxBufferSize: FIRST_LAYER });
      const parts = await run();
      assertSame(parts.outcome, one.outcome);
      for (const [i, { count, bytes }] of parts.uses.entries()) {
        assert.is(one.uses[i].count, 1);
        assert.is(count, 2, parts.uses[i].name);
        assert.is(bytes, one.uses[i].bytes);
      }
      assert.is(parts.uses.length, 3);
    }));
}

test('a layer that no binding can hold is refused with its size and the limit, and leaves nothing', () =>
  withQuickEngine(async (engine) => {
    const bytes = 784 * 32 * 4 + 32 * 4;
    lowerLimits(engine, { maxStorageBufferBindingSize: bytes - 1 });
    await rejects(
      Trainer.create(engine, small(SMALL)),
      MemoryError,
      `1.weight [32, 784] with 1.bias [32] needs ${bytes} bytes`,
      `this device allows ${bytes - 1}`,
      'limits {',
    );
  }));

test('a batch whose activations no binding can hold is refused with its size and the limit', () =>
  withQuickEngine(async (engine) => {
    const most = 64 * 1024;
    lowerLimits(engine, { maxStorageBufferBindingSize: most });
    const options = small({
      ...SMALL,
      model: mlp([28, 28], [784, 16, 300, 10]),
      batchSize: 60,
    });
    const text = `[60, 300] needs ${60 * 300 * 4} bytes in one binding; this device allows ${most}`;
    await rejects(Trainer.create(engine, options), MemoryError, text, 'Use a smaller batch');
  }));

test.run();
