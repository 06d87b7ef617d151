import { relu } from '../../src/nn/layers.ts';
import { huber } from '../../src/nn/losses/huber.ts';
import { ownOptimizer, sgd } from '../../src/nn/optimizers.ts';
import { pointwise } from '../../src/nn/pointwise.ts';
import * as ops from '../../src/ops/index.ts';
import { each, verifyOps } from '../../src/verify/index.ts';
import { type Any, args, type Call, options, VALUE } from './calls.ts';

const WGSL = 'fn value(x: f32) -> f32 { return x; } fn derivative(x: f32) -> f32 { return 1.0; }';
const UPDATE =
  'fn update(w: vec4f, g: vec4f, s: ptr<function, State>, o: Options) -> vec4f { return w; }';
const PART = '@group(0) @binding(0) var<storage, read> y: array<vec4f>;';

/** How the ops are called, and what takes ops of the caller's. */
export function opsCalls(engine: Any): Record<string, readonly Call[] | string> {
  const graph = new ops.Graph();
  const x = ops.parameter(graph, 'x', [2, 3]);
  const y = ops.parameter(graph, 'y', [2, 3]);
  const bias = ops.parameter(graph, 'bias', [3]);
  const image = ops.parameter(graph, 'image', [2, 2, 2, 3]);
  const pixels = ops.matrixView(image, 3);
  const table = ops.parameter(graph, 'table', [4, 6]);
  const sequence = ops.matrixView(ops.parameter(graph, 'sequence', [1, 2, 6]), 2);
  const classes = ops.labels(graph, 2);
  const rows = ops.meanSquaredError(x, y);
  const own = pointwise({ name: 'own', wgsl: WGSL });
  const trial = {
    name: 'own',
    op: (node: Any) => own(node),
    shapes: [[[1, 1]]],
    reference: each((z) => z),
  };
  const lossed = { name: 'own', loss: huber(), reference: () => 0 };
  const stepped = { name: 'own', optimizer: sgd(), reference: (w: number) => w };
  const layered = { name: 'own', layer: relu(), shapes: [[1, 1]], reference: each((z) => z) };
  return {
    pointwise: options({ name: 'own', wgsl: WGSL, from: 'input' }, pointwise),
    ownOptimizer: options(
      { name: 'own', learningRate: 1, options: { beta: 1 }, states: ['velocity'], wgsl: UPDATE },
      ownOptimizer,
    ),
    verifyOps: [
      // Without options every trial of the engine would run, which takes a minute.
      ...args([engine, { trials: [trial] }], ((e: Any, o: Any) =>
        verifyOps(e, o === undefined ? { filter: 'none' } : o)) as Any),
      ...options({ trials: [trial], seed: 1 }, (o) => verifyOps(engine, o)),
      ...options({ ...trial, ulps: 1, magnitude: 1 }, (o) => verifyOps(engine, { trials: [o] }), [
        'error',
        'inputs',
      ]),
      ...options({ ...lossed, ulps: 1, magnitude: 1, shapes: [[1, 1]] }, (o) =>
        verifyOps(engine, { trials: [o] }),
      ),
      ...options({ ...stepped, ulps: 1, magnitude: 1, steps: 1 }, (o) =>
        verifyOps(engine, { trials: [o] }),
      ),
      ...options({ ...layered, ulps: 1, magnitude: 1 }, (o) => verifyOps(engine, { trials: [o] }), [
        'error',
        'inputs',
      ]),
    ],
    each: [(wrong) => each(wrong)],

    'ops.ref': [(wrong) => ops.ref(wrong)],
    'ops.layoutOf': [(wrong) => ops.layoutOf(wrong)],
    'ops.elementParts': 'takes parts, which the linker checks',
    'ops.elementDispatch': 'called by the planner with nodes',
    'ops.mapDispatch': 'called by the planner with nodes',
    'ops.wgslPart': options(
      { name: 'part', wgsl: PART, bindings: { y: ops.ref(y) } },
      ops.wgslPart,
    ),
    'ops.activation': args([ops.RELU, x], ops.activation),
    ...Object.fromEntries(
      ['IDENTITY', 'RELU', 'SIGMOID', 'TANH', 'GELU', 'GELU_TANH', 'SILU', 'SINE'].map((name) => [
        `ops.${name}`,
        VALUE,
      ]),
    ),
    'ops.leakyRelu': [(wrong) => ops.activation(ops.leakyRelu(wrong), x)],
    'ops.elu': [(wrong) => ops.activation(ops.elu(wrong), x)],
    'ops.softplus': args([1, 20], (...given) =>
      ops.activation(ops.softplus(given[0], given[1]), x),
    ),
    'ops.add': args([x, y], ops.add),
    'ops.addPositions': args([sequence, table], ops.addPositions),
    'ops.causalAttention': args([sequence, 2], ops.causalAttention),
    'ops.embed': args([x, table], ops.embed),
    'ops.addBias': args([x, bias], ops.addBias),
    'ops.argmax': args([x], ops.argmax),
    'ops.batchMean': args([rows], ops.batchMean),
    'ops.columnSums': args([x], ops.columnSums),
    'ops.confusion': args([x, classes], ops.confusion),
    'ops.constant': args([new ops.Graph(), 1], ops.constant),
    'ops.dropout': args([x, 0.5], ops.dropout),
    'ops.flatten': args([x], ops.flatten),
    'ops.channelsFirst': args([image], ops.channelsFirst),
    'ops.channelsLast': args([x, [1, 1, 3]], ops.channelsLast),
    'ops.maxPool2d': [
      ...args([pixels, 1, {}], ops.maxPool2d),
      ...options({ stride: 1, padding: 0, dilation: 1, ceilMode: false }, (o) =>
        ops.maxPool2d(pixels, 1, o),
      ),
    ],
    'ops.avgPool2d': [
      ...args([pixels, 1, {}], ops.avgPool2d),
      ...options({ stride: 1, padding: 0, ceilMode: false, countIncludePad: true }, (o) =>
        ops.avgPool2d(pixels, 1, o),
      ),
    ],
    'ops.matrixView': args([x, 1], ops.matrixView),
    'ops.gradients': args([ops.batchMean(rows), [x], ops.constant(graph, 1)], ops.gradients),
    'ops.hits': args([x, classes], ops.hits),
    'ops.input': args([new ops.Graph(), 'x', [2]], ops.input),
    'ops.labels': args([new ops.Graph(), 2], ops.labels),
    'ops.matmul': [
      ...args([x, y, { transposeB: true }], ops.matmul),
      ...options({ transposeA: false, transposeB: true }, (o) => ops.matmul(x, y, o)),
    ],
    'ops.meanSquaredError': args([x, y], ops.meanSquaredError),
    'ops.oneHot': args([classes, 3], ops.oneHot),
    'ops.parameter': args([new ops.Graph(), 'x', [2]], ops.parameter),
    'ops.reshape': args([x, [2, 3]], ops.reshape),
    'ops.scale': args([x, 2], ops.scale),
    'ops.softmax': args([x], ops.softmax),
    'ops.layerNorm': args([x, 1e-5], ops.layerNorm),
    'ops.rmsNorm': args([x, 1e-5], ops.rmsNorm),
    'ops.concat': args([x, y], ops.concat),
    'ops.scaleColumns': args([x, bias], ops.scaleColumns),
    'ops.columnProducts': args([x, y], ops.columnProducts),
    'ops.rowInput': 'called by the planner with nodes',
    'ops.rowSlope': 'called by the planner with nodes',
    'ops.rowwise': 'called by the planner with nodes',
    'ops.rowwiseDispatch': 'called by the planner with nodes',
    'ops.softmaxCrossEntropy': args([x, classes], ops.softmaxCrossEntropy),
  };
}
