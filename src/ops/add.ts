import { use } from '../gpu/link.ts';
import * as wgsl from '../gpu/shaders.gen.ts';
import type { Node } from '../graph/graph.ts';
import { type Op, ref } from '../graph/op.ts';
import { floats, same } from '../graph/tensor.ts';
import type { Reference } from '../graph/value.ts';
import { mapDispatch } from './map.ts';
import { ULP } from './rounding.ts';

const addOp: Op<object> = {
  name: 'add',
  residence: 'computed',
  infer: ([x, y]) => {
    same('the terms of add', x, y);
    floats('a term of add', x);
    return x;
  },
  gradient: (_, dy) => [dy, dy],
  dispatch: (node) =>
    mapDispatch(
      node,
      [use(wgsl.mapAdd, { bindings: { x: ref(node.inputs[0]), y: ref(node.inputs[1]) } })],
      1,
    ),
};

export const addReference: Reference = (_, [x, y]) => {
  const data = x.data.map((value, i) => value + y.data[i]);
  return { data, error: data.map((value, i) => x.error[i] + y.error[i] + ULP * Math.abs(value)) };
};

/** x + y, element by element. Both have the same shape. */
export function add(x: Node, y: Node): Node {
  return x.graph.add(addOp, [x, y], {});
}
