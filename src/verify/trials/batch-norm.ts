import type { Graph, Node } from '../../graph/graph.ts';
import {
  batchNorm1d,
  batchNorm2d,
  flatten as flattened,
  linear,
  type Model,
  relu,
  residual,
  Sequential,
  tanh,
  unflatten,
} from '../../nn/layers.ts';
import { buildModel } from '../../nn/model.ts';
import { activation } from '../../ops/activation.ts';
import { RELU, TANH } from '../../ops/activations.ts';
import { batchMean } from '../../ops/batch_mean.ts';
import { batchNorm } from '../../ops/batch_norm.ts';
import { batchStatistics, trackStatistics } from '../../ops/batch_statistics.ts';
import { addBias } from '../../ops/bias.ts';
import { pixels } from '../../ops/features.ts';
import { gradients } from '../../ops/gradients.ts';
import { matmul } from '../../ops/matmul.ts';
import { scaleColumns } from '../../ops/scale_columns.ts';
import { softmaxCrossEntropy } from '../../ops/softmax_cross_entropy.ts';
import { input, labels, parameter } from '../../ops/sources.ts';
import { standardiseColumns } from '../../ops/standardise_columns.ts';
import { update } from '../../ops/update.ts';
import { flatten, matrixView } from '../../ops/view.ts';
import { RandomStream } from '../../random/stream.ts';
import type { Trial } from '../trial.ts';
import { forwardAndBackward, MATRICES, nameOf } from './shared.ts';
import { UPDATE_RULES } from './updates.ts';

/** Rows of samples of several rows, and more segments than a workgroup has lanes. */
const IMAGES: readonly (readonly number[])[] = [
  [3, 2, 2, 3],
  [5, 3, 5, 7],
  [4, 28, 28, 5],
  [9, 13, 11, 8],
  [2, 1, 1, 70],
];

const normed = (x: Node, own: readonly Node[], epsilon = 1e-3): Node => {
  const [weight, bias] = own;
  return batchNorm(x, batchStatistics(x), epsilon, weight && bias ? [weight, bias] : []);
};

/** Ops of batch norms: over whole and partial batches, of samples of one row and of several. */
export function batchNormTrials(): Trial[] {
  const shapes = [...MATRICES.filter(([rows]) => rows > 1), ...IMAGES];
  return [
    ...shapes.flatMap((shape) => {
      const columns = shape[shape.length - 1];
      const view = (x: Node): Node => matrixView(x, shape.length - 1);
      const partial = { samples: shape[0] + Math.max(1, shape[0] - 2), step: 1 };
      const affine = [shape, [columns], [columns]];
      return [
        forwardAndBackward('batchNorm', [shape], ([x]) => flatten(normed(view(x), []))),
        forwardAndBackward('batchNorm, affine', affine, ([x, ...own]) =>
          flatten(normed(view(x), own)),
        ),
        forwardAndBackward(
          'batchNorm, partial batch',
          affine,
          ([x, ...own]) => flatten(activation(TANH, normed(view(x), own))),
          partial,
        ),
        forwardAndBackward('standardiseColumns', [shape], ([x]) => {
          const [mean, variance] = ['mean', 'variance'].map((name) =>
            input(x.graph, name, [columns]),
          );
          // So that no variance is below 0.
          return flatten(standardiseColumns(view(x), mean, variance, 1.5));
        }),
        trackTrial(shape, { momentum: 0.3 }),
        trackTrial(shape, { momentum: null, ...partial }),
      ];
    }),
    ...[1000, -300].map((mean) => farTrial([65, 7, 3], mean)),
    evaluationTrial(),
    ...networkTrials(),
  ];
}

/** The statistics of a batch, those of its segments, and the update of the running ones. */
function trackTrial(
  shape: readonly number[],
  { momentum, ...more }: Partial<Trial> & { readonly momentum: number | null },
): Trial {
  return {
    op: 'trackStatistics',
    label: `${nameOf(shape)}, momentum ${momentum}, ${more.samples ? 'partial' : 'whole'} batch`,
    batch: shape[0],
    ...more,
    build: (graph: Graph) => {
      const columns = shape[shape.length - 1];
      const x = matrixView(input(graph, 'x', shape), shape.length - 1);
      const statistics = batchStatistics(x);
      const each = shape.slice(1, -1).reduce((product, size) => product * size, 1);
      const running = [
        parameter(graph, 'mean', [columns]),
        parameter(graph, 'variance', [columns]),
        parameter(graph, 'batches', []),
      ] as const;
      const tracked = trackStatistics(statistics, running, { momentum, each });
      return [statistics.inputs[0], statistics, tracked];
    },
  };
}

/** A mean that is large beside the deviation. */
const farTrial = (shape: readonly number[], mean: number): Trial => ({
  op: 'batchNorm, far mean',
  label: `${nameOf(shape)}, mean ${mean}`,
  batch: shape[0],
  build: (graph: Graph) => {
    const x = matrixView(input(graph, 'x', shape), shape.length - 1);
    const y = normed(x, []);
    return [y.inputs[1].inputs[0], y.inputs[1], y];
  },
  fill: (_: string, size: number) => {
    const random = new RandomStream([size, 3]);
    return Float32Array.from({ length: size }, () => mean + random.signed());
  },
});

/** In evaluation: fused into the product before it. */
const evaluationTrial = (): Trial => ({
  op: 'batch norm in evaluation',
  label: '9×13 · 13×7',
  batch: 9,
  positive: true,
  build: (graph: Graph) => {
    const own = (name: string): Node => parameter(graph, name, [7]);
    const x = matmul(input(graph, 'x', [9, 13]), parameter(graph, 'w', [13, 7]));
    const y = standardiseColumns(x, own('mean'), own('variance'), 0.01);
    return [activation(RELU, addBias(scaleColumns(y, own('weight')), own('bias')))];
  },
});

const NETWORKS: Readonly<Record<string, Model>> = {
  'norms of features': new Sequential(
    [49],
    [
      batchNorm1d(49, { affine: false }),
      linear(49, 13, { bias: false }),
      batchNorm1d(13, { momentum: 0.3 }),
      relu(),
      residual([linear(13, 13), batchNorm1d(13), relu()]),
      linear(13, 10),
    ],
  ),
  'norms of channels': new Sequential(
    [7, 7],
    [
      batchNorm2d(1, { eps: 1e-3 }),
      flattened(),
      unflatten([7, 7]),
      linear(7, 12),
      unflatten([7, 4, 3]),
      batchNorm2d(3, { momentum: null }),
      tanh(),
      flattened(),
      linear(84, 10),
    ],
  ),
  'frozen norms': new Sequential(
    [49],
    [linear(49, 13), batchNorm1d(13, { frozen: true }), relu(), linear(13, 10)],
  ),
};

/** Training steps, of whole and of partial batches, with the running statistics. */
function networkTrials(): Trial[] {
  return Object.entries(NETWORKS).flatMap(([label, model]) =>
    [20, 21].map((samples) => ({
      op: 'networks with batch norms',
      label: `${label}, ${samples} samples in batches of 7`,
      batch: 7,
      samples,
      step: 2,
      magnitude: 0.5,
      positive: true,
      build: (graph: Graph) => {
        const images = pixels(graph, [7, ...model.inputShape], [0.286, 0.353]);
        const rows = softmaxCrossEntropy(buildModel(model, images, true), labels(graph, 7));
        const state = model.parameters.flatMap(({ name, state }) => (state ? [name] : []));
        const learned = graph.nodes.filter(
          ({ op, name }) => op.name === 'parameter' && !state.includes(name),
        );
        for (const [p, slope] of gradients(batchMean(rows), learned)) {
          update(p, slope, UPDATE_RULES[0][1]);
        }
        return [rows, ...graph.nodes.filter(({ op }) => op.residence === 'effect')];
      },
    })),
  );
}
