import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Graph, Node } from '../../src/graph/graph.ts';
import {
  argmax,
  batchMean,
  confusion,
  gradients,
  hits,
  input,
  labels,
  meanSquaredError,
  oneHot,
  parameter,
  softmaxCrossEntropy,
} from '../../src/ops/index.ts';
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
