import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { isFloat, type SafetensorsDtype } from '../../src/data/dtype.ts';
import {
  parseSafetensors,
  type WritableTensor,
  writeSafetensors,
} from '../../src/data/safetensors.ts';
import { DataError } from '../../src/errors.ts';

const safetensors = suite('safetensors');

/** A file with this header, as it is, and this many bytes after it. */
function file(header: string | Uint8Array, data: number | Uint8Array = 0): Uint8Array {
  const json = typeof header === 'string' ? new TextEncoder().encode(header) : header;
  const body = typeof data === 'number' ? new Uint8Array(data) : data;
  const bytes = new Uint8Array(8 + json.length + body.length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(json.length), true);
  bytes.set(json, 8);
  bytes.set(body, 8 + json.length);
  return bytes;
}

/** A file of one tensor. */
function one(dtype: string, shape: string, offsets: string, data: number | Uint8Array): Uint8Array {
  return file(`{"t":{"dtype":"${dtype}","shape":${shape},"data_offsets":${offsets}}}`, data);
}

function refused(bytes: Uint8Array, text: RegExp): void {
  let caught: unknown;
  try {
    parseSafetensors(bytes);
  } catch (error) {
    caught = error;
  }
  assert.instance(caught, DataError);
  assert.match((caught as DataError).message, text);
}

function raw(data: ArrayBufferView): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

function values(bytes: Uint8Array): (number | bigint)[] {
  const tensor = parseSafetensors(bytes).tensors.get('t');
  return tensor ? [...tensor.data] : [];
}

safetensors('reads a file made by hand', () => {
  const header =
    '{"__metadata__":{"format":"pt"},' +
    '"b":{"dtype":"I32","shape":[2],"data_offsets":[4,12]},' +
    '"a":{"dtype":"F32","shape":[1,1],"data_offsets":[0,4]}}  ';
  // 1.5 is 0x3fc00000; then 7 and -1.
  const data = Uint8Array.of(0, 0, 0xc0, 0x3f, 7, 0, 0, 0, 255, 255, 255, 255);
  const { tensors, metadata } = parseSafetensors(file(header, data));
  assert.equal(metadata, { format: 'pt' });
  assert.equal([...tensors.keys()], ['a', 'b']);
  assert.equal(tensors.get('a'), { dtype: 'F32', shape: [1, 1], data: Float32Array.of(1.5) });
  assert.equal(tensors.get('b'), { dtype: 'I32', shape: [2], data: Int32Array.of(7, -1) });
});

safetensors('reads a Node Buffer and bytes at an odd offset alike', () => {
  const bytes = one('F32', '[2]', '[0,8]', new Uint8Array(Float32Array.of(1, -2).buffer));
  const outer = new Uint8Array(bytes.length + 3);
  outer.set(bytes, 3);
  assert.equal(values(outer.subarray(3)), [1, -2]);
  assert.equal(values(Buffer.from(outer.buffer, 3)), [1, -2]);
});

safetensors('copies the tensors, so that the file may be changed or freed', () => {
  const bytes = one('U8', '[2]', '[0,2]', Uint8Array.of(1, 2));
  const { data } = parseSafetensors(Buffer.from(bytes.buffer)).tensors.get('t') ?? {};
  bytes.fill(0);
  assert.equal([...(data ?? [])], [1, 2]);
});

safetensors('widens half precision exactly', () => {
  const halves = Uint16Array.of(
    0x3c00,
    0xc000,
    0x7bff,
    0x0400,
    0x0001,
    0x83ff,
    0x8000,
    0x7c00,
    0x7e01,
  );
  const read = values(one('F16', '[9]', '[0,18]', new Uint8Array(halves.buffer))) as number[];
  const exact = [1, -2, 65504, 2 ** -14, 2 ** -24, -1023 * 2 ** -24, -0, Number.POSITIVE_INFINITY];
  for (const [i, value] of exact.entries()) assert.ok(Object.is(read[i], value), `element ${i}`);
  assert.ok(Number.isNaN(read[8]));
});

safetensors('widens every finite half as its definition says', () => {
  const halves = Uint16Array.from({ length: 65536 }, (_, bits) => bits);
  const read = values(one('F16', '[65536]', '[0,131072]', new Uint8Array(halves.buffer)));
  for (const bits of halves) {
    const exponent = (bits >> 10) & 31;
    if (exponent === 31) continue;
    const fraction = bits & 1023;
    const size = exponent === 0 ? fraction * 2 ** -24 : (1024 + fraction) * 2 ** (exponent - 25);
    if (!Object.is(read[bits], bits & 0x8000 ? -size : size)) assert.unreachable(`bits ${bits}`);
  }
});

safetensors('widens bfloat16, and reads I64 and U8', () => {
  const brains = new Uint8Array(Uint16Array.of(0x3f80, 0xc049, 0x7f80).buffer);
  assert.equal(values(one('BF16', '[3]', '[0,6]', brains)), [
    1,
    -3.140625,
    Number.POSITIVE_INFINITY,
  ]);
  const longs = new Uint8Array(BigInt64Array.of(-1n, 2n ** 62n).buffer);
  assert.equal(values(one('I64', '[2]', '[0,16]', longs)), [-1n, 2n ** 62n]);
  assert.equal(values(one('U8', '[2]', '[0,2]', Uint8Array.of(0, 255))), [0, 255]);
});

safetensors('reads scalars, empty tensors and files without tensors', () => {
  assert.equal(values(one('U8', '[]', '[0,1]', Uint8Array.of(9))), [9]);
  assert.equal(values(one('F32', '[0,5]', '[0,0]', 0)), []);
  assert.is(parseSafetensors(file('{}')).tensors.size, 0);
});

safetensors('refuses a file that is cut off anywhere', () => {
  const whole = one('F32', '[2]', '[0,8]', 8);
  for (let length = 0; length < whole.length; length++) refused(whole.subarray(0, length), /./);
});

safetensors('refuses a header length that the file does not have or nobody needs', () => {
  const bytes = file('{}');
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, 3n, true);
  refused(bytes, /claims 3 bytes, but only 2/);
  view.setBigUint64(0, 2n ** 64n - 1n, true);
  refused(bytes, /claims 18446744073709551615 bytes, allowed are 100000000/);
  // 2^32 + 2 would pass as 2 if only 32 bits were looked at.
  view.setBigUint64(0, 2n ** 32n + 2n, true);
  refused(bytes, /claims 4294967298/);
});

safetensors('refuses a header that is not UTF-8, not JSON or not an object', () => {
  refused(file(Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x7d)), /UTF-8/);
  refused(file('{"a":'), /not valid JSON/);
  refused(file('{} {}'), /not valid JSON/);
  refused(file(' {}'), /must begin with "\{"/);
  refused(file('\uFEFF{}'), /must begin with "\{"/);
  refused(file('[]'), /must begin with "\{", got "\["\./);
  refused(file(''), /must begin with "\{", got ""/);
  refused(file('{"t":[]}'), /is \[\], it must be an object/);
  refused(file('{"t":null}'), /is null/);
});

safetensors('refuses a key that stands twice, at any depth and however it is written', () => {
  const t = '{"dtype":"U8","shape":[1],"data_offsets":[0,1]}';
  refused(file(`{"a":${t},"a":${t}}`, 1), /key "a" twice/);
  refused(file(`{"a":${t},"\\u0061":${t}}`, 1), /key "a" twice/);
  refused(
    file('{"t":{"dtype":"U8","shape":[1],"dtype":"F32","data_offsets":[0,1]}}', 1),
    /key "dtype" twice/,
  );
  refused(file('{"__metadata__":{"x":"1","x":"2"}}'), /key "x" twice/);
  refused(file('{"__metadata__":{},"__metadata__":{}}'), /key "__metadata__" twice/);
});

safetensors('takes the same key in different objects, and quotes and colons in texts', () => {
  const header = '{"__metadata__":{"a":"x\\":\\"a\\":","b":"{\\"a\\":1,\\"a\\":2}","c\\\\":"a"}}';
  const { metadata } = parseSafetensors(file(header));
  assert.equal(metadata, { a: 'x":"a":', b: '{"a":1,"a":2}', 'c\\': 'a' });
  const t = (begin: number) => `{"dtype":"U8","shape":[1],"data_offsets":[${begin},${begin + 1}]}`;
  assert.is(parseSafetensors(file(`{"a":${t(0)},"b":${t(1)}}`, 2)).tensors.size, 2);
});

safetensors('keeps its stack on deep nesting and on texts of megabytes', () => {
  refused(file(`{"t":${'['.repeat(200_000)}${']'.repeat(200_000)}}`), /must be an object/);
  const long = 'x\\n'.repeat(3_000_000);
  const { metadata } = parseSafetensors(file(`{"__metadata__":{"k":"${long}"}}`));
  assert.is(metadata.k.length, 6_000_000);
});

safetensors('treats names such as __proto__ as names', () => {
  const header =
    '{"__metadata__":{"__proto__":"m"},' +
    '"__proto__":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}';
  const { tensors, metadata } = parseSafetensors(file(header, 1));
  assert.equal([...tensors.keys()], ['__proto__']);
  assert.equal(Object.entries(metadata), [['__proto__', 'm']]);
  refused(file('{"t":{"__proto__":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}}}'), /fields/);
});

safetensors('refuses metadata that is not text', () => {
  refused(file('{"__metadata__":{"a":1}}'), /"a" is 1, allowed are only strings/);
  refused(file('{"__metadata__":"a"}'), /must be an object/);
});

safetensors('refuses missing and unknown fields', () => {
  refused(file('{"t":{"dtype":"U8","shape":[1]}}', 1), /exactly dtype, shape and data_offsets/);
  refused(
    file('{"t":{"dtype":"U8","shape":[1],"data_offsets":[0,1],"more":0}}', 1),
    /fields \["dtype","shape","data_offsets","more"\]/,
  );
});

safetensors('reads every type as what it is', () => {
  const wide = (data: ArrayBufferView, dtype: string) =>
    values(one(dtype, '[2]', `[0,${data.byteLength}]`, raw(data)));
  assert.equal(wide(Float64Array.of(0.1, -1e300), 'F64'), [0.1, -1e300]);
  assert.equal(wide(BigUint64Array.of(2n ** 64n - 1n, 1n), 'U64'), [2n ** 64n - 1n, 1n]);
  assert.equal(wide(BigInt64Array.of(-1n, 1n), 'I64'), [-1n, 1n]);
  assert.equal(wide(Uint32Array.of(2 ** 32 - 1, 1), 'U32'), [2 ** 32 - 1, 1]);
  assert.equal(wide(Int32Array.of(-1, 1), 'I32'), [-1, 1]);
  assert.equal(wide(Uint16Array.of(65_535, 1), 'U16'), [65_535, 1]);
  assert.equal(wide(Int16Array.of(-1, 1), 'I16'), [-1, 1]);
  assert.equal(wide(Int8Array.of(-1, 1), 'I8'), [-1, 1]);
  for (const dtype of ['U8', 'BOOL', 'F8_E4M3', 'F8_E5M2']) {
    assert.equal(wide(Uint8Array.of(255, 1), dtype), [255, 1]);
  }
});

safetensors('refuses unknown dtypes', () => {
  refused(one('C64', '[1]', '[0,8]', 8), /dtype "C64"; supported are F64, F32/);
  refused(one('toString', '[1]', '[0,8]', 8), /dtype "toString"/);
  refused(file('{"t":{"dtype":7,"shape":[1],"data_offsets":[0,1]}}', 1), /dtype 7/);
});

safetensors('refuses dimensions that are negative, broken, huge or no numbers', () => {
  for (const shape of ['[-1]', '[1.5]', '["1"]', '[null]', '1', '{}', '[1e300]', '[-0]', '[[1]]']) {
    refused(one('U8', shape, '[0,1]', 1), /shape/);
  }
  // 2^64 elements, which is 0 in 64 bits.
  refused(one('U8', '[4294967296,4294967296]', '[0,0]', 0), /passes 2\^53 bytes/);
  refused(one('F32', '[9007199254740991]', '[0,4]', 4), /passes 2\^53 bytes/);
  refused(one('U8', '[4294967296,4294967296,0]', '[0,0]', 0), /passes 2\^53 bytes/);
});

safetensors('refuses a range of another size than dtype and shape need', () => {
  refused(one('F32', '[2]', '[0,4]', 4), /needs 8 bytes, its data_offsets \[0, 4\] give 4/);
  refused(one('U8', '[1]', '[0,2]', 2), /needs 1 bytes, .* give 2/);
  refused(one('U8', '[1000000000000]', '[0,1]', 1), /needs 1000000000000 bytes/);
});

safetensors('refuses offsets that leave the file, run backwards or are no offsets', () => {
  refused(one('U8', '[8]', '[0,8]', 7), /leaves the file, which has 7 bytes/);
  refused(one('U8', '[1000000000000]', '[0,1000000000000]', 1), /leaves the file/);
  for (const offsets of ['[1,0]', '[-1,0]', '[0.5,1.5]', '[0]', '[0,1,1]', '"0,1"', '[0,1e99]']) {
    refused(one('U8', '[1]', offsets, 1), /data_offsets/);
  }
});

safetensors('refuses overlaps, gaps and bytes that belong to no tensor', () => {
  const two = (a: string, b: string, data: number) =>
    file(
      `{"a":{"dtype":"U8","shape":[2],"data_offsets":${a}},` +
        `"b":{"dtype":"U8","shape":[2],"data_offsets":${b}}}`,
      data,
    );
  assert.is(parseSafetensors(two('[2,4]', '[0,2]', 4)).tensors.size, 2);
  refused(two('[0,2]', '[1,3]', 3), /overlaps/);
  refused(two('[0,2]', '[0,2]', 2), /overlaps/);
  refused(two('[0,2]', '[3,5]', 5), /gap/);
  refused(two('[1,3]', '[3,5]', 5), /gap/);
  refused(two('[0,2]', '[2,4]', 5), /5 bytes after its header, but its tensors end at 4/);
  refused(file('{}', 1), /end at 0/);
});

safetensors('quotes a hostile value or name only in part', () => {
  const long = '9'.repeat(10_000);
  const t = '{"dtype":"U8","shape":[1],"data_offsets":[0,1]}';
  for (const bytes of [
    one(`F${long}`, '[1]', '[0,1]', 1),
    file(`{"${long}":7}`),
    file(`{"${long}":${t},"${long}":${t}}`, 1),
    file(`{"__metadata__":{"${long}":7}}`),
    file(`{"${long}":{"${long}":7}}`),
    file(`{"${long}":${t}}`, 2),
    file(`{"${long}":${t}}`),
    one('F32', `[1${',1'.repeat(5_000)}]`, '[0,1]', 1),
  ]) {
    assert.throws(
      () => parseSafetensors(bytes),
      (error: unknown) => error instanceof DataError && error.message.length < 400,
    );
  }
});

safetensors('reads back what it wrote', () => {
  const tensors = new Map([
    ['0.weight', { shape: [2, 3], data: Float32Array.of(1, -2.5, 3e-40, -0, 5, Number.NaN) }],
    ['0.bias', { shape: [2], data: Float32Array.of(7, 8) }],
    ['indices', { shape: [1, 2], data: Int32Array.of(-1, 2 ** 31 - 1) }],
    ['scalar', { shape: [], data: Float32Array.of(4) }],
    ['none', { shape: [0, 3], data: Float32Array.of() }],
    ['ünïcode "\\', { shape: [1], data: Float32Array.of(6) }],
  ]);
  const read = parseSafetensors(writeSafetensors(tensors, { b: '2', a: 'ä' }));
  assert.equal(read.metadata, { a: 'ä', b: '2' });
  assert.is(read.tensors.size, tensors.size);
  for (const [name, { shape, data }] of tensors) {
    const tensor = read.tensors.get(name);
    assert.equal(tensor?.shape, shape);
    // By bytes, so that NaN, -0 and subnormals count.
    assert.equal(tensor && raw(tensor.data), raw(data));
    assert.is(tensor?.dtype, data instanceof Int32Array ? 'I32' : 'F32');
  }
});

safetensors('writes names in order, pads the header to 8 bytes and aligns the data', () => {
  const tensor = { shape: [1], data: Float32Array.of(1) };
  const bytes = writeSafetensors(new Map(['10', '9', 'b', 'a'].map((name) => [name, tensor])));
  assert.equal([...parseSafetensors(bytes).tensors.keys()], ['10', '9', 'a', 'b']);
  const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
  assert.is(length % 8, 0);
  assert.match(new TextDecoder().decode(bytes.subarray(8, 8 + length)), /^\{.*\} *$/);
  assert.not.match(new TextDecoder().decode(bytes), /__metadata__/);
});

safetensors('writes the bytes that stand here, made by hand', () => {
  const tensors = new Map<string, WritableTensor>([
    ['b', { shape: [2], data: Int32Array.of(-1, 258) }],
    ['a', { shape: [1, 2], data: Float32Array.of(1, -2.5) }],
  ]);
  const header =
    '{"__metadata__":{"a":"1","b":"2","c":"3"},' +
    '"a":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]},' +
    '"b":{"dtype":"I32","shape":[2],"data_offsets":[8,16]}}';
  const padded = header.padEnd(Math.ceil(header.length / 8) * 8);
  const values = [0, 0, 128, 63, 0, 0, 32, 192, 255, 255, 255, 255, 2, 1, 0, 0];
  const bytes = [
    padded.length,
    0,
    0,
    0,
    0,
    0,
    0,
    0,
    ...new TextEncoder().encode(padded),
    ...values,
  ];
  assert.is(padded.length, 152);
  assert.equal([...writeSafetensors(tensors, { c: '3', a: '1', b: '2' })], bytes);
  const { tensors: read } = parseSafetensors(Uint8Array.from(bytes));
  assert.equal([...(read.get('a')?.data ?? [])], [1, -2.5]);
  assert.equal([...(read.get('b')?.data ?? [])], [-1, 258]);
});

safetensors('takes an empty tensor where another begins, in any order', () => {
  const t = (shape: number, begin: number, end: number) =>
    `{"dtype":"U8","shape":[${shape}],"data_offsets":[${begin},${end}]}`;
  for (const header of [
    `{"b":${t(2, 0, 2)},"a":${t(0, 0, 0)},"c":${t(0, 2, 2)}}`,
    `{"c":${t(0, 2, 2)},"a":${t(0, 0, 0)},"b":${t(2, 0, 2)}}`,
  ]) {
    assert.is(parseSafetensors(file(header, 2)).tensors.size, 3);
  }
});

safetensors('knows which types become floats', () => {
  const all: readonly SafetensorsDtype[] = ['F64', 'F32', 'F16', 'BF16'];
  for (const dtype of all) assert.ok(isFloat(dtype), dtype);
  const others: readonly SafetensorsDtype[] = ['F8_E4M3', 'F8_E5M2', 'U8', 'I32', 'I64', 'BOOL'];
  for (const dtype of others) assert.not.ok(isFloat(dtype), dtype);
});

safetensors('writes the same bytes whatever the order of the tensors', () => {
  const a = { shape: [1], data: Float32Array.of(1) };
  const b = { shape: [2], data: Int32Array.of(2, 3) };
  const ab = writeSafetensors(
    new Map<string, typeof a | typeof b>([
      ['a', a],
      ['b', b],
    ]),
    { x: '1', y: '2' },
  );
  const ba = writeSafetensors(
    new Map<string, typeof a | typeof b>([
      ['b', b],
      ['a', a],
    ]),
    { y: '2', x: '1' },
  );
  assert.equal(ab, ba);
});

safetensors('writes only the part of a buffer that a tensor is', () => {
  const data = Float32Array.of(1, 2, 3, 4).subarray(1, 3);
  const { tensors } = parseSafetensors(writeSafetensors(new Map([['t', { shape: [2], data }]])));
  assert.equal([...(tensors.get('t')?.data ?? [])], [2, 3]);
});

safetensors('does not write what it would refuse to read', () => {
  const data = Float32Array.of(1, 2);
  for (const [name, shape] of [
    ['t', [3]],
    ['t', [-1, -2]],
    ['t', [0.5, 4]],
    ['__metadata__', [2]],
  ] as const) {
    assert.throws(
      () => writeSafetensors(new Map([[name, { shape, data }]])),
      (error: unknown) => error instanceof DataError,
    );
  }
});

safetensors('a header that readers refuse is not written', () => {
  const write = () => writeSafetensors(new Map(), { x: 'a'.repeat(100_000_000) });
  assert.throws(write, /readers take at most 100000000/);
});

safetensors.run();
