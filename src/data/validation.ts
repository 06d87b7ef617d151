/**
 * What is held out of a training split: a share above 0 and below 1, whose samples the trainer's seed chooses; or a share and
 * the seed that chooses them, so that runs with other seeds hold out the same.
 */
export type Validation = number | { readonly share: number; readonly seed: number };
