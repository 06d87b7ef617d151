import { checkChoice, describe, isA, isArray, isObject } from '../../check.ts';
import { ShapeError } from '../../errors.ts';
import type { Graph, Node } from '../../graph/graph.ts';
import { sizeOf } from '../../graph/tensor.ts';
import { isParameter, parameter } from '../../ops/sources.ts';
import { uniform } from '../../random/init.ts';
import type { Initial } from '../initial.ts';

/** The layouts of a parameter on the GPU. */
export const LAYOUTS = ['transposed', 'taps', 'as given'] as const;

/** What a layer says of a parameter, besides its name. */
export interface ParameterParts {
  /** In PyTorch's order: `[out, in]` for a weight, `[out]` for a bias. */
  readonly shape: readonly number[];
  /** The distribution of its initial values. Needed unless there is a `bound`. */
  readonly initial?: Initial;
  /** Short for `initial: uniform(bound)`. */
  readonly bound?: number;
  /**
   * Its layout on the GPU. `transposed`: [out, in] becomes [in, out], as `matmul(x, weight)` takes it. `taps`: the weight of a
   * convolution [out, in, …kernel] becomes [kernel · in, out]. Default `transposed` for two dimensions, else `as given`.
   */
  readonly stored?: (typeof LAYOUTS)[number];
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

/** [out, in, taps] of a weight whose layout on the GPU is another one, [taps · in, out]. */
function sizesOf({ shape, stored }: ParameterParts): readonly [number, number, number] | null {
  const [out, inputs, ...kernel] = shape;
  const layout = stored ?? (shape.length === 2 ? 'transposed' : 'as given');
  if (shape.length < 2 || layout === 'as given') return null;
  if (layout === 'transposed') return shape.length === 2 ? [out, inputs, 1] : null;
  return [out, inputs, sizeOf(kernel)];
}

/** Its shape on the GPU. */
export function storedShape(spec: ParameterParts): readonly number[] {
  const sizes = sizesOf(spec);
  return sizes ? [sizes[2] * sizes[1], sizes[0]] : spec.shape;
}

/** Its values from PyTorch's layout to that on the GPU, or back. */
export function inLayout(
  spec: ParameterParts,
  values: Float32Array,
  way: 'into storage' | 'out of storage',
): Float32Array {
  const sizes = sizesOf(spec);
  if (!sizes) return values;
  const [out, inputs, taps] = sizes;
  const result = new Float32Array(values.length);
  for (let o = 0; o < out; o++) {
    for (let i = 0; i < inputs; i++) {
      for (let tap = 0; tap < taps; tap++) {
        const given = (o * inputs + i) * taps + tap;
        const stored = (tap * inputs + i) * out + o;
        if (way === 'into storage') result[stored] = values[given];
        else result[given] = values[stored];
      }
    }
  }
  return result;
}

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
