import { use } from '../gpu/link.ts';
import * as wgsl from '../gpu/shaders.gen.ts';
import { graphOf, type Node } from '../graph/graph.ts';
import type { Op, Storing } from '../graph/op.ts';
import { asMatrix, same } from '../graph/tensor.ts';
import { rowInput, rowSlope, rowwise, rowwiseDispatch } from './rowwise.ts';

const forward = (node: Node): Storing =>
  rowwise(node, 5, [use(wgsl.rowwiseSoftmax), rowInput(node.inputs[0])]);

const softmaxOp: Op<object> = {
  name: 'softmax',
  residence: 'computed',
  infer: ([x]) => {
    asMatrix('the input of softmax', x);
    return x;
  },
  gradient: (node, dy) => [node.graph.add(softmaxGradientOp, [dy, node], {})],
  storing: forward,
  dispatch: rowwiseDispatch,
};

const backward = (node: Node): Storing =>
  rowwise(node, 4, [
    use(wgsl.rowwiseSoftmaxGradient),
    rowSlope(node.inputs[0]),
    rowInput(node.inputs[1]),
  ]);

/** dL/dx from dL/dy and y. */
const softmaxGradientOp: Op<object> = {
  name: 'softmaxGradient',
  residence: 'computed',
  infer: ([dy, y]) => {
    same('the gradient and the output of softmax', dy, y);
    return y;
  },
  storing: backward,
  dispatch: rowwiseDispatch,
};

/** e^x / Σ e^x of each row of x[R,C]. */
export function softmax(x: Node): Node {
  return graphOf('softmax()', x).add(softmaxOp, [x], {});
}
