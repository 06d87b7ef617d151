import { type Part, use } from '../gpu/link.ts';
import * as wgsl from '../gpu/shaders.gen.ts';
import type { Node } from '../graph/graph.ts';
import { type Op, type Ref, ref, type Storing } from '../graph/op.ts';
import { same, spec, storageOf } from '../graph/tensor.ts';
import { type Segments, segmentGrid, segmentsOf, segmentsPart } from './batch_statistics.ts';
import { linearGrid } from './map.ts';
import { shapePart, storingOf } from './pixelwise.ts';
import { rowwiseDispatch } from './rowwise.ts';

export interface BatchNormAttributes {
  /** Added to the variance. */
  readonly epsilon: number;
}

/** The part that computes x̂ from x and its statistics. */
const normalisedPart = (x: Node, statistics: Node, epsilon: number): Part<Ref> =>
  use(wgsl.batchNormalised, {
    constants: { NORM_EPSILON: epsilon, NORM_COLUMNS4: storageOf(x.spec).columns4 },
    bindings: { normInput: ref(x), normStatistics: ref(statistics) },
  });

const slopePart = (dy: Node): Part<Ref> =>
  use(wgsl.batchSlope, { bindings: { normSlope: ref(dy) } });

/** The kernel of an op that computes each element by itself and gives it to a store, as `storing` of an op. */
function storing({ name, spec: of }: Node, flopEach: number, parts: readonly Part<Ref>[]): Storing {
  const { rows, columns, paddedRows, columns4 } = storageOf(of);
  const { grid, width } = linearGrid((paddedRows / 4) * columns4);
  const own: readonly Part<Ref>[] = [
    use(wgsl.mapStoring, { constants: { GRID_WIDTH: width } }),
    shapePart(of),
    ...parts,
  ];
  return storingOf(name, own, grid, flopEach * rows * columns);
}

const forward = (node: Node<BatchNormAttributes>): Storing => {
  const [x, statistics, weight, bias] = node.inputs;
  return storing(node, 5, [
    use(wgsl.batchNorm),
    normalisedPart(x, statistics, node.attributes.epsilon),
    weight
      ? use(wgsl.batchAffine, { bindings: { normWeight: ref(weight), normBias: ref(bias) } })
      : use(wgsl.batchPlain),
  ]);
};

const batchNormOp: Op<BatchNormAttributes> = {
  name: 'batchNorm',
  residence: 'computed',
  infer: ([x]) => x,
  gradient: ({ graph, inputs: [x, statistics, weight], attributes }, dy, [wantX]) => {
    const segments = segmentsOf(x.spec);
    const of = { ...attributes, ...segments };
    const sums = graph.add(slopesOp, [dy, x, statistics], of);
    const total = (which: 0 | 1, name: string): Node =>
      graph.add(totalsOp, [sums], { which, count: segments.count }, name);
    const [slope, product] = [total(0, 'sum of slopes'), total(1, 'sum of slopes · x̂')];
    const inputs = [dy, x, statistics, slope, product, ...(weight ? [weight] : [])];
    const dx = wantX ? graph.add(batchNormGradientOp, inputs, of, 'batch norm gradient') : null;
    return weight ? [dx, null, product, slope] : [dx, null];
  },
  storing: forward,
  dispatch: rowwiseDispatch,
};

export type SlopesAttributes = BatchNormAttributes & Segments;

const slopesOp: Op<SlopesAttributes> = {
  name: 'batchNormSlopes',
  residence: 'computed',
  infer: ([dy, x], { count }) => {
    same('the gradient and the input of a batch norm', dy, x);
    return spec([2 * count, storageOf(x).columns]);
  },
  dispatch: (node) => {
    const [dy, x, statistics] = node.inputs;
    const { rows, columns } = storageOf(x.spec);
    return {
      label: node.name,
      parts: [
        use(wgsl.batchSlopes, { bindings: { sums: ref(node) } }),
        segmentsPart(x.spec, node.attributes),
        slopePart(dy),
        normalisedPart(x, statistics, node.attributes.epsilon),
      ],
      grid: segmentGrid(x.spec, node.attributes),
      flop: 5 * rows * columns,
    };
  },
};

export interface TotalsAttributes {
  /** Segments of the sums. */
  readonly count: number;
  /** 0: of the slopes, the bias's gradient; 1: of the slopes times x̂, the weight's. */
  readonly which: 0 | 1;
}

const totalsOp: Op<TotalsAttributes> = {
  name: 'batchNormTotals',
  residence: 'computed',
  infer: ([{ shape }]) => spec([shape[1]]),
  dispatch: (node) => {
    const [sums] = node.inputs;
    const { count, which } = node.attributes;
    const { columns4 } = storageOf(node.spec);
    return {
      label: node.name,
      parts: [
        use(wgsl.batchTotals, {
          constants: { SEGMENTS: count, COLUMN4_COUNT: columns4, WHICH: which },
          bindings: { sums: ref(sums), total: ref(node) },
        }),
      ],
      grid: [columns4, 1, 1],
      flop: 4 * count * columns4,
    };
  },
};

const backward = (node: Node<SlopesAttributes>): Storing => {
  const [dy, x, statistics, slope, product, weight] = node.inputs;
  return storing(node, 9, [
    use(wgsl.batchNormGradient, {
      constants: { SAMPLE_ROWS: node.attributes.each },
      bindings: { slopeSum: ref(slope), productSum: ref(product) },
    }),
    slopePart(dy),
    normalisedPart(x, statistics, node.attributes.epsilon),
    weight
      ? use(wgsl.batchSlopeWeight, { bindings: { normWeight: ref(weight) } })
      : use(wgsl.batchNoWeight),
  ]);
};

/** dL/dx from dL/dy, x, its statistics, and the sums over the batch. */
const batchNormGradientOp: Op<SlopesAttributes> = {
  name: 'batchNormGradient',
  residence: 'computed',
  infer: ([, x]) => x,
  storing: backward,
  dispatch: rowwiseDispatch,
};

/**
 * (x − mean) / √(variance + ε) · weight + bias of each column of x[R,C], with the mean and the variance of its batch.
 *
 * @param statistics what `batchStatistics(x)` returns
 * @param affine weight and bias, [C] each. Default none
 */
export const batchNorm = (
  x: Node,
  statistics: Node,
  epsilon: number,
  affine: readonly [weight: Node, bias: Node] | readonly [] = [],
): Node => x.graph.add(batchNormOp, [x, statistics, ...affine], { epsilon });
