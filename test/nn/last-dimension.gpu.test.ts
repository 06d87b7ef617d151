import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Inference } from '../../src/infer/inference.ts';
import {
  concat,
  flatten,
  gelu,
  layerNorm,
  linear,
  type Model,
  model,
  residual,
  Sequential,
  softmax,
  tanh,
  unflatten,
} from '../../src/nn/index.ts';
import { adam } from '../../src/nn/optimizers.ts';
import { Trainer } from '../../src/train/trainer.ts';
import { withSharedEngine } from '../gpu/helpers.ts';
import { thoroughly } from '../run/thorough.ts';

/** 19 samples of [3, 4], a batch of 8: the last one is not full. */
const inputs = Float32Array.from({ length: 19 * 12 }, (_, i) => Math.sin(i * i));
const targets = Float32Array.from({ length: 19 }, (_, i) => inputs[12 * i] * inputs[12 * i + 5]);

const MODELS: readonly Model[] = [
  new Sequential([3, 4], [linear(4, 5), tanh(), layerNorm(5), flatten(), linear(15, 1)]),
  // In the same memory.
  new Sequential(
    [12],
    [
      unflatten([3, 4]),
      residual([linear(4, 4), gelu(), linear(4, 4)]),
      softmax(),
      flatten(),
      linear(12, 1),
    ],
  ),
  // One product gathers the samples itself, and one reads them in other rows.
  model([12], (x) =>
    concat([x.pipe(linear(12, 4)), x.pipe(unflatten([3, 4]), linear(4, 4), flatten())]).pipe(
      tanh(),
      linear(16, 1),
    ),
  ),
];

test('products and norms along the last dimension train, evaluate, predict and infer', async () => {
  await withSharedEngine(async (engine) => {
    for (const one of thoroughly(MODELS, (_, i) => i === 2)) {
      const run = async (plan: 'fused' | 'plain') => {
        const trainer = await Trainer.create(engine, {
          model: one,
          dataset: { train: { inputs, targets }, test: { inputs, targets } },
          loss: 'mse',
          optimizer: adam({ learningRate: 0.05 }),
          batchSize: 8,
          plan,
        });
        const history = await trainer.fit({ epochs: 40 });
        const predicted = await trainer.predict(inputs);
        const inference = await Inference.create(engine, {
          model: one,
          weights: await trainer.parameters(),
          batch: 8,
        });
        const inferred = await inference.predict(inputs.subarray(0, 12 * 5));
        inference.destroy();
        trainer.destroy();
        return { history, predicted, inferred };
      };
      const { history, predicted, inferred } = await run('fused');
      const plain = await run('plain');
      const [first, last] = [history[0].train.loss, history[39].train.loss];
      assert.ok(last < 0.5 * first, `${first} to ${last}`);
      assert.ok(Math.abs(last - plain.history[39].train.loss) < 1e-4 * first);
      const squares = predicted.map((y, i) => (y - targets[i]) ** 2);
      const mean = squares.reduce((sum, square) => sum + square, 0) / 19;
      assert.ok(Math.abs((history[39].test?.loss ?? NaN) - mean) < 1e-5 * first);
      inferred.forEach((y, i) => void assert.ok(Math.abs(y - predicted[i]) < 1e-5, `${y}`));
    }
  });
});

test.run();
