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
export { type AdamOptions, adam, adamw, type SgdOptions, sgd } from './optimizers.ts';
