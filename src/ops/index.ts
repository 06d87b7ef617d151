export { ACTIVATIONS, type Activation, activation } from './activation.ts';
export { add } from './add.ts';
export { batchMean } from './batch_mean.ts';
export { addBias, columnSums } from './bias.ts';
export { argmax, confusion, hits } from './classify.ts';
export { constant } from './constant.ts';
export { dropout } from './dropout.ts';
export { gradients } from './gradients.ts';
export { matmul } from './matmul.ts';
export { meanSquaredError } from './mean_squared_error.ts';
export { oneHot } from './one_hot.ts';
export { scale } from './scale.ts';
export { softmaxCrossEntropy } from './softmax_cross_entropy.ts';
export {
  flatten,
  input,
  isInput,
  isParameter,
  labels,
  parameter,
  pixels,
  reshape,
} from './sources.ts';
export { type OptimizerRule, update } from './update.ts';
