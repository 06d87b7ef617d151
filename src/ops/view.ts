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

interface ViewAttributes {
  readonly shape: readonly number[];
  readonly rowDims: number;
}

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

const gradient = ({ inputs: [{ spec }] }: Node, dy: Node): readonly Node[] => [
  reshape(dy, spec.shape, spec.rowDims),
];

/** The same memory: see {@link sameMemory}. */
const reshapeOp: Op<ViewAttributes> = {
  name: 'reshape',
  residence: 'alias',
  infer,
  gradient,
};

/** A copy, if rows get other padding. */
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
    const part: Part<Ref> = use(wgsl.mapRelayout, {
      constants: {
        COUNT: sizeOf(x.spec.shape),
        SOURCE_COLUMNS: storageOf(x.spec).columns,
        RESULT_COLUMNS: storageOf(node.spec).columns,
      },
      bindings: { x: ref(x) },
    });
    return mapDispatch(node, [part], 0);
  },
};

/** Of both: the elements in their order. */
export const reshapeReference: Reference = (_, [x]) => x;

/**
 * The same elements in another shape with the same first size. They are copied only if rows end at other places, and their
 * widths are no multiples of 4.
 *
 * @param rowDims how many of the first dimensions are the rows of its matrix. Default 1
 */
export function reshape(x: Node, shape: readonly number[], rowDims = 1): Node {
  const graph = graphOf('reshape()', x);
  const to = spec(shape, x.spec.dtype, rowDims);
  if (describe(x.spec) === describe(to)) return x;
  return graph.add(sameMemory(x.spec, to) ? reshapeOp : relayoutOp, [x], { shape, rowDims });
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
