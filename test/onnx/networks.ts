import { sizeOf } from '../../src/graph/tensor.ts';
import {
  adaptiveAvgPool1d,
  adaptiveAvgPool2d,
  avgPool1d,
  avgPool2d,
  batchNorm1d,
  batchNorm2d,
  causalSelfAttention,
  concat,
  conv1d,
  conv2d,
  convTranspose1d,
  convTranspose2d,
  dropout,
  elu,
  embedding,
  flatten,
  gelu,
  type Layer,
  layer,
  layerNorm,
  layerOutputs,
  leakyRelu,
  linear,
  type Model,
  maxPool1d,
  maxPool2d,
  mlp,
  model,
  named,
  positionalEmbedding,
  relu,
  residual,
  rmsNorm,
  Sequential,
  sequential,
  sigmoid,
  silu,
  sine,
  softmax,
  softplus,
  tanh,
  unembedding,
  unflatten,
  uniform,
} from '../../src/nn/index.ts';
import { addBias, add as addNodes, constant, matmul, reshape, scale } from '../../src/ops/index.ts';
import type { Random } from '../fuzz/random.ts';
import { normals } from './parameters.ts';

/** Whether a network takes tokens. */
const takesTokens = ({ kind }: Model): boolean => /^(\w+: )?embedding/.test(kind);

/** Samples for a network, one behind the other: numbers around 0, or tokens from 0 to 10. */
export function samplesFor(model: Model, count: number, random: Random): Float32Array {
  const size = count * sizeOf(model.inputShape);
  return takesTokens(model)
    ? Float32Array.from({ length: size }, () => random.below(11))
    : normals(size, random);
}

/** The same as ONNX Runtime takes them: tokens as int64. */
export const givenTo = (model: Model, samples: Float32Array): Float32Array | BigInt64Array =>
  takesTokens(model) ? BigInt64Array.from(samples, (one) => BigInt(one)) : samples;

const of = (shape: readonly number[], ...layers: readonly Layer[]): Model =>
  new Sequential(shape, layers);

const tokens = embedding(11, 8);
const tied = [
  tokens,
  positionalEmbedding(9, 8),
  residual([layerNorm(8), causalSelfAttention(8, 2)]),
  residual([layerNorm(8), linear(8, 16), gelu(), linear(16, 8)]),
  layerNorm(8),
  unembedding(tokens),
];

/**
 * Networks of each layer, by the layer's name: a layer without one fails a test. Most sizes are no multiples of 4, and no two
 * of a shape are equal.
 */
export const LAYERS: Readonly<Record<string, readonly Model[]>> = {
  linear: [
    of([5], linear(5, 3)),
    of([5], linear(5, 3, { bias: false })),
    of([7, 5], linear(5, 3)),
    of([7, 5], linear(5, 5, { bias: false })),
  ],
  relu: [of([6], relu())],
  sigmoid: [of([6], sigmoid())],
  tanh: [of([6], tanh())],
  silu: [of([6], silu())],
  sine: [of([6], sine())],
  gelu: [of([6], gelu()), of([6], gelu({ approximate: 'tanh' }))],
  leakyRelu: [of([6], leakyRelu()), of([6], leakyRelu({ negativeSlope: 0.3 }))],
  elu: [of([6], elu()), of([6], elu({ alpha: 0.3 }))],
  softplus: [of([6], softplus()), of([6], softplus({ beta: 2.5, threshold: 1 }))],
  conv2d: [
    of([6, 5, 3], conv2d(3, 4, 3)),
    of([6, 5], conv2d(1, 4, 3)),
    of([6, 5, 3], conv2d(3, 3, [3, 2], { stride: [2, 1], padding: [1, 0], bias: false })),
    of([9, 8, 3], conv2d(3, 5, 3, { dilation: [2, 1], padding: 'same' })),
    of([6, 5, 4], conv2d(4, 6, 3, { groups: 2 })),
    of([6, 5, 4], conv2d(4, 4, 3, { groups: 4, padding: 1 }), relu(), conv2d(4, 5, 1)),
    of([1, 5, 3], conv2d(3, 4, [1, 3])),
  ],
  conv1d: [
    of([7, 3], conv1d(3, 4, 3)),
    of([7], conv1d(1, 4, 3)),
    of([9, 4], conv1d(4, 6, 3, { stride: 2, padding: 1, dilation: 2, groups: 2 }), relu()),
    of([9, 3], conv1d(3, 4, 3), relu(), conv1d(4, 2, 3), flatten(), linear(10, 3)),
  ],
  convTranspose2d: [
    of([4, 3, 5], convTranspose2d(5, 2, 3)),
    of([4, 3, 4], convTranspose2d(4, 6, 3, { stride: 2, padding: 1, outputPadding: 1, groups: 2 })),
    of([4, 3, 2], convTranspose2d(2, 3, [2, 3], { dilation: [2, 1], bias: false })),
  ],
  convTranspose1d: [
    of([4, 5], convTranspose1d(5, 2, 3)),
    of([4, 4], convTranspose1d(4, 6, 3, { stride: 3, padding: 1, outputPadding: 2, groups: 2 })),
  ],
  maxPool2d: [
    of([6, 5, 3], maxPool2d(2)),
    of([6, 5], maxPool2d(2)),
    of([7, 6, 3], maxPool2d([3, 2], { stride: [2, 1], padding: [1, 1], dilation: [2, 1] })),
    of([6, 7, 3], maxPool2d(3, { stride: 2, padding: 1, ceilMode: true })),
    of([6, 7, 3], maxPool2d(2, { stride: 3, ceilMode: true })),
  ],
  maxPool1d: [
    of([7, 3], maxPool1d(2)),
    of([8, 3], conv1d(3, 4, 3), maxPool1d(3, { stride: 2, padding: 1, ceilMode: true })),
  ],
  avgPool2d: [
    of([6, 5, 3], avgPool2d(2)),
    of([6, 5, 3], avgPool2d(3, { stride: 2, padding: 1 })),
    of([6, 5, 3], avgPool2d(3, { stride: 2, padding: 1, countIncludePad: false })),
    of([6, 7, 3], avgPool2d(3, { stride: 2, padding: 1, ceilMode: true })),
    of([6, 8, 3], avgPool2d([3, 2], { stride: [2, 3], padding: [1, 0], ceilMode: true })),
    of([6, 7, 3], avgPool2d(3, { stride: 2, ceilMode: true, countIncludePad: false })),
    of([6, 5, 3], avgPool2d([6, 5])),
  ],
  avgPool1d: [
    of([7, 3], avgPool1d(2)),
    of([8, 3], conv1d(3, 4, 3), avgPool1d(3, { stride: 2, padding: 1, ceilMode: true })),
  ],
  adaptiveAvgPool2d: [
    of([6, 4, 3], adaptiveAvgPool2d()),
    of([6, 4, 3], adaptiveAvgPool2d([2, 1]), flatten(), linear(6, 2)),
  ],
  adaptiveAvgPool1d: [of([6, 3], adaptiveAvgPool1d()), of([6, 3], adaptiveAvgPool1d(2))],
  batchNorm2d: [
    of([4, 3, 5], batchNorm2d(5)),
    of([4, 3], batchNorm2d(1)),
    of([4, 3, 5], conv2d(5, 3, 3, { padding: 1 }), batchNorm2d(3, { affine: false, eps: 1e-3 })),
    of([4, 3, 5], batchNorm2d(5, { frozen: true }), relu()),
  ],
  batchNorm1d: [
    of([5], batchNorm1d(5)),
    of([6, 3], batchNorm1d(3)),
    of([6, 3], conv1d(3, 4, 3), batchNorm1d(4, { affine: false })),
  ],
  layerNorm: [
    of([5], layerNorm(5)),
    of([6, 5], layerNorm(5, { affine: false, eps: 1e-3 })),
    of([4, 3, 5], layerNorm(5)),
  ],
  rmsNorm: [of([5], rmsNorm(5)), of([6, 5], rmsNorm(5, { affine: false, eps: 1e-3 }))],
  softmax: [of([5], softmax()), of([6, 5], softmax()), of([4, 3, 5], softmax())],
  dropout: [of([5], linear(5, 4), dropout(0.5), linear(4, 3))],
  flatten: [
    of([4, 3, 5], flatten()),
    of([4, 3, 5], flatten({ channelsLast: true })),
    of([4, 3, 5], conv2d(5, 2, 1), flatten({ channelsLast: true }), linear(24, 3)),
    of([4, 3, 5], conv2d(5, 2, 1), flatten(), linear(24, 3)),
    of([4, 3], flatten()),
  ],
  unflatten: [
    of([60], unflatten([4, 3, 5])),
    of([60], unflatten([4, 3, 5], { channelsLast: true })),
    of([60], unflatten([4, 15])),
    of([12], unflatten([4, 3, 1]), conv2d(1, 2, 3)),
    of([60], unflatten([4, 3, 5]), conv2d(5, 2, 3), relu(), flatten(), linear(4, 3)),
  ],
  embedding: [of([7], embedding(11, 5)), of([3, 4], embedding(11, 5), flatten(), linear(60, 2))],
  positionalEmbedding: [
    of([7, 5], positionalEmbedding(7, 5)),
    of([7], embedding(11, 5), positionalEmbedding(9, 5)),
  ],
  causalSelfAttention: [
    of([7, 6], causalSelfAttention(6, 2)),
    of([5, 4], causalSelfAttention(4, 1)),
  ],
  unembedding: [of([7], ...tied)],
  sequential: [of([5], sequential([linear(5, 4), relu()]), linear(4, 3))],
  residual: [
    of([5], residual([linear(5, 4), tanh(), linear(4, 5)]), linear(5, 3)),
    of([6, 5, 3], conv2d(3, 4, 3), residual([conv2d(4, 4, 3, { padding: 1 }), relu()])),
  ],
  named: [of([5], named('fc1', linear(5, 4)), relu(), named('fc2', linear(4, 3)))],
  layer: [
    of(
      [5],
      layer({
        kind: 'scaled 5→3',
        parameters: {
          weight: { shape: [3, 5], bound: 0.4 },
          bias: { shape: [3], initial: uniform(0.3) },
        },
        shape: () => [3],
        build: (x, { weight, bias }) => scale(addBias(matmul(x, weight), bias), 0.5),
      }),
    ),
    of(
      [6],
      layer({
        kind: 'a table as it lies',
        parameters: { weight: { shape: [6, 4], bound: 0.4, stored: 'as given' } },
        shape: () => [2, 2],
        build: (x, { weight }) => {
          const y = matmul(x, weight);
          return reshape(addNodes(y, y), [x.spec.shape[0], 2, 2]);
        },
      }),
    ),
  ],
};

const inner = linear(6, 6);

/** Whole networks, by what they are. */
export const NETWORKS: Readonly<Record<string, Model>> = {
  'the paper’s Model 2': mlp([28, 28], [784, 128, 64, 10], { dropout: 0.2 }),
  'a convolutional network': of(
    [12, 10, 3],
    conv2d(3, 8, 3, { padding: 1 }),
    batchNorm2d(8),
    relu(),
    maxPool2d(2),
    conv2d(8, 12, 3),
    relu(),
    dropout(0.3),
    flatten(),
    linear(144, 10),
  ),
  'a residual network': of(
    [8, 8, 3],
    named('stem', conv2d(3, 6, 3, { padding: 1, bias: false })),
    named('norm', batchNorm2d(6)),
    relu(),
    named(
      'block1',
      residual([
        conv2d(6, 6, 3, { padding: 1, bias: false }),
        batchNorm2d(6),
        relu(),
        conv2d(6, 6, 3, { padding: 1, bias: false }),
        batchNorm2d(6),
      ]),
    ),
    relu(),
    named('pool', adaptiveAvgPool2d()),
    flatten(),
    named('head', linear(6, 10)),
  ),
  'a network with depthwise convolutions': of(
    [10, 10, 3],
    conv2d(3, 8, 3, { stride: 2, padding: 1 }),
    silu(),
    conv2d(8, 8, 3, { padding: 1, groups: 8 }),
    batchNorm2d(8),
    silu(),
    conv2d(8, 4, 1),
    avgPool2d(2),
    flatten(),
    linear(16, 5),
    softmax(),
  ),
  'an autoencoder of images': of(
    [8, 8, 1],
    conv2d(1, 4, 3, { stride: 2, padding: 1 }),
    elu(),
    flatten(),
    linear(64, 6),
    linear(6, 64),
    unflatten([4, 4, 4]),
    convTranspose2d(4, 1, 3, { stride: 2, padding: 1, outputPadding: 1 }),
    sigmoid(),
  ),
  'a network of sequences': of(
    [16, 3],
    conv1d(3, 8, 5, { padding: 2 }),
    batchNorm1d(8),
    relu(),
    maxPool1d(2),
    conv1d(8, 6, 3),
    relu(),
    adaptiveAvgPool1d(),
    flatten(),
    linear(6, 4),
  ),
  'a character transformer': of([7], ...tied),
  'a network with branches, shared layers and skips': model([6], (x) => {
    const h = x.pipe(linear(6, 6), tanh());
    const again = h.pipe(inner, relu()).add(h.pipe(inner));
    return concat([again, h, x]).pipe(linear(18, 4));
  }),
  'the outputs of layers of a network': layerOutputs(
    new Sequential([6, 5, 3], [conv2d(3, 4, 3), relu(), maxPool2d(2), flatten(), linear(8, 3)]),
    ['1', '2', '4'],
  ),
};

/** A network whose constants and vectors go ways that no layer of ours goes. */
export const ODD: Model = of(
  [4],
  layer({
    kind: 'odd ways',
    parameters: { weight: { shape: [4, 4], bound: 0.4 }, shift: { shape: [4], bound: 0.4 } },
    build: (x, { weight, shift }) => {
      const y = matmul(x, weight, { transposeB: true });
      constant(x.graph, 2);
      return addNodes(addBias(y, shift), addBias(x, shift));
    },
  }),
);
