import { DataError } from '../errors.ts';
import {
  adaptiveAvgPool1d,
  adaptiveAvgPool2d,
  avgPool1d,
  avgPool2d,
  type BatchNormOptions,
  batchNorm1d,
  batchNorm2d,
  causalSelfAttention,
  conv1d,
  conv2d,
  convTranspose1d,
  convTranspose2d,
  dropout,
  elu,
  embedding,
  gelu,
  type Layer,
  layerNorm,
  leakyRelu,
  linear,
  maxPool1d,
  maxPool2d,
  positionalEmbedding,
  relu,
  residual,
  rmsNorm,
  sigmoid,
  silu,
  softmax,
  softplus,
  tanh,
} from '../nn/layers.ts';
import type { Fields } from './fields.ts';
import { flattened, type Layout, unflattened } from './layout.ts';
import { type Makers, named } from './named.ts';

type Size<S> = (name: string, fallback?: number) => S;

/** What all convolutions have, with a number or a pair for each size. */
const convolution = <S>(fields: Fields, size: Size<S>) => {
  fields.choice('padding_mode', ['zeros'], 'zeros');
  return {
    channels: [fields.count('in_channels'), fields.count('out_channels')] as const,
    kernel: size('kernel_size'),
    options: {
      stride: size('stride', 1),
      dilation: size('dilation', 1),
      groups: fields.number('groups', 1),
      bias: fields.flag('bias', true),
    },
  };
};

const numberOf =
  (fields: Fields): Size<number> =>
  (name, fallback) =>
    fields.sizes(name, 1, fallback)[0];
const pairOf =
  (fields: Fields): Size<readonly [number, number]> =>
  (name, fallback) => {
    const [down, across] = fields.sizes(name, 2, fallback);
    return [down, across];
  };

const paddingOf = <S>(fields: Fields, size: Size<S>): 'same' | 'valid' | S => {
  const given = fields.raw('padding') ?? 0;
  return given === 'same' || given === 'valid' ? given : size('padding', 0);
};

const convolved = <S>(fields: Fields, size: Size<S>) => {
  const { channels, kernel, options } = convolution(fields, size);
  return [...channels, kernel, { ...options, padding: paddingOf(fields, size) }] as const;
};

const transposed = <S>(fields: Fields, size: Size<S>) => {
  const { channels, kernel, options } = convolution(fields, size);
  const [padding, outputPadding] = [size('padding', 0), size('output_padding', 0)];
  return [...channels, kernel, { ...options, padding, outputPadding }] as const;
};

const CONVOLUTIONS: Makers<Layer, Layout> = {
  Conv1d: (fields) => conv1d(...convolved(fields, numberOf(fields))),
  Conv2d: (fields) => conv2d(...convolved(fields, pairOf(fields))),
  ConvTranspose1d: (fields) => convTranspose1d(...transposed(fields, numberOf(fields))),
  ConvTranspose2d: (fields) => convTranspose2d(...transposed(fields, pairOf(fields))),
};
/** The options of all windows. */
const windowOf = <S>(fields: Fields, sizeOf: Size<S>, size: S) => ({
  // Null is the kernel's size.
  stride: (fields.raw('stride') ?? null) === null ? size : sizeOf('stride'),
  padding: sizeOf('padding', 0),
  ceilMode: fields.flag('ceil_mode'),
});

const batchNormOf = (fields: Fields): BatchNormOptions => ({
  eps: fields.number('eps', 1e-5),
  momentum: fields.raw('momentum') === null ? null : fields.number('momentum', 0.1),
  affine: fields.flag('affine', true),
  trackRunningStats: fields.flag('track_running_stats', true),
});

/** A module that works along the last dimension: here of channels, in PyTorch not, where channels come first. */
function alongRows(fields: Fields, layout: Layout): void {
  if (!layout.channelsFirst) return;
  throw new DataError(
    `${fields.where} works along the last dimension of [channels, …]; put a Flatten before it`,
  );
}

const widthOf = (fields: Fields): number => {
  const shape = fields.raw('normalized_shape');
  const width = Array.isArray(shape) && shape.length === 1 ? shape[0] : shape;
  return typeof width === 'number' ? width : fields.fail('normalized_shape', 'one size');
};

const LAYERS: Makers<Layer, Layout> = {
  ...CONVOLUTIONS,
  Linear: (fields, layout) => {
    alongRows(fields, layout);
    return linear(fields.count('in_features'), fields.count('out_features'), {
      bias: fields.flag('bias', true),
    });
  },
  Flatten: flattened,
  Unflatten: unflattened,
  Identity: () => dropout(0),
  // PyTorch's masks are not ours.
  Dropout: (fields) => (fields.number('p', 0.5) === 0 ? dropout(0) : fields.fail('p', '0')),
  MaxPool1d: (fields) => {
    const size = numberOf(fields)('kernel_size');
    return maxPool1d(size, {
      ...windowOf(fields, numberOf(fields), size),
      dilation: numberOf(fields)('dilation', 1),
    });
  },
  AvgPool1d: (fields) => {
    const size = numberOf(fields)('kernel_size');
    return avgPool1d(size, {
      ...windowOf(fields, numberOf(fields), size),
      countIncludePad: fields.flag('count_include_pad', true),
    });
  },
  AdaptiveAvgPool1d: (fields) => adaptiveAvgPool1d(numberOf(fields)('output_size')),
  MaxPool2d: (fields) => {
    const size = pairOf(fields)('kernel_size');
    return maxPool2d(size, {
      ...windowOf(fields, pairOf(fields), size),
      dilation: pairOf(fields)('dilation', 1),
    });
  },
  AvgPool2d: (fields) => {
    const size = pairOf(fields)('kernel_size');
    return avgPool2d(size, {
      ...windowOf(fields, pairOf(fields), size),
      countIncludePad: fields.flag('count_include_pad', true),
    });
  },
  AdaptiveAvgPool2d: (fields) => adaptiveAvgPool2d(pairOf(fields)('output_size')),
  ReLU: () => relu(),
  Sigmoid: () => sigmoid(),
  Tanh: () => tanh(),
  SiLU: () => silu(),
  GELU: (fields) =>
    gelu({ approximate: fields.choice('approximate', ['none', 'tanh'] as const, 'none') }),
  ELU: (fields) => elu({ alpha: fields.number('alpha', 1) }),
  LeakyReLU: (fields) => leakyRelu({ negativeSlope: fields.number('negative_slope', 0.01) }),
  Softplus: (fields) =>
    softplus({ beta: fields.number('beta', 1), threshold: fields.number('threshold', 20) }),
  Softmax: (fields, layout) => {
    alongRows(fields, layout);
    if (![1, -1].includes(fields.number('dim'))) fields.fail('dim', '1 or -1');
    return softmax();
  },
  LayerNorm: (fields, layout) => {
    alongRows(fields, layout);
    return layerNorm(widthOf(fields), {
      eps: fields.number('eps', 1e-5),
      affine: fields.flag('elementwise_affine', true),
    });
  },
  RMSNorm: (fields, layout) => {
    alongRows(fields, layout);
    return rmsNorm(widthOf(fields), {
      eps: fields.number('eps', 2 ** -23),
      affine: fields.flag('elementwise_affine', true),
    });
  },
  BatchNorm1d: (fields) => batchNorm1d(fields.count('num_features'), batchNormOf(fields)),
  BatchNorm2d: (fields) => batchNorm2d(fields.count('num_features'), batchNormOf(fields)),
  Embedding: (fields) => embedding(fields.count('num_embeddings'), fields.count('embedding_dim')),
  PositionalEmbedding: (fields) =>
    positionalEmbedding(fields.count('max_length'), fields.count('embedding_dim')),
  CausalSelfAttention: (fields) =>
    causalSelfAttention(fields.count('embed_dim'), fields.count('num_heads')),
  Residual: (fields, layout) => residual(layersOf(fields.where, fields.raw('modules'), layout)),
};

/**
 * A list of modules as layers.
 *
 * @param layout of what the first one gets
 * @throws DataError for one that is not here
 */
export function layersOf(where: string, value: unknown, layout: Layout): Layer[] {
  if (!Array.isArray(value)) {
    throw new DataError(`${where} is ${JSON.stringify(value)}; it must be a list of modules`);
  }
  return value.map((module, i) => named(`${where}[${i}]`, module, LAYERS, layout));
}
