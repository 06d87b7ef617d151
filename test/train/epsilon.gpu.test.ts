import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { linear, Sequential, tanh } from '../../src/nn/layers.ts';
import { adam } from '../../src/nn/optimizers.ts';
import { Trainer } from '../../src/train/trainer.ts';
import { withSharedEngine } from '../gpu/helpers.ts';

for (const plan of ['fused', 'plain'] as const) {
  test(`${plan}: without an epsilon, padding stays zero`, () =>
    withSharedEngine(async (engine) => {
      const trainer = await Trainer.create(engine, {
        // No size is a multiple of four.
        model: new Sequential([3], [linear(3, 5), tanh(), linear(5, 3)]),
        dataset: {
          train: {
            inputs: [
              [1, 2, 3],
              [3, 1, 2],
            ],
            targets: [
              [0, 1, 0],
              [1, 0, 1],
            ],
          },
        },
        loss: 'mse',
        optimizer: adam({ learningRate: 0.01, epsilon: 0 }),
        plan,
      });
      const [record] = (await trainer.fit({ epochs: 20 })).slice(-1);
      assert.ok(Number.isFinite(record.train.loss), String(record.train.loss));
      for (const { data } of (await trainer.parameters()).values()) {
        assert.ok(data.every(Number.isFinite));
      }
      trainer.destroy();
    }));
}

test.run();
