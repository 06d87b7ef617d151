import type { Graph } from '../../graph/graph.ts';
import { activation } from '../../ops/activation.ts';
import { RELU, TANH } from '../../ops/activations.ts';
import { avgPool2d } from '../../ops/average_pool.ts';
import { dropout } from '../../ops/dropout.ts';
import { maxPool2d } from '../../ops/max_pool.ts';
import { input } from '../../ops/sources.ts';
import { channelsFirst, channelsLast } from '../../ops/turn.ts';
import { flatten, matrixView } from '../../ops/view.ts';
import { RandomStream } from '../../random/stream.ts';
import type { Trial } from '../trial.ts';
import { forwardAndBackward, nameOf } from './shared.ts';

/** Images [N,H,W,C]: one pixel, one channel, odd sizes, one off a block of 4, more than a workgroup. */
const IMAGES: readonly (readonly [number, number, number, number])[] = [
  [1, 2, 2, 1],
  [3, 5, 7, 3],
  [2, 6, 5, 4],
  [5, 4, 9, 9],
  [7, 8, 8, 16],
];

const MAXIMA = [
  [2, {}],
  [[2, 1], { stride: [1, 2], padding: [1, 0], ceilMode: true }],
  [3, { stride: 2, padding: 1, ceilMode: true }],
  [3, { stride: 1, padding: 1 }],
  [2, { dilation: [1, 2], padding: 1 }],
  [2, { stride: [3, 2], padding: 1 }],
] as const;

const AVERAGES = [
  [2, {}],
  [3, { stride: 1, padding: 1 }],
  [3, { stride: [2, 1], padding: 1, ceilMode: true, countIncludePad: false }],
  [2, { ceilMode: true }],
  [2, { stride: 4, padding: 1 }],
] as const;

/** Whole numbers from −1 to 1: in most windows several are the largest. */
const tied = (name: string, size: number): Float32Array => {
  const random = new RandomStream([size, name.length]);
  return Float32Array.from({ length: size }, () => random.below(3) - 1);
};

export function poolTrials(): Trial[] {
  return IMAGES.flatMap((shape) => [
    ...MAXIMA.flatMap(([kernel, options]) => {
      const label = `${nameOf(shape)}, ${JSON.stringify([kernel, options])}`;
      return [
        forwardAndBackward(
          'maxPool',
          [shape],
          ([x]) => flatten(maxPool2d(matrixView(x, 3), kernel, options)),
          { label },
        ),
        forwardAndBackward(
          'maxPool, ties',
          [shape],
          // The activation's gradient is computed where the pool's is.
          ([x]) =>
            flatten(dropout(maxPool2d(activation(RELU, matrixView(x, 3)), kernel, options), 0.2)),
          { label, fill: tied },
        ),
      ];
    }),
    ...AVERAGES.map(([kernel, options]) =>
      forwardAndBackward(
        'averagePool',
        [shape],
        ([x]) => flatten(avgPool2d(activation(TANH, matrixView(x, 3)), kernel, options)),
        { label: `${nameOf(shape)}, ${JSON.stringify([kernel, options])}` },
      ),
    ),
    {
      op: 'maxPool, forward alone',
      label: nameOf(shape),
      build: (graph: Graph) => [
        activation(TANH, maxPool2d(matrixView(input(graph, 'x', shape), 3), 2, { stride: 1 })),
      ],
    },
    forwardAndBackward('averagePool, global', [shape], ([x]) =>
      flatten(activation(TANH, avgPool2d(matrixView(x, 3), [shape[1], shape[2]]))),
    ),
    forwardAndBackward('channelsFirst', [shape], ([x]) => channelsFirst(x)),
    forwardAndBackward('channelsFirst, rows', [shape], ([x]) =>
      channelsFirst(activation(TANH, matrixView(x, 3))),
    ),
    forwardAndBackward('channelsLast', [[shape[0], shape[1] * shape[2] * shape[3]]], ([x]) =>
      flatten(activation(TANH, matrixView(channelsLast(x, shape.slice(1)), 3))),
    ),
  ]);
}
