import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { builtInGarments } from '../../src/data/garments.ts';
import { type WritableTensor, writeSafetensors } from '../../src/data/safetensors.ts';
import { DataError } from '../../src/errors.ts';
import { Graph } from '../../src/graph/graph.ts';
import { exact } from '../../src/graph/value.ts';
import { clipNorm } from '../../src/nn/clip.ts';
import { gelu, layerNorm, linear, residual, Sequential, silu } from '../../src/nn/layers.ts';
import { crossEntropy } from '../../src/nn/losses/cross-entropy.ts';
import { adamw } from '../../src/nn/optimizers.ts';
import { cosineRate, linearRate, sequentialRate } from '../../src/nn/schedules.ts';
import { input } from '../../src/ops/sources.ts';
import { worstGradient } from '../../src/parity/distance.ts';
import { layoutOf, ofChannelsFirst, shapeOf } from '../../src/parity/layout.ts';
import { layersOf } from '../../src/parity/modules.ts';
import { runParity } from '../../src/parity/run.ts';
import { parseTrace, type Trace } from '../../src/parity/trace.ts';
import { runReference } from '../../src/reference/run.ts';
import { rejects, withSharedEngine } from '../gpu/helpers.ts';
import { ReferenceTrainer } from '../train/reference.ts';

const DATASET = builtInGarments({ train: 200, test: 60 });
const STEPS = 8;
const BATCH = 12;

const MODEL = [
  { Linear: { in_features: 784, out_features: 9 } },
  { LayerNorm: { normalized_shape: 9 } },
  { GELU: {} },
  { Residual: [{ Linear: { in_features: 9, out_features: 9 } }, { SiLU: {} }] },
  { Linear: { in_features: 9, out_features: 10 } },
];
const CONFIG = {
  input: [784],
  model: MODEL,
  loss: { CrossEntropyLoss: { label_smoothing: 0.1 } },
  optimizer: { AdamW: { lr: 0.01, weight_decay: 0.05 } },
  schedule: {
    SequentialLR: {
      schedulers: [
        { LinearLR: { start_factor: 0.1, total_iters: 3 } },
        { CosineAnnealingLR: { T_max: 10 } },
      ],
      milestones: [3],
    },
  },
  clip_grad_norm: 0.5,
  batch: BATCH,
  steps: STEPS,
};

const LAYERS = [
  linear(784, 9),
  layerNorm(9),
  gelu(),
  residual([linear(9, 9), silu()]),
  linear(9, 10),
];

/** The two files of the run above, trained in float64 by the reference. */
function files(config: object = CONFIG): readonly [json: string, tensors: Uint8Array] {
  const reference = new ReferenceTrainer({
    model: new Sequential([784], LAYERS),
    dataset: DATASET,
    loss: crossEntropy({ labelSmoothing: 0.1 }),
    optimizer: adamw({ learningRate: 0.01, weightDecay: 0.05 }),
    schedule: sequentialRate(
      [linearRate({ startFactor: 0.1, totalSteps: 3 }), cosineRate({ totalSteps: 10 })],
      [3],
    ),
    clip: clipNorm(0.5),
    batchSize: BATCH,
    seed: 3,
  });
  const indices = Int32Array.from({ length: STEPS * BATCH }, (_, i) => (i * 37) % 200);
  const batchOf = (step: number): number[] => [
    ...indices.subarray(step * BATCH, (step + 1) * BATCH),
  ];
  const tensors = new Map<string, WritableTensor>([
    ['indices', { shape: [STEPS, BATCH], data: indices }],
  ]);
  const { parameters } = new Sequential([784], LAYERS);
  const keep = (prefix: string, values: ReadonlyMap<string, Float64Array>): void => {
    for (const { name, shape } of parameters) {
      tensors.set(`${prefix}.${name}`, { shape, data: Float32Array.from(values.get(name) ?? []) });
    }
  };
  keep('init', reference.parameters());
  keep('grad0', reference.gradients(batchOf(0)));
  const loss = Array.from({ length: STEPS }, (_, step) => reference.train(batchOf(step)));
  keep('final', reference.parameters());
  const test = reference.evaluate('test');
  const json = {
    config,
    loss,
    loss_float64: loss,
    test_loss: test.loss,
    test_loss_float64: test.loss,
    final_distance_float64: 1e-7,
    test_accuracy: (test.hits ?? 0) / DATASET.test.count,
  };
  return [JSON.stringify(json), writeSafetensors(tensors)];
}

const [JSON_TEXT, TENSORS] = files();
const traceOf = (config: object = {}): Trace => {
  const json = JSON.parse(JSON_TEXT);
  return parseTrace(
    'modules',
    JSON.stringify({ ...json, config: { ...CONFIG, ...config } }),
    TENSORS,
  );
};

test('a network of modules with a schedule and clipping is repeated within the bounds', () =>
  withSharedEngine(async (engine) => {
    for (const plan of ['fused', 'plain'] as const) {
      const result = await runParity(engine, traceOf(), DATASET, plan);
      assert.ok(result.ok, JSON.stringify(result, null, 1));
    }
  }));

const WRONG: readonly (readonly [string, object])[] = [
  ['a group', { parameter_groups: [{ match: ['4.weight'], options: { lr: 0.02 } }] }],
  ['the clip', { clip_grad_norm: 0.6 }],
  ['the schedule', { schedule: { CosineAnnealingLR: { T_max: 10 } } }],
  ['the smoothing', { loss: { CrossEntropyLoss: {} } }],
  ['the form of GELU', { model: MODEL.with(2, { GELU: { approximate: 'tanh' } } as never) }],
  ['the weight decay', { optimizer: { AdamW: { lr: 0.01, weight_decay: 0.5 } } }],
];

for (const [what, config] of WRONG) {
  test(`${what} being wrong does not pass`, () =>
    withSharedEngine(async (engine) => {
      const result = await runParity(engine, traceOf(config), DATASET, 'fused');
      assert.not.ok(result.ok, JSON.stringify(result, null, 1));
    }));
}

const REFUSED: readonly (readonly [string, object, string])[] = [
  [
    'a module that is not here',
    { model: [{ LSTM: {} }] },
    'model[0] is {"LSTM":{}}; it must be one of Conv1d',
  ],
  [
    'an argument',
    { model: [{ ReLU: { slope: 1 } }] },
    'model[0].ReLU: the option slope is unknown',
  ],
  ['a dropout', { model: [{ Dropout: { p: 0.2 } }] }, 'p is 0.2; it must be 0'],
  [
    'a module along the lines of images',
    { input: [1, 28, 28], model: [{ Linear: { in_features: 28, out_features: 10 } }] },
    'model[0].Linear works along the last dimension of [channels, …]; put a Flatten before it',
  ],
  ['a loss', { loss: { CTCLoss: {} } }, 'config loss is {"CTCLoss":{}}'],
  ['a reduction', { loss: { MSELoss: { reduction: 'sum' } } }, 'reduction is "sum"'],
  ['an optimizer', { optimizer: { Rprop: {} } }, 'optimizer is {"Rprop":{}}'],
  ['a schedule', { schedule: { CyclicLR: {} } }, 'config schedule is {"CyclicLR":{}}'],
  ['an option of the run', { swa: 1 }, 'the option swa is unknown'],
  ['a group', { parameter_groups: [{ match: 'bias', options: {} }] }, 'match is "bias"'],
  ['tokens that do not fit', { tokens: 32 }, 'linear(784, 9) got samples of shape [32]'],
  ['layers that do not fit', { model: MODEL.slice(1) }, 'layerNorm(9)'],
];

for (const [what, config, message] of REFUSED) {
  test(`a trace with ${what} is refused`, () =>
    rejects((async () => traceOf(config))(), DataError, message));
}

/** Modules whose samples are [channels, length]. */
const LINES = [
  { Conv1d: { in_channels: 2, out_channels: 2, kernel_size: 2 } },
  { Flatten: {} },
  { Linear: { in_features: 4, out_features: 1, bias: false } },
];

test('samples of Conv1d are [channels, length], in PyTorch’s order before and after', () => {
  const layout = layoutOf([2, 3], LINES);
  assert.equal(layout, { channelsFirst: true });
  assert.equal(layoutOf([2, 3], [{ Linear: {} }]), { channelsFirst: false });
  const model = ofChannelsFirst(
    new Sequential(shapeOf([2, 3], layout), layersOf('model', LINES, { ...layout })),
  );
  assert.equal(model.inputShape, [6]);
  const graph = new Graph();
  const x = input(graph, 'x', [1, 6]);
  const outputs = model.build(x, false);
  const tensors = new Map([
    ['x', [1, 2, 3, 4, 5, 6]],
    // [taps · inputs, outputs], of weight[o, i, t] = 1, 2, 3, 4, then 5, 6, 7, 8.
    ['0.weight', [1, 5, 3, 7, 2, 6, 4, 8]],
    ['0.bias', [10, 100]],
    ['2.weight', [1, 2, 3, 4]],
  ]);
  const values = runReference([outputs], {
    tensors: new Map([...tensors].map(([name, all]) => [name, exact(Float64Array.from(all))])),
    moments: new Map(),
    images: new Uint8Array(),
    labels: new Uint8Array(),
    indices: [0],
    count: 1,
    step: 0,
    key: [0, 0],
  });
  // y[0] = 10 + [1, 2] · [1, 2] + [4, 5] · [3, 4] = 47, then 57; y[1] = 100 + 17 + 68 = 185, then 211.
  assert.equal([...(values.get(outputs)?.data ?? [])], [47 + 2 * 57 + 3 * 185 + 4 * 211]);
});

test('a small gradient is measured by all of them, a large one by itself', () => {
  const of = (...all: readonly number[][]) => new Map(all.map((one, i) => [String(i), one]));
  assert.is(worstGradient(of([3, 4], [1e-9]), of([3, 4], [0])), 1e-9 / 0.05);
  assert.ok(Math.abs(worstGradient(of([3, 4], [1.1]), of([3, 4], [1])) - 0.1) < 1e-12);
  assert.is(worstGradient(of([3, 4], [Number.NaN]), of([3, 4], [1])), Infinity);
});

test.run();
