import { describe, isA } from '../check.ts';
import { OptionError } from '../errors.ts';
import type { Node } from './graph.ts';

/** A tensor of the reference: its elements, row by row, and a bound on the GPU's error for each. */
export interface Value {
  /** The elements. */
  readonly data: Float64Array;
  /**
   * Bound on |GPU − data| of each element, by running error analysis (Higham 2002, section 3.3): the
   * error of the inputs carried through, plus what float32 adds.
   */
  readonly error: Float64Array;
}

/** All that a step depends on, besides its graph. */
export interface World {
  /** Parameters and inputs by the node's name. Updates write here. */
  readonly tensors: Map<string, Value>;
  /** The optimizer's states by their names, by parameter name; made on first use. */
  readonly moments: Map<string, Readonly<Record<string, Value>>>;
  /** Images of the data set, a byte per pixel. */
  readonly images: Uint8Array;
  /** The class of each sample of the data set. */
  readonly labels: Uint8Array;
  /** The sample in each row of the batch. */
  readonly indices: readonly number[];
  /** The number of samples that count: a last batch may not be full. */
  readonly count: number;
  /** Rows of the outputs for each sample: its positions. Default 1. */
  readonly rowsEach?: number;
  /** Steps done before this one. */
  readonly step: number;
  /** The run's Philox key: the low and the high 32 bits of its seed. */
  readonly key: readonly [number, number];
  /** The schedule's factor of the learning rate, and a bound on the GPU's error. Default 1, exactly. */
  readonly rate?: { readonly value: number; readonly error: number };
}

/**
 * An op's float64 reference: computes a node's value from its inputs, with a bound on the error of the GPU,
 * which includes the inputs' error.
 */
export type Reference<A extends object = object> = (
  node: Node<A>,
  inputs: readonly Value[],
  world: World,
) => Value;

/** The number of rows of the outputs that count. */
export const rowsOf = ({ count, rowsEach = 1 }: World): number => count * rowsEach;

/** A value without error. */
export function exact(data: Float64Array): Value {
  if (!isA(data, Float64Array)) {
    throw new OptionError(`exact() takes a Float64Array; ${describe(data)} was given`);
  }
  return { data, error: new Float64Array(data.length) };
}
