export type { AvgPoolOptions } from '../ops/average_pool.ts';
export type { MaxPoolOptions } from '../ops/max_pool.ts';
export { mse } from '../ops/mean_squared_error.ts';
export type { Size2d, WindowOptions } from '../ops/window.ts';
export { type Clip, clipNorm, clipValue } from './clip.ts';
export { concat, model, type Symbolic } from './functional.ts';
export { constants, type Initial, normal, uniform, zeros } from './initial.ts';
export {
  adaptiveAvgPool2d,
  avgPool2d,
  type BatchNormOptions,
  batchNorm1d,
  batchNorm2d,
  type ConvolutionOptions,
  conv1d,
  conv2d,
  convTranspose1d,
  convTranspose2d,
  dropout,
  elu,
  type FlattenOptions,
  flatten,
  gelu,
  type Layer,
  type LayerParts,
  layer,
  layerNorm,
  leakyRelu,
  linear,
  type Model,
  maxPool2d,
  type NormOptions,
  named,
  type ParameterParts,
  type ParameterSpec,
  relu,
  residual,
  rmsNorm,
  Sequential,
  type Sizes,
  type StoredLayout,
  sequential,
  sigmoid,
  silu,
  sine,
  softmax,
  softplus,
  type TransposedOptions,
  tanh,
  unflatten,
} from './layers.ts';
export { type BceOptions, bceWithLogits } from './losses/bce-with-logits.ts';
export { type CrossEntropyOptions, crossEntropy } from './losses/cross-entropy.ts';
export { type HuberOptions, huber } from './losses/huber.ts';
export { l1 } from './losses/l1.ts';
export { type PointwiseLossOptions, pointwiseLoss } from './losses/pointwise.ts';
export { type SmoothL1Options, smoothL1 } from './losses/smooth-l1.ts';
export type { LossKind, TargetKind } from './losses.ts';
export { type MlpOptions, mlp } from './mlp.ts';
export {
  type AdagradOptions,
  type AdamOptions,
  type AveragedOptimizer,
  adagrad,
  adam,
  adamw,
  averaged,
  type GroupedOptimizer,
  inGroups,
  type LionOptions,
  lion,
  type NadamOptions,
  nadam,
  type Optimizer,
  type OwnOptimizer,
  ownOptimizer,
  type ParameterGroup,
  type ParameterGroups,
  type RmspropOptions,
  rmsprop,
  type SgdOptions,
  sgd,
} from './optimizers.ts';
export { type Pointwise, type PointwiseOptions, pointwise } from './pointwise.ts';
export {
  type ChainedRate,
  type ConstantRateOptions,
  type CosineRateOptions,
  type CosineRestartsRateOptions,
  chainedRate,
  constantRate,
  cosineRate,
  cosineRestartsRate,
  type ExponentialRateOptions,
  exponentialRate,
  type LinearRateOptions,
  linearRate,
  type MultiStepRateOptions,
  multiStepRate,
  type OneCycleRateOptions,
  oneCycleRate,
  type PolynomialRateOptions,
  polynomialRate,
  type Schedule,
  type SequentialRate,
  type StepRateOptions,
  sequentialRate,
  stepRate,
  type TableRateOptions,
  tableRate,
  type WgslRateOptions,
  warmup,
  wgslRate,
} from './schedules.ts';
