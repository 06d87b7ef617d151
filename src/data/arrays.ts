import type { LiveSet } from './live.ts';

/** Numbers in memory: any typed array, a plain array, or what else has a length and numbers by index. */
export type Numbers = ArrayLike<number>;

/**
 * Numbers of samples: one behind the other in one array, or an array of samples, each an array of its
 * numbers (of any depth, row by row).
 */
export type Rows = Numbers | ArrayLike<Numbers> | ArrayLike<ArrayLike<Numbers>>;

/** What is wanted of each sample, and how much each counts. */
interface Wanted {
  /** What the outputs shall be, [count, outputs]: for the loss `mse`. One output may be a flat array. */
  readonly targets?: Rows;
  /** Instead of targets: the class of each sample, an integer from 0 to below the model's outputs. */
  readonly labels?: Numbers;
  /**
   * What each sample's loss and its gradient are multiplied by: finite, of any sign. The mean of a batch
   * still divides by its rows, as PyTorch's `(loss * weights).mean()`. Default 1 for each.
   */
  readonly weights?: Numbers;
}

/**
 * Samples that are arrays of numbers. They are brought to the GPU once as float32, or streamed if they pass
 * one binding of the device.
 *
 * @example
 * const train: ArraySplit = { inputs: [[0, 0], [0, 1], [1, 0], [1, 1]], targets: [0, 1, 1, 0] };
 */
export interface ArraySplit extends Wanted {
  /** [count, product of the model's input shape], finite in float32. */
  readonly inputs: Rows;
  /** Samples. Default: as many as `inputs` holds. */
  readonly count?: number;
}

/** Samples whose numbers are asked for as they are needed. */
export interface RowSource extends Wanted {
  /** Samples, at least 1. */
  readonly count: number;
  /**
   * Writes samples one behind the other, as {@link ImageSource} does: the numbers of `indices[i]` from
   * `into[i * columns]` on. The same index must give the same numbers each time.
   */
  gather(indices: Uint32Array, into: Float32Array): void | Promise<void>;
}

/** Samples that are numbers in memory, or that come from a source. */
export interface ArrayDataset {
  /** Default `arrays`. */
  readonly name?: string;
  /** What each label means; as many as the model has outputs. */
  readonly classes?: readonly string[];
  /**
   * The share of the training split, above 0 and below 1, that is held out as the test split: chosen by the
   * trainer's seed; if there are labels, of each class its share. Default 0, and not beside `test`.
   */
  readonly validation?: number;
  /** What is trained on. */
  readonly train: ArraySplit | RowSource | LiveSet;
  /** What is evaluated on. Default what `validation` holds out, else nothing. */
  readonly test?: ArraySplit | RowSource | LiveSet;
}
