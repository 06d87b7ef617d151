export { type AdagradOptions, adagrad } from './optimizers/adagrad.ts';
export { type AdamOptions, adam, adamw } from './optimizers/adam.ts';
export { type AveragedOptimizer, averaged } from './optimizers/average.ts';
export {
  type GroupedOptimizer,
  inGroups,
  type ParameterGroup,
  type ParameterGroups,
} from './optimizers/groups.ts';
export { type LionOptions, lion } from './optimizers/lion.ts';
export { type NadamOptions, nadam } from './optimizers/nadam.ts';
export { type OwnOptimizer, ownOptimizer } from './optimizers/own.ts';
export { type RmspropOptions, rmsprop } from './optimizers/rmsprop.ts';
export type { Optimizer } from './optimizers/rule.ts';
export { type SgdOptions, sgd } from './optimizers/sgd.ts';
