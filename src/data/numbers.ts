/** Numbers in memory: a typed array, a plain array, or any object with a length and numbers by index. */
export type Numbers = ArrayLike<number>;

/**
 * Numbers of samples: one after another in one array, or an array of samples, each an array of its numbers
 * (nested to any depth, row by row).
 */
export type Rows = Numbers | ArrayLike<Numbers> | ArrayLike<ArrayLike<Numbers>>;
