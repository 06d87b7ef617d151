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
  elu,
  embedding,
  flatten,
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
  sigmoid,
  silu,
  softmax,
  softplus,
  tanh,
} from '../nn/layers.ts';
import { bceWithLogits } from '../nn/losses/bce-with-logits.ts';
import { crossEntropy } from '../nn/losses/cross-entropy.ts';
import { huber } from '../nn/losses/huber.ts';
import { l1 } from '../nn/losses/l1.ts';
import { smoothL1 } from '../nn/losses/smooth-l1.ts';
import {
  chainedRate,
  constantRate,
  cosineRate,
  cosineRestartsRate,
  exponentialRate,
  linearRate,
  multiStepRate,
  oneCycleRate,
  polynomialRate,
  type Schedule,
  sequentialRate,
  stepRate,
} from '../nn/schedules.ts';
import type { Loss } from '../ops/loss.ts';
import { mse } from '../ops/mean_squared_error.ts';
import { Fields } from './fields.ts';

/** What `{ "Name": arguments }` of PyTorch is here. */
type Makers<T> = Readonly<Record<string, (fields: Fields) => T>>;

/**
 * Reads `{ "Name": arguments }`.
 *
 * @throws DataError if the name or an argument is unknown
 */
function named<T>(where: string, value: unknown, makers: Makers<T>): T {
  const entries = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  const [[name, given] = ['', null]] = entries;
  if (entries.length !== 1 || !Object.hasOwn(makers, name)) {
    throw new DataError(
      `${where} is ${JSON.stringify(value)?.slice(0, 200)}; it must be one of ${Object.keys(makers).join(', ')} with its arguments`,
    );
  }
  // A list of modules, as of Residual.
  const fields = new Fields(`${where}.${name}`, Array.isArray(given) ? { modules: given } : given);
  const made = makers[name](fields);
  fields.end(['inplace', 'device', 'dtype', 'last_epoch', 'verbose']);
  return made;
}

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

const CONVOLUTIONS: Makers<Layer> = {
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

const LAYERS: Makers<Layer> = {
  ...CONVOLUTIONS,
  Linear: (fields) =>
    linear(fields.count('in_features'), fields.count('out_features'), {
      bias: fields.flag('bias', true),
    }),
  Flatten: () => flatten(),
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
  Softmax: (fields) => {
    if (![1, -1].includes(fields.number('dim'))) fields.fail('dim', '1 or -1');
    return softmax();
  },
  LayerNorm: (fields) => {
    const shape = fields.raw('normalized_shape');
    const width = Array.isArray(shape) && shape.length === 1 ? shape[0] : shape;
    if (typeof width !== 'number') return fields.fail('normalized_shape', 'one size');
    return layerNorm(width, {
      eps: fields.number('eps', 1e-5),
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
  Residual: (fields) => residual(layersOf(fields.where, fields.raw('modules'))),
};

/** A list of modules as layers. @throws DataError for one that is not here */
export function layersOf(where: string, value: unknown): Layer[] {
  if (!Array.isArray(value)) {
    throw new DataError(`${where} is ${JSON.stringify(value)}; it must be a list of modules`);
  }
  return value.map((module, i) => named(`${where}[${i}]`, module, LAYERS));
}

const mean = (fields: Fields): void => {
  fields.choice('reduction', ['mean'], 'mean');
};

const LOSSES: Makers<Loss> = {
  MSELoss: (fields) => {
    mean(fields);
    return mse();
  },
  L1Loss: (fields) => {
    mean(fields);
    return l1();
  },
  HuberLoss: (fields) => {
    mean(fields);
    return huber({ delta: fields.number('delta', 1) });
  },
  SmoothL1Loss: (fields) => {
    mean(fields);
    return smoothL1({ beta: fields.number('beta', 1) });
  },
  CrossEntropyLoss: (fields) => {
    mean(fields);
    const weights = fields.raw('weight') ?? null;
    const ignored = fields.raw('ignore_index') ?? null;
    return crossEntropy({
      labelSmoothing: fields.number('label_smoothing', 0),
      ...(weights === null ? {} : { classWeights: fields.numbers('weight') }),
      ...(ignored === null ? {} : { ignoreIndex: fields.number('ignore_index') }),
    });
  },
  BCEWithLogitsLoss: (fields) => {
    mean(fields);
    const weights = fields.raw('pos_weight') ?? null;
    return bceWithLogits(weights === null ? {} : { positiveWeights: fields.numbers('pos_weight') });
  },
};

/** A loss of torch.nn. @throws DataError for one that is not here */
export const lossOf = (where: string, value: unknown): Loss => named(where, value, LOSSES);

const SCHEDULES: Makers<Schedule> = {
  ConstantLR: (fields) =>
    constantRate({
      factor: fields.number('factor', 1 / 3),
      totalSteps: fields.number('total_iters', 5),
    }),
  LinearLR: (fields) =>
    linearRate({
      startFactor: fields.number('start_factor', 1 / 3),
      endFactor: fields.number('end_factor', 1),
      totalSteps: fields.number('total_iters', 5),
    }),
  PolynomialLR: (fields) =>
    polynomialRate({
      totalSteps: fields.number('total_iters', 5),
      power: fields.number('power', 1),
    }),
  CosineAnnealingLR: (fields) => {
    if (fields.number('eta_min', 0) !== 0) fields.fail('eta_min', '0');
    return cosineRate({ totalSteps: fields.number('T_max') });
  },
  CosineAnnealingWarmRestarts: (fields) => {
    if (fields.number('eta_min', 0) !== 0) fields.fail('eta_min', '0');
    return cosineRestartsRate({
      firstSteps: fields.number('T_0'),
      growth: fields.number('T_mult', 1),
    });
  },
  StepLR: (fields) =>
    stepRate({ stepSize: fields.number('step_size'), gamma: fields.number('gamma', 0.1) }),
  MultiStepLR: (fields) =>
    multiStepRate({ milestones: fields.numbers('milestones'), gamma: fields.number('gamma', 0.1) }),
  ExponentialLR: (fields) => exponentialRate({ gamma: fields.number('gamma') }),
  OneCycleLR: (fields) => {
    fields.number('max_lr');
    fields.flag('cycle_momentum');
    return oneCycleRate({
      totalSteps: fields.number('total_steps'),
      pctStart: fields.number('pct_start', 0.3),
      annealStrategy: fields.choice('anneal_strategy', ['cos', 'linear'] as const, 'cos'),
      divFactor: fields.number('div_factor', 25),
      finalDivFactor: fields.number('final_div_factor', 1e4),
      threePhase: fields.flag('three_phase'),
    });
  },
  ChainedScheduler: (fields) => chainedRate(schedulesOf(fields)),
  SequentialLR: (fields) => sequentialRate(schedulesOf(fields), fields.numbers('milestones')),
};

function schedulesOf(fields: Fields): Schedule[] {
  const list = fields.raw('schedulers');
  if (!Array.isArray(list)) return fields.fail('schedulers', 'a list of schedulers');
  return list.map((one, i) => named(`${fields.where}.schedulers[${i}]`, one, SCHEDULES));
}

/** A schedule of torch.optim.lr_scheduler. @throws DataError for one that is not here */
export const scheduleOf = (where: string, value: unknown): Schedule =>
  named(where, value, SCHEDULES);
