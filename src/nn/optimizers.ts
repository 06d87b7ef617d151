export { type AdamOptions, adam, adamw } from './optimizers/adam.ts';
export { type SgdOptions, sgd } from './optimizers/sgd.ts';
