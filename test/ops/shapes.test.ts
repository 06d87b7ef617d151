import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ShapeError } from '../../src/errors.ts';
import { Graph, type Node } from '../../src/graph/graph.ts';
import { sgd } from '../../src/nn/optimizers.ts';
import { ACTIVATIONS } from '../../src/ops/activation-reference.ts';
import { pixels } from '../../src/ops/features.ts';
import {
  activation,
  add,
  addBias,
  argmax,
  batchMean,
  columnSums,
  confusion,
  constant,
  dropout,
  flatten,
  hits,
  input,
  labels,
  matmul,
  meanSquaredError,
  oneHot,
  parameter,
  reshape,
  scale,
  softmaxCrossEntropy,
} from '../../src/ops/index.ts';
import { update } from '../../src/ops/update.ts';

const shapes = suite('shapes of ops');

const graph = new Graph();
const x = (...shape: number[]): Node => input(graph, 'x', shape);
const classes = (batch: number): Node => labels(graph, batch);

const shapeOf = ({ spec: { shape, dtype } }: Node): string => `[${shape.join(', ')}] ${dtype}`;

function gives(build: () => Node, expected: string): void {
  shapes(`${String(build).replace('() => ', '')} is ${expected}`, () => {
    assert.is(shapeOf(build()), expected);
  });
}

function refused(build: () => Node, message: string): void {
  shapes(`${String(build).replace('() => ', '')} is refused`, () => {
    const before = graph.nodes.length;
    assert.throws(build, (error: unknown) => {
      if (!(error instanceof ShapeError)) throw error;
      assert.is(error.message, message);
      return true;
    });
    // Only the inputs were added.
    assert.ok(graph.nodes.slice(before).every((node) => node.inputs.length === 0));
  });
}

gives(() => matmul(x(2, 3), x(3, 5)), '[2, 5] f32');
gives(() => matmul(x(2, 3), x(5, 3), { transposeB: true }), '[2, 5] f32');
gives(() => matmul(x(3, 2), x(3, 5), { transposeA: true }), '[2, 5] f32');
gives(() => matmul(x(3, 2), x(5, 3), { transposeA: true, transposeB: true }), '[2, 5] f32');
refused(
  () => matmul(x(2, 3), x(4, 5)),
  'matmul of [2, 3] f32 and [4, 5] f32: the inner sizes are 3 and 4; they must be equal',
);
refused(
  () => matmul(x(2, 3), x(3, 5), { transposeA: true, transposeB: true }),
  'matmul of [2, 3] f32 transposed and [3, 5] f32 transposed: the inner sizes are 2 and 5; they must be equal',
);
refused(
  () => matmul(x(2, 3), x(3, 5, 1)),
  'the second factor of matmul is [3, 5, 1] f32; it must be a matrix of f32; see matrixView()',
);
refused(
  () => matmul(x(3), x(3, 5)),
  'the first factor of matmul is [3] f32; it must be a matrix of f32',
);

gives(() => addBias(x(2, 3), x(3)), '[2, 3] f32');
refused(
  () => addBias(x(2, 3), x(2)),
  'addBias of [2, 3] f32 and [2] f32; the bias must be [3] f32',
);
refused(
  () => addBias(x(2, 3), x(1, 3)),
  'addBias of [2, 3] f32 and [1, 3] f32; the bias must be [3] f32',
);
refused(
  () => addBias(x(3, 3), classes(3)),
  'addBias of [3, 3] f32 and [3] u32; the bias must be [3] f32',
);
refused(() => addBias(x(3), x(3)), 'the input of addBias is [3] f32; it must be a matrix of f32');

gives(() => add(x(2, 3), x(2, 3)), '[2, 3] f32');
refused(
  () => add(x(2, 3), x(3, 2)),
  'the terms of add are [2, 3] f32 and [3, 2] f32; they must be equal',
);
refused(
  () => add(x(6), x(2, 3)),
  'the terms of add are [6] f32 and [2, 3] f32; they must be equal',
);
refused(() => add(classes(3), classes(3)), 'a term of add is [3] u32; it must be f32');

gives(() => scale(x(4), 2), '[4] f32');
gives(() => dropout(x(2, 3), 0.5), '[2, 3] f32');
refused(() => scale(classes(3), 2), 'the input of scale is [3] u32; it must be f32');
refused(() => dropout(classes(3), 0.5), 'the input of dropout is [3] u32; it must be f32');
for (const f of ACTIVATIONS) {
  gives(() => activation(f, x(2, 3)), '[2, 3] f32');
  refused(() => activation(f, classes(3)), `the input of ${f.name} is [3] u32; it must be f32`);
}

gives(() => batchMean(x(5)), '[] f32');
refused(
  () => batchMean(x(5, 1)),
  'the input of batchMean is [5, 1] f32; it must be a vector of f32',
);
refused(
  () => batchMean(classes(5)),
  'the input of batchMean is [5] u32; it must be a vector of f32',
);

gives(() => columnSums(x(2, 3)), '[3] f32');
refused(() => columnSums(x(3)), 'the input of columnSums is [3] f32; it must be a matrix of f32');
gives(() => argmax(x(2, 3)), '[2] u32');
refused(() => argmax(x(3)), 'the input of argmax is [3] f32; it must be a matrix of f32');

gives(() => oneHot(classes(4), 10), '[4, 10] f32');
refused(() => oneHot(x(4), 10), 'labels are [4] f32; they must be [4] u32');
refused(() => oneHot(classes(4), 0), 'shape [4, 0] was given; every size is a positive integer');

gives(() => meanSquaredError(x(4, 3), x(4, 3)), '[4] f32');
refused(
  () => meanSquaredError(x(4, 3), x(4, 2)),
  'outputs and target of mse are [4, 3] f32 and [4, 2] f32; they must be equal',
);
refused(
  () => meanSquaredError(x(4), x(4)),
  'the outputs of mse is [4] f32; it must be a matrix of f32',
);
gives(() => softmaxCrossEntropy(x(4, 3), classes(4)), '[4] f32');
refused(() => softmaxCrossEntropy(x(4, 3), classes(3)), 'labels are [3] u32; they must be [4] u32');
refused(() => softmaxCrossEntropy(x(4, 3), x(4)), 'labels are [4] f32; they must be [4] u32');
gives(() => hits(x(4, 3), classes(4)), '[4] u32');
refused(() => hits(x(4, 3), classes(5)), 'labels are [5] u32; they must be [4] u32');
gives(() => confusion(x(4, 3), classes(4)), '[3, 3] u32');
refused(() => confusion(x(4, 3), classes(5)), 'labels are [5] u32; they must be [4] u32');

gives(() => flatten(x(2, 3, 4)), '[2, 12] f32');
gives(() => flatten(pixels(graph, [5, 28, 28])), '[5, 784] f32');
gives(() => reshape(x(2, 12), [2, 3, 4]), '[2, 3, 4] f32');
refused(
  () => reshape(x(2, 6), [3, 4]),
  'reshape from [2, 6] to [3, 4]; the first size and the product of the others must be equal',
);
refused(
  () => reshape(x(6), [2, 3]),
  'reshape from [6] to [2, 3]; the first size and the product of the others must be equal',
);

gives(() => constant(graph, 2), '[] f32');
gives(() => update(parameter(graph, 'w', [2, 3]), x(2, 3), sgd()), '[2, 3] f32');
refused(
  () => update(parameter(graph, 'w', [2, 3]), x(3, 2), sgd()),
  'a parameter and its gradient are [2, 3] f32 and [3, 2] f32; they must be equal',
);
refused(
  () => parameter(graph, 'w', [2, 0]),
  'shape [2, 0] was given; every size is a positive integer',
);
refused(
  () => pixels(graph, [2.5, 3]),
  'shape [2.5, 3] was given; every size is a positive integer',
);

shapes('dropout of rate 0 and a reshape to the same shape return the input', () => {
  const node = x(2, 3);
  assert.is(dropout(node, 0), node);
  assert.is(reshape(node, [2, 3]), node);
  assert.is(flatten(node), node);
});

shapes('two dropout layers of a graph have different numbers', () => {
  const own = new Graph();
  const layers = [1, 2, 3].map(() => dropout(input(own, 'x', [2, 2]), 0.5).attributes);
  assert.equal(
    layers.map((attributes) => 'layer' in attributes && attributes.layer),
    [0, 1, 2],
  );
});

shapes.run();
