import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { parseSafetensors } from '../../src/data/safetensors.ts';
import { Inference } from '../../src/infer/inference.ts';
import { linear, Sequential } from '../../src/nn/layers.ts';
import { sgd } from '../../src/nn/optimizers.ts';
import { readWeights, weightsOf } from '../../src/train/weights.ts';
import { readWords, withSharedEngine } from '../gpu/helpers.ts';
import { withTrainer } from './helpers.ts';

// Weights of equal widths: their shape is that of their transpose, so only values tell one from the other.
const WEIGHT = [1, 2, 3, 4, 5, 6, 7, 8, 9];
const BIAS = [10, 20, 30];
const SAMPLE = [1, 10, 100];
/** WEIGHT · SAMPLE + BIAS, computed by hand. */
const OUTPUT = [331, 674, 1017];
/** As it lies on the GPU: [in, out], rows and columns padded to a multiple of four. */
const STORED = [1, 4, 7, 0, 2, 5, 8, 0, 3, 6, 9, 0, 0, 0, 0, 0];

const state = new Map([
  ['0.weight', WEIGHT],
  ['0.bias', BIAS],
]);
const model = new Sequential([3], [linear(3, 3)]);
const options = {
  model,
  dataset: { train: { inputs: [SAMPLE], targets: [[330, 676, 1020]] } },
  loss: 'mse',
  optimizer: sgd({ learningRate: 2 ** -20 }),
  order: { kind: 'sequential' },
} as const;

test('parameters, predictions and files of a square layer have PyTorch’s order', () =>
  withSharedEngine((engine) =>
    withTrainer(engine, options, async (trainer) => {
      trainer.load(state);
      assert.equal([...(await trainer.predict(SAMPLE))], OUTPUT);
      assert.equal([...((await trainer.parameters()).get('0.weight')?.data ?? [])], WEIGHT);
      const bytes = await weightsOf(trainer);
      assert.equal([...(parseSafetensors(bytes).tensors.get('0.weight')?.data ?? [])], WEIGHT);
      const weights = readWeights(bytes, model);
      const inference = await Inference.create(engine, { model, batch: 1, weights });
      assert.equal([...(await inference.predict(SAMPLE))], OUTPUT);
      inference.destroy();
    }),
  ));

test('parameterBuffer gives a square weight as [in, out]', () =>
  withSharedEngine((engine) =>
    withTrainer(engine, options, async (trainer) => {
      trainer.load(state);
      const { buffer, offset, size, shape, stride } = trainer.parameterBuffer('0.weight');
      assert.equal([shape, stride, size], [[3, 3], 4, 64]);
      const words = await readWords(engine.device, buffer);
      assert.equal([...new Float32Array(words.buffer, offset, size / 4)], STORED);
    }),
  ));

test('copyFrom copies and mixes a square weight as it is', () =>
  withSharedEngine((engine) =>
    withTrainer(engine, options, (one) =>
      withTrainer(engine, options, async (other) => {
        one.load(state);
        await other.copyFrom(one);
        assert.equal([...(await other.predict(SAMPLE))], OUTPUT);
        const zeros = [...state].map(
          ([name, { length }]) => [name, Array(length).fill(0)] as const,
        );
        other.load(new Map(zeros));
        await other.copyFrom(one, { mix: 0.5 });
        assert.equal(
          [...(await other.predict(SAMPLE))],
          OUTPUT.map((value) => value / 2),
        );
        const inference = await Inference.create(engine, { model, batch: 1 });
        await inference.copyFrom(one);
        assert.equal([...(await inference.predict(SAMPLE))], OUTPUT);
        inference.destroy();
      }),
    ),
  ));

test('share uses a square weight as it is, under another name too', () =>
  withSharedEngine((engine) =>
    withTrainer(engine, options, (one) => {
      const share = { from: one, names: { '1.weight': '0.weight', '1.bias': '0.bias' } };
      const two = new Sequential([3], [linear(3, 3), linear(3, 3)]);
      return withTrainer(engine, { ...options, model: two, share }, async (behind) => {
        one.load(state);
        // In front of it the layer that swaps the first two numbers.
        behind.load(
          new Map([
            ['0.weight', [0, 1, 0, 1, 0, 0, 0, 0, 1]],
            ['0.bias', [0, 0, 0]],
          ]),
        );
        assert.equal([...(await behind.predict([10, 1, 100]))], OUTPUT);
        assert.equal([...((await behind.parameters()).get('1.weight')?.data ?? [])], WEIGHT);
        await withTrainer(engine, { ...options, share: one }, async (same) => {
          assert.equal([...(await same.predict(SAMPLE))], OUTPUT);
        });
      });
    }),
  ));

test('a step of a square layer is its error times its input, not the other way round', () =>
  withSharedEngine((engine) =>
    withTrainer(engine, options, async (trainer) => {
      trainer.load(state);
      const before = OUTPUT.map((value, i) => value - [330, 676, 1020][i]);
      await trainer.steps(1);
      const after = (await trainer.parameters()).get('0.weight')?.data ?? [];
      const change = WEIGHT.map((value, i) => value - after[i]);
      assert.ok(change[0] > 0, String(change));
      change.forEach((value, i) => {
        const wanted = change[0] * before[Math.floor(i / 3)] * SAMPLE[i % 3];
        assert.ok(Math.abs(value - wanted) <= 0.25 * Math.abs(wanted), `${value}, ${wanted}`);
      });
    }),
  ));

test.run();
