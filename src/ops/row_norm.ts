import { checkNumber } from '../check.ts';
import { type Part, use } from '../gpu/link.ts';
import * as wgsl from '../gpu/shaders.gen.ts';
import { graphOf, type Node } from '../graph/graph.ts';
import type { Op, Ref, Storing } from '../graph/op.ts';
import { asMatrix, same } from '../graph/tensor.ts';
import { rowInput, rowSlope, rowwise, rowwiseDispatch } from './rowwise.ts';

/** How the rows of a tensor are normalised. */
export interface RowNormAttributes {
  /** Whether the row's mean is subtracted first: layer norm; else RMS norm. */
  readonly centred: boolean;
  /** Added to the variance, or to the mean square. */
  readonly epsilon: number;
}

const normPart = ({ centred, epsilon }: RowNormAttributes): Part<Ref> => {
  const constants = { EPSILON: epsilon };
  return centred
    ? use(wgsl.rowwiseLayerNorm, { constants })
    : use(wgsl.rowwiseRmsNorm, { constants });
};

const forward = (node: Node<RowNormAttributes>): Storing =>
  rowwise(node, 7, [use(wgsl.rowwiseNorm), normPart(node.attributes), rowInput(node.inputs[0])]);

const rowNormOp: Op<RowNormAttributes> = {
  name: 'rowNorm',
  residence: 'computed',
  infer: ([x]) => {
    asMatrix('the input of a norm', x);
    return x;
  },
  gradient: ({ graph, inputs: [x], attributes }, dy) => [
    graph.add(rowNormGradientOp, [dy, x], attributes, 'norm gradient'),
  ],
  storing: forward,
  dispatch: rowwiseDispatch,
};

const backward = (node: Node<RowNormAttributes>): Storing =>
  rowwise(node, 16, [
    use(wgsl.rowwiseNormGradient),
    normPart(node.attributes),
    rowSlope(node.inputs[0]),
    rowInput(node.inputs[1]),
  ]);

/** dL/dx from dL/dy and x. The row's mean and deviation are computed again: that costs less than their memory. */
const rowNormGradientOp: Op<RowNormAttributes> = {
  name: 'rowNormGradient',
  residence: 'computed',
  infer: ([dy, x]) => {
    same('the gradient and the input of a norm', dy, x);
    return x;
  },
  storing: backward,
  dispatch: rowwiseDispatch,
};

/** (x − mean) / √(variance + ε) of each row of x[R,C], with the variance 1/C · Σ(x − mean)². */
export const layerNorm = (x: Node, epsilon: number): Node => norm('layerNorm', x, true, epsilon);

/** x / √(mean of x² + ε) of each row of x[R,C]. */
export const rmsNorm = (x: Node, epsilon: number): Node => norm('rmsNorm', x, false, epsilon);

function norm(name: string, x: Node, centred: boolean, epsilon: number): Node {
  checkNumber(`${name}(): epsilon`, epsilon, 1e6);
  return graphOf(`${name}()`, x).add(rowNormOp, [x], { centred, epsilon }, name);
}
