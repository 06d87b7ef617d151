import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { DataError, OptionError } from '../../src/errors.ts';
import {
  dropout,
  flatten,
  linear,
  named,
  relu,
  Sequential,
  sequential,
} from '../../src/nn/layers.ts';
import type { WeightNames } from '../../src/train/weight-names.ts';
import { readWeights } from '../../src/train/weights.ts';

/** A tensor of a file: its type, its shape, its elements' bytes. */
type Given = readonly [dtype: string, shape: readonly number[], data: ArrayBufferView];

/** A safetensors file of any types. */
function file(tensors: Readonly<Record<string, Given>>): Uint8Array {
  let at = 0;
  const entries = Object.entries(tensors).map(([name, [dtype, shape, data]]) => {
    const begin = at;
    at += data.byteLength;
    return [name, { dtype, shape, data_offsets: [begin, at] }];
  });
  const header = new TextEncoder().encode(JSON.stringify(Object.fromEntries(entries)));
  const bytes = new Uint8Array(8 + header.length + at);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(header.length), true);
  bytes.set(header, 8);
  let offset = 8 + header.length;
  for (const [, , data] of Object.values(tensors)) {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), offset);
    offset += data.byteLength;
  }
  return bytes;
}

/** Floats that tell which tensor they are of. */
const floats = (shape: readonly number[], value: number): Given => [
  'F32',
  shape,
  new Float32Array(shape.reduce((a, b) => a * b, 1)).fill(value),
];

/** Linear layers by name: the first one's weight is all 1, its bias 1.5, the second one's weight 2, …. */
const layers = (
  ...list: readonly (readonly [name: string, out: number, inputs: number])[]
): Record<string, Given> =>
  Object.fromEntries(
    list.flatMap(([name, out, inputs], i) => [
      [`${name}.weight`, floats([out, inputs], i + 1)],
      [`${name}.bias`, floats([out], i + 1.5)],
    ]),
  );

const MODEL = new Sequential([2, 3], [flatten(), linear(6, 4), relu(), linear(4, 2)]);
/** Layers of the same shapes, at 1, 4, 6, and one that is not. */
const SQUARE = new Sequential(
  [2, 2],
  [flatten(), linear(4, 4), relu(), dropout(0.2), linear(4, 4), relu(), linear(4, 4), linear(4, 3)],
);

const read = (tensors: Readonly<Record<string, Given>>, options?: WeightNames, model = MODEL) =>
  Object.fromEntries(
    [...readWeights(file(tensors), model, options)].map(([name, [first]]) => [name, first]),
  );

const WHOLE = { '1.weight': 1, '1.bias': 1.5, '3.weight': 2, '3.bias': 2.5 };
const SQUARES = {
  ...{ '1.weight': 1, '1.bias': 1.5, '4.weight': 2, '4.bias': 2.5 },
  ...{ '6.weight': 3, '6.bias': 3.5, '7.weight': 4, '7.bias': 4.5 },
};

function refused(
  tensors: Readonly<Record<string, Given>>,
  options: unknown,
  texts: readonly RegExp[],
  { model = MODEL, kind = DataError }: { model?: Sequential; kind?: new () => Error } = {},
): void {
  let caught: unknown;
  try {
    read(tensors, options as WeightNames, model);
  } catch (error) {
    caught = error;
  }
  assert.instance(caught, kind);
  const { message } = caught as Error;
  for (const text of texts) assert.match(message, text);
  assert.ok(message.length < 2000, `${message.length} characters`);
}

for (const [what, first, second] of [
  ['the model’s own', '1', '3'],
  ['DataParallel’s', 'module.1', 'module.3'],
  ['torch.compile’s', '_orig_mod.1', '_orig_mod.3'],
  ['those of both', 'module._orig_mod.1', 'module._orig_mod.3'],
  ['Lightning’s', 'model.1', 'model.3'],
  ['a part of a module', 'linear_relu_stack.1', 'linear_relu_stack.3'],
  ['a part without the flatten', 'linear_relu_stack.0', 'linear_relu_stack.2'],
  ['without the flatten', '0', '2'],
  ['attributes', 'fc1', 'fc2'],
  ['attributes behind a wrapper', 'module.fc1', 'module.fc2'],
  ['attributes with words', 'hidden', 'out'],
  ['two parts', 'encoder.0', 'decoder.0'],
  ['nested Sequentials', '0.1', '1'],
] as const) {
  test(`names are found out where they are ${what}`, () => {
    assert.equal(read(layers([first, 4, 6], [second, 2, 4])), WHOLE);
  });
}

test('layers of the same shapes are told apart by the numbers in their names, not by their order in the file', () => {
  const named = (a: string, b: string, c: string, d: string) =>
    layers([d, 3, 4], [c, 4, 4], [b, 4, 4], [a, 4, 4]);
  const turned = {
    ...{ '1.weight': 4, '1.bias': 4.5, '4.weight': 3, '4.bias': 3.5 },
    ...{ '6.weight': 2, '6.bias': 2.5, '7.weight': 1, '7.bias': 1.5 },
  };
  assert.equal(read(named('0', '3', '5', '6'), {}, SQUARE), turned);
  assert.equal(read(named('fc9', 'fc10', 'fc11', 'out'), {}, SQUARE), turned);
  assert.equal(read(named('net.0', 'net.2', 'net.10', 'net.11'), {}, SQUARE), turned);
  assert.equal(read(named('0.0', '0.2', '1.0', '2'), {}, SQUARE), turned);
});

test('layers that nothing tells apart are not guessed', () => {
  const of = (...[a, b, c, d]: string[]) => layers([a, 4, 4], [b, 4, 4], [c, 4, 4], [d, 3, 4]);
  const options = { model: SQUARE };
  refused(
    of('encoder', 'middle', 'decoder', 'out'),
    {},
    [/encoder\.weight → 1\.weight or 4\.weight or 6\.weight/],
    options,
  );
  refused(
    of('encoder.0', 'encoder.2', 'decoder.0', 'decoder.2'),
    {},
    [/names, \{ 'encoder\.0\.weight': '1\.weight'/],
    options,
  );
  refused(of('fc1', 'fc01', 'fc2', 'out'), {}, [/fc01\.weight →/], options);
  // Numbers that run against the shapes.
  refused(layers(['fc2', 4, 6], ['fc1', 2, 4]), {}, [/fc2\.weight → 1\.weight, /]);
  assert.equal(
    read(
      of('encoder', 'middle', 'decoder', 'out'),
      { names: (name) => name.replace('encoder', '1').replace('middle', '4') },
      SQUARE,
    ),
    SQUARES,
  );
});

test('names that are given come first, and the others are found out', () => {
  const tensors = layers(['enc', 4, 6], ['dec', 2, 4]);
  const names = { 'enc.weight': '1.weight', 'enc.bias': '1.bias' };
  assert.equal(read(tensors, { names }), WHOLE);
  assert.equal(
    read(tensors, { names: (name) => name.replace('enc', '1').replace('dec', '3') }),
    WHOLE,
  );
  // Turned round on purpose.
  const square = new Sequential([2], [linear(2, 2), relu(), linear(2, 2)]);
  const swap = {
    ...{ '0.weight': '2.weight', '0.bias': '2.bias' },
    ...{ '2.weight': '0.weight', '2.bias': '0.bias' },
  };
  assert.equal(read(layers(['0', 2, 2], ['2', 2, 2]), { names: swap }, square), {
    ...{ '0.weight': 2, '0.bias': 2.5, '2.weight': 1, '2.bias': 1.5 },
  });
});

test('names that are not the file’s or the model’s are refused with the nearest', () => {
  const tensors = layers(['enc', 4, 6], ['dec', 2, 4]);
  const option = { kind: OptionError };
  refused(tensors, { names: { 'enc.wieght': '1.weight' } }, [/Did you mean "enc\.weight"/], option);
  refused(tensors, { names: { '1.weight': 'enc.weight' } }, [/file's name is on the left/], option);
  refused(
    tensors,
    { names: { 'enc.weight': '2.weight' } },
    [/model has 1\.weight, 1\.bias/],
    option,
  );
  refused(
    tensors,
    { names: { 'enc.weight': '1.weight', 'dec.weight': '1.weight' } },
    [/both be "1\.weight"/],
    option,
  );
  refused(tensors, { names: () => 7 }, [/names gives 7/], option);
  refused(tensors, { names: [['a', 'b']] }, [/an array of 1 was given/], option);
  refused(tensors, { ignore: 7 }, [/ignore 7/], option);
  refused(tensors, { ignored: 'a' }, [/did you mean ignore\?/], option);
  refused(tensors, 'enc', [/takes an object of options/], option);
  // A name that fits no shape of the model's is told as the file has it.
  refused(tensors, { names: { 'dec.weight': '1.weight' } }, [/dec\.weight as F32 \[2, 4\]|no /]);
});

/** What lies in files beside the weights. */
const BESIDE: Readonly<Record<string, Given>> = {
  'bn.num_batches_tracked': ['I64', [], new BigInt64Array(1)],
  'bn.mask': ['BOOL', [3], Uint8Array.of(0, 1, 1)],
  'rng.counter': ['U32', [2], Uint32Array.of(1, 2)],
  'rng.seed': ['U64', [1], new BigUint64Array(1)],
  'scale.f64': ['F64', [1], Float64Array.of(0.1)],
  'q.int8': ['I8', [2], Int8Array.of(1, -1)],
  'q.int16': ['I16', [1], Int16Array.of(-2)],
  'q.uint16': ['U16', [1], Uint16Array.of(2)],
  'q.f8': ['F8_E4M3', [2], Uint8Array.of(1, 2)],
  'q.g8': ['F8_E5M2', [2], Uint8Array.of(1, 2)],
};

test('tensors of any type beside the weights are left out on request, and else named in one message', () => {
  const tensors = { ...BESIDE, ...layers(['1', 4, 6], ['3', 2, 4]) };
  assert.equal(read(tensors, { ignore: ['bn.*', /^(rng|q)\./, 'scale.f64'] }), WHOLE);
  assert.equal(read(tensors, { ignore: /^(?!\d)/g }), WHOLE);
  refused(tensors, {}, [
    /bn\.num_batches_tracked \(I64 \[\]\), bn\.mask \(BOOL \[3\]\), rng\.counter \(U32 \[2\]\)/,
    /q\.g8 \(F8_E5M2 \[2\]\), which this model does not have/,
    /ignore, \['bn\.num_batches_tracked', …\]/,
  ]);
  refused(tensors, { ignore: ['bn.mask*', 'rng'] }, [/bn\.num_batches_tracked/, /rng\.seed/]);
  // One dot is one dot.
  refused({ ...layers(['1', 4, 6], ['3', 2, 4]), bnxa: floats([1], 0) }, { ignore: 'bn.a' }, [
    /bnxa/,
  ]);
});

test('what is left out and needed is told so', () => {
  refused(layers(['1', 4, 6], ['3', 2, 4]), { ignore: '3.*' }, [
    /no 3\.weight \[2, 4\], 3\.bias \[2\]/,
    /ignore leaves out too much/,
  ]);
});

test('one message has what is missing, what differs and what is left over', () => {
  refused(
    {
      '1.weight': floats([6, 4], 1),
      '1.bias': ['I32', [4], new Int32Array(4)],
      'head.weight': floats([2, 4], 2),
      kernel: floats([4, 2], 2),
    },
    {},
    [
      /no 3\.weight \[2, 4\], 3\.bias \[2\]/,
      /1\.weight as F32 \[6, 4\] instead of F32 \[4, 6\]/,
      /1\.bias as I32 \[4\] instead of F32 \[4\]/,
      /head\.weight \(F32 \[2, 4\]\)/,
      /head\.weight → 3\.weight/,
      /kernel is 3\.weight transposed/,
    ],
  );
  // Copies under two prefixes: neither is taken for the other.
  const twice = {
    ...layers(['model.1', 4, 6], ['model.3', 2, 4]),
    ...layers(['ema.1', 4, 6], ['ema.3', 2, 4]),
  };
  refused(twice, {}, [/model\.1\.weight → |ema\.1\.weight/]);
  assert.equal(read(twice, { ignore: 'ema.*' }), WHOLE);
  const wrapped = {
    ...layers(['module.1', 4, 6], ['module.3', 2, 4]),
    ...layers(['1', 4, 6], ['3', 2, 4]),
  };
  refused(wrapped, {}, [/module\.1\.weight/]);
});

test('a message about a hostile file stays short', () => {
  const many = Object.fromEntries(
    Array.from({ length: 3000 }, (_, i) => [
      `${'x'.repeat(3000)}${i}`,
      floats([1, 1, ...Array(100).fill(1)], 0),
    ]),
  );
  refused(many, {}, [/and 2995 more/]);
});

test('a network without biases, and one with names of one part, are told', () => {
  const bare = new Sequential(
    [6],
    [linear(6, 4, { bias: false }), relu(), linear(4, 2, { bias: false })],
  );
  const tensors = { 'a.weight': floats([4, 6], 1), 'b.weight': floats([2, 4], 2) };
  assert.equal(read(tensors, {}, bare), { '0.weight': 1, '2.weight': 2 });
  refused(tensors, {}, [/no 1\.weight.*a\.weight → 1\.weight/]);
  const single = {
    w1: floats([4, 6], 1),
    b1: floats([4], 1.5),
    w2: floats([2, 4], 2),
    b2: floats([2], 2.5),
  };
  refused(single, {}, [/w1 → 1\.weight, b1 → 1\.bias, w2 → 3\.weight, b2 → 3\.bias/]);
  const names = { w1: '1.weight', b1: '1.bias', w2: '3.weight', b2: '3.bias' };
  assert.equal(read(single, { names }), WHOLE);
});

test('F64 is rounded to the nearest F32, and refused where that is not finite', () => {
  const values = Float64Array.of(0.1, -1 / 3, 1 + 2 ** -25, 1e-60);
  const model = new Sequential([2], [linear(2, 2, { bias: false })]);
  const of = (data: Float64Array) => file({ '0.weight': ['F64', [2, 2], data] });
  const weights = readWeights(of(values), model).get('0.weight');
  assert.equal(weights, Float32Array.of(0.1, -1 / 3, 1, 0));
  refused(
    { '0.weight': ['F64', [2, 2], Float64Array.of(0, 0, 1e300, 0)] },
    {},
    [/Infinity in 0\.weight at 2.*finite as F32/],
    { model },
  );
});

test('names behind a prefix decide, not the order of the file', () => {
  const backwards = layers(
    ['encoder.body.7', 3, 4],
    ['encoder.body.6', 4, 4],
    ['encoder.body.4', 4, 4],
    ['encoder.body.1', 4, 4],
  );
  const numbered = {
    ...{ '7.weight': 1, '7.bias': 1.5, '6.weight': 2, '6.bias': 2.5 },
    ...{ '4.weight': 3, '4.bias': 3.5, '1.weight': 4, '1.bias': 4.5 },
  };
  assert.equal(read(backwards, {}, SQUARE), numbered);
  const wrapped = Object.fromEntries(
    Object.entries(backwards).map(([name, tensor]) => [
      name.replace('encoder.body', 'module._orig_mod'),
      tensor,
    ]),
  );
  assert.equal(read(wrapped, {}, SQUARE), numbered);
});

/** A backbone that has a name, and a head of some outputs. */
const transfer = (outputs: number) =>
  new Sequential(
    [2],
    [named('backbone', sequential([linear(2, 3)])), named('head', linear(3, outputs))],
  );
const BACKBONE = layers(['backbone.0', 3, 2]);

test('a file need not have what `missing` names', () => {
  const found = { 'backbone.0.weight': 1, 'backbone.0.bias': 1.5 };
  const model = transfer(5);
  assert.equal(read(BACKBONE, { missing: 'head.*' }, model), found);
  const other = { ...BACKBONE, ...layers(['head', 4, 3]) };
  assert.equal(read(other, { missing: 'head.*', ignore: 'head.*' }, model), found);
  // What the file has is read.
  const whole = { ...BACKBONE, ...layers(['head', 5, 3]) };
  assert.is(Object.keys(read(whole, { missing: /head/ }, model)).length, 4);
  // Only what is named may be missing.
  refused(BACKBONE, { missing: 'head.weight' }, [/the file has no head\.bias/], { model });
  refused(BACKBONE, { missing: 3 }, [/missing 3 was given/], { model, kind: OptionError });
});

test('layers of other shapes may be new ones', () => {
  refused(
    { ...BACKBONE, ...layers(['head', 4, 3]) },
    {},
    [
      /head\.weight as F32 \[4, 3\] instead of F32 \[5, 3\].*ignore and missing, \['head\.weight', …\]\. Or use/,
    ],
    { model: transfer(5) },
  );
});

test('only what is missing is said to be missing, behind the model’s own names', () => {
  const model = transfer(5);
  refused(
    { ...BACKBONE, ...layers(['head', 4, 3]) },
    { ignore: 'head.*' },
    [/the file has no head\.weight \[5, 3\], head\.bias \[5\]\. .*missing, \['head\.weight', …\]/],
    { model },
  );
});

test.run();
