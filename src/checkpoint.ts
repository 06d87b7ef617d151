/** Runs and weights as files: `gradweave/checkpoint`. */
export { checkpointOf, restore } from './train/checkpoint.ts';
export { readWeights, weightsOf } from './train/weights.ts';
