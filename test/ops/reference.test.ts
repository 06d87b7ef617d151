import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ShapeError } from '../../src/errors.ts';
import { Graph } from '../../src/graph/graph.ts';
import type { Activation } from '../../src/ops/activation.ts';
import {
  elu,
  GELU,
  GELU_TANH,
  leakyRelu,
  RELU,
  SIGMOID,
  SILU,
  SINE,
  softplus,
  TANH,
} from '../../src/ops/activations.ts';
import { pixels } from '../../src/ops/features.ts';
import {
  activation,
  add,
  addBias,
  batchMean,
  columnSums,
  constant,
  dropout,
  flatten,
  gradients,
  input,
  labels,
  matmul,
  oneHot,
  parameter,
  scale,
} from '../../src/ops/index.ts';
import { meanSquaredError } from '../../src/ops/mean_squared_error.ts';
import { runReference } from '../../src/reference/run.ts';
import { evaluate, near, worldOf } from './evaluate.ts';

const reference = suite('reference');

const A = [1, 2, 3, 4];
const B = [5, 6, 7, 8];

reference('matmul of 2×2 matrices in all four layouts', () => {
  const build = (transposeA: boolean, transposeB: boolean) => (graph: Graph) => [
    matmul(input(graph, 'a', [2, 2]), input(graph, 'b', [2, 2]), { transposeA, transposeB }),
  ];
  const run = (transposeA: boolean, transposeB: boolean): number[] =>
    evaluate(build(transposeA, transposeB), { a: A, b: B })[0];
  near(run(false, false), [19, 22, 43, 50]);
  near(run(false, true), [17, 23, 39, 53]);
  near(run(true, false), [26, 30, 38, 44]);
  near(run(true, true), [23, 31, 34, 46]);
});

reference('matmul of a row and a matrix that is not square', () => {
  const [c] = evaluate((graph) => [matmul(input(graph, 'a', [1, 3]), input(graph, 'b', [3, 2]))], {
    a: [1, 2, 3],
    b: [1, 2, 3, 4, 5, 6],
  });
  near(c, [22, 28]);
});

reference('addBias, columnSums, add, scale, constant, flatten', () => {
  const found = evaluate(
    (graph) => {
      const x = input(graph, 'x', [2, 3]);
      const cube = flatten(input(graph, 'cube', [2, 1, 2]));
      const bias = input(graph, 'bias', [3]);
      return [addBias(x, bias), columnSums(x), add(x, x), scale(x, -2), constant(graph, 0.1), cube];
    },
    { x: [1, 2, 3, 4, 5, 6], bias: [10, 20, 30], cube: [1, 2, 3, 4] },
  );
  near(found[0], [11, 22, 33, 14, 25, 36]);
  near(found[1], [5, 7, 9]);
  near(found[2], [2, 4, 6, 8, 10, 12]);
  near(found[3], [-2, -4, -6, -8, -10, -12]);
  // A constant is rounded to float32.
  assert.is(found[4][0], 13421773 / 2 ** 27);
  near(found[5], [1, 2, 3, 4]);
});

/** Each element of f(x) and of its gradient, from mse against 0 with one column: dL/dy = 2y/3. */
function activated(f: Activation, x: readonly number[]): number[][] {
  return evaluate(
    (graph) => {
      const p = parameter(graph, 'x', [3, 1]);
      const y = activation(f, p);
      const loss = batchMean(meanSquaredError(y, input(graph, 't', [3, 1])));
      return [y, ...gradients(loss, [p]).values()];
    },
    { x, t: [0, 0, 0] },
    { labels: new Uint8Array(3) },
  );
}

reference('relu, sigmoid and tanh and their gradients', () => {
  const ln2 = Math.LN2;
  const ln3 = Math.log(3);
  const [relu, reluSlope] = activated(RELU, [-1, 0, 3]);
  near(relu, [0, 0, 3]);
  near(reluSlope, [0, 0, 2]);
  // 1 / (1 + e^−ln 3) = 3/4, slope 3/4 · 1/4.
  const [sigmoid, sigmoidSlope] = activated(SIGMOID, [0, ln3, -ln3]);
  near(sigmoid, [1 / 2, 3 / 4, 1 / 4]);
  near(sigmoidSlope, [1 / 12, (3 / 16) * (1 / 2), (3 / 16) * (1 / 6)]);
  // (2 − 1/2) / (2 + 1/2) = 3/5, slope 1 − 9/25.
  const [tanh, tanhSlope] = activated(TANH, [0, ln2, -ln2]);
  near(tanh, [0, 3 / 5, -3 / 5]);
  near(tanhSlope, [0, (16 / 25) * (2 / 5), -(16 / 25) * (2 / 5)]);
});

reference('activations whose gradient needs the input, and those with constants', () => {
  // Φ(1), φ(1), σ(1).
  const [below, at, s] = [0.8413447460685429, 0.24197072451914337, 0.7310585786300049];
  const slopes: [Activation, y: number, slope: number][] = [
    [GELU, below, below + at],
    // As PyTorch gives them.
    [GELU_TANH, 0.8411919906082768, 1.0829640838457826],
    [SILU, s, s * (2 - s)],
    [SINE, Math.sin(1), Math.cos(1)],
    [softplus(1, 20), Math.log(1 + Math.E), s],
    [leakyRelu(0.1), 1, 1],
    [elu(2), 1, 1],
  ];
  for (const [f, y, slope] of slopes) {
    const [value, gradient] = activated(f, [1, 1, 1]);
    near(value, [y, y, y]);
    near(gradient, Array(3).fill((slope * 2 * y) / 3));
  }
  near(activated(leakyRelu(0.1), [-2, 0, 0])[0], [-0.2, 0, 0]);
  near(activated(leakyRelu(0.1), [-2, 0, 0])[1], [(0.1 * 2 * -0.2) / 3, 0, 0]);
  const low = 2 * (1 / Math.E - 1);
  near(activated(elu(2), [-1, 0, 0])[0], [low, 0, 0]);
  near(activated(elu(2), [-1, 0, 0])[1], [(2 / Math.E) * ((2 * low) / 3), 0, 0]);
  near(activated(softplus(2, 1), [1, 1, 1])[0], [1, 1, 1]);
});

reference('a loss’s gradient at a relu of exactly 0 is 0, as in PyTorch', () => {
  const [, slope] = evaluate(
    (graph) => {
      const x = parameter(graph, 'x', [1, 1]);
      const loss = batchMean(meanSquaredError(activation(RELU, x), input(graph, 't', [1, 1])));
      return [loss, ...gradients(loss, [x]).values()];
    },
    { x: [0], t: [1] },
    { labels: new Uint8Array(1) },
  );
  assert.equal(slope, [0]);
});

reference('pixels are bytes / 255 of the samples in the batch, standardised with normalize', () => {
  const images = Uint8Array.of(0, 51, 255, 102, 204, 153);
  const [plain, standard] = evaluate(
    (graph) => [pixels(graph, [2, 2]), pixels(graph, [2, 2], [0.5, 0.25])],
    {},
    { images, indices: [2, 0] },
  );
  near(plain, [0.8, 0.6, 0, 0.2]);
  near(standard, [1.2, 0.4, -2, -1.2]);
});

reference('labels and one-hot rows of the samples in the batch', () => {
  const [classes, rows] = evaluate(
    (graph) => [labels(graph, 2), oneHot(labels(graph, 2), 3)],
    {},
    { labels: Uint8Array.of(0, 1, 2), indices: [2, 1] },
  );
  assert.equal(classes, [2, 1]);
  assert.equal(rows, [0, 0, 1, 0, 1, 0]);
});

reference('dropout at 1/2 doubles what it keeps, in the gradient too', () => {
  const [y, slope] = evaluate(
    (graph) => {
      const x = parameter(graph, 'x', [8, 4]);
      const kept = dropout(x, 0.5);
      const loss = batchMean(meanSquaredError(kept, input(graph, 't', [8, 4])));
      return [kept, ...gradients(loss, [x]).values()];
    },
    { x: new Array(32).fill(3), t: new Array(32).fill(0) },
    { labels: new Uint8Array(8) },
  );
  assert.equal([...new Set(y)].sort(), [0, 6]);
  // dL/dy = 2/4 · 6 / 8 where kept, times 2.
  near(
    slope,
    y.map((value) => (value === 0 ? 0 : 3 / 4)),
  );
});

reference('float32 arithmetic stays within the bounds, and the bounds are tight', () => {
  const f = Math.fround;
  const [m, k] = [5, 333];
  const x = Float64Array.from({ length: m * k }, (_, i) => f(Math.sin(i)));
  const y = Float64Array.from({ length: k }, (_, i) => f(Math.cos(3 * i)));
  const graph = new Graph();
  const product = matmul(input(graph, 'x', [m, k]), input(graph, 'y', [k, 1]));
  const value = runReference([product], worldOf({ x: [...x], y: [...y] })).get(product);
  for (let i = 0; i < m; i++) {
    let sum = 0;
    for (let p = 0; p < k; p++) sum = f(sum + f(x[i * k + p] * y[p]));
    const off = Math.abs(sum - (value?.data[i] ?? Number.NaN));
    const bound = value?.error[i] ?? 0;
    assert.ok(off <= bound && bound < 1e-4 * k, `off by ${off}, bound ${bound}`);
  }
});

reference('a tensor that is missing or has a wrong size is named in the error', () => {
  const graph = new Graph();
  const node = input(graph, 'x', [2, 2]);
  for (const [tensors, got] of [
    [{}, 'nothing'],
    [{ x: [1, 2, 3] }, '3 elements'],
  ] as const) {
    assert.throws(
      () => runReference([node], worldOf(tensors)),
      (error: unknown) =>
        error instanceof ShapeError &&
        error.message === `the reference was given ${got} for x; it needs 4`,
    );
  }
});

reference('the bound of a gradient allows for what its first product loses by underflow', () => {
  const LEAST = 2 ** -126;
  const flushed = (x: number): number => (Math.abs(x) < LEAST ? 0 : x);
  const inputs = Array.from({ length: 200 }, (_, i) => -70 - 0.1 * i);
  const graph = new Graph();
  const x = input(graph, 'x', [1, inputs.length]);
  const [slope] = gradients(activation(SILU, x), [x], input(graph, 'dy', x.spec.shape)).values();
  const dy = 0.05;
  const value = runReference([slope], worldOf({ x: inputs, dy: inputs.map(() => dy) })).get(slope);
  inputs.forEach((at, i) => {
    const logistic = 1 / (1 + Math.exp(-at));
    // As shaders/activation/silu.wgsl: dy · σ first.
    const got = flushed(dy * flushed(logistic)) * (1 + at * (1 - logistic));
    const off = Math.abs(got - (value?.data[i] ?? NaN));
    assert.ok(off <= (value?.error[i] ?? NaN), `x ${at}: ${off} above ${value?.error[i]}`);
  });
});

reference.run();
