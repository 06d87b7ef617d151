import { readFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { PACKAGE_ROOT } from '../../src/cli/paths.ts';
import {
  batchNorm1d,
  conv2d,
  embedding,
  flatten,
  layer,
  linear,
  pointwise,
  relu,
  Sequential,
} from '../../src/nn/index.ts';
import * as layers from '../../src/nn/layers.ts';
import { readModel } from '../../src/onnx/format/read-model.ts';
import { Float, toOnnx } from '../../src/onnx/index.ts';
import { EXPORTERS, REASONS } from '../../src/onnx/out/exporters.ts';
import { dropout as dropoutNode } from '../../src/ops/index.ts';
import { references } from '../../src/reference/index.ts';

import { LAYERS } from './networks.ts';
import { randomParameters } from './parameters.ts';
import { distance, expected, outputsOf } from './runtime.ts';

const IMAGES = new Sequential([4, 3, 2], [conv2d(2, 3, 3), relu(), flatten(), linear(6, 3)]);
const WEIGHTS = randomParameters(IMAGES);
const [COUNT, SIZE] = [3, 24];
const BYTES = Uint8Array.from({ length: COUNT * SIZE }, (_, i) => (i * 37) % 256);

/** What the network should get of bytes: (byte / 255 − mean) / deviation, of each channel. */
const prepared = (mean: readonly number[], deviation: readonly number[]): Float32Array =>
  Float32Array.from(BYTES, (byte, i) => {
    const channel = i % mean.length;
    return deviation[channel] > 0 ? (byte / 255 - mean[channel]) / deviation[channel] : 0;
  });

/** [N,H,W,C] as [N,C,H,W]. */
const channelsFirst = <T extends Uint8Array | Float32Array>(images: T): T =>
  images.map((_, i) => {
    const [sample, channel, pixel] = [Math.floor(i / SIZE), Math.floor((i % SIZE) / 12), i % 12];
    return images[sample * SIZE + pixel * 2 + channel];
  }) as T;

test('bytes, a standardisation and the order of the dimensions may be inside of the graph', async () => {
  const scales = [
    [null, [0], [1]],
    [[0.3, 0.4], [0.3], [0.4]],
    [{ mean: [0.2, 0.6], deviation: [0.5, 0.25] }, [0.2, 0.6], [0.5, 0.25]],
    [{ mean: [0.2, 0.6], deviation: [0.5, 0] }, [0.2, 0.6], [0.5, 0]],
    [
      { mean: Array.from({ length: SIZE }, (_, i) => i / SIZE), deviation: [0.5, 0.25] },
      Array.from({ length: SIZE }, (_, i) => i / SIZE),
      Array.from({ length: SIZE }, (_, i) => [0.5, 0.25][i % 2]),
    ],
  ] as const;
  for (const [normalize, mean, deviation] of scales) {
    const wanted = expected(IMAGES, WEIGHTS, prepared(mean, deviation));
    for (const layout of ['NHWC', 'NCHW'] as const) {
      const shape = layout === 'NHWC' ? [COUNT, 4, 3, 2] : [COUNT, 2, 4, 3];
      const own = layout === 'NHWC' ? BYTES : channelsFirst(BYTES);
      const ofBytes = toOnnx(IMAGES, WEIGHTS, { bytes: true, normalize, layout });
      const found = await outputsOf(ofBytes, own, shape);
      assert.ok(distance(found, wanted, COUNT) < 1e-5, `${layout} ${JSON.stringify(normalize)}`);
      if (normalize === null) continue;
      const ofNumbers = toOnnx(IMAGES, WEIGHTS, { normalize, layout });
      const numbers = await outputsOf(
        ofNumbers,
        Float32Array.from(own, (byte) => byte / 255),
        shape,
      );
      assert.ok(distance(numbers, wanted, COUNT) < 1e-5);
    }
  }
});

test('probabilities are those of a softmax or a sigmoid of the outputs', async () => {
  const samples = prepared([0], [1]);
  const outputs = expected(IMAGES, WEIGHTS, samples);
  const of = (probabilities: 'softmax' | 'sigmoid') =>
    outputsOf(toOnnx(IMAGES, WEIGHTS, { probabilities }), samples, [COUNT, 4, 3, 2]);
  const sigmoid = outputs.map((value) => 1 / (1 + Math.exp(-value)));
  assert.ok(distance(await of('sigmoid'), sigmoid, COUNT) < 1e-5);
  const softmax = outputs.map((value, i) => {
    const row = outputs.slice(3 * Math.floor(i / 3), 3 * Math.floor(i / 3) + 3);
    return Math.exp(value) / row.reduce((sum, one) => sum + Math.exp(one), 0);
  });
  assert.ok(distance(await of('softmax'), softmax, COUNT) < 1e-5);
});

test('the file names its ends, its weights as PyTorch, who made it, and the classes', () => {
  const names = { input: 'image', output: 'scores', batch: 'N' };
  const classes = ['a', 'b "c"', 'd'];
  const file = readModel(
    toOnnx(IMAGES, WEIGHTS, { ...names, classes, metadata: { licence: 'MIT' }, bytes: true }),
  );
  const { version } = JSON.parse(readFileSync(`${PACKAGE_ROOT}/package.json`, 'utf8'));
  assert.is(file.producer, `gradweave ${version}`);
  assert.equal(JSON.parse(file.metadata.get('classes') ?? ''), classes);
  assert.is(file.metadata.get('licence'), 'MIT');
  assert.equal(file.inputs, [{ name: 'image', type: 2, shape: [-1, 4, 3, 2] }]);
  assert.equal(file.outputs, [{ name: 'scores', type: 1, shape: [-1, 3] }]);
  assert.is(file.opset, 17);
  const shapes = [...file.constants].map(([name, { shape }]) => `${name} [${shape}]`);
  assert.equal(
    shapes.filter((one) => !one.startsWith('constant')),
    ['0.weight [3,2,3,3]', '0.bias [3]', '3.weight [3,6]', '3.bias [3]'],
  );
  const { values } = file.constants.get('3.weight') ?? { values: [] };
  assert.equal(Array.from(values), Array.from(WEIGHTS.get('3.weight')?.data ?? []));
  const operators = file.nodes.map(({ op }) => op);
  assert.equal(operators, ['Cast', 'Div', 'Transpose', 'Conv', 'Relu', 'Flatten', 'Gemm']);
});

test('wrong calls are refused by name', () => {
  const refused = (work: () => unknown, words: RegExp) => assert.throws(work, words);
  const call = (options: object) => () => toOnnx(IMAGES, WEIGHTS, options as never);
  refused(call({ classis: [] }), /no option "classis"; did you mean classes/);
  refused(call({ classes: 'abc' }), /classes "abc" was given; use an array of strings/);
  refused(call({ input: '' }), /input "" was given; use a name/);
  refused(call({ output: 'input' }), /input and output are both called "input"/);
  refused(call({ input: '0.weight' }), /a parameter is called 0.weight/);
  refused(call({ layout: 'CHW' }), /layout "CHW" was given/);
  refused(call({ probabilities: true }), /probabilities true was given/);
  refused(call({ bytes: 1 }), /bytes 1 was given; it is true or false/);
  refused(call({ normalize: [0, 0] }), /deviation above 0/);
  refused(call({ metadata: { a: 1 } }), /they are texts by their keys/);
  refused(call({ exporters: { softsign: 'Softsign' } }), /exporters.softsign "Softsign" was given/);
  refused(() => toOnnx(IMAGES, new Map()), /the parameters lack 0.weight; give what trainer/);
  refused(() => toOnnx(IMAGES, {} as never), /use a Map of arrays by name/);
  refused(
    () => toOnnx(IMAGES, new Map([['0.weight', [1, 2]]])),
    /2 values were given for 0.weight; its shape \[3, 2, 3, 3\] has 54/,
  );
  const broken = new Map<string, unknown>([...WEIGHTS, ['3.bias', [0, NaN, 0]]]);
  refused(() => toOnnx(IMAGES, broken as never), /3.bias has NaN at 1/);
  const vectors = new Sequential([4], [linear(4, 2)]);
  refused(
    () => toOnnx(vectors, randomParameters(vectors), { layout: 'NCHW' }),
    /'NCHW' was given for samples of shape \[4\]/,
  );
  const tokens = new Sequential([4], [embedding(5, 2)]);
  refused(() => toOnnx(tokens, randomParameters(tokens), { bytes: true }), /for a model of tokens/);
});

const softsign = pointwise({
  name: 'softsign',
  wgsl: `fn value(x: f32) -> f32 { return x / (1.0 + abs(x)); }
    fn derivative(x: f32) -> f32 { let d = 1.0 + abs(x); return 1.0 / (d * d); }`,
});

test('an op without an ONNX form is refused by name, and written by the caller’s exporter', async () => {
  const own = new Sequential([4], [linear(4, 3), softsign(), linear(3, 2)]);
  const weights = randomParameters(own);
  assert.throws(
    () => toOnnx(own, weights),
    /the op softsign has no ONNX form here; give one: \{ exporters: \{ softsign: /,
  );
  const file = toOnnx(own, weights, {
    exporters: { softsign: (writer, [x]) => writer.add('Softsign', [x]) },
  });
  // By hand: softsign(x) of a network that is the identity otherwise.
  const plain = new Sequential([2], [softsign()]);
  const alone = toOnnx(plain, new Map(), {
    exporters: {
      softsign: (writer, [x]) =>
        writer.add('Div', [x, writer.add('Add', [writer.add('Abs', [x]), writer.floats([1], [])])]),
    },
  });
  const found = await outputsOf(alone, Float32Array.of(1, -3), [1, 2]);
  assert.equal([...found], [0.5, -0.75]);
  assert.is((await outputsOf(file, new Float32Array(8), [2, 4])).length, 4);
  // A function of ours is known by its shader, not by its name.
  const relus = pointwise({
    name: 'relu',
    wgsl: `fn value(x: f32) -> f32 { return -x; } fn derivative(x: f32) -> f32 { return -1.0; }`,
  });
  assert.throws(() => toOnnx(new Sequential([2], [relus()]), new Map()), /the op relu has no ONNX/);
  assert.throws(
    () => toOnnx(plain, new Map(), { exporters: { softsign: (() => 1) as never } }),
    /exporters.softsign returned 1; it returns the name of a value/,
  );
  assert.is(new Float(0.5).value, 0.5);
});

test('what depends on the other samples of a batch, or on chance, is refused with a reason', () => {
  const norm = new Sequential([4], [batchNorm1d(4, { trackRunningStats: false })]);
  assert.throws(() => toOnnx(norm, randomParameters(norm)), /trackRunningStats/);
  const drops = new Sequential([4], [layer({ kind: 'drops', build: (x) => dropoutNode(x, 0.5) })]);
  assert.throws(() => toOnnx(drops, new Map()), /the op dropout has no ONNX form: it is random/);
});

/** Ops that only training, evaluation and data have: a model's way forward has none of them. */
const TRAINING = [
  ...['accumulate', 'argmax', 'batchMean', 'clamp'],
  ...['classShares', 'columnProducts', 'columnSums', 'confusion', 'features', 'headDots', 'hits'],
  ...['images', 'labels', 'lossRows', 'norm', 'oneHot', 'pack', 'positionSums', 'attentionSums'],
  ...['scaleDeviations', 'scratch', 'squares', 'trackStatistics', 'update', 'weigh'],
  ...['batchNormSlopes', 'batchNormTotals', 'convolveWeights'],
];

test('every op has an exporter, or is none of the way forward', () => {
  const names = Object.keys(references).filter((name) => !/Gradient$/.test(name));
  const known = [...EXPORTERS.keys(), ...REASONS.keys(), ...TRAINING, 'input', 'parameter'];
  assert.equal(names.sort(), known.sort());
});

test('every layer is exported by a test', () => {
  const made = Object.entries(layers).filter(([, one]) => typeof one === 'function');
  const others = ['Sequential', 'checkModel', 'parameterLayout', 'transposed'];
  const names = made.map(([name]) => name).filter((name) => !others.includes(name));
  assert.equal(names.sort(), Object.keys(LAYERS).sort());
});

test.run();
