import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { OptionError, ShapeError } from '../../src/errors.ts';
import { Graph } from '../../src/graph/graph.ts';
import {
  dropout,
  embedding,
  flatten,
  inGroups,
  l1,
  linear,
  mlp,
  mse,
  named,
  relu,
  residual,
  Sequential,
  sgd,
  sigmoid,
  silu,
  sine,
  softmax,
  tanh,
  unembedding,
  unflatten,
} from '../../src/nn/index.ts';
import { parameterLayout, transposed } from '../../src/nn/layers.ts';
import { constant } from '../../src/ops/constant.ts';
import { pixels } from '../../src/ops/features.ts';
import { scale } from '../../src/ops/scale.ts';
import { isParameter } from '../../src/ops/sources.ts';
import { METHOD } from '../../src/ops/update.ts';
import { keyOf } from '../../src/random/domains.ts';

const nn = suite('layers');

function refused(build: () => unknown, kind: typeof OptionError, message: string): void {
  assert.throws(
    build,
    (error: unknown) => error instanceof kind && error.message === message,
    message,
  );
}

const model = (): Sequential =>
  new Sequential(
    [2, 4],
    [flatten(), linear(8, 5), relu(), dropout(0.2), linear(5, 3, { bias: false }), tanh()],
  );

nn('parameters have the names and shapes of PyTorch’s state_dict', () => {
  assert.equal(
    model().named.map(([name, { shape }]) => [name, shape]),
    [
      ['1.weight', [5, 8]],
      ['1.bias', [5]],
      ['4.weight', [3, 5]],
    ],
  );
  assert.is(model().outputs, 3);
  assert.is(model().parameters.length, 3);
});

nn('in a graph weights lie as [in, out] under the same names, in the same order', () => {
  const graph = new Graph();
  const y = model().build(pixels(graph, [6, 2, 4]), true);
  assert.equal(
    graph.nodes.filter(isParameter).map(({ name, spec: { shape } }) => [name, shape]),
    [
      ['1.weight', [8, 5]],
      ['1.bias', [5]],
      ['4.weight', [5, 3]],
    ],
  );
  assert.equal(y.spec.shape, [6, 3]);
});

nn('dropout is there while training only', () => {
  const count = (training: boolean): number => {
    const graph = new Graph();
    model().build(pixels(graph, [6, 2, 4]), training);
    return graph.nodes.filter(({ op }) => op.name === 'dropout').length;
  };
  assert.is(count(true), 1);
  assert.is(count(false), 0);
});

nn('a layer that does not fit is named by its number, with both shapes and what to do', () => {
  refused(
    () => new Sequential([28, 28], [linear(784, 10)]),
    ShapeError,
    'layer 0: linear(784, 10) got samples of shape [28, 28]; their last size must be 784. Put flatten() before it, or correct its first size',
  );
  refused(
    () => new Sequential([8], [linear(8, 5), relu(), linear(4, 3)]),
    ShapeError,
    'layer 2: linear(4, 3) got samples of shape [5]; their last size must be 4. Put flatten() before it, or correct its first size',
  );
  refused(
    () => new Sequential([4], []),
    OptionError,
    "the model's layers: an array of 0 was given; use a list of layers, as [linear(784, 10)]",
  );
});

nn('sizes of a linear layer are positive integers', () => {
  for (const size of [0, -3, 2.5, Number.NaN, 2 ** 20 + 1]) {
    refused(
      () => linear(size, 3),
      OptionError,
      `linear: inputs ${size} was given; use an integer from 1 to 1048576`,
    );
    refused(
      () => linear(3, size),
      OptionError,
      `linear: outputs ${size} was given; use an integer from 1 to 1048576`,
    );
  }
});

nn('dropout refuses a rate when the layer is made', () => {
  refused(
    () => dropout(1),
    OptionError,
    'dropout 1 was given; it is a probability from 0 to below 1',
  );
});

nn('initial values are within ±1/√inputs and reach both ends', () => {
  const values = new Sequential([784], [linear(784, 128), linear(128, 10)]).initialize(keyOf(3));
  for (const [name, inputs] of [
    ['0.weight', 784],
    ['1.weight', 128],
  ] as const) {
    const bound = Math.fround(1 / Math.sqrt(inputs));
    const data = values.get(name) ?? new Float32Array();
    const largest = data.reduce((a, b) => Math.max(a, Math.abs(b)), 0);
    assert.ok(largest <= bound && largest > 0.98 * bound, `${name}: ${largest}`);
  }
  const bias = values.get('0.bias') ?? new Float32Array();
  assert.is(bias.length, 128);
  assert.ok(bias.every((value) => Math.abs(value) <= Math.fround(1 / 28)));
  assert.ok(bias.some((value) => value < 0) && bias.some((value) => value > 0));
});

nn('initial values are a function of the seed, and no two tensors are alike', () => {
  const make = (seed: number): Map<string, Float32Array> =>
    new Sequential([6], [linear(6, 6), linear(6, 6)]).initialize(keyOf(seed));
  assert.equal(make(5), make(5));
  const texts = [...make(5).values(), ...make(6).values()].map((values) =>
    values.subarray(0, 6).join(),
  );
  assert.is(new Set(texts).size, 8);
});

nn('transposing twice gives the matrix back', () => {
  const values = Float32Array.from({ length: 15 }, (_, i) => i);
  const turned = transposed(values, 3, 5);
  assert.equal([...turned.subarray(0, 6)], [0, 5, 10, 1, 6, 11]);
  assert.equal(transposed(turned, 5, 3), values);
});

nn('weights are stored as the transpose of PyTorch’s, square ones as well', () => {
  const square = Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9);
  assert.equal([...parameterLayout([3, 3], square, 'into storage')], [1, 4, 7, 2, 5, 8, 3, 6, 9]);
  const [out, inputs] = [2, 3];
  const stored = Float32Array.of(1, 4, 2, 5, 3, 6);
  const layout = parameterLayout([out, inputs], square.subarray(0, 6), 'into storage');
  assert.equal(layout, stored);
  assert.equal([...parameterLayout([out, inputs], stored, 'out of storage')], [1, 2, 3, 4, 5, 6]);
  assert.equal([...parameterLayout([3, 3], square, 'out of storage')], [1, 4, 7, 2, 5, 8, 3, 6, 9]);
  assert.equal(
    parameterLayout([3], square.subarray(0, 3), 'into storage'),
    Float32Array.of(1, 2, 3),
  );
});

const kinds = ({ layers }: Sequential): string[] => layers.map(({ kind }) => kind);

nn('mlp builds the paper’s network from its widths', () => {
  assert.equal(kinds(mlp([28, 28], [784, 128, 64, 10], { dropout: 0.2 })), [
    'flatten',
    ...['linear 784→128', 'relu', 'dropout 0.2'],
    ...['linear 128→64', 'relu', 'dropout 0.2'],
    'linear 64→10',
  ]);
});

nn('mlp takes activations and leaves dropout out by default', () => {
  const options = { activation: 'tanh', outputActivation: 'sigmoid' } as const;
  assert.equal(kinds(mlp([3], [3, 2, 3], options)), [
    ...['flatten', 'linear 3→2', 'tanh', 'linear 2→3', 'sigmoid'],
  ]);
  assert.equal(kinds(mlp([3], [3, 2])), ['flatten', 'linear 3→2']);
  assert.is(kinds(mlp([2, 2, 3], [12, 2]))[0], 'flatten channels last');
  assert.is(sigmoid().kind, 'sigmoid');
});

nn('what takes no options refuses them', () => {
  const makers = { relu, sigmoid, tanh, silu, sine, softmax, mse, l1 };
  for (const [name, make] of Object.entries(makers)) {
    make();
    assert.ok((make as (given?: unknown) => unknown)(undefined));
    for (const [given, text] of [
      [{ dim: 1 }, '{ dim }'],
      [30, '30'],
      [null, 'null'],
    ] as const) {
      assert.throws(
        () => (make as (given: unknown) => unknown)(given),
        (error: unknown) =>
          error instanceof OptionError &&
          error.message.startsWith(`${name}() takes no options; ${text} was given`),
      );
    }
  }
});

nn('numbers that float32 does not have are refused', () => {
  const graph = new Graph();
  assert.throws(() => constant(graph, 1e39), /1e\+39 was given; every number must be finite/);
  assert.throws(() => scale(constant(graph, 1), -1e39), /every number must be finite/);
  const groups = inGroups(sgd(), { w: { rateFactor: 1e39 } });
  assert.throws(
    () => groups[METHOD].resolve?.(['w']),
    /rateFactor 1e\+39 was given; use a number from 0 to/,
  );
});

nn('unflatten says which sizes were given, and what to do if they do not fit', () => {
  refused(
    () => unflatten([-1, 2]),
    ShapeError,
    'unflatten() takes a shape, as [7, 7]; [-1, 2] was given. Every size is a positive integer',
  );
  refused(
    () => new Sequential([6], [unflatten([4, 2]), flatten()]),
    ShapeError,
    'layer 0: unflatten([4, 2]) got samples of shape [6]; they must have 8 elements. Put linear(…, 8) before it, or correct its shape',
  );
});

nn('mlp refuses widths, rates and activations that make no network', () => {
  for (const widths of [[], [784]]) {
    refused(
      () => mlp([28, 28], widths),
      OptionError,
      `widths ${widths.join(',')} were given; use at least an input and an output width, as [784, 10]`,
    );
  }
  assert.throws(() => mlp([28, 28], [100, 10]), /layer 1: linear\(100, 10\) got .* \[784\]/);
  assert.throws(() => mlp([4], [4, 3, 2], { dropout: 1 }), /dropout 1 was given/);
  assert.throws(() => mlp([4], [4, 3, 2], { dropout: Number.NaN }), /dropout NaN was given/);
  const activation = 'gelu' as 'relu';
  refused(
    () => mlp([4], [4, 3, 2], { activation }),
    OptionError,
    "activation \"gelu\" was given; did you mean 'relu'? It is one of 'relu', 'sigmoid', 'tanh'",
  );
});

nn('a head that is tied to an embedding is refused in a list without it before', () => {
  const tokens = embedding(5, 4);
  const head = unembedding(tokens);
  const message = /its embedding is not among the layers before it/;
  for (const layers of [[head], [head, tokens], [embedding(5, 4), head]]) {
    assert.throws(() => new Sequential([3], layers), message);
  }
  assert.throws(() => residual([head]), message);
  assert.equal(new Sequential([3], [tokens, named('head', head)]).outputShape, [3, 5]);
  const table = named('table', tokens);
  assert.equal(new Sequential([3], [table, unembedding(table)]).outputShape, [3, 5]);
});

nn.run();
