export {
  dropout,
  elu,
  flatten,
  gelu,
  type Layer,
  leakyRelu,
  linear,
  type ParameterSpec,
  relu,
  Sequential,
  sigmoid,
  silu,
  sine,
  softplus,
  tanh,
} from './layers.ts';
export type { LossKind, TargetKind } from './losses.ts';
export { type MlpOptions, mlp } from './mlp.ts';
export {
  type AdagradOptions,
  type AdamOptions,
  adagrad,
  adam,
  adamw,
  type LionOptions,
  lion,
  type NadamOptions,
  nadam,
  type Optimizer,
  type OwnOptimizer,
  ownOptimizer,
  type RmspropOptions,
  rmsprop,
  type SgdOptions,
  sgd,
} from './optimizers.ts';
export { type Pointwise, type PointwiseOptions, pointwise } from './pointwise.ts';
