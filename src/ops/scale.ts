import { checkFinite } from '../check.ts';
import { type Part, use } from '../gpu/link.ts';
import * as wgsl from '../gpu/shaders.gen.ts';
import { graphOf, type Node } from '../graph/graph.ts';
import type { Op, Ref } from '../graph/op.ts';
import { floats } from '../graph/tensor.ts';
import type { Reference } from '../graph/value.ts';
import { elementDispatch, elementParts } from './map.ts';
import { TINY, ULP } from './rounding.ts';

export interface ScaleAttributes {
  readonly factor: number;
}

/** The element FACTOR · x. */
export const scaleParts = (factor: number): readonly Part<Ref>[] =>
  elementParts(use(wgsl.elementScale, { constants: { FACTOR: factor } }));

const scaleOp: Op<ScaleAttributes> = {
  name: 'scale',
  residence: 'computed',
  infer: ([x]) => {
    floats('the input of scale', x);
    return x;
  },
  gradient: (node, dy) => [scale(dy, node.attributes.factor)],
  element: ({ attributes: { factor } }) => scaleParts(factor),
  dispatch: (node) => elementDispatch(node),
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
  checkFinite('scale(): factor', factor);
  return graphOf('scale()', x).add(scaleOp, [x], { factor });
}
