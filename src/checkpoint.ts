/**
 * Models, runs and weights as files.
 *
 * @module checkpoint
 */

export type { MakeLayer, OwnLayers } from './nn/model-from-json.ts';
export { checkpointOf, restore } from './train/checkpoint.ts';
export { type LoadedModel, type LoadOptions, loadModel } from './train/model-file/load.ts';
export { type ReadOptions, readModel } from './train/model-file/read.ts';
export type { ImageForm, ModelDescription, SavedModel } from './train/model-file/saved-model.ts';
export { type ModelParts, type SaveOptions, saveModel } from './train/model-file/write.ts';
export type { WeightNames } from './train/weight-names.ts';
export { readWeights, weightsOf } from './train/weights.ts';
