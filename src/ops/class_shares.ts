import { ShapeError } from '../errors.ts';
import { type Part, use } from '../gpu/link.ts';
import * as wgsl from '../gpu/shaders.gen.ts';
import type { Node } from '../graph/graph.ts';
import { type Op, type Ref, ref } from '../graph/op.ts';
import { spec, toStorage } from '../graph/tensor.ts';
import type { Reference } from '../graph/value.ts';
import { DIVISION, TINY, ULP } from './rounding.ts';
import { isLabels } from './sources.ts';

export interface ClassWeights {
  readonly batch: number;
  /** One for each class. */
  readonly weights: readonly number[];
}

export const classSharesOp: Op<ClassWeights> = {
  name: 'classShares',
  residence: 'computed',
  infer: (_, { weights }) => spec([weights.length]),
  dispatch: (node) => {
    const { batch, weights } = node.attributes;
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
        use(wgsl.targetLabel),
      ],
      grid: [1, 1, 1],
      flop: batch + 2 * weights.length,
    };
  },
};

export const classSharesReference: Reference<ClassWeights> = (
  { attributes: { weights } },
  _,
  { labels, indices, count },
) => {
  let total = 0;
  for (const sample of indices.slice(0, count)) {
    total += weights[Math.min(labels[sample], weights.length - 1)];
  }
  const data = Float64Array.from(weights, (weight) => (total > 0 ? (weight * count) / total : 0));
  // The sum of the rows, by lanes; a division; a product.
  const off = (Math.ceil(count / 64) + 64) * ULP + DIVISION + 2 * ULP;
  return { data, error: data.map((share) => off * share + (share > 0 ? TINY : 0)) };
};

/**
 * The weight of each class over the mean weight of the valid rows of the batch: [classes]. All 0 if the weights of all rows
 * are 0.
 *
 * @param labels those of the data set, which the kernel reads directly
 * @throws ShapeError if they are others
 */
export function classShares(labels: Node, weights: readonly number[]): Node {
  if (!isLabels(labels)) {
    throw new ShapeError(`${labels.name} was given; class weights need the data set's labels`);
  }
  const [batch] = labels.spec.shape;
  return labels.graph.add(classSharesOp, [], { batch, weights });
}

/** How a loss reads the shares: as `classShareAt`. */
export const classSharesPart = (shares: Node): Part<Ref> =>
  use(wgsl.lossClassShares, { bindings: { classShares: ref(shares) } });
