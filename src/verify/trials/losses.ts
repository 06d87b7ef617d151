import type { Node } from '../../graph/graph.ts';
import { bceWithLogits } from '../../nn/losses/bce-with-logits.ts';
import { crossEntropy } from '../../nn/losses/cross-entropy.ts';
import { huber } from '../../nn/losses/huber.ts';
import { l1 } from '../../nn/losses/l1.ts';
import { smoothL1 } from '../../nn/losses/smooth-l1.ts';
import { batchMean } from '../../ops/batch_mean.ts';
import { confusion, hits } from '../../ops/classify.ts';
import { features } from '../../ops/features.ts';
import { gradients } from '../../ops/gradients.ts';
import { FORMULA, type Loss, lossRows } from '../../ops/loss.ts';
import { meanSquaredError } from '../../ops/mean_squared_error.ts';
import { ignoring, oneHot } from '../../ops/one_hot.ts';
import { softmaxCrossEntropy } from '../../ops/softmax_cross_entropy.ts';
import { input, labels, parameter } from '../../ops/sources.ts';
import { weigh } from '../../ops/weigh.ts';
import type { Trial } from '../trial.ts';

/** Losses against values, with the scale of their outputs. */
export const VALUE_LOSSES: readonly (readonly [string, Loss, number])[] = [
  ['l1', l1(), 1],
  ['huber', huber(), 2],
  ['huber, delta 0.3', huber({ delta: 0.3 }), 1],
  ['smoothL1', smoothL1(), 2],
  ['smoothL1, beta 0.3', smoothL1({ beta: 0.3 }), 1],
  ['bceWithLogits', bceWithLogits(), 3],
  ['BCE, large', bceWithLogits(), 100],
  ['BCE, weight 3', bceWithLogits({ positiveWeights: 3 }), 3],
];

/** Losses against classes, with the scale of their outputs. */
export const lossesOf = (classes: number): readonly (readonly [string, Loss, number])[] => {
  const weights = Array.from({ length: classes }, (_, c) => 0.3 + ((7 * c) % 5));
  return [
    ['huber', huber(), 2],
    ['bceWithLogits', bceWithLogits(), 3],
    ['BCE, weights', bceWithLogits({ positiveWeights: weights }), 3],
    ['entropy, smoothed', crossEntropy({ labelSmoothing: 0.1 }), 3],
    ['entropy, weights', crossEntropy({ classWeights: weights }), 3],
    ['entropy, both', crossEntropy({ labelSmoothing: 0.1, classWeights: weights }), 3],
    ['entropy, ignored', crossEntropy({ ignoreIndex: classes >> 1 }), 3],
    [
      'entropy, all',
      crossEntropy({ labelSmoothing: 0.1, classWeights: weights, ignoreIndex: 0 }),
      3,
    ],
  ];
};

/** The loss of each row against labels. */
export function rowsOf(loss: Loss, x: Node, t: Node): Node {
  return lossRows(loss, x, loss[FORMULA].target === 'class' ? t : oneHot(t, x.spec.shape[1]));
}

export function lossTrials(
  options: { batch: number; samples: number; step: number },
  classes: number,
  label: string,
): Trial[] {
  const title = `${label}, ${classes} classes`;
  const weighedEntropy = (x: Node, t: Node): Node => weigh(softmaxCrossEntropy(x, t));
  const squared = (x: Node, t: Node): Node => weigh(meanSquaredError(x, oneHot(t, classes)));
  const trial = (op: string, loss: (x: Node, t: Node) => Node, magnitude: number): Trial => ({
    op,
    label: title,
    ...options,
    classes,
    magnitude,
    build: (graph) => {
      const x = parameter(graph, 'outputs', [options.batch, classes]);
      const t = labels(graph, options.batch);
      const rows = loss(x, t);
      const mean = batchMean(rows);
      return [rows, mean, ...gradients(mean, [x]).values(), hits(x, t)];
    },
  });
  return [
    trial('meanSquaredError', (x, t) => meanSquaredError(x, oneHot(t, classes)), 1),
    trial('softmaxCrossEntropy', softmaxCrossEntropy, 3),
    trial('softmaxCrossEntropy, large', softmaxCrossEntropy, 200),
    trial('weigh softmaxCrossEntropy', weighedEntropy, 3),
    trial('weigh meanSquaredError', squared, 1),
    {
      op: 'confusion',
      label: title,
      ...options,
      classes,
      build: (graph) => [
        confusion(input(graph, 'outputs', [options.batch, classes]), labels(graph, options.batch)),
      ],
    },
    {
      op: 'confusion, ignored',
      label: title,
      ...options,
      classes,
      build: (graph) => [
        confusion(
          input(graph, 'outputs', [options.batch, classes]),
          labels(graph, options.batch),
          ignoring(classes >> 1),
        ),
      ],
    },
  ];
}

/** Other losses than the two that every app has. */
export function moreLossTrials(): Trial[] {
  const batches = [
    { batch: 100, samples: 250, step: 2 },
    { batch: 7, samples: 23, step: 3 },
  ];
  return batches.flatMap((options) =>
    [13, 1].flatMap((classes) => {
      const label = `batch ${options.batch} of ${options.samples}, ${classes} classes`;
      const shape = [options.batch, classes];
      const trial = (
        op: string,
        magnitude: number,
        build: (x: Node) => readonly Node[],
      ): Trial => ({
        op,
        label,
        ...options,
        classes,
        magnitude,
        build: (graph) => {
          const x = parameter(graph, 'outputs', shape);
          const [rows, ...others] = build(x);
          const mean = batchMean(rows);
          return [rows, mean, ...gradients(mean, [x]).values(), ...others];
        },
      });
      const classed =
        (loss: Loss, weighted: boolean) =>
        (x: Node): readonly Node[] => {
          const t = labels(x.graph, options.batch);
          const rows = rowsOf(loss, x, t);
          return [weighted ? weigh(rows) : rows, hits(x, t)];
        };
      return [
        ...lossesOf(classes).flatMap(([op, loss, magnitude]) => [
          trial(op, magnitude, classed(loss, false)),
          trial(`weigh ${op}`, magnitude, classed(loss, true)),
        ]),
        ...VALUE_LOSSES.map(([op, loss, magnitude]) =>
          trial(`${op}, values`, magnitude, (x) => [
            lossRows(loss, x, features(x.graph, shape, { kind: 'values', name: 't' })),
          ]),
        ),
      ];
    }),
  );
}
