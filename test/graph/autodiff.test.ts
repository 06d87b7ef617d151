import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ShapeError } from '../../src/errors.ts';
import { Graph, type Node } from '../../src/graph/graph.ts';
import {
  activation,
  addBias,
  batchMean,
  columnSums,
  gradients,
  input,
  matmul,
  parameter,
  RELU,
} from '../../src/ops/index.ts';
import { meanSquaredError } from '../../src/ops/mean_squared_error.ts';

const autodiff = suite('autodiff');

interface Mlp {
  readonly graph: Graph;
  readonly loss: Node;
  readonly parameters: readonly Node[];
  readonly hidden: Node;
}

function mlp(): Mlp {
  const graph = new Graph();
  const parameters = [
    parameter(graph, 'w0', [6, 5]),
    parameter(graph, 'b0', [5]),
    parameter(graph, 'w1', [5, 3]),
    parameter(graph, 'b1', [3]),
  ];
  const [w0, b0, w1, b1] = parameters;
  const hidden = activation(RELU, addBias(matmul(input(graph, 'x', [4, 6]), w0), b0));
  const y = addBias(matmul(hidden, w1), b1);
  return {
    graph,
    loss: batchMean(meanSquaredError(y, input(graph, 't', [4, 3]))),
    parameters,
    hidden,
  };
}

/** Names of the nodes that differentiation adds. */
function added({ graph, loss }: Mlp, wanted: readonly Node[]): string[] {
  const before = graph.nodes.length;
  gradients(loss, wanted);
  return graph.nodes.slice(before).map((node) => node.op.name);
}

const LAST_LAYER = ['constant', 'batchMeanGradient', 'lossGradient'];

autodiff(
  'adds only the nodes that the wanted gradients need, and none for a frozen parameter',
  () => {
    const all = mlp();
    assert.equal(added(all, all.parameters), [
      ...LAST_LAYER,
      ...['columnSums', 'matmul', 'matmul', 'activationGradient', 'columnSums', 'matmul'],
    ]);
    const last = mlp();
    assert.equal(added(last, last.parameters.slice(2)), [...LAST_LAYER, 'columnSums', 'matmul']);
    const first = mlp();
    assert.equal(added(first, first.parameters.slice(0, 1)), [
      ...LAST_LAYER,
      ...['matmul', 'activationGradient', 'matmul'],
    ]);
    const none = mlp();
    assert.equal(added(none, []), []);
  },
);

autodiff('a branch that the loss does not depend on costs nothing', () => {
  const net = mlp();
  columnSums(matmul(net.hidden, parameter(net.graph, 'unused', [5, 9])));
  assert.is(added(net, net.parameters).length, LAST_LAYER.length + 6);
});

autodiff('gives each wanted node a gradient of its shape, in the order asked for', () => {
  const { loss, parameters, hidden } = mlp();
  const wanted = [parameters[3], hidden, parameters[0]];
  const slopes = gradients(loss, wanted);
  assert.equal([...slopes.keys()], wanted);
  for (const [node, slope] of slopes) assert.equal(slope.spec, node.spec);
});

function refused(build: () => unknown, text: RegExp): void {
  assert.throws(build, (error: unknown) => error instanceof ShapeError && text.test(error.message));
}

autodiff('refuses a node that the loss does not depend on', () => {
  const { graph, loss, parameters } = mlp();
  const other = parameter(graph, 'other', [2]);
  refused(
    () => gradients(loss, [...parameters, other]),
    /^the loss batchMean does not depend on other$/,
  );
});

autodiff('refuses a loss that is not a scalar', () => {
  const { hidden, parameters } = mlp();
  refused(
    () => gradients(hidden, parameters.slice(0, 1)),
    /^the loss relu is \[4, 5\] f32; it must be a scalar\. Reduce it with batchMean$/,
  );
});

autodiff('refuses an op without a gradient between the loss and a parameter', () => {
  const { hidden, parameters } = mlp();
  refused(
    () => gradients(batchMean(columnSums(hidden)), parameters.slice(0, 1)),
    /^columnSums: the op columnSums has no gradient/,
  );
});

autodiff.run();
