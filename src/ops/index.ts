/**
 * Ops as functions on the nodes of a graph, and what an op of your own needs.
 *
 * @module ops
 */
export type { Part } from '../gpu/link.ts';
export { Graph, type Node } from '../graph/graph.ts';
export {
  type Dispatch,
  type KernelChoice,
  type Op,
  type Ref,
  ref,
  type Storing,
} from '../graph/op.ts';
export type { DType, Storage, TensorSpec } from '../graph/tensor.ts';
export { type Activation, activation } from './activation.ts';
export * from './activations.ts';
export { add } from './add.ts';
export { addPositions } from './add_positions.ts';
export { causalAttention } from './attention.ts';
export { type AvgPoolOptions, avgPool2d } from './average_pool.ts';
export { batchMean } from './batch_mean.ts';
export { addBias, columnSums } from './bias.ts';
export { argmax, confusion, hits } from './classify.ts';
export { concat } from './concat.ts';
export { constant } from './constant.ts';
export { dropout } from './dropout.ts';
export { embed } from './embed.ts';
export { gradients } from './gradients.ts';
export { layoutOf } from './layout.ts';
export { elementDispatch, elementParts, mapDispatch } from './map.ts';
export { matmul, type Transposed } from './matmul.ts';
export { type MaxPoolOptions, maxPool2d } from './max_pool.ts';
export { meanSquaredError } from './mean_squared_error.ts';
export { oneHot } from './one_hot.ts';
export { layerNorm, rmsNorm } from './row_norm.ts';
export { rowInput, rowSlope, rowwise, rowwiseDispatch } from './rowwise.ts';
export { scale } from './scale.ts';
export { columnProducts, scaleColumns } from './scale_columns.ts';
export { softmax } from './softmax.ts';
export { softmaxCrossEntropy } from './softmax_cross_entropy.ts';
export { input, labels, parameter } from './sources.ts';
export { channelsFirst, channelsLast } from './turn.ts';
export { flatten, matrixView, reshape } from './view.ts';
export { type WgslPartOptions, wgslPart } from './wgsl-part.ts';
export type { Size2d, WindowOptions } from './window.ts';
