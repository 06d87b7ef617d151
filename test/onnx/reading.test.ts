import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Message } from '../../src/data/protobuf.ts';
import { DataError } from '../../src/errors.ts';
import {
  conv2d,
  flatten,
  linear,
  type Model,
  model,
  relu,
  Sequential,
} from '../../src/nn/index.ts';
import { Float, type ModelProto, type NodeProto } from '../../src/onnx/format/model.ts';
import { writeModel } from '../../src/onnx/format/write-model.ts';
import { fromOnnx, toOnnx } from '../../src/onnx/index.ts';
import { randomParameters } from './parameters.ts';
import { expected } from './runtime.ts';

const node = (
  op: string,
  inputs: readonly string[],
  output: string,
  attributes: NodeProto['attributes'] = {},
): NodeProto => ({ op, inputs, outputs: [output], attributes });

const floats = (shape: readonly number[], values: readonly number[]) =>
  ({ type: 'float', shape, values: Float32Array.from(values) }) as const;

/** A file of nodes from `x` to `y`. */
const fileOf = (
  shape: readonly (number | string)[],
  nodes: readonly NodeProto[],
  constants: ModelProto['constants'] = new Map(),
): Uint8Array =>
  writeModel({
    opset: 17,
    producer: { name: 'a test', version: '1' },
    metadata: new Map(),
    name: 'graph',
    nodes,
    constants,
    inputs: [{ name: 'x', type: 'float', shape }],
    outputs: [{ name: 'y', type: 'float', shape: [] }],
  });

/** What a file's network computes of one sample. */
function computed(file: Uint8Array, sample: readonly number[]): number[] {
  const read = fromOnnx(file);
  return [...expected(read.model, read.parameters, Float32Array.from(sample))];
}

test('a product with constants is a linear layer, whichever way it is written', () => {
  // y = [x0 + 3 x1 + 10, 2 x0 + 4 x1 + 20], of x = [1, 2].
  const constants = new Map([
    ['w', floats([2, 2], [1, 2, 3, 4])],
    ['b', floats([2], [10, 20])],
  ]);
  const ways = [
    [node('Gemm', ['x', 'w', 'b'], 'y')],
    [
      node('Transpose', ['w'], 't', { perm: [1, 0] }),
      node('Gemm', ['x', 't', 'b'], 'y', { transB: 1 }),
    ],
    [node('MatMul', ['x', 'w'], 'p'), node('Add', ['b', 'p'], 'y')],
  ];
  for (const nodes of ways) {
    const file = fileOf(['N', 2], nodes, constants);
    assert.equal(computed(file, [1, 2]), [17, 30]);
    assert.is(fromOnnx(file).model.parameters.length, 2);
  }
});

test('functions of each element are known by what they compute', () => {
  const constants = new Map([
    ['zero', floats([], [0])],
    ['half', floats([1], [0.5])],
    ['one', floats([], [1])],
    ['third', floats([], [0.3])],
  ]);
  const ways: readonly (readonly [kind: RegExp, nodes: readonly NodeProto[]])[] = [
    [/: relu$/, [node('Max', ['x', 'zero'], 'y')]],
    [/: silu$/, [node('Sigmoid', ['x'], 's'), node('Mul', ['s', 'x'], 'y')]],
    [/: leakyRelu 0.3$/, [node('Mul', ['x', 'third'], 's'), node('Max', ['s', 'x'], 'y')]],
    [/: elu 0.3$/, [node('Elu', ['x'], 'y', { alpha: new Float(0.3) })]],
    [
      /: scaled by 0.5$/,
      [
        node('Mul', ['half', 'x'], 'p'),
        node('Relu', ['x'], 'unused'),
        node('Identity', ['p'], 'y'),
      ],
    ],
    [
      /: softplus 1 20$/,
      [node('Exp', ['x'], 'e'), node('Add', ['e', 'one'], 's'), node('Log', ['s'], 'y')],
    ],
  ];
  for (const [kind, nodes] of ways) {
    // Behind a layer: at the beginning of a graph a factor is a standardisation.
    const first = node('Gemm', ['input', 'w'], 'x');
    const file = writeModel({
      opset: 17,
      producer: { name: 'a test', version: '1' },
      metadata: new Map(),
      name: 'graph',
      nodes: [first, ...nodes],
      constants: new Map([...constants, ['w', floats([1, 1], [1])]]),
      inputs: [{ name: 'input', type: 'float', shape: ['N', 1] }],
      outputs: [{ name: 'y', type: 'float', shape: ['N', 1] }],
    });
    assert.match(fromOnnx(file).model.kind, kind);
  }
});

test('attributes of the same operator mean what ONNX says', () => {
  const ones = floats([2], [1, 1]);
  const norm = node('BatchNormalization', ['x', 'w', 'w', 'w', 'w'], 'y', {
    momentum: new Float(0.75),
    epsilon: new Float(1e-3),
  });
  const { model: read, parameters } = fromOnnx(fileOf(['N', 2], [norm], new Map([['w', ones]])));
  // ONNX keeps so much of what was there before; PyTorch takes so much of the new one.
  assert.match(read.kind, /: batchNorm1d 2 0.001 0.25$/);
  assert.is(parameters.size, 5);
  const constants = new Map([['w', floats([1, 1], [1])]]);
  for (const [name, value] of [
    ['alpha', new Float(2)],
    ['beta', new Float(0)],
    ['transA', 1],
  ] as const) {
    const product = node('Gemm', ['x', 'w'], 'y', { [name]: value });
    assert.throws(() => fromOnnx(fileOf(['N', 1], [product], constants)), `Gemm with ${name}`);
  }
});

test('all that no layer does is in one message', () => {
  const constants = new Map([['w', floats([2, 1, 3, 3], new Array(18).fill(0.1))]]);
  const file = fileOf(
    ['N', 1, 8, 8],
    [
      node('Conv', ['x', 'w'], 'a', { pads: [0, 0, 1, 1] }),
      node('Resize', ['a'], 'b'),
      node('Resize', ['b'], 'c'),
      node('MaxPool', ['x'], 'd', {
        kernel_shape: [2, 2],
        auto_pad: 'SAME_LOWER',
        strides: [2, 2],
      }),
      node('Concat', ['c', 'd'], 'e', { axis: 1 }),
      node('HardSigmoid', ['e'], 'y'),
    ],
    constants,
  );
  assert.throws(
    () => fromOnnx(file),
    (error: Error) =>
      error instanceof DataError &&
      error.message.includes(
        'Conv with pads 0,0 before and 1,1 after; Resize (2 times); MaxPool with auto_pad SAME_LOWER and stride 2,2 for a kernel of 2,2; HardSigmoid. Operators that are read are ',
      ),
  );
});

test('a standardisation at the beginning is taken off, for the trainer', () => {
  const images = new Sequential([4, 3, 2], [conv2d(2, 3, 3), relu(), flatten(), linear(6, 3)]);
  const weights = randomParameters(images);
  const scales = [null, [0.25, 0.5], { mean: [0.25, 0.5], deviation: [0.5, 0.125] }] as const;
  for (const bytes of [true, false]) {
    for (const layout of ['NHWC', 'NCHW'] as const) {
      for (const normalize of scales) {
        const read = fromOnnx(toOnnx(images, weights, { bytes, normalize, layout }));
        assert.is(read.bytes, bytes);
        const isPair = !bytes && normalize !== null && 'length' in normalize;
        const same = { mean: [0.25, 0.25], deviation: [0.5, 0.5] };
        assert.equal(read.normalize, isPair ? same : normalize);
        assert.equal(read.model.inputShape, [4, 3, 2]);
        assert.is(read.metadata.get('layout'), layout);
      }
    }
  }
});

test('a list of layers becomes a Sequential, a network with branches one of model()', () => {
  const list = new Sequential([4], [linear(4, 4), relu(), linear(4, 2)]);
  const read = fromOnnx(toOnnx(list, randomParameters(list)));
  assert.instance(read.model, Sequential);
  assert.equal([...read.parameters.keys()], ['0.weight', '0.bias', '2.weight', '2.bias']);
  const shared = linear(4, 4);
  const branched: Model = model([4], (x) => x.pipe(shared, relu()).add(x).pipe(shared));
  const weights = randomParameters(branched);
  const again = fromOnnx(toOnnx(branched, weights));
  assert.not.instance(again.model, Sequential);
  // The layer that is applied twice has one weight.
  assert.equal([...again.parameters.keys()], ['0.weight', '0.bias']);
  assert.equal(again.parameters.get('0.weight'), weights.get('0.weight'));
});

test('open sizes need inputShape, and images in an unknown order may be given a layout', () => {
  const open = fileOf(['N', 'C'], [node('Relu', ['x'], 'y')]);
  assert.throws(() => fromOnnx(open), /leaves sizes of its input open, \[\?\]; give them/);
  assert.equal(fromOnnx(open, { inputShape: [3] }).model.outputShape, [3]);
  const flat = fileOf(['N', 2, 3, 4], [node('Flatten', ['x'], 'y')]);
  assert.equal(fromOnnx(flat).model.inputShape, [3, 4, 2]);
  assert.equal(fromOnnx(flat, { layout: 'NHWC' }).model.inputShape, [2, 3, 4]);
  assert.throws(
    () => fromOnnx(flat, { inputShape: [2, 3, 4] }),
    /inputShape \[2, 3, 4\] was given; the file says \[3, 4, 2\]/,
  );
});

/** A message of protobuf's from its fields. */
function message(...fields: readonly (readonly [number, Message | string | number])[]) {
  const out = new Message();
  for (const [number, value] of fields) {
    if (typeof value === 'number') out.int(number, value);
    else if (typeof value === 'string') out.bytes(number, value);
    else out.bytes(number, value);
  }
  return out;
}

test('hostile files are refused before anything is made of them', () => {
  const refused = (file: Uint8Array, words: RegExp) =>
    assert.throws(
      () => fromOnnx(file),
      (error: Error) => error instanceof DataError && words.test(error.message),
    );
  refused(new Uint8Array(), /has no graph/);
  refused(Uint8Array.of(8, 8), /has no graph/);
  refused(new TextEncoder().encode('{"not": "ONNX"}'), /damaged, or no ONNX file/);
  refused(
    toOnnx(
      model([2], (x) => x.pipe(relu())),
      new Map(),
    ).slice(0, 60),
    /damaged/,
  );
  const elsewhere = message([1, 'location'], [2, 'model.onnx.data']);
  const external = message([1, 4], [2, 1], [8, 'w'], [13, elsewhere], [14, 1]);
  refused(
    message([7, message([5, external])]).finish(),
    /another file, "model.onnx.data"; .*external_data=False/,
  );
  const huge = message([1, 2 ** 40], [2, 1], [8, 'w'], [9, 'four']);
  refused(message([7, message([5, huge])]).finish(), /has 4 bytes; its shape \[1099511627776\]/);
  refused(message([7, message([15, message()])]).finish(), /sparse/);
  refused(message([7, message()], [25, message()]).finish(), /functions of its own/);
  // Nodes by the thousand, one in the other: nothing is read deeper than it is used.
  let nested = message([1, 'x']);
  for (let i = 0; i < 3000; i++) nested = message([6, nested]);
  refused(
    message([7, message([1, message([4, 'If'], [5, nested], [2, 'y'])])]).finish(),
    /no input/,
  );
  const many = Array.from({ length: 6000 }, (_, i) =>
    node('Relu', [i ? `v${i}` : 'x'], `v${i + 1}`),
  );
  refused(fileOf(['N', 1], many), /more than 5000 nodes/);
  refused(fileOf(['N', 2 ** 30, 2 ** 30], [node('Flatten', ['x'], 'y')]), /takes samples of \[/);
  const wide = new Map([['w', floats([1, 1, 1], [1])]]);
  const growing = Array.from({ length: 40 }, (_, i) =>
    node('ConvTranspose', [i ? `v${i}` : 'x', 'w'], i === 39 ? 'y' : `v${i + 1}`, {
      strides: [32768],
    }),
  );
  refused(fileOf(['N', 1, 64], growing, wide), /takes up to 2²⁶ numbers/);
  const doubling = Array.from({ length: 40 }, (_, i) =>
    node('Concat', [i ? `v${i}` : 'x', i ? `v${i}` : 'x'], i === 39 ? 'y' : `v${i + 1}`, {
      axis: 1,
    }),
  );
  refused(fileOf(['N', 4], doubling), /takes up to 2²⁶ numbers/);
  refused(
    fileOf(
      ['N', 1, 2 ** 19],
      [node('MaxPool', ['x'], 'y', { kernel_shape: [30000], strides: [1] })],
    ),
    /MaxPool with windows of 30000/,
  );
  // Copies of one constant by the hundred.
  const big = new Map([['w', floats([1000, 1000], new Array(1e6).fill(0))]]);
  const copies = Array.from({ length: 30 }, (_, i) => [
    node('Transpose', [i ? `w${i}` : 'w'], `w${i + 1}`, { perm: [1, 0] }),
  ]).flat();
  refused(
    fileOf(['N', 1000], [...copies, node('MatMul', ['x', 'w30'], 'y')], big),
    /many times as many/,
  );
});

test.run();
