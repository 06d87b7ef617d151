export {
  elu,
  gelu,
  leakyRelu,
  relu,
  sigmoid,
  silu,
  sine,
  softplus,
  tanh,
} from './layers/activations.ts';
export { causalSelfAttention } from './layers/attention.ts';
export { type BatchNormOptions, batchNorm1d, batchNorm2d } from './layers/batch-norm.ts';
export { conv1d, conv2d, convTranspose1d, convTranspose2d } from './layers/convolution.ts';
export type {
  ConvolutionOptions,
  TransposedOptions,
} from './layers/convolution-options.ts';
export { dropout } from './layers/dropout.ts';
export {
  type EmbeddingOptions,
  embedding,
  positionalEmbedding,
  unembedding,
} from './layers/embedding.ts';
export { type FlattenOptions, flatten, unflatten } from './layers/flatten.ts';
export { type Layer, type LayerParts, layer, named } from './layers/layer.ts';
export { linear } from './layers/linear.ts';
export {
  type ParameterParts,
  type ParameterSpec,
  parameterLayout,
  type StoredLayout,
  transposed,
} from './layers/parameters.ts';
export { adaptiveAvgPool2d, avgPool2d, maxPool2d } from './layers/pool.ts';
export { adaptiveAvgPool1d, avgPool1d, maxPool1d } from './layers/pool1d.ts';
export { layerNorm, type NormOptions, rmsNorm, softmax } from './layers/rows.ts';
export { residual, Sequential, sequential } from './layers/sequential.ts';
export { checkModel, type Model } from './model.ts';
