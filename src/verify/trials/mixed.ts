import { HALF_TINY, HALF_ULP, MixedProducts } from '../../fusion/mixed/products.ts';
import { liveNodes, type Node } from '../../graph/graph.ts';
import { isOf } from '../../graph/op.ts';
import { sizeOf } from '../../graph/tensor.ts';
import type { Reference } from '../../graph/value.ts';
import { batchMeanOp } from '../../ops/batch_mean.ts';
import { isOne } from '../../ops/constant.ts';
import {
  convolveReference,
  convolveTransposedReference,
  convolveWeightsReference,
} from '../../ops/convolution/reference.ts';
import { matmulReference } from '../../ops/matmul.ts';
import type { References } from '../../reference/table.ts';
import type { Trial } from '../trial.ts';
import { convolutionTrials } from './convolutions.ts';
import { productTrials } from './products.ts';

/** Each layout, edges, whole rounds, sums that are split over lanes and over dispatches, and convolutions. */
const CHOSEN: readonly (readonly [op: string, label: string])[] = [
  ['matmul', 'NN 5×7×11'],
  ['matmul', 'TN 65×33×31'],
  ['convolve', '2·7×5·1→8 3×3'],
  ['matmul', 'NT 64×64×64'],
  ['matmul', 'TT 33×9×129'],
  ['convolve', '5·9×6·8→12 3×3'],
  ['matmul', 'NN 100×128×784'],
  ['matmul', 'NN 3×5×4100'],
];

/** The products of a trial's graph, whose only loss is the mean over some rows. */
export function mixedOf(targets: readonly Node[]): MixedProducts {
  const nodes = liveNodes(targets);
  const seed = nodes.find(isOne);
  const mean = nodes[0]?.graph.nodes.find((node) => isOf(node, batchMeanOp));
  return new MixedProducts(seed && mean && { seed, rows: sizeOf(mean.inputs[0].spec.shape) });
}

/** A product's reference, with the errors of its operands in f16. */
const inHalves =
  <A extends object>(reference: Reference<A>, mixed: MixedProducts): Reference<A> =>
  (node, inputs, world) =>
    reference(
      node,
      inputs.map(({ data, error }, i) => {
        const lost = HALF_TINY / mixed.scaleOf(node.inputs[i]);
        return {
          data,
          error: error.map((bound, at) => bound + HALF_ULP * (Math.abs(data[at]) + bound) + lost),
        };
      }),
      world,
    );

/** The references of products in mixed precision. */
export const mixedReferences = (mixed: MixedProducts): Partial<References> => ({
  matmul: inHalves(matmulReference, mixed),
  convolve: inHalves(convolveReference, mixed),
  convolveTransposed: inHalves(convolveTransposedReference, mixed),
  convolveWeights: inHalves(convolveWeightsReference, mixed),
});

/** Products in mixed precision, and their gradients. The plain plan has none: it computes them in full precision. */
export const mixedTrials = (): Trial[] => {
  const trials = [...productTrials(), ...convolutionTrials()];
  return CHOSEN.flatMap(([op, label]) =>
    trials
      .filter((one) => one.op === op && one.label === label)
      .map((one) => ({ ...one, op: 'mixed precision', label: `${op} ${label}`, mixed: true })),
  );
};
