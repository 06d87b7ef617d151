import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Graph, Node } from '../../src/graph/graph.ts';
import { bceWithLogits } from '../../src/nn/losses/bce-with-logits.ts';
import { crossEntropy } from '../../src/nn/losses/cross-entropy.ts';
import { huber } from '../../src/nn/losses/huber.ts';
import { l1 } from '../../src/nn/losses/l1.ts';
import { smoothL1 } from '../../src/nn/losses/smooth-l1.ts';
import {
  argmax,
  batchMean,
  confusion,
  gradients,
  hits,
  input,
  labels,
  oneHot,
  parameter,
} from '../../src/ops/index.ts';
import { type Loss, lossRows } from '../../src/ops/loss.ts';
import { meanSquaredError, mse } from '../../src/ops/mean_squared_error.ts';
import { softmaxCrossEntropy } from '../../src/ops/softmax_cross_entropy.ts';
import { LOSSES } from '../pytorch/losses.gen.ts';
import { evaluate, near } from './evaluate.ts';

const losses = suite('losses of the reference');

/** Row losses, their mean, and its gradient, for two rows of two outputs. */
function loss(
  rows: (x: Node, graph: Graph) => Node,
  x: readonly number[],
  classes: readonly number[],
): number[][] {
  return evaluate(
    (graph) => {
      const p = parameter(graph, 'x', [classes.length, x.length / classes.length]);
      const each = rows(p, graph);
      const mean = batchMean(each);
      return [each, mean, ...gradients(mean, [p]).values()];
    },
    { x, t: [0, 4, 1, 1] },
    { labels: Uint8Array.from(classes) },
  );
}

losses('softmax cross-entropy: ln 2 for (0, 0), and by the odds for others', () => {
  const rows = (x: Node, graph: Graph): Node => softmaxCrossEntropy(x, labels(graph, 2));
  const even = loss(rows, [0, 0, 0, 0], [0, 1]);
  near(even[0], [Math.LN2, Math.LN2]);
  near(even[1], [Math.LN2]);
  near(even[2], [-1 / 4, 1 / 4, 1 / 4, -1 / 4]);
  // Odds 3 : 1.
  const odds = loss(rows, [Math.log(3), 0, Math.log(3), 0], [0, 1]);
  near(odds[0], [Math.log(4 / 3), Math.log(4)]);
  near(odds[2], [-1 / 8, 1 / 8, 3 / 8, -3 / 8]);
  // Neither overflows nor loses the gap.
  const far = loss(rows, [1000, 0, -1000, 0], [1, 1]);
  near(far[0], [1000, 0]);
  near(far[2], [1 / 2, -1 / 2, 0, 0]);
});

losses(
  'mean squared error: mean over the elements of a row, and its gradient also over the batch',
  () => {
    const found = loss(
      (x, graph) => meanSquaredError(x, input(graph, 't', [2, 2])),
      [1, 2, 1, 3],
      [0, 0],
    );
    near(found[0], [(1 + 4) / 2, 4 / 2]);
    near(found[1], [9 / 4]);
    near(found[2], [1 / 2, -1, 0, 1]);
    const hot = loss(
      (x, graph) => meanSquaredError(x, oneHot(labels(graph, 2), 2)),
      [1, 2, 1, 3],
      [1, 0],
    );
    near(hot[0], [1, 9 / 2]);
    near(hot[2], [1 / 2, 1 / 2, 0, 3 / 2]);
  },
);

/** Against values: two rows of two outputs. */
const against = (value: Loss, x: readonly number[]): number[][] =>
  loss((p, graph) => lossRows(value, p, input(graph, 't', [2, 2])), x, [0, 0]);

losses('L1: the mean of absolute differences; the derivative at 0 is 0', () => {
  // Differences (1, −2), (0, 2).
  const found = against(l1(), [1, 2, 1, 3]);
  near(found[0], [3 / 2, 1]);
  near(found[1], [5 / 4]);
  near(found[2], [1 / 4, -1 / 4, 0, 1 / 4]);
});

losses('Huber: half the square up to delta, then delta times the size minus half of delta', () => {
  near(against(huber(), [1, 2, 1.5, 3])[0], [(1 / 2 + 3 / 2) / 2, (1 / 8 + 3 / 2) / 2]);
  const found = against(huber({ delta: 0.5 }), [0.25, 2, 1, 3]);
  near(found[0], [(1 / 32 + 0.5 * (2 - 0.25)) / 2, (0.5 * (2 - 0.25)) / 2]);
  near(found[2], [0.25 / 4, -0.5 / 4, 0, 0.5 / 4]);
});

losses('smooth L1: the square over 2 beta below beta, then the size minus half of beta', () => {
  const found = against(smoothL1({ beta: 0.5 }), [0.25, 2, 1, 3]);
  near(found[0], [(0.0625 + 1.75) / 2, 1.75 / 2]);
  near(found[2], [0.5 / 4, -1 / 4, 0, 1 / 4]);
  // With beta 0 as L1, with 1 as Huber with 1.
  assert.equal(against(smoothL1({ beta: 0 }), [1, 2, 1, 3]), against(l1(), [1, 2, 1, 3]));
  assert.equal(against(smoothL1(), [1, 2, 1.5, 3]), against(huber(), [1, 2, 1.5, 3]));
});

losses('binary cross-entropy of logits: by the odds, and with a weight for targets of 1', () => {
  // σ = 3/4, 1/4; 1/2, 1/2. Targets 0, 1; 1, 0.
  const x = [Math.log(3), -Math.log(3), 0, 0];
  const rows = (value: Loss): number[][] =>
    evaluate(
      (graph) => {
        const p = parameter(graph, 'x', [2, 2]);
        const each = lossRows(value, p, input(graph, 't', [2, 2]));
        const mean = batchMean(each);
        return [each, mean, ...gradients(mean, [p]).values()];
      },
      { x, t: [0, 1, 1, 0] },
      { labels: new Uint8Array(2) },
    );
  const even = rows(bceWithLogits());
  near(even[0], [Math.log(4), Math.LN2]);
  near(even[2], [3 / 16, -3 / 16, -1 / 8, 1 / 8]);
  const one = rows(bceWithLogits({ positiveWeights: 3 }));
  near(one[0], [2 * Math.log(4), 2 * Math.LN2]);
  near(one[2], [3 / 16, -9 / 16, -3 / 8, 1 / 8]);
  // A weight for each output.
  const each = rows(bceWithLogits({ positiveWeights: [5, 3] }));
  near(each[0], [2 * Math.log(4), 3 * Math.LN2]);
  near(each[2], [3 / 16, -9 / 16, -5 / 8, 1 / 8]);
  // Far logits neither overflow nor lose their size.
  const far = evaluate(
    (graph) => [lossRows(bceWithLogits(), input(graph, 'x', [2, 2]), input(graph, 't', [2, 2]))],
    { x: [1000, -1000, 1000, -1000], t: [1, 0, 0, 1] },
    { labels: new Uint8Array(2) },
  );
  near(far[0], [0, 1000]);
});

losses('label smoothing: the class has 1 − ε + ε / C, each other class ε / C', () => {
  // log softmax: ln 3/4, ln 1/4.
  const found = loss(
    (x, graph) => lossRows(crossEntropy({ labelSmoothing: 0.2 }), x, labels(graph, 2)),
    [Math.log(3), 0, Math.log(3), 0],
    [0, 1],
  );
  near(found[0], [
    0.9 * Math.log(4 / 3) + 0.1 * Math.log(4),
    0.1 * Math.log(4 / 3) + 0.9 * Math.log(4),
  ]);
  near(found[2], [(0.75 - 0.9) / 2, (0.25 - 0.1) / 2, (0.75 - 0.1) / 2, (0.25 - 0.9) / 2]);
});

losses(
  'class weights: the mean of a batch is over the weights of its classes, as PyTorch’s',
  () => {
    const smoothed = (labelSmoothing: number, count: number): number[][] =>
      evaluate(
        (graph) => {
          const p = parameter(graph, 'x', [3, 2]);
          const loss = crossEntropy({ classWeights: [1, 4], labelSmoothing });
          const mean = batchMean(lossRows(loss, p, labels(graph, 3)));
          return [mean, ...gradients(mean, [p]).values()];
        },
        { x: [Math.log(3), 0, Math.log(3), 0, 0, 0] },
        { labels: Uint8Array.of(0, 1, 1), count },
      );
    // All three rows: (1 · ln 4/3 + 4 · ln 4 + 4 · ln 2) / 9; two of three: the third has no weight.
    near(smoothed(0, 3)[0], [(Math.log(4 / 3) + 4 * Math.log(4) + 4 * Math.LN2) / 9]);
    const [mean, slope] = smoothed(0, 2);
    near(mean, [(Math.log(4 / 3) + 4 * Math.log(4)) / 5]);
    near(slope, [-1 / 20, 1 / 20, 3 / 5, -3 / 5, 0, 0]);
    // Smoothing: (1 − ε) · Σ w_y · nll_y + ε / C · Σ_c w_c · nll_c, over Σ w_y.
    const [a, b] = [Math.log(4 / 3), Math.log(4)];
    near(smoothed(0.2, 2)[0], [(0.8 * (a + 4 * b) + 0.1 * 2 * (a + 4 * b)) / 5]);
  },
);

losses('a batch whose classes all have the weight 0 has the loss 0, and no gradient', () => {
  const [rows, slope] = evaluate(
    (graph) => {
      const p = parameter(graph, 'x', [2, 2]);
      const each = lossRows(crossEntropy({ classWeights: [0, 1] }), p, labels(graph, 2));
      return [each, ...gradients(batchMean(each), [p]).values()];
    },
    { x: [1, 2, 3, 4] },
    { labels: Uint8Array.of(0, 0) },
  );
  assert.equal(
    [rows, slope.map(Math.abs)],
    [
      [0, 0],
      [0, 0, 0, 0],
    ],
  );
});

const MADE: Readonly<Record<string, (options: object) => Loss>> = {
  bceWithLogits,
  crossEntropy,
  huber,
  // These two take no options.
  l1: () => l1(),
  mse: () => mse(),
  smoothL1,
};

for (const [name, options, count, value, slope] of LOSSES) {
  losses(`${name} ${JSON.stringify(options)}, ${count} rows: PyTorch’s value and gradient`, () => {
    const own = MADE[name](options);
    const [rows, columns] = [5, 3];
    const numbers = (of: (i: number) => number): number[] =>
      Array.from({ length: rows * columns }, (_, i) => of(i));
    const [mean, gradient] = evaluate(
      (graph) => {
        const x = parameter(graph, 'x', [rows, columns]);
        const t =
          name === 'crossEntropy' ? labels(graph, rows) : input(graph, 't', [rows, columns]);
        const loss = batchMean(lossRows(own, x, t));
        return [loss, ...gradients(loss, [x]).values()];
      },
      { x: numbers((i) => 3 * Math.sin(7 * i + 1)), t: numbers((i) => ((i * i) % 5) / 4) },
      { labels: Uint8Array.of(2, 0, 0, 1, 2), count },
    );
    near(mean, [value], 'the mean');
    near(gradient.slice(0, count * columns), slope, 'the gradient');
    assert.ok(gradient.slice(count * columns).every((one) => one === 0));
  });
}

losses('a loss that is not of a difference has no gradient towards its target', () => {
  assert.throws(
    () =>
      evaluate(
        (graph) => {
          const [x, t] = ['x', 't'].map((name) => parameter(graph, name, [1, 2]));
          return [...gradients(batchMean(lossRows(bceWithLogits(), x, t)), [t]).values()];
        },
        { x: [1, 2], t: [0, 1] },
        { labels: new Uint8Array(1) },
      ),
    /bceWithLogits has no gradient towards its target/,
  );
});

losses('batchMean counts the valid rows of a partial batch; the others’ gradient is 0', () => {
  const [mean, slope] = evaluate(
    (graph) => {
      const x = parameter(graph, 'x', [4]);
      const y = batchMean(x);
      return [y, ...gradients(y, [x]).values()];
    },
    { x: [1, 2, 6, 100] },
    { labels: new Uint8Array(4), count: 3 },
  );
  near(mean, [3]);
  near(slope, [1 / 3, 1 / 3, 1 / 3, 0]);
});

losses('argmax, hits and confusion use the first of equal outputs', () => {
  const found = evaluate(
    (graph) => {
      const x = input(graph, 'x', [5, 3]);
      const t = labels(graph, 5);
      return [argmax(x), hits(x, t), confusion(x, t)];
    },
    { x: [1, 1, 0, 1, 1, 0, 0, 0, 0, -3, -2, -1, 5, 6, 7] },
    { labels: Uint8Array.of(0, 1, 0, 2, 0), count: 4 },
  );
  assert.equal(found[0], [0, 0, 0, 2, 2]);
  assert.equal(found[1], [1, 0, 1, 1, 0]);
  // Rows are classes and columns predictions; the fifth row does not count.
  assert.equal(found[2], [2, 0, 0, 1, 0, 0, 0, 0, 1]);
});

losses.run();
