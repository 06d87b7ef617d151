import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { OptionError, ShapeError } from '../../src/errors.ts';
import { Graph } from '../../src/graph/graph.ts';
import { sizeOf } from '../../src/graph/tensor.ts';
import { inLayout } from '../../src/nn/layers/parameters.ts';
import {
  conv1d,
  conv2d,
  convTranspose1d,
  convTranspose2d,
  type Layer,
  linear,
  Sequential,
} from '../../src/nn/layers.ts';
import { gradients } from '../../src/ops/gradients.ts';
import { input, isParameter } from '../../src/ops/sources.ts';
import { reshape } from '../../src/ops/view.ts';
import { runReference } from '../../src/reference/run.ts';
import { worldOf } from '../ops/evaluate.ts';

const convolution = suite('convolutions');

interface Case {
  readonly layer: Layer;
  readonly input: readonly number[];
  readonly output: readonly number[];
  /** Of the output, and of the gradients of the input, the weight and the bias: Σ v[i] and Σ v[i] · (i mod 17 − 8). */
  readonly sums: readonly (readonly [number, number])[];
}

/**
 * From PyTorch 2.13 in float64, with the same whole numbers: the batch is 2, x[i] = 7i mod 11 − 5 with the channels last,
 * weight[i] = 5i mod 7 − 3, bias[i] = 3i mod 5 − 2, and the gradient of the output 3i mod 13 − 6.
 */
const CASES: readonly Case[] = [
  {
    layer: conv2d(4, 6, [3, 2], { stride: [2, 1], padding: [1, 0], dilation: [1, 2], groups: 2 }),
    input: [6, 7, 4],
    output: [3, 5, 6],
    sums: [
      [-133, -638],
      [15, 1051],
      [-104, -1218],
      [-5, 62],
    ],
  },
  {
    layer: conv2d(3, 8, 3, { padding: 'same' }),
    input: [5, 4, 3],
    output: [5, 4, 8],
    sums: [
      [-47, 333],
      [-234, -1859],
      [-110, 6571],
      [-3, 42],
    ],
  },
  {
    layer: conv2d(8, 8, 3, { groups: 8, padding: 1 }),
    input: [6, 5, 8],
    output: [6, 5, 8],
    sums: [
      [-129, -1245],
      [41, -1220],
      [93, -2928],
      [-4, 12],
    ],
  },
  {
    layer: conv1d(3, 4, 3, { stride: 2, padding: 1 }),
    input: [9, 3],
    output: [5, 4],
    sums: [
      [80, -422],
      [3, -89],
      [40, 123],
      [-6, -6],
    ],
  },
  {
    layer: convTranspose2d(4, 6, 3, { stride: 2, padding: 1, outputPadding: 1 }),
    input: [4, 3, 4],
    output: [8, 6, 6],
    sums: [
      [-126, -163],
      [-128, -1129],
      [108, -933],
      [-6, 68],
    ],
  },
  {
    layer: convTranspose2d(6, 4, [2, 3], { stride: [2, 3], groups: 2, dilation: [2, 1] }),
    input: [3, 5, 6],
    output: [7, 15, 4],
    sums: [
      [42, -1856],
      [20, 1338],
      [475, -3144],
      [-3, 30],
    ],
  },
  {
    layer: convTranspose1d(4, 3, 4, { stride: 3, padding: 2, outputPadding: 1 }),
    input: [5, 4],
    output: [13, 3],
    sums: [
      [-31, -592],
      [144, -462],
      [32, -996],
      [0, 0],
    ],
  },
];

const whole = (count: number, by: number, modulus: number, less: number): number[] =>
  Array.from({ length: count }, (_, i) => ((i * by) % modulus) - less);

const sumsOf = (values: ArrayLike<number>): readonly [number, number] => {
  const all = Array.from(values);
  const weighted = all.map((value, i) => value * ((i % 17) - 8));
  const sum = (list: readonly number[]): number => list.reduce((a, b) => a + b, 0);
  return [sum(all), sum(weighted)];
};

for (const { layer, input: shape, output, sums } of CASES) {
  convolution(`${layer.kind}: the values and gradients of PyTorch`, () => {
    assert.equal(layer.shape(shape), output);
    const graph = new Graph();
    const x = input(graph, 'x', [2, ...shape]);
    const y = layer.build(x, '0', true);
    assert.equal(y.spec.shape, [2, ...output]);
    const slope = reshape(input(graph, 'slope', [2, ...output]), [2, ...output], y.spec.rowDims);
    const parameters = graph.nodes.filter(isParameter);
    const slopes = [...gradients(y, [x, ...parameters], slope).values()];
    const values: Record<string, number[]> = {
      x: whole(2 * sizeOf(shape), 7, 11, 5),
      slope: whole(2 * sizeOf(output), 3, 13, 6),
    };
    const [weight, bias] = layer.parameters;
    const given = Float32Array.from(whole(sizeOf(weight.shape), 5, 7, 3));
    values['0.weight'] = [...inLayout(weight, given, 'into storage')];
    values['0.bias'] = whole(bias.shape[0], 3, 5, 2);
    const found = runReference([y, ...slopes], worldOf(values));
    const [ofY, ofX, ofWeight, ofBias] = [y, ...slopes].map(
      (node) => found.get(node)?.data ?? new Float64Array(),
    );
    const outside = inLayout(weight, Float32Array.from(ofWeight), 'out of storage');
    assert.equal([ofY, ofX, outside, ofBias].map(sumsOf), sums);
  });
}

convolution('a weight has PyTorch’s layout outside, and taps as rows on the GPU', () => {
  const [weight] = conv2d(2, 3, [2, 1]).parameters;
  assert.equal(weight.shape, [3, 2, 2, 1]);
  const given = Float32Array.from(whole(12, 1, 100, 0));
  const stored = inLayout(weight, given, 'into storage');
  // Rows (0,0), (0,1), (1,0), (1,1) of (tap, input), a column for each output.
  assert.equal([...stored], [0, 4, 8, 2, 6, 10, 1, 5, 9, 3, 7, 11]);
  assert.equal(inLayout(weight, stored, 'out of storage'), given);
});

convolution('initial values are uniform in ±1/√(terms of an output)', () => {
  const model = new Sequential([6, 6, 4], [conv2d(4, 8, 3, { groups: 2 }), ...toVector()]);
  const initial = model.initialize([1, 2]);
  const bound = 1 / Math.sqrt(2 * 9);
  for (const name of ['0.weight', '0.bias']) {
    const values = initial.get(name) ?? new Float32Array();
    const most = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    assert.ok(most <= bound && most > 0.7 * bound, `${name}: ${most} of ${bound}`);
  }
});

const toVector = (): Layer[] => [conv2d(8, 1, 4), conv2d(1, 2, 1), { ...linear(1, 1), ...flat }];
const flat = {
  kind: 'flat',
  parameters: [],
  shape: (input: readonly number[]) => [sizeOf(input)],
  build: (x: Parameters<Layer['build']>[0]) =>
    reshape(x, [x.spec.shape[0], sizeOf(x.spec.shape.slice(1))]),
};

convolution('what does not fit is refused with what fits', () => {
  const refused = (work: () => unknown, kind: new (text: string) => Error, text: RegExp): void =>
    assert.throws(work, (error: unknown) => error instanceof kind && text.test(error.message));
  refused(() => conv2d(3, 4, 3).shape([5, 5, 4]), ShapeError, /takes \[height, width, 3\]/);
  refused(() => conv2d(3, 4, 9).shape([5, 5, 3]), ShapeError, /reaches over 9 pixels.* has 5/);
  refused(() => conv2d(3, 4, 3, { groups: 2 }), OptionError, /multiples of the groups/);
  refused(() => conv2d(3, 4, 2, { padding: 'same' }), OptionError, /'same' needs stride 1/);
  refused(() => conv2d(3, 4, [3, 3, 3] as never), OptionError, /or two of them: \[y, x\]/);
  refused(
    () => convTranspose2d(3, 4, 3, { stride: 2, outputPadding: 2 }),
    OptionError,
    /less than the stride/,
  );
  refused(() => convTranspose1d(3, 4, 1, { padding: 4 }).shape([3, 3]), ShapeError, /less padding/);
  refused(() => convTranspose2d(3, 4, 3, { padding: 'same' as never }), OptionError, /padding/);
  assert.equal(conv2d(1, 4, 3).shape([28, 28]), [26, 26, 4], 'one channel');
});

convolution.run();
