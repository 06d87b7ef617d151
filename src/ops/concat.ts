import { ShapeError } from '../errors.ts';
import { type Part, use } from '../gpu/link.ts';
import * as wgsl from '../gpu/shaders.gen.ts';
import { graphOf, type Node } from '../graph/graph.ts';
import { type Op, type Ref, ref } from '../graph/op.ts';
import { asMatrix, describe, spec, storageOf } from '../graph/tensor.ts';
import type { Reference } from '../graph/value.ts';
import { mapDispatch } from './map.ts';

const widthOf = ({ spec }: Node): number => storageOf(spec).columns;

const concatOp: Op<object> = {
  name: 'concat',
  residence: 'computed',
  infer: ([left, right]) => {
    const [rows, before] = asMatrix('the first input of concat', left);
    const [others, after] = asMatrix('the second input of concat', right);
    if (rows !== others || left.rowDims !== right.rowDims) {
      throw new ShapeError(
        `concat of ${describe(left)} and ${describe(right)}; their rows must be equal`,
      );
    }
    return spec([...left.shape.slice(0, -1), before + after], 'f32', left.rowDims);
  },
  gradient: ({ inputs: [left, right] }, dy, [wantLeft, wantRight]) => [
    wantLeft ? columns(dy, 0, widthOf(left)) : null,
    wantRight ? columns(dy, widthOf(left), widthOf(right)) : null,
  ],
  dispatch: (node) => {
    const [left, right] = node.inputs;
    const part: Part<Ref> = use(wgsl.mapConcat, {
      constants: { LEFT: widthOf(left), RIGHT: widthOf(right) },
      bindings: { left: ref(left), right: ref(right) },
    });
    return mapDispatch(node, [part], 0);
  },
};

/** Copies have no error of their own. */
export const concatReference: Reference = ({ inputs: [one, other], spec }, [x, y]) => {
  const joined = (left: Float64Array, right: Float64Array): Float64Array => {
    const [before, after] = [widthOf(one), widthOf(other)];
    const { rows, columns } = storageOf(spec);
    const out = new Float64Array(rows * columns);
    for (let row = 0; row < rows; row++) {
      out.set(left.subarray(row * before, (row + 1) * before), row * columns);
      out.set(right.subarray(row * after, (row + 1) * after), row * columns + before);
    }
    return out;
  };
  return { data: joined(x.data, y.data), error: joined(x.error, y.error) };
};

/** The columns of x[R,A], then those of y[R,B]: [R, A + B]. The rows may be of several dimensions. */
export function concat(x: Node, y: Node): Node {
  return graphOf('concat()', x).add(concatOp, [x, y], {});
}

export interface ColumnsAttributes {
  readonly first: number;
  readonly count: number;
}

/** The gradient of concat. It has none itself. */
const columnsOp: Op<ColumnsAttributes> = {
  name: 'columns',
  residence: 'computed',
  infer: ([x], { first, count }) => {
    const [, width] = asMatrix('the input of columns', x);
    if (first + count > width) {
      throw new ShapeError(`columns ${first} to ${first + count} of ${width}; use fewer`);
    }
    return spec([...x.shape.slice(0, -1), count], 'f32', x.rowDims);
  },
  dispatch: (node) => {
    const [x] = node.inputs;
    const part: Part<Ref> = use(wgsl.mapColumns, {
      constants: { FIRST: node.attributes.first, SOURCE_COLUMNS: widthOf(x) },
      bindings: { x: ref(x) },
    });
    return mapDispatch(node, [part], 0);
  },
};

export const columnsReference: Reference<ColumnsAttributes> = (
  { inputs: [input], attributes: { first, count } },
  [x],
) => {
  const inside = (_: number, i: number): boolean => {
    const column = i % widthOf(input);
    return column >= first && column < first + count;
  };
  return { data: x.data.filter(inside), error: x.error.filter(inside) };
};

/** `count` columns of x[R,C], from the `first` one: [R, count]. */
export function columns(x: Node, first: number, count: number): Node {
  return graphOf('columns()', x).add(columnsOp, [x], { first, count });
}
