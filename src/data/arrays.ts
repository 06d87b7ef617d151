import type { LiveSet } from './live.ts';
import type { Numbers, Rows } from './numbers.ts';
import type { Validation } from './validation.ts';

/** What to learn from each sample, and its weight. */
interface Wanted {
  /** The wanted outputs, [count, outputs], for the loss `mse`. With one output a flat array will do. */
  readonly targets?: Rows;
  /**
   * Instead of targets: the class of each sample, an integer from 0 to below the model's outputs. For a model of outputs
   * [T, C]: T classes for each sample, one for each position.
   */
  readonly labels?: Rows;
  /**
   * A factor for each sample's loss and gradient: finite, of any sign. The mean of a batch still divides by
   * its number of rows, like PyTorch's `(loss * weights).mean()`. Default 1 for each.
   */
  readonly weights?: Numbers;
}

/**
 * Samples that are arrays of numbers. They are uploaded once as float32, or streamed if they do not fit one
 * binding of the device.
 *
 * @example
 * const train: ArraySplit = { inputs: [[0, 0], [0, 1], [1, 0], [1, 1]], targets: [0, 1, 1, 0] };
 */
export interface ArraySplit extends Wanted {
  /** [count, product of the model's input shape], finite in float32. */
  readonly inputs: Rows;
  /** Number of samples. Default: as many as `inputs` holds. */
  readonly count?: number;
}

/** Samples whose numbers are requested when they are needed. */
export interface RowSource extends Wanted {
  /** Samples, at least 1. */
  readonly count: number;
  /**
   * Writes samples one after another, as {@link ImageSource} does: the numbers of `indices[i]` from
   * `into[i * columns]` on. The same index must give the same numbers each time.
   */
  gather(indices: Uint32Array, into: Float32Array): void | Promise<void>;
}

/** A data set of numbers, in memory or from a source. */
export interface ArrayDataset {
  /** Default `arrays`. */
  readonly name?: string;
  /** The name of each class; as many as the model has outputs. */
  readonly classes?: readonly string[];
  /**
   * The share of the training split, above 0 and below 1, that becomes the test split. The trainer's seed chooses
   * the samples, or that of `{ share, seed }`; if there are labels, each class contributes its share. Default none. Not together
   * with `test`.
   */
  readonly validation?: Validation;
  /** The data to train on. */
  readonly train: ArraySplit | RowSource | LiveSet;
  /** The data to evaluate on. Default what `validation` holds out, else none. */
  readonly test?: ArraySplit | RowSource | LiveSet;
}
