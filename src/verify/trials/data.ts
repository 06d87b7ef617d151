import type { Graph } from '../../graph/graph.ts';
import { batchMean } from '../../ops/batch_mean.ts';
import { constant } from '../../ops/constant.ts';
import { features, pixels } from '../../ops/features.ts';
import { gradients } from '../../ops/gradients.ts';
import { oneHot } from '../../ops/one_hot.ts';
import { labels, parameter } from '../../ops/sources.ts';
import type { Trial } from '../trial.ts';
import { lossTrials } from './losses.ts';

export function dataTrials(): Trial[] {
  const batches = [
    { batch: 1, samples: 1, step: 0 },
    { batch: 7, samples: 23, step: 3 },
    { batch: 32, samples: 100, step: 9 },
    { batch: 100, samples: 250, step: 2 },
  ];
  return batches.flatMap((options) => {
    const label = `batch ${options.batch} of ${options.samples}, step ${options.step}`;
    return [
      ...[5, 16, 49].map((size) => ({
        op: 'pixels',
        label: `${label}, ${size} pixels`,
        ...options,
        build: (graph: Graph) => [
          pixels(graph, [options.batch, size]),
          pixels(graph, [options.batch, size], [0.286, 0.353]),
        ],
      })),
      ...[5, 16].map((size) => ({
        op: 'values',
        label: `${label}, ${size} values`,
        ...options,
        build: (graph: Graph) => [
          features(graph, [options.batch, size], { kind: 'values', name: 'inputs' }),
          features(graph, [options.batch, size], { kind: 'values', name: 'raw' }, 'standard'),
        ],
      })),
      {
        op: 'labels, oneHot',
        label,
        ...options,
        build: (graph: Graph) => {
          const classes = labels(graph, options.batch);
          return [classes, oneHot(classes, 10)];
        },
      },
      {
        op: 'batchMean',
        label,
        ...options,
        build: (graph: Graph) => {
          const x = parameter(graph, 'x', [options.batch]);
          const mean = batchMean(x);
          return [mean, ...gradients(mean, [x]).values()];
        },
      },
      {
        op: 'constant',
        label,
        ...options,
        build: (graph: Graph) => [constant(graph, 0.1)],
      },
      ...[1, 2, 10, 13].flatMap((classes) => lossTrials(options, classes, label)),
    ];
  });
}
