import { checkChoice, describe, isA, isArray, isObject } from '../../check.ts';
import { ShapeError } from '../../errors.ts';
import type { Graph, Node } from '../../graph/graph.ts';
import { sizeOf } from '../../graph/tensor.ts';
import { isParameter, parameter } from '../../ops/sources.ts';
import { uniform } from '../../random/init.ts';
import type { Initial } from '../initial.ts';

/** What a layer says of a parameter, besides its name. */
export interface ParameterParts {
  /** In PyTorch's order: `[out, in]` for a weight, `[out]` for a bias. */
  readonly shape: readonly number[];
  /** The distribution of its initial values. Needed unless there is a `bound`. */
  readonly initial?: Initial;
  /** Short for `initial: uniform(bound)`. */
  readonly bound?: number;
  /**
   * Its layout on the GPU. `transposed`: [out, in] becomes [in, out], as `matmul(x, weight)` takes it. Default
   * `transposed` for two dimensions, else `as given`. Or an own one.
   */
  readonly stored?: 'transposed' | 'as given' | StoredLayout;
  /**
   * Whether it is state, such as a running mean: no optimizer trains it, an op of the layer writes it (one whose `residence`
   * is `effect`). It is kept, saved and copied as a parameter. Default false.
   */
  readonly state?: boolean;
}

/** How a parameter lies on the GPU. */
export interface StoredLayout {
  readonly shape: readonly number[];
  /** Where an element of PyTorch's order lies in it. */
  placeOf(element: number): number;
}

/** A parameter of a layer or a model: its name, PyTorch's shape, initial values and layout. */
export interface ParameterSpec extends ParameterParts {
  /** Its name in the layer or the model: `weight`, or of an inner layer `2.0.weight`. */
  readonly name: string;
}

export const isShape = (given: unknown): given is readonly number[] =>
  isArray(given) && [...given].every((size) => Number.isInteger(size) && Number(size) > 0);

/** The name of something inside of a layer or a model. */
export const pathOf = (outer: string, name: string): string =>
  outer === '' ? name : `${outer}.${name}`;

/** Whether it is a parameter of a layer. */
export const isSpec = (given: unknown): given is ParameterSpec =>
  isObject(given) &&
  typeof given.name === 'string' &&
  isShape(given.shape) &&
  (isObject(given.initial) || Number.isFinite(given.bound));

/** Its initial values, in PyTorch's layout. */
export const initialOf = (
  { shape, bound = 0, initial }: ParameterSpec,
  stream: number,
  key: readonly [number, number],
): Float32Array =>
  initial ? initial.values(sizeOf(shape), stream, key) : uniform(sizeOf(shape), bound, stream, key);

const isTransposed = ({ shape, stored = 'transposed' }: ParameterParts): boolean =>
  shape.length === 2 && stored === 'transposed';

/** Its shape on the GPU. */
export const storedShape = (spec: ParameterParts): readonly number[] => {
  if (isObject(spec.stored)) return (spec.stored as StoredLayout).shape;
  return isTransposed(spec) ? [...spec.shape].reverse() : spec.shape;
};

/** Its values from PyTorch's layout to that on the GPU, or back. */
export const inLayout = (
  spec: ParameterParts,
  values: Float32Array,
  way: 'into storage' | 'out of storage',
): Float32Array => {
  if (isObject(spec.stored)) {
    const result = new Float32Array(values.length);
    for (let i = 0; i < values.length; i++) {
      const at = (spec.stored as StoredLayout).placeOf(i);
      if (way === 'into storage') result[at] = values[i];
      else result[i] = values[at];
    }
    return result;
  }
  if (!isTransposed(spec)) return values;
  const [out, inputs] = spec.shape;
  return way === 'into storage' ? transposed(values, out, inputs) : transposed(values, inputs, out);
};

/** A parameter's node. A layer that is applied twice has one. */
export function parameterNode(graph: Graph, name: string, spec: ParameterParts): Node {
  const made = graph.nodes.find((node) => isParameter(node) && node.name === name);
  return made ?? parameter(graph, name, storedShape(spec));
}

/**
 * Converts a parameter between PyTorch's layout, weights [out, in], and that of its storage, weights [in, out].
 *
 * @param shape in PyTorch's layout
 */
export function parameterLayout(
  shape: readonly number[],
  values: Float32Array,
  way: 'into storage' | 'out of storage',
): Float32Array {
  if (!isShape(shape) || !isA(values, Float32Array) || values.length !== sizeOf(shape)) {
    throw new ShapeError(
      `parameterLayout: shape ${isShape(shape) ? `[${shape.join(', ')}]` : describe(shape)} and ${describe(values)} were given; use sizes and a Float32Array of so many values`,
    );
  }
  checkChoice('parameterLayout: way', way, ['into storage', 'out of storage']);
  return inLayout({ shape }, values, way);
}

/** [rows, columns] to [columns, rows]. */
export function transposed(values: Float32Array, rows: number, columns: number): Float32Array {
  const out = new Float32Array(values.length);
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) out[c * rows + r] = values[r * columns + c];
  }
  return out;
}
