import { use } from '../gpu/link.ts';
import * as wgsl from '../gpu/shaders.gen.ts';
import { graphOf, type Node } from '../graph/graph.ts';
import type { Op } from '../graph/op.ts';
import { floats } from '../graph/tensor.ts';
import type { Reference } from '../graph/value.ts';
import { elementDispatch, elementParts } from './map.ts';
import { ULP } from './rounding.ts';

export interface ClampAttributes {
  /** The largest size of an element. */
  readonly largest: number;
}

const clampOp: Op<ClampAttributes> = {
  name: 'clamp',
  residence: 'computed',
  infer: ([x]) => {
    floats('the input of clamp', x);
    return x;
  },
  element: ({ attributes: { largest } }) =>
    elementParts(use(wgsl.elementClamp, { constants: { LARGEST: largest } })),
  dispatch: (node) => elementDispatch(node),
};

export const clampReference: Reference<ClampAttributes> = ({ attributes: { largest } }, [x]) => ({
  data: x.data.map((value) => Math.min(largest, Math.max(-largest, value))),
  // Clamping brings two numbers no further apart; the limit is rounded.
  error: x.error.map((off, i) => off + (Math.abs(x.data[i]) + off >= largest ? ULP * largest : 0)),
});

/** x, at least −largest and at most largest. It has no gradient. */
export function clamp(x: Node, largest: number): Node {
  return graphOf('clamp()', x).add(clampOp, [x], { largest });
}
