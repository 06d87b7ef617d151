import { isArray } from '../check.ts';
import { ShapeError } from '../errors.ts';
import { type Part, use } from '../gpu/link.ts';
import * as wgsl from '../gpu/shaders.gen.ts';
import { checkNode, graphOf, type Node } from '../graph/graph.ts';
import { type Op, type Ref, ref } from '../graph/op.ts';
import {
  describe,
  floats,
  sameMemory,
  sizeOf,
  spec,
  storageOf,
  type TensorSpec,
} from '../graph/tensor.ts';
import type { Reference } from '../graph/value.ts';
import { mapDispatch } from './map.ts';

export interface ViewAttributes {
  readonly shape: readonly number[];
  readonly rowDims: number;
  /**
   * Sizes [a, b] of the matrix [b, a] that each sample of the result is: its transpose, [a, b], is a sample of the input.
   * With 1 for either, the elements keep their order.
   */
  readonly turn: Turn;
}

type Turn = readonly [a: number, b: number];

/** Elements in their order. */
const AS_IS: Turn = [1, 1];

/** @throws ShapeError unless both have as many elements, and the same first size */
function infer([x]: readonly TensorSpec[], { shape, rowDims }: ViewAttributes): TensorSpec {
  const to = spec(shape, x.dtype, rowDims);
  const first = ({ shape }: TensorSpec): number => (shape.length >= 2 ? shape[0] : 1);
  if (sizeOf(x.shape) !== sizeOf(shape) || first(x) !== first(to)) {
    throw new ShapeError(
      `reshape from [${x.shape.join(', ')}] to [${shape.join(', ')}]; the first size and the product of the others must be equal`,
    );
  }
  return to;
}

const gradient = (
  { inputs: [{ spec }], attributes: { turn } }: Node<ViewAttributes>,
  dy: Node,
): readonly Node[] => [viewed(dy, spec.shape, spec.rowDims, [turn[1], turn[0]])];

/** The same memory: see {@link sameMemory}. */
const reshapeOp: Op<ViewAttributes> = {
  name: 'reshape',
  residence: 'alias',
  infer,
  gradient,
};

/** A copy, if rows get other padding, or samples are transposed. */
const relayoutOp: Op<ViewAttributes> = {
  name: 'relayout',
  residence: 'computed',
  infer: (inputs, attributes) => {
    floats('the input of reshape', inputs[0]);
    return infer(inputs, attributes);
  },
  gradient,
  dispatch: (node) => {
    const [x] = node.inputs;
    const [a, b] = node.attributes.turn;
    const part: Part<Ref> = use(wgsl.mapRelayout, {
      constants: {
        COUNT: sizeOf(x.spec.shape),
        SOURCE_COLUMNS: storageOf(x.spec).columns,
        RESULT_COLUMNS: storageOf(node.spec).columns,
        TURN_A: a,
        TURN_B: b,
      },
      bindings: { x: ref(x) },
    });
    return mapDispatch(node, [part], 0);
  },
};

/** Of both: the elements, each sample transposed. */
export const reshapeReference: Reference<ViewAttributes> = ({ attributes: { turn } }, [x]) => {
  const [a, b] = turn;
  const turned = (all: Float64Array): Float64Array =>
    all.map((_, e) => all[e - (e % (a * b)) + (e % a) * b + (Math.floor(e / a) % b)]);
  return { data: turned(x.data), error: turned(x.error) };
};

/**
 * The same elements in another shape with the same first size. They are copied only if rows end at other places, and their
 * widths are no multiples of 4.
 *
 * @param rowDims how many of the first dimensions are the rows of its matrix. Default 1
 */
export const reshape = (x: Node, shape: readonly number[], rowDims = 1): Node =>
  viewed(x, shape, rowDims, AS_IS);

function viewed(x: Node, shape: readonly number[], rowDims = 1, turn: Turn): Node {
  const graph = graphOf('reshape()', x);
  const to = spec(shape, x.spec.dtype, rowDims);
  const ordered = Math.min(...turn) === 1;
  if (ordered && describe(x.spec) === describe(to)) return x;
  const op = ordered && sameMemory(x.spec, to) ? reshapeOp : relayoutOp;
  return graph.add(op, [x], { shape, rowDims, turn });
}

/**
 * The same tensor, with its first `rowDims` dimensions as the rows of its matrix. A product, a bias or a norm takes a matrix
 * whose columns are the last dimension: [N, T, C] by `matrixView(x, 2)` is one of N·T rows.
 *
 * @throws ShapeError unless 1 ≤ rowDims < the number of dimensions
 */
export function matrixView(x: Node, rowDims: number): Node {
  checkNode('matrixView()', x);
  return reshape(x, x.spec.shape, rowDims);
}

/** The matrix whose columns are the last dimension of x[…, C]. */
export const byLastDimension = (x: Node): Node =>
  matrixView(x, Math.max(1, x.spec.shape.length - 1));

/** Reshapes [batch, …] to [batch, product of the rest]. */
export function flatten(x: Node): Node {
  checkNode('flatten()', x);
  const { shape } = x.spec;
  const rows = shape.length >= 2 ? shape[0] : 1;
  return reshape(x, [rows, sizeOf(shape) / rows]);
}

/**
 * Images [N,H,W,C] as vectors [N, C·H·W], channel by channel: the order in which PyTorch flattens images, which it stores as
 * [C,H,W].
 *
 * @throws ShapeError unless x has four dimensions
 */
export function channelsFirst(x: Node): Node {
  checkNode('channelsFirst()', x);
  fourOf('channelsFirst()', x.spec);
  return turned(x);
}

/** As {@link channelsFirst}, of four dimensions. */
export function turned(x: Node): Node {
  const [batch, height, width, channels] = x.spec.shape;
  const pixels = height * width;
  return viewed(x, [batch, pixels * channels], 1, [pixels, channels]);
}

/**
 * The reverse of {@link channelsFirst}: vectors [N, C·H·W] as images [N,H,W,C].
 *
 * @param shape [H, W, C]
 * @throws ShapeError unless they have as many elements
 */
export function channelsLast(x: Node, shape: readonly number[]): Node {
  checkNode('channelsLast()', x);
  const to = spec([x.spec.shape[0], ...(isArray(shape) ? shape : [])] as readonly number[]);
  const [, height, width, channels] = fourOf('channelsLast()', to);
  return viewed(x, to.shape, 1, [channels, height * width]);
}

/** @throws ShapeError unless there are four dimensions */
function fourOf(what: string, of: TensorSpec): readonly number[] {
  if (of.shape.length === 4) return of.shape;
  throw new ShapeError(`${what} got ${describe(of)}; images are [batch, height, width, channels]`);
}
