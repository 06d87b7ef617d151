import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { FUSION_RULES } from '../../src/fusion/index.ts';
import { boundOf } from '../../src/fusion/mixed/check.ts';
import { MixedProducts, SCALE, scaleFor } from '../../src/fusion/mixed/products.ts';
import { Graph } from '../../src/graph/graph.ts';
import type { Plan } from '../../src/graph/plan.ts';
import { planGraph } from '../../src/graph/planner.ts';
import { conv2d, flatten, linear, relu, Sequential } from '../../src/nn/layers.ts';
import { adam } from '../../src/nn/optimizers.ts';
import { trainingGraph } from '../../src/train/network.ts';
import { familyNamed } from './families.ts';
import { assertSound } from './plans.ts';

const test = suite('mixed');

const BATCH = 100;

/** The plan of a training step in mixed precision, and its products. */
function planned(model: Sequential): { readonly plan: Plan; readonly mixed: MixedProducts } {
  const made = trainingGraph(
    new Graph(),
    { model, target: 'label', normalize: null },
    'cross_entropy',
    BATCH,
    adam(),
  );
  const mixed = new MixedProducts(made.slopes);
  const plan = planGraph(made.targets, {
    kind: 'fused',
    rules: FUSION_RULES,
    keep: made.keep,
    maxBufferSize: 2 ** 28,
    choice: { ...familyNamed('tiled').kernels, staging: mixed.staging },
  });
  assertSound(plan, made.targets, made.keep);
  return { plan, mixed };
}

const perceptron = (): Sequential =>
  new Sequential([784], [linear(784, 512), relu(), linear(512, 256), relu(), linear(256, 10)]);

test('gradients are scaled and nothing else: in the backward pass and in the gradients of weights', () => {
  const { mixed } = planned(perceptron());
  const scale = scaleFor(BATCH);
  assert.is(scale, SCALE * 64);
  const found = mixed.products.map(({ label, scales: { a, b } }) => `${label}: ${a}, ${b}`);
  assert.equal(found.sort(), [
    `backward 2.weight: ${scale}, 1`,
    'forward 0.weight: 1, 1',
    'forward 2.weight: 1, 1',
    `update 0.weight, 0.bias: 1, ${scale}`,
    `update 2.weight, 2.bias: 1, ${scale}`,
    `update 4.weight, 4.bias: 1, ${scale}`,
  ]);
});

test('products of convolutions are scaled where they read a gradient', () => {
  const { mixed } = planned(
    new Sequential(
      [8, 8, 1],
      [conv2d(1, 8, 3), relu(), conv2d(8, 12, 3), relu(), flatten(), linear(192, 10)],
    ),
  );
  const scale = scaleFor(BATCH);
  const found = mixed.products.map(({ label, scales: { a, b } }) => `${label}: ${a}, ${b}`);
  assert.equal(found.sort(), [
    'convolution 0.weight: 1, 1',
    'convolution 2.weight: 1, 1',
    'forward 5.weight: 1, 1',
    // The gradient of what was flattened.
    `matmul: ${scale}, 1`,
    `transposed convolution 2.weight: ${scale}, 1`,
    `update 0.weight, 0.bias: 1, ${scale}`,
    `update 2.weight, 2.bias: 1, ${scale}`,
    `update 5.weight, 5.bias: 1, ${scale}`,
  ]);
});

test('a refused product, and no other, is planned in full precision', () => {
  const first = planned(perceptron());
  const kernels = ({ dispatches }: Plan): string[] =>
    dispatches.flatMap(({ tunable }) => tunable?.chosen ?? []);
  assert.ok(kernels(first.plan).every((name) => name.endsWith(', f16')));
  const { mixed } = first;
  const [refused] = mixed.products;
  const count = mixed.products.length;
  mixed.refuse(refused, 'why');
  assert.equal([mixed.products.length, mixed.refused], [count - 1, ['why']]);
  assert.is(mixed.staging(refused.factors, refused.label), undefined);
  for (const { factors, label } of mixed.products) {
    assert.is(mixed.staging(factors, label)?.name, ', f16');
  }
});

test('the scale keeps gradients of one sample within f16, whatever the batch', () => {
  for (const rows of [1, 3, 100, 128, 60_000]) {
    const scale = scaleFor(rows);
    assert.ok(Number.isInteger(Math.log2(scale)), 'a power of 2');
    const one = scale / rows;
    assert.ok(one > SCALE / 2 && one <= SCALE, `${rows} rows: ${one}`);
    assert.ok(1023 * one <= 65504 && one * 2 ** -19 >= 2 ** -14);
  }
});

test('the bound of the check is that of rounded operands, or of the order of sums alone', () => {
  const ones = { a: 1, b: 1 };
  const exact = boundOf(784, ones, ones, true);
  const rounded = boundOf(784, ones, ones, false);
  assert.ok(exact > 784 * 784 * 2 ** -24 && exact < 784 * 785 * 2 ** -21);
  assert.ok(rounded > 784 * 2 ** -9);
  // An operand in f16 that is off by 2⁻⁹ instead of 2⁻¹⁰ is noticed.
  assert.ok(rounded < 784 * (2 ** -9 + 2 ** -10));
});

test.run();
