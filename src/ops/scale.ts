import { use } from '../gpu/link.ts';
import * as wgsl from '../gpu/shaders.gen.ts';
import type { Node } from '../graph/graph.ts';
import { type Op, ref } from '../graph/op.ts';
import { floats } from '../graph/tensor.ts';
import type { Reference } from '../graph/value.ts';
import { mapDispatch } from './map.ts';
import { TINY, ULP } from './rounding.ts';

export interface ScaleAttributes {
  readonly factor: number;
}

const scaleOp: Op<ScaleAttributes> = {
  name: 'scale',
  residence: 'computed',
  infer: ([x]) => {
    floats('the input of scale', x);
    return x;
  },
  gradient: (node, dy) => [scale(dy, node.attributes.factor)],
  dispatch: (node) =>
    mapDispatch(
      node,
      [
        use(wgsl.mapScale, {
          constants: { FACTOR: node.attributes.factor },
          bindings: { x: ref(node.inputs[0]) },
        }),
      ],
      1,
    ),
};

export const scaleReference: Reference<ScaleAttributes> = ({ attributes }, [x]) => {
  const data = x.data.map((value) => value * attributes.factor);
  // Both the factor and the product are rounded.
  const error = data.map(
    (value, i) => Math.abs(attributes.factor) * x.error[i] + 2 * ULP * Math.abs(value) + TINY,
  );
  return { data, error };
};

/** factor · x, with a constant factor. */
export function scale(x: Node, factor: number): Node {
  return x.graph.add(scaleOp, [x], { factor });
}
