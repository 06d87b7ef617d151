import { type Part, use } from '../gpu/link.ts';
import * as wgsl from '../gpu/shaders.gen.ts';
import { graphOf, type Node } from '../graph/graph.ts';
import { type Op, type Ref, ref } from '../graph/op.ts';
import { asMatrix, spec, storageOf, type TensorSpec } from '../graph/tensor.ts';

/** How the rows of a batch are split, so that many invocations share a sum. */
export interface Segments {
  readonly count: number;
  /** Rows of a segment. */
  readonly rows: number;
  /** Rows of a sample, such as the pixels of an image. */
  readonly each: number;
}

/** Rows of a segment at least, while there are few; and invocations at most, while there are many. */
const LEAST_ROWS = 16;
const MOST_INVOCATIONS = 2 ** 15;

/** The segments of x[R,C], an even number: two rows of sums each fill a matrix without padding. */
export function segmentsOf(x: TensorSpec): Segments {
  const { rows, columns4 } = storageOf(x);
  const most = Math.min(1024, Math.max(64, MOST_INVOCATIONS / columns4));
  const count = 2 * Math.ceil(Math.min(most, rows / LEAST_ROWS) / 2);
  return { count, rows: Math.ceil(rows / count), each: rows / x.shape[0] };
}

/** The part that says which rows a segment has, and which count. */
export const segmentsPart = (x: TensorSpec, { count, rows, each }: Segments): Part<Ref> =>
  use(wgsl.batchSegments, {
    constants: {
      SEGMENTS: count,
      SEGMENT_ROWS: rows,
      SAMPLE_ROWS: each,
      SEGMENT_COLUMNS4: storageOf(x).columns4,
    },
  });

/** The grid of a kernel with an invocation for each segment and column of vec4. */
export const segmentGrid = (x: TensorSpec, { count }: Segments) =>
  [Math.ceil((count * storageOf(x).columns4) / 64), 1, 1] as const;

const momentsOp: Op<Segments> = {
  name: 'batchMoments',
  residence: 'computed',
  infer: ([x], { count }) => spec([2 * count, asMatrix('the input of a batch norm', x)[1]]),
  dispatch: (node) => {
    const [x] = node.inputs;
    const { rows, columns } = storageOf(x.spec);
    return {
      label: node.name,
      parts: [
        use(wgsl.batchMoments, { bindings: { x: ref(x), moments: ref(node) } }),
        segmentsPart(x.spec, node.attributes),
      ],
      grid: segmentGrid(x.spec, node.attributes),
      flop: 5 * rows * columns,
    };
  },
};

const statisticsOp: Op<Segments & { readonly of: TensorSpec }> = {
  name: 'batchStatistics',
  residence: 'computed',
  infer: ([{ shape }]) => spec([2, shape[1]]),
  dispatch: (node) => {
    const [moments] = node.inputs;
    const { of, count } = node.attributes;
    const { columns4 } = storageOf(of);
    return {
      label: node.name,
      parts: [
        use(wgsl.batchStatistics, { bindings: { moments: ref(moments), statistics: ref(node) } }),
        segmentsPart(of, node.attributes),
      ],
      grid: [columns4, 1, 1],
      flop: 32 * count * columns4,
    };
  },
};

/**
 * The mean and the variance (1/N) of each column of x[R,C], over the rows of the samples that count: [2,C]. They have no
 * gradient of their own: that of `batchNorm` goes through them.
 */
export function batchStatistics(x: Node): Node {
  const graph = graphOf('batchStatistics()', x);
  asMatrix('the input of a batch norm', x.spec);
  const segments = segmentsOf(x.spec);
  const moments = graph.add(momentsOp, [x], segments);
  return graph.add(statisticsOp, [moments], { ...segments, of: x.spec });
}

export interface TrackAttributes {
  /** The share of the batch in the running statistics; null: 1 / batches so far. */
  readonly momentum: number | null;
  /** Rows of a sample. */
  readonly each: number;
}

export const trackOp: Op<TrackAttributes> = {
  name: 'trackStatistics',
  residence: 'effect',
  infer: ([statistics]) => statistics,
  dispatch: (node) => {
    const [statistics, mean, variance, batches] = node.inputs;
    const { momentum, each } = node.attributes;
    const { columns, columns4 } = storageOf(statistics.spec);
    const state = (first: Node): Ref => ({ kind: 'parameters', first, last: first });
    return {
      label: node.name,
      parts: [
        use(wgsl.batchTrack, {
          constants: {
            MOMENTUM: momentum ?? -1,
            SAMPLE_ROWS: each,
            COLUMN4_COUNT: columns4,
          },
          bindings: {
            statistics: ref(statistics),
            runningMean: state(mean),
            runningVariance: state(variance),
            batchesTracked: state(batches),
          },
        }),
      ],
      grid: [1, 1, 1],
      flop: 7 * columns,
    };
  },
};

/**
 * Updates running statistics in place, after all that read them:
 * running ← (1 − momentum) · running + momentum · batch, with the unbiased variance of the batch.
 *
 * @param statistics of {@link batchStatistics}
 * @param running the mean [C], the variance [C], and the number of batches so far, a scalar
 */
export const trackStatistics = (
  statistics: Node,
  running: readonly [mean: Node, variance: Node, batches: Node],
  attributes: TrackAttributes,
): Node =>
  statistics.graph.add(trackOp, [statistics, ...running], attributes, `track ${running[0].name}`);
