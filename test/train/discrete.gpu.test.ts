import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { mlp } from '../../src/nn/mlp.ts';
import { adam, sgd } from '../../src/nn/optimizers.ts';
import type { TrainerOptions } from '../../src/train/trainer.ts';
import { withEngine } from '../gpu/helpers.ts';
import { assertSame, fitted, small, withTrainer } from './helpers.ts';

const discrete = (options: TrainerOptions): TrainerOptions => ({
  ...options,
  plan: 'fused',
  family: 'discrete',
});

/**
 * Both plans are within the bounds of the reference at every step; over a hundred of them the
 * differences of rounding add up, as in test/train/training.gpu.test.ts.
 */
for (const [name, options, most] of [
  ['SGD', small({ optimizer: sgd({ learningRate: 0.1 }) }), 1e-5],
  [
    'momentum, mean squared error, tanh',
    small({
      model: mlp([28, 28], [784, 24, 10], { activation: 'tanh', dropout: 0.5 }),
      loss: 'mse',
      optimizer: sgd({ learningRate: 0.1, momentum: 0.9 }),
    }),
    1e-5,
  ],
] as const) {
  test(`100 steps of ${name}: the discrete plan learns what the plain one does`, () =>
    withEngine(async (engine) => {
      const losses = (given: TrainerOptions) =>
        withTrainer(engine, given, (trainer) => trainer.steps(100));
      const plain = await losses({ ...options, plan: 'plain' });
      const ours = await losses(discrete(options));
      assert.is(ours.length, 100);
      ours.forEach((loss, i) => {
        const off = Math.abs(loss / plain[i] - 1);
        assert.ok(off <= most, `step ${i}: ${loss}, not ${plain[i]}`);
      });
      assert.ok(ours[99] < 0.9 * ours[0], `${ours[0]} → ${ours[99]}`);
    }));
}

test('a run of the discrete plan repeats bit for bit, in four dispatches a step', () =>
  withEngine(async (engine) => {
    const options = discrete(small({ optimizer: adam() }));
    const one = await fitted(engine, options, { epochs: 1 });
    const other = await fitted(engine, options, { epochs: 1 });
    assertSame(one, other);
    await withTrainer(engine, options, async (trainer) => {
      assert.match(trainer.explain(), '3 dispatches');
    });
  }));

test.run();
