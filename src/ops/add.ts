import { use } from '../gpu/link.ts';
import * as wgsl from '../gpu/shaders.gen.ts';
import { graphOf, type Node } from '../graph/graph.ts';
import { type Op, ref } from '../graph/op.ts';
import { floats, same } from '../graph/tensor.ts';
import type { Reference } from '../graph/value.ts';
import { elementDispatch, elementParts } from './map.ts';
import { ULP } from './rounding.ts';

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

/** x + y, element by element. Both have the same shape. */
export function add(x: Node, y: Node): Node {
  return graphOf('add()', x).add(addOp, [x, y], {});
}
