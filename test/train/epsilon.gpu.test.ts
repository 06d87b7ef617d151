import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { linear, Sequential, tanh } from '../../src/nn/layers.ts';
import { adagrad, adam, nadam, rmsprop } from '../../src/nn/optimizers.ts';
import { Trainer } from '../../src/train/trainer.ts';
import { withSharedEngine } from '../gpu/helpers.ts';

const none = { learningRate: 0.01, epsilon: 0 };

for (const [name, optimizer] of Object.entries({
  Adam: adam(none),
  AMSGrad: adam({ ...none, amsgrad: true }),
  NAdam: nadam(none),
  Adagrad: adagrad(none),
  RMSprop: rmsprop(none),
  'centered RMSprop with momentum': rmsprop({ ...none, centered: true, momentum: 0.5 }),
})) {
  for (const plan of ['fused', 'plain'] as const) {
    test(`${name}, ${plan}: without an epsilon, padding stays 0 and weights without a gradient stay`, () =>
      withSharedEngine(async (engine) => {
        const trainer = await Trainer.create(engine, {
          // No size is a multiple of four.
          model: new Sequential([3], [linear(3, 5), tanh(), linear(5, 3)]),
          dataset: {
            train: {
              // The middle column is always 0.
              inputs: [
                [1, 0, 3],
                [3, 0, 2],
              ],
              targets: [
                [0, 1, 0],
                [1, 0, 1],
              ],
            },
          },
          loss: 'mse',
          optimizer,
          plan,
        });
        const middle = async (): Promise<number[]> => {
          const weight = (await trainer.parameters()).get('0.weight');
          return [...(weight?.data ?? [])].filter((_, i) => i % 3 === 1);
        };
        const before = await middle();
        const [record] = (await trainer.fit({ epochs: 20 })).slice(-1);
        assert.ok(Number.isFinite(record.train.loss), String(record.train.loss));
        for (const { data } of (await trainer.parameters()).values()) {
          assert.ok(data.every(Number.isFinite));
        }
        assert.equal(await middle(), before);
        trainer.destroy();
      }));
  }
}

test.run();
