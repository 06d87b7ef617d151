import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { imagesOf, sampleOf, textOf } from '../../src/bench/data.ts';
import { trainingFlop } from '../../src/bench/flop.ts';
import { modelOf } from '../../src/bench/networks/ours.ts';
import { madeText, VOCABULARY } from '../../src/bench/networks/text.ts';
import { NETWORK_STEPS, recipes } from '../../src/bench/step.ts';
import { builtInGarments } from '../../src/data/garments.ts';
import { NETWORKS } from '../../src/harness/tasks/networks.ts';

const images = imagesOf({ kind: 'images', dataset: builtInGarments({ train: 10, test: 30 }) }, 20);
const text = textOf(64, 16, 1000);

const parameters = (sizes: readonly { readonly shape: readonly number[] }[]): number =>
  sizes.reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0);

test('the CNN is the one that the command trains', () => {
  const ours = modelOf(NETWORK_STEPS.cnn.network.layers, images);
  const given = NETWORKS.cnn.model([28, 28], { widths: [] });
  const shapes = (model: typeof given) => model.parameters.map(({ name, shape }) => [name, shape]);
  assert.equal(shapes(ours), shapes(given));
  assert.is(parameters(ours.parameters), 421_642);
});

test('the transformer has four blocks of width 128 and 65 tokens', () => {
  const { parameters: sizes } = modelOf(NETWORK_STEPS.transformer.network.layers, text);
  // Two norms, queries to values, their product, and two layers of four times the width.
  const block = 2 * 256 + 129 * 384 + 129 * 128 + 129 * 512 + 513 * 128;
  assert.is(parameters(sizes), 65 * 128 + 64 * 128 + 4 * block + 256 + 129 * 65);
});

test('operations of convolutions and attention are counted', () => {
  const conv = 28 * 28 * 9 * 32 * 2 * 2 + 14 * 14 * 9 * 32 * 64 * 2 * 3;
  const dense = (3136 * 128 + 1280) * 2 * 3;
  assert.is(trainingFlop(NETWORK_STEPS.cnn.network.layers, sampleOf(images)), conv + dense);
  const each = 2 * (4 * 128 * 128 + 2 * 128 * 512);
  const pairs = 2 * 64 * 65 * 128;
  assert.is(
    trainingFlop(NETWORK_STEPS.transformer.network.layers, sampleOf(text)),
    3 * (4 * (64 * each + pairs) + 64 * 2 * 128 * 65),
  );
});

test('the text is the same each time, and has every character of its vocabulary', () => {
  assert.is(madeText(500), madeText(700).slice(0, 500));
  assert.is(VOCABULARY.length, 65);
  assert.equal([...new Set(madeText(100_000))].sort(), [...VOCABULARY].sort());
});

test('the perceptrons still have the paper’s layers', () => {
  const { parameters: sizes } = modelOf(recipes()[0].network.layers, images);
  assert.equal(
    sizes.map(({ name, shape }) => `${name} ${shape}`),
    [
      '1.weight 128,784',
      '1.bias 128',
      '4.weight 64,128',
      '4.bias 64',
      '7.weight 10,64',
      '7.bias 10',
    ],
  );
});

test('only so many images are tested', () => {
  assert.is(images.dataset.test.count, 20);
  assert.is(images.dataset.test.labels.length, 20);
});

test.run();
