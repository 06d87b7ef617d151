import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { OptionError, ShapeError } from '../../src/errors.ts';
import { Graph, type Node } from '../../src/graph/graph.ts';
import { sizeOf } from '../../src/graph/tensor.ts';
import {
  adaptiveAvgPool1d,
  adaptiveAvgPool2d,
  avgPool1d,
  avgPool2d,
  flatten,
  type Layer,
  linear,
  maxPool1d,
  maxPool2d,
  Sequential,
  unflatten,
} from '../../src/nn/layers.ts';
import {
  batchMean,
  gradients,
  input,
  matrixView,
  meanSquaredError,
  avgPool2d as opAverage,
  maxPool2d as opMaximum,
  parameter,
} from '../../src/ops/index.ts';
import { FLAT, POOLS } from '../pytorch/pools.gen.ts';
import { evaluate, near } from './evaluate.ts';

const pools = suite('pools');

const MAKERS: Readonly<Record<string, (size: never, options: object) => Layer>> = {
  maxPool1d,
  avgPool1d,
  adaptiveAvgPool1d,
  maxPool2d,
  avgPool2d,
  adaptiveAvgPool2d,
};

/** As pools.py. */
const pixel = (i: number): number => (((7 * i * i + i) % 5) - 2) / 2;
const target = (i: number): number => Math.sin(3 * i + 1);
const numbers = (count: number, of: (i: number) => number): number[] =>
  Array.from({ length: count }, (_, i) => of(i));

for (const [name, size, options, shape, result, y, dx] of POOLS) {
  pools(
    `${name}(${JSON.stringify(size)}, ${JSON.stringify(options)}) of ${shape} is PyTorch’s, and its gradient`,
    () => {
      const layer = MAKERS[name](size as never, options);
      assert.equal(layer.shape(shape.slice(1)), result.slice(1));
      const [found, slope] = evaluate(
        (graph) => {
          const x = parameter(graph, 'x', shape);
          const pooled = layer.build(x, '', true);
          assert.equal(pooled.spec.shape, result);
          const rows = flatten({ channelsLast: true }).build(pooled, '', true);
          const loss = batchMean(meanSquaredError(rows, input(graph, 't', rows.spec.shape)));
          return [pooled, ...gradients(loss, [x]).values()];
        },
        { x: numbers(sizeOf(shape), pixel), t: numbers(sizeOf(result), target) },
        { labels: new Uint8Array(shape[0]) },
      );
      near(found, y, 'y');
      near(slope, dx, 'dx');
    },
  );
}

const through = (layers: readonly Layer[], shape: readonly number[], x: readonly number[]) =>
  evaluate(
    (graph) => [
      layers.reduce<Node>((node, layer) => layer.build(node, '', true), input(graph, 'x', shape)),
    ],
    { x },
  )[0];

pools('flatten has PyTorch’s order of images with channels, and unflatten goes back', () => {
  const x = numbers(24, (i) => i);
  assert.equal(through([flatten()], [2, 2, 2, 3], x), FLAT);
  assert.equal(through([flatten(), unflatten([2, 2, 3])], [2, 2, 2, 3], x), x);
  assert.equal(through([flatten({ channelsLast: true })], [2, 2, 2, 3], x), x);
  assert.equal(through([unflatten([2, 2, 3], { channelsLast: true })], [2, 12], x), x);
  // One channel, or two dimensions: nothing moves, and nothing is copied.
  for (const shape of [
    [2, 3, 4, 1],
    [2, 3, 4],
    [2, 1, 1, 12],
  ]) {
    const node = input(new Graph(), 'x', shape);
    assert.is(flatten().build(node, '', true).op.residence, 'alias');
    assert.equal(through([flatten()], shape, x), x);
  }
});

pools('a NaN is the largest number', () => {
  const y = through([maxPool2d(2)], [1, 2, 4, 1], [1, 2, 3, 4, 5, NaN, 7, 8]);
  assert.equal(y, [NaN, 8]);
});

function refused(make: () => unknown, kind: typeof OptionError, message: string): void {
  assert.throws(
    make,
    (error: unknown) => error instanceof kind && error.message === message,
    message,
  );
}

pools('options and images that do not fit are refused by name', () => {
  refused(
    () => maxPool2d(0),
    OptionError,
    'maxPool2d(): kernel 0 was given; use an integer from 1 to 32768, or two of them: [y, x]',
  );
  refused(
    () => avgPool2d([2, 2, 2] as never),
    OptionError,
    'avgPool2d(): kernel [2, 2, 2] was given; use an integer from 1 to 32768, or two of them: [y, x]',
  );
  refused(
    () => maxPool2d(2, { padding: 2 }),
    OptionError,
    'maxPool2d(): padding 2×2 was given with a kernel of 2×2; it is at most half of the kernel',
  );
  refused(
    () => new Sequential([3, 3], [maxPool2d(4), flatten()]),
    ShapeError,
    'layer 0: maxPool2d got images of 3×3 for windows of 4×4 with padding 0×0; each window needs pixels. Use smaller windows, or more padding',
  );
  refused(
    () => new Sequential([12], [maxPool2d(2)]),
    ShapeError,
    'layer 0: maxPool2d got samples of shape [12]; they must be [height, width, channels], or [height, width]',
  );
  refused(
    () => new Sequential([4, 6, 2], [adaptiveAvgPool2d(3), flatten()]),
    ShapeError,
    'layer 0: adaptiveAvgPool2d(3×3) got images of 4×6; its size must divide theirs. Use avgPool2d() for other windows',
  );
  const x = (): Node => input(new Graph(), 'x', [2, 3, 4, 5]);
  for (const op of [opMaximum, opAverage]) {
    assert.throws(() => op(x(), 2), /must be a matrix of f32; see matrixView\(\)/);
    assert.equal(op(matrixView(x(), 3), 2).spec.shape, [2, 1, 2, 5]);
  }
});

pools('samples without channels have one', () => {
  const model = new Sequential(
    [28, 28],
    [maxPool2d(2), avgPool2d([2, 7]), flatten(), linear(14, 3)],
  );
  assert.equal(model.outputShape, [3]);
  assert.equal(
    model.layers.map(({ kind }) => kind),
    ['maxPool2d 2×2, stride 2×2', 'avgPool2d 2×7, stride 2×7', 'flatten', 'linear 14→3'],
  );
});

pools.run();
