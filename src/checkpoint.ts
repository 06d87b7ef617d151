/**
 * Runs and weights as files.
 *
 * @module checkpoint
 */
export { checkpointOf, restore } from './train/checkpoint.ts';
export type { WeightNames } from './train/weight-names.ts';
export { readWeights, weightsOf } from './train/weights.ts';
