import { type Part, use } from '../gpu/link.ts';
import * as wgsl from '../gpu/shaders.gen.ts';
import type { Node } from '../graph/graph.ts';
import { type Dispatch, type Op, type Ref, ref } from '../graph/op.ts';
import { spec, toStorage } from '../graph/tensor.ts';
import type { Reference } from '../graph/value.ts';
import { checkLabels, labelPart } from './one_hot.ts';
import { DIVISION, TINY, ULP } from './rounding.ts';

export interface ClassWeights {
  /** One for each class. */
  readonly weights: readonly number[];
}

function dispatchOf(node: Node<ClassWeights>, label: Part<Ref>): Dispatch {
  const { weights } = node.attributes;
  const values = toStorage([weights.length], weights);
  return {
    label: node.name,
    parts: [
      use(wgsl.lossBatchClassShares, {
        bindings: {
          classWeights: { kind: 'program', name: 'class weights', values },
          shares: ref(node),
        },
      }),
      use(wgsl.lossClasses, { constants: { CLASSES: weights.length } }),
      label,
    ],
    grid: [1, 1, 1],
    flop: node.inputs[0].spec.shape[0] + 2 * weights.length,
  };
}

export const classSharesOp: Op<ClassWeights> = {
  name: 'classShares',
  residence: 'computed',
  infer: ([labels], { weights }) => {
    checkLabels(labels, labels.shape[0]);
    return spec([weights.length]);
  },
  ofLabels: dispatchOf,
  dispatch: (node) => dispatchOf(node, labelPart(node.inputs[0])),
};

export const classSharesReference: Reference<ClassWeights> = (
  { attributes: { weights } },
  [labels],
  { count },
) => {
  let total = 0;
  for (let row = 0; row < count; row++) {
    total += weights[Math.min(labels.data[row], weights.length - 1)];
  }
  const data = Float64Array.from(weights, (weight) => (total > 0 ? (weight * count) / total : 0));
  // The sum of the rows, by lanes; a division; a product.
  const off = (Math.ceil(count / 64) + 64) * ULP + DIVISION + 2 * ULP;
  return { data, error: data.map((share) => off * share + (share > 0 ? TINY : 0)) };
};

/**
 * The weight of each class over the mean weight of the valid rows of the batch: [classes] from labels [batch] u32. All 0
 * if the weights of all rows are 0.
 */
export function classShares(labels: Node, weights: readonly number[]): Node {
  return labels.graph.add(classSharesOp, [labels], { weights });
}

/** How a loss reads the shares: as `classShareAt`. */
export const classSharesPart = (shares: Node): Part<Ref> =>
  use(wgsl.lossClassShares, { bindings: { classShares: ref(shares) } });
