import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Node } from '../../src/graph/graph.ts';
import { bceWithLogits } from '../../src/nn/losses/bce-with-logits.ts';
import { crossEntropy } from '../../src/nn/losses/cross-entropy.ts';
import { huber } from '../../src/nn/losses/huber.ts';
import { l1 } from '../../src/nn/losses/l1.ts';
import { smoothL1 } from '../../src/nn/losses/smooth-l1.ts';
import { ACTIVATIONS } from '../../src/ops/activation-reference.ts';
import { addPositions } from '../../src/ops/add_positions.ts';
import { causalAttention } from '../../src/ops/attention.ts';
import { batchNorm } from '../../src/ops/batch_norm.ts';
import { batchStatistics } from '../../src/ops/batch_statistics.ts';
import { concat } from '../../src/ops/concat.ts';
import { embed } from '../../src/ops/embed.ts';
import { pixels } from '../../src/ops/features.ts';
import {
  activation,
  add,
  addBias,
  avgPool2d,
  batchMean,
  channelsFirst,
  channelsLast,
  dropout,
  flatten,
  matmul,
  matrixView,
  maxPool2d,
  oneHot,
  reshape,
  SIGMOID,
  scale,
  TANH,
} from '../../src/ops/index.ts';
import { lossRows } from '../../src/ops/loss.ts';
import { meanSquaredError } from '../../src/ops/mean_squared_error.ts';
import { layerNorm, rmsNorm } from '../../src/ops/row_norm.ts';
import { scaleColumns } from '../../src/ops/scale_columns.ts';
import { softmax } from '../../src/ops/softmax.ts';
import { softmaxCrossEntropy } from '../../src/ops/softmax_cross_entropy.ts';
import { labels } from '../../src/ops/sources.ts';
import { standardiseColumns } from '../../src/ops/standardise_columns.ts';
import { RandomStream } from '../../src/random/stream.ts';
import { type Case, worstDifference } from './differences.ts';

const check = suite('gradients');

/** The accuracy of the difference quotient, with a margin of two orders of magnitude. */
const TOLERANCE = 1e-8;

/** A sum of squares against an input: a scalar whose gradient differs in every element. */
const against = (y: Node, target: Node): Node => batchMean(meanSquaredError(y, target));

function holds(name: string, ...cases: readonly Case[]): void {
  check(`${name} has the gradient of difference quotients`, () => {
    for (const given of cases) {
      const off = worstDifference(given);
      assert.ok(off < TOLERANCE, `${JSON.stringify(given.parameters)}: off by ${off}`);
    }
  });
}

/** A function of tensors of the given shapes whose result is [rows, columns]. */
function op(
  name: string,
  parameters: readonly (readonly number[])[],
  [rows, columns]: readonly [number, number],
  build: (parameters: readonly Node[]) => Node,
  more: Partial<Case> = {},
): void {
  holds(name, {
    parameters,
    inputs: [[rows, columns]],
    build: (p, [target]) => against(build(p), target),
    labels: new Array(rows).fill(0),
    ...more,
  });
}

op(
  'matmul',
  [
    [3, 4],
    [4, 5],
  ],
  [3, 5],
  ([a, b]) => matmul(a, b),
);
op(
  'matmul, B transposed',
  [
    [3, 4],
    [5, 4],
  ],
  [3, 5],
  ([a, b]) => matmul(a, b, { transposeB: true }),
);
op(
  'matmul, A transposed',
  [
    [4, 3],
    [4, 5],
  ],
  [3, 5],
  ([a, b]) => matmul(a, b, { transposeA: true }),
);
op(
  'matmul, both transposed',
  [
    [4, 3],
    [5, 4],
  ],
  [3, 5],
  ([a, b]) => matmul(a, b, { transposeA: true, transposeB: true }),
);
op('matmul of a matrix with itself', [[3, 3]], [3, 3], ([a]) => matmul(a, a, { transposeA: true }));
op('addBias', [[3, 5], [5]], [3, 5], ([x, b]) => addBias(x, b));
op(
  'add',
  [
    [3, 5],
    [3, 5],
  ],
  [3, 5],
  ([x, y]) => add(x, y),
);
op('add to itself', [[3, 5]], [3, 5], ([x]) => add(x, x));
op('a tensor that is used four times', [[4, 4]], [4, 4], ([x]) =>
  add(add(activation(TANH, x), matmul(x, x)), scale(x, 3)),
);
op('scale', [[3, 5]], [3, 5], ([x]) => scale(x, -0.3));
for (const f of ACTIVATIONS) {
  op(f.name, [[6, 7]], [6, 7], ([x]) => activation(f, scale(x, 2)));
}
op(
  'concat',
  [
    [4, 3],
    [4, 2],
  ],
  [4, 8],
  ([x, y]) => concat(concat(x, y), x),
);
op('scaleColumns', [[4, 5], [5]], [4, 5], ([x, w]) => scaleColumns(x, w));
op('layerNorm', [[4, 5]], [4, 5], ([x]) => layerNorm(scale(x, 2), 1e-2));
op('rmsNorm', [[4, 5]], [4, 5], ([x]) => rmsNorm(scale(x, 2), 1e-2));
/** With a batch norm that is trained: weight and bias as well. */
const normed = ([x, ...affine]: readonly Node[]): Node => {
  const [weight, bias] = affine;
  const scaled = scale(x, 2);
  return batchNorm(scaled, batchStatistics(scaled), 1e-2, weight ? [weight, bias] : []);
};
const COLUMNS = [[5], [5]];
op('batchNorm', [[4, 5]], [4, 5], normed);
op('batchNorm with weights', [[4, 5], ...COLUMNS], [4, 5], normed);
op('batchNorm of a partial batch', [[6, 5], ...COLUMNS], [6, 5], normed, { count: 4 });
op(
  'batchNorm of samples of several rows, in a partial batch',
  [[4, 3, 5], ...COLUMNS],
  [4, 15],
  ([x, ...affine]) => flatten(normed([matrixView(x, 2), ...affine])),
  { count: 3 },
);
holds('standardiseColumns', {
  parameters: [[4, 5]],
  inputs: [[4, 5], ...COLUMNS],
  labels: [0, 0, 0, 0],
  // So that no variance is below 0.
  build: ([x], [target, mean, variance]) =>
    against(standardiseColumns(scale(x, 2), mean, variance, 1.5), target),
});
op('softmax', [[4, 5]], [4, 5], ([x]) => softmax(scale(x, 2)));
op('causalAttention', [[2, 4, 18]], [2, 24], ([x]) =>
  flatten(causalAttention(matrixView(x, 2), 2)),
);
op(
  'addPositions',
  [
    [2, 3, 4],
    [5, 4],
  ],
  [2, 12],
  ([x, table]) => flatten(addPositions(matrixView(x, 2), table)),
);
holds('embed', {
  parameters: [[3, 4]],
  inputs: [
    [2, 5],
    [2, 20],
  ],
  labels: [0, 0],
  build: ([table], [tokens, target]) => against(flatten(embed(scale(tokens, 4), table)), target),
});
op('dropout of a given step', [[6, 7]], [6, 7], ([x]) => dropout(x, 0.4), { step: 12 });
op('flatten', [[3, 2, 4]], [3, 8], ([x]) => flatten(x));
op('reshape', [[3, 8]], [3, 8], ([x]) => flatten(scale(reshape(x, [3, 2, 4]), 2)));
op('channelsFirst', [[2, 2, 3, 3]], [2, 18], ([x]) => channelsFirst(x));
op('channelsLast', [[2, 18]], [2, 18], ([x]) => flatten(channelsLast(scale(x, 2), [2, 3, 3])));
const pooled = (y: Node): Node => flatten(y);
op('maxPool2d', [[2, 5, 4, 3]], [2, 12], ([x]) => pooled(maxPool2d(matrixView(x, 3), 2)));
op('maxPool2d, overlapping and dilated', [[2, 5, 4, 2]], [2, 24], ([x]) =>
  pooled(
    maxPool2d(matrixView(x, 3), [3, 2], { stride: [2, 1], padding: [1, 1], dilation: [1, 2] }),
  ),
);
op('avgPool2d', [[2, 5, 4, 3]], [2, 12], ([x]) => pooled(avgPool2d(matrixView(x, 3), 2)));
op('avgPool2d, overlapping, padding not counted', [[2, 5, 4, 2]], [2, 24], ([x]) =>
  pooled(avgPool2d(matrixView(x, 3), 3, { stride: [2, 1], padding: 1, countIncludePad: false })),
);
op('avgPool2d of all pixels', [[2, 3, 4, 2]], [2, 2], ([x]) =>
  pooled(avgPool2d(matrixView(x, 3), [3, 4])),
);
op('batchMean of a partial batch', [[5, 3]], [5, 3], ([x]) => activation(SIGMOID, x), {
  count: 3,
});

const CLASSES = { labels: [2, 0, 3, 3, 1], parameters: [[5, 4]] };
for (const count of [5, 3]) {
  holds(`meanSquaredError against one-hot labels, ${count} of 5 rows`, {
    ...CLASSES,
    count,
    build: ([x], _, graph) => against(x, oneHot(labels(graph, 5), 4)),
  });
  holds(`softmaxCrossEntropy, ${count} of 5 rows`, {
    ...CLASSES,
    count,
    build: ([x], _, graph) => batchMean(softmaxCrossEntropy(scale(x, 3), labels(graph, 5))),
  });
}
const weights = [0.5, 2, 1, 3];
for (const count of [5, 3]) {
  for (const own of [l1(), huber({ delta: 0.5 }), smoothL1({ beta: 0.3 })]) {
    holds(`${own.kind}, also towards its target, ${count} of 5 rows`, {
      parameters: [
        [5, 4],
        [5, 4],
      ],
      labels: [0, 0, 0, 0, 0],
      count,
      build: ([x, t]) => batchMean(lossRows(own, x, t)),
    });
  }
  for (const positiveWeights of [1, 3, weights]) {
    holds(`bceWithLogits, weights ${positiveWeights}, ${count} of 5 rows`, {
      parameters: [[5, 4]],
      inputs: [[5, 4]],
      labels: [0, 0, 0, 0, 0],
      count,
      build: ([x], [t]) => batchMean(lossRows(bceWithLogits({ positiveWeights }), scale(x, 3), t)),
    });
  }
  for (const options of [
    { labelSmoothing: 0.1 },
    { classWeights: weights },
    { labelSmoothing: 0.1, classWeights: weights },
  ]) {
    holds(`crossEntropy ${Object.keys(options)}, ${count} of 5 rows`, {
      ...CLASSES,
      count,
      build: ([x], _, graph) =>
        batchMean(lossRows(crossEntropy(options), scale(x, 3), labels(graph, 5))),
    });
  }
}
holds('meanSquaredError, also towards its target', {
  parameters: [
    [4, 3],
    [4, 3],
  ],
  labels: [0, 0, 0, 0],
  build: ([x, t]) => against(activation(SIGMOID, x), activation(TANH, add(x, t))),
});

/** A network of random widths with every op that training uses. */
function randomNetwork(seed: number): Case {
  const random = new RandomStream([seed, 6]);
  const widths = Array.from({ length: 2 + random.below(3) }, () => 1 + random.below(6));
  const batch = 2 + random.below(5);
  const classes = widths[widths.length - 1];
  const kind = ACTIVATIONS[random.below(ACTIVATIONS.length)];
  const rate = random.below(2) * 0.3;
  const crossEntropy = random.below(2) === 1;
  return {
    parameters: widths.slice(1).flatMap((width, i) => [[widths[i], width], [width]]),
    labels: Array.from({ length: batch }, () => random.below(classes)),
    count: 1 + random.below(batch),
    pixels: widths[0],
    step: seed,
    seed,
    build: (parameters, _, graph) => {
      let x = pixels(graph, [batch, widths[0]], [0.286, 0.353]);
      for (let i = 0; i < parameters.length; i += 2) {
        x = addBias(matmul(x, parameters[i]), parameters[i + 1]);
        if (i + 2 < parameters.length) x = dropout(activation(kind, x), rate);
      }
      const target = labels(graph, batch);
      return batchMean(
        crossEntropy
          ? softmaxCrossEntropy(x, target)
          : meanSquaredError(x, oneHot(target, classes)),
      );
    },
  };
}

holds('a random network', ...Array.from({ length: 30 }, (_, seed) => randomNetwork(seed)));

check.run();
