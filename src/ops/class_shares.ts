import { ShapeError } from '../errors.ts';
import { type Part, use } from '../gpu/link.ts';
import * as wgsl from '../gpu/shaders.gen.ts';
import type { Node } from '../graph/graph.ts';
import { type Op, type Ref, ref } from '../graph/op.ts';
import { spec, storageOf, toStorage } from '../graph/tensor.ts';
import { type Reference, rowsOf } from '../graph/value.ts';
import { type Ignored, ignoredPart } from './one_hot.ts';
import { DIVISION, TINY, ULP } from './rounding.ts';
import { dataLabels, isLabels, labelsReference } from './sources.ts';

export interface ClassWeights {
  readonly labels: Node;
  /** One for each class. */
  readonly weights: readonly number[];
  /** The rows that do not count. */
  readonly ignored?: Ignored | undefined;
}

/** Where the totals begin, in elements: behind the shares, which are padded. */
const totalsAt = (classes: number): number => 4 * storageOf([classes]).columns4;

export const classSharesOp: Op<ClassWeights> = {
  name: 'classShares',
  residence: 'computed',
  infer: (_, { weights }) => spec([totalsAt(weights.length) + 3]),
  dispatch: (node) => {
    const { labels, weights, ignored } = node.attributes;
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
        ...dataLabels(labels),
        ignoredPart(ignored),
      ],
      grid: [1, 1, 1],
      flop: labels.spec.shape[0] + 2 * weights.length,
    };
  },
};

export const classSharesReference: Reference<ClassWeights> = (
  { attributes: { labels, weights, ignored } },
  _,
  world,
) => {
  const count = rowsOf(world);
  const at = totalsAt(weights.length);
  const data = new Float64Array(at + 3);
  let total = 0;
  let counted = 0;
  const classes = labelsReference(labels as Node<never>, [], world).data;
  for (const label of classes.subarray(0, count)) {
    if (label === ignored?.label) continue;
    total += weights[Math.min(label, weights.length - 1)];
    counted++;
  }
  data.set(weights.map((weight) => (total > 0 ? (weight * count) / total : 0)));
  data.set([total, counted, total / count], at);
  // The sum of the rows, by lanes; a division; a product.
  const off = (Math.ceil(count / 64) + 64) * ULP + DIVISION + 2 * ULP;
  const isCount = (i: number): boolean => i === at + 1;
  const error = data.map((value, i) => (value > 0 && !isCount(i) ? off * value + TINY : 0));
  return { data, error };
};

/**
 * The weight of each class over the mean weight of the rows of the batch that count; all 0 if the weights of all rows are 0.
 * Behind them the sum of these rows' weights, their number, and the sum over the number of valid rows.
 *
 * @param labels those of the data set, which the kernel reads directly
 * @param ignored which rows do not count. Default: all valid rows do
 * @throws ShapeError if the labels are others
 */
export function classShares(labels: Node, weights: readonly number[], ignored?: Ignored): Node {
  if (!isLabels(labels)) {
    throw new ShapeError(
      `${labels.name} was given; class weights and an ignored class need the data set's labels`,
    );
  }
  return labels.graph.add(classSharesOp, [], { labels, weights, ignored });
}

/** How a loss reads the shares: as `classShareAt`. */
export const classSharesPart = (shares: Node): Part<Ref> =>
  use(wgsl.lossClassShares, { bindings: { classShares: ref(shares) } });

/** How the tick reads which rows counted, and with what weight. */
export const totalsPart = (shares: Node): Part<Ref> =>
  use(wgsl.stepWeighedRows, {
    constants: { TOTALS_AT: storageOf(shares.spec.shape).columns4 - 1 },
    bindings: { batchShares: ref(shares) },
  });
