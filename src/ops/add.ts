import { use } from '../gpu/link.ts';
import * as wgsl from '../gpu/shaders.gen.ts';
import { checkNode, graphOf, type Node } from '../graph/graph.ts';
import { type Op, ref } from '../graph/op.ts';
import { floats, same } from '../graph/tensor.ts';
import type { Reference } from '../graph/value.ts';
import { elementDispatch, elementParts } from './map.ts';
import { ULP } from './rounding.ts';
import { matrixView } from './view.ts';

const addOp: Op<object> = {
  name: 'add',
  residence: 'computed',
  commutes: true,
  infer: ([x, y]) => {
    same('the terms of add', x, y);
    floats('a term of add', x);
    return x;
  },
  gradient: (_, dy) => [dy, dy],
  element: ({ inputs: [, y] }) => elementParts(use(wgsl.elementAdd, { bindings: { y: ref(y) } })),
  dispatch: (node) => elementDispatch(node),
};

export const addReference: Reference = (_, [x, y]) => {
  const data = x.data.map((value, i) => value + y.data[i]);
  return { data, error: data.map((value, i) => x.error[i] + y.error[i] + ULP * Math.abs(value)) };
};

/** x + y, element by element. Both have the same shape; the sum has the more dimensions of rows. */
export function add(x: Node, y: Node): Node {
  const graph = graphOf('add()', x);
  checkNode('add()', y);
  const rowDims = Math.max(x.spec.rowDims ?? 1, y.spec.rowDims ?? 1);
  const terms = rowDims > 1 ? [x, y].map((term) => matrixView(term, rowDims)) : [x, y];
  return graph.add(addOp, terms, {});
}
