import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { OptionError } from '../../src/errors.ts';
import { FORMS } from '../../src/nn/forms.ts';
import { concat, model } from '../../src/nn/functional.ts';
import { normal } from '../../src/nn/initial.ts';
import * as layers from '../../src/nn/layers.ts';
import { mlp } from '../../src/nn/mlp.ts';
import type { Model } from '../../src/nn/model.ts';
import { modelFrom, type OwnLayers } from '../../src/nn/model-from-json.ts';
import { modelJson } from '../../src/nn/model-json.ts';
import { pointwise } from '../../src/nn/pointwise.ts';

const { layer, linear, named, relu, residual, Sequential, sequential } = layers;

const tokens = layers.embedding(7, 4, { initial: normal(0.5) });

/** Models with each kind of layer, with options that are not the default. */
const EXAMPLES: Readonly<Record<string, readonly [number[], ...layers.Layer[]]>> = {
  relu: [[3], relu()],
  sigmoid: [[3], layers.sigmoid()],
  tanh: [[3], layers.tanh()],
  silu: [[3], layers.silu()],
  sine: [[3], layers.sine()],
  gelu: [[3], layers.gelu(), layers.gelu({ approximate: 'tanh' })],
  leakyRelu: [[3], layers.leakyRelu(), layers.leakyRelu({ negativeSlope: 0.3 })],
  elu: [[3], layers.elu(), layers.elu({ alpha: 2 })],
  softplus: [[3], layers.softplus(), layers.softplus({ beta: 2, threshold: 7 })],
  causalSelfAttention: [[5, 4], layers.causalSelfAttention(4, 2)],
  batchNorm1d: [
    [4],
    layers.batchNorm1d(4),
    layers.batchNorm1d(4, { eps: 1e-3, momentum: null, affine: false }),
    layers.batchNorm1d(4, { trackRunningStats: false }),
  ],
  batchNorm2d: [[5, 4, 2], layers.batchNorm2d(2, { momentum: 0.2, frozen: true })],
  conv1d: [[9, 2], layers.conv1d(2, 4, 3, { stride: 2, padding: 1, groups: 2, bias: false })],
  conv2d: [
    [9, 8, 2],
    layers.conv2d(2, 3, [3, 5], { padding: 'same' }),
    layers.conv2d(3, 3, 3, { stride: [2, 1], dilation: [1, 2], groups: 3 }),
  ],
  convTranspose1d: [[5, 2], layers.convTranspose1d(2, 3, 3, { stride: 2, outputPadding: 1 })],
  convTranspose2d: [
    [5, 4, 2],
    layers.convTranspose2d(2, 3, 3, { stride: [2, 3], padding: 1, outputPadding: [1, 2] }),
  ],
  dropout: [[3], layers.dropout(0.3), layers.dropout(0)],
  embedding: [[5], tokens],
  positionalEmbedding: [[5, 4], layers.positionalEmbedding(8, 4)],
  unembedding: [[5], tokens, layers.rmsNorm(4), layers.unembedding(tokens)],
  flatten: [[5, 4, 2], layers.flatten({ channelsLast: true })],
  unflatten: [[40], layers.unflatten([5, 4, 2]), layers.flatten(), layers.unflatten([2, 20])],
  linear: [[3], linear(3, 4), linear(4, 2, { bias: false })],
  maxPool2d: [
    [9, 8, 2],
    layers.maxPool2d([3, 2], { stride: [2, 1], padding: 1, dilation: [1, 2], ceilMode: true }),
  ],
  avgPool2d: [[9, 8, 2], layers.avgPool2d(3, { padding: [1, 0], countIncludePad: false })],
  adaptiveAvgPool2d: [[9, 8, 2], layers.adaptiveAvgPool2d([3, 4])],
  maxPool1d: [[9, 2], layers.maxPool1d(3, { stride: 2, padding: 1, dilation: 2 })],
  avgPool1d: [[9, 2], layers.avgPool1d(3, { ceilMode: true, countIncludePad: false })],
  adaptiveAvgPool1d: [[9, 2], layers.adaptiveAvgPool1d(3)],
  layerNorm: [[3], layers.layerNorm(3), layers.layerNorm(3, { eps: 1e-3, affine: false })],
  rmsNorm: [[3], layers.rmsNorm(3, { eps: 0.1 }), layers.rmsNorm(3, { affine: false })],
  softmax: [[3], layers.softmax()],
};

const shapesOf = ({ parameters }: Pick<Model, 'parameters'>) =>
  parameters.map(({ name, shape, state, bound, initial }) => [
    name,
    shape,
    state,
    bound,
    initial?.name,
  ]);

/** Writes a model and reads it again. */
function again(given: Model, own?: OwnLayers): Model {
  const text = JSON.stringify(modelJson(given));
  const read = modelFrom(JSON.parse(text), own);
  assert.is(JSON.stringify(modelJson(read)), text);
  assert.is(read.kind, given.kind);
  assert.equal(read.inputShape, given.inputShape);
  assert.equal(read.outputShape, given.outputShape);
  return read;
}

const MADE_OF_LAYERS = ['Sequential', 'sequential', 'residual', 'named', 'layer'];
const NO_LAYERS = ['checkModel', 'parameterLayout', 'transposed'];

test('every layer has a form and an example', () => {
  const named = Object.entries(layers).flatMap(([name, one]) =>
    typeof one === 'function' && !NO_LAYERS.includes(name) ? name : [],
  );
  const plain = named.filter((name) => !MADE_OF_LAYERS.includes(name));
  assert.equal([...FORMS.keys()].sort(), plain.sort());
  assert.equal(Object.keys(EXAMPLES).sort(), plain);
  const functions = new Map<string, unknown>(Object.entries(layers));
  for (const [name, form] of FORMS) assert.is(form.make, functions.get(name), name);
});

for (const [name, [input, ...all]] of Object.entries(EXAMPLES)) {
  test(`${name} is the same after it was written and read`, () => {
    const given = new Sequential(input, all);
    const read = again(given);
    const withoutInitial = (one: Model) => shapesOf(one).map((parts) => parts.slice(0, 4));
    assert.equal(withoutInitial(read), withoutInitial(given));
    // The distribution of an embedding's initial values is not in the file.
    if (!/embedding/.test(name)) assert.equal(shapesOf(read), shapesOf(given));
    assert.ok(JSON.stringify(modelJson(given)).includes(`"layer":"${name}"`));
  });
}

test('a layer is written with the names of its arguments and options', () => {
  const { layers: written } = modelJson(
    new Sequential([9, 2], [named('first', layers.conv1d(2, 4, 3, { padding: 'same' })), relu()]),
  ) as unknown as { layers: unknown[] };
  assert.equal(written, [
    {
      layer: 'conv1d',
      inputs: 2,
      outputs: 4,
      kernelSize: 3,
      stride: 1,
      padding: 1,
      dilation: 1,
      groups: 1,
      bias: true,
      name: 'first',
    },
    { layer: 'relu' },
  ]);
});

test('layers inside of layers keep their names and their places', () => {
  const block = residual([named('up', linear(4, 8)), relu(), sequential([linear(8, 4)])]);
  const inner = new Sequential([4], [linear(4, 4), named('last', relu())]);
  const given = new Sequential(
    [2, 2],
    [layers.flatten(), named('block', block), named('inner', inner), inner],
  );
  const read = again(given);
  assert.equal(shapesOf(read), shapesOf(given));
  assert.ok(read.parameters.some(({ name }) => name === 'block.2.0.weight'));
  again(mlp([3, 3, 2], [18, 4, 2], { dropout: 0.5, outputActivation: 'tanh' }));
});

test('what model() made is the same: branches, sums, shared layers, tied embeddings', () => {
  const shared = linear(4, 4);
  const branches = model([4], (x) => {
    const h = x.pipe(shared, relu()).add(x);
    return concat([h, h.pipe(shared), x.pipe(named('side', linear(4, 2)))]).pipe(linear(10, 3));
  });
  const read = again(branches);
  assert.equal(shapesOf(read), shapesOf(branches));
  const table = layers.embedding(5, 4);
  again(model([6], (x) => x.pipe(table, layers.layerNorm(4), layers.unembedding(table))));
  again(new Sequential([4], [linear(4, 4), named('branches', branches), relu()]));
  again(model([4], (x) => x));
});

const scaled = (width: number, by: number): layers.Layer =>
  layer({
    kind: `scaled ${width}, ${by}`,
    options: { width, by },
    parameters: { weight: { shape: [width], bound: 1 } },
    build: (x) => x,
  });
const softsign = pointwise({
  name: 'soft sign',
  wgsl: `fn value(x: f32) -> f32 { return x / (1.0 + abs(x)); }
    fn derivative(x: f32) -> f32 { let d = 1.0 + abs(x); return 1.0 / (d * d); }`,
});

test('own layers are made by the functions that the reader gives', () => {
  const given = new Sequential([3], [scaled(3, 2), softsign()]);
  const own: OwnLayers = {
    scaled: (options, kind) => {
      assert.is(kind, 'scaled 3, 2');
      return scaled(Number(options.width), Number(options.by));
    },
    'soft sign': softsign,
  };
  again(given, own);
  const json = JSON.parse(JSON.stringify(modelJson(given)));
  const refused = (wrong: OwnLayers, message: RegExp) =>
    assert.throws(
      () => modelFrom(json, wrong),
      (error: unknown) => error instanceof OptionError && message.test(error.message),
    );
  refused({}, /"scaled 3, 2" of its author's own.*layers: { "scaled": \(options, kind\) => … }/);
  refused({ scaled: () => scaled(3, 3) }, /made "scaled 3, 3" .*the file has "scaled 3, 2"/);
  refused({ scaled: () => scaled(4, 2) }, /weight \[4\]/);
  refused({ scaled: () => 5 as never }, /what layers: scaled made is 5/);
  const bare = layer({ kind: 'bare', build: (x) => x });
  const without = modelJson(new Sequential([3], [bare]));
  const reads = { bare: ({ width }: { width: number }) => (width ? bare : relu()) };
  assert.throws(
    () => modelFrom(without, reads),
    /layers: bare failed: .*The file has no options of "bare".*save it with layer\(\{ …, options \}\)/,
  );
  refused({ toString: 5 as never }, /toString/);
});

test('a model that nothing describes is refused by its name', () => {
  const own: Model = { ...new Sequential([3], [relu()]), kind: 'mine', build: (x) => x };
  class Other extends Sequential {
    override build(x: never): never {
      return x;
    }
  }
  const refused = (given: Model, message: RegExp) =>
    assert.throws(
      () => modelJson(given),
      (error: unknown) => error instanceof OptionError && message.test(error.message),
    );
  refused(own, /"mine" cannot be written, because its build\(\) is a function/);
  refused(new Other([3], [relu()]), /"relu" cannot be written/);
  refused(
    new Sequential([3], [layer({ kind: 'odd', options: { at: new Date() }, build: (x) => x })]),
    /the options of the own layer odd have a Date/,
  );
});

test("a changed copy of a layer is its author's own, not ours", () => {
  const given = new Sequential([3], [{ ...relu(), build: (x) => x }]);
  const [first] = modelJson(given).layers as { own?: string }[];
  assert.is(first.own, 'relu');
});

test.run();
