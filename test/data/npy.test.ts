import { deflateRawSync } from 'node:zlib';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type NpyArray, parseNpy } from '../../src/data/npy.ts';
import { parseNpz } from '../../src/data/npz.ts';
import { DataError } from '../../src/errors.ts';
import { batchNorm1d, linear, Sequential } from '../../src/nn/layers.ts';
import { readWeights } from '../../src/train/weights.ts';
import { FILES } from './numpy.gen.ts';

const fileOf = (name: keyof typeof FILES): Uint8Array =>
  Uint8Array.from(Buffer.from(FILES[name], 'base64'));

/** A file of numpy by hand. */
function npy(header: string, data: ArrayBufferView = new Uint8Array(), version = 1): Uint8Array {
  const text = new TextEncoder().encode(header);
  const long = version > 1;
  const out = new Uint8Array((long ? 12 : 10) + text.length + data.byteLength);
  out.set([0x93, ...new TextEncoder().encode('NUMPY'), version, 0]);
  const view = new DataView(out.buffer);
  if (long) view.setUint32(8, text.length, true);
  else view.setUint16(8, text.length, true);
  out.set(text, long ? 12 : 10);
  out.set(
    new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
    out.length - data.byteLength,
  );
  return out;
}

const headerOf = (descr: string, shape: string, order = 'False'): string =>
  `{'descr': '${descr}', 'fortran_order': ${order}, 'shape': ${shape}, }\n`;

/** What a file of an archive claims, if it is not the truth. */
interface Claims {
  readonly size?: number;
  readonly crc?: number;
  readonly method?: number;
  readonly flags?: number;
  readonly local?: number;
  readonly packed?: number;
}

function zip(
  files: readonly (readonly [name: string, data: Uint8Array, claims?: Claims])[],
  count = files.length,
): Uint8Array {
  const [parts, directory]: Uint8Array[][] = [[], []];
  let at = 0;
  for (const [name, data, claims = {}] of files) {
    const { method = 8 } = claims;
    const packed = method === 8 ? deflateRawSync(data) : data;
    const text = new TextEncoder().encode(name);
    const own = new DataView(new ArrayBuffer(30));
    own.setUint32(0, 0x04034b50, true);
    own.setUint16(26, text.length, true);
    const entry = new DataView(new ArrayBuffer(46));
    entry.setUint32(0, 0x02014b50, true);
    entry.setUint16(8, claims.flags ?? 0, true);
    entry.setUint16(10, method, true);
    entry.setUint32(16, claims.crc ?? crcOf(data), true);
    entry.setUint32(20, claims.packed ?? packed.length, true);
    entry.setUint32(24, claims.size ?? data.length, true);
    entry.setUint16(28, text.length, true);
    entry.setUint32(42, claims.local ?? at, true);
    parts.push(new Uint8Array(own.buffer), text, packed);
    directory.push(new Uint8Array(entry.buffer), text);
    at += 30 + text.length + packed.length;
  }
  const end = new DataView(new ArrayBuffer(22));
  end.setUint32(0, 0x06054b50, true);
  end.setUint16(8, count, true);
  end.setUint16(10, count, true);
  end.setUint32(
    12,
    directory.reduce((sum, { length }) => sum + length, 0),
    true,
  );
  end.setUint32(16, at, true);
  return Uint8Array.from(Buffer.concat([...parts, ...directory, new Uint8Array(end.buffer)]));
}

function crcOf(data: Uint8Array): number {
  let crc = -1;
  for (const byte of data) {
    crc ^= byte;
    for (let i = 0; i < 8; i++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}

function refused(file: Uint8Array, message: RegExp): void {
  assert.throws(
    () => parseNpy(file),
    (error: unknown) => error instanceof DataError && message.test(error.message),
  );
}

async function refusedZip(file: Uint8Array, message: RegExp, maxBytes = 1000): Promise<void> {
  try {
    await parseNpz(file, { maxBytes });
  } catch (error) {
    assert.instance(error, DataError);
    assert.match((error as Error).message, message);
    return;
  }
  assert.unreachable(String(message));
}

const same = (
  { dtype, shape, data }: NpyArray,
  wanted: readonly [string, number[], ArrayLike<number>],
) => assert.equal([dtype, [...shape], data], wanted);

test('files that numpy wrote are read: rows, columns, byte orders, versions, scalars', () => {
  const floats = Float32Array.of(-4, 3, -1, 6, 2, -2).map((x) => x / 8);
  same(parseNpy(fileOf('floats')), ['F32', [2, 3], floats]);
  const counted = Int16Array.from({ length: 12 }, (_, i) => ((i * 7) % 11) - 4);
  same(parseNpy(fileOf('columns')), ['I16', [2, 3, 2], counted]);
  same(parseNpy(fileOf('big')), ['F64', [3], Float64Array.of(-0.5, 0.375, -0.125)]);
  same(parseNpy(fileOf('scalar')), ['F16', [], Float32Array.of(2.5)]);
});

test('archives of numpy are read, stored and packed; integers of 64 bits are numbers', async () => {
  for (const kind of ['stored', 'packed'] as const) {
    const arrays = await parseNpz(fileOf(kind));
    assert.equal([...arrays.keys()], ['x', 'y']);
    assert.equal(arrays.get('x'), parseNpy(fileOf('floats')));
    assert.equal(arrays.get('y')?.data, Int32Array.of(0, 2, 1));
    assert.is(arrays.get('y')?.dtype, 'I64');
  }
  await refusedZip(
    fileOf('objects'),
    /"x" of the \.npz file: .*Python objects, which are programs/,
  );
});

test('integers that a number does not hold are refused, others keep their value', () => {
  const wide = BigInt64Array.of(2n ** 40n, -1n);
  same(parseNpy(npy(headerOf('<i8', '(2,)'), wide)), ['I64', [2], Float64Array.of(2 ** 40, -1)]);
  refused(npy(headerOf('<i8', '(1,)'), BigInt64Array.of(2n ** 60n)), /1152921504606846976 at 0/);
  same(parseNpy(npy(headerOf('|b1', '(3,)'), Uint8Array.of(0, 1, 7))), [
    'BOOL',
    [3],
    Uint8Array.of(0, 1, 1),
  ]);
});

test('what is no array of numbers is refused, and says what it is', () => {
  const four = new Float32Array(4);
  refused(new Uint8Array(4), /Not an \.npy file/);
  refused(fileOf('stored'), /parseNpz\(\) reads \.npz files/);
  refused(npy(headerOf('<f4', '(2, 2)'), four, 4), /version 4\.0/);
  refused(npy(headerOf('<f4', '(2, 3)'), four), /needs 24 bytes, the file has 16/);
  refused(npy(headerOf('<f4', '(3,)'), four), /needs 12 bytes/);
  refused(npy(headerOf('<f4', '(999999999999999, 999999999999999)'), four), /the file has 16/);
  refused(npy(headerOf('<f4', '(-4,)'), four), /is not {/);
  refused(npy(headerOf('|O', '(1,)'), four), /Python objects/);
  refused(npy(headerOf('<U4', '(1,)'), four), /texts/);
  refused(npy(headerOf('<c8', '(2,)'), four), /complex/);
  refused(npy(headerOf('=f4', '(4,)'), four), /the type "=f4"/);
  refused(npy(headerOf('|f4', '(4,)'), four), /the type "\|f4"/);
  refused(
    npy("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (4,), }", four),
    /structured/,
  );
  refused(npy("{'descr': '<f4', 'descr': '<f4', 'shape': (4,), }", four), /descr twice/);
  refused(npy("{'descr': '<f4', 'shape': (4,), }", four), /is not {/);
  refused(npy(`${headerOf('<f4', '(4,)')}exit()`, four), /is not {/);
  refused(npy('__import__("os")', four), /no dictionary/);
  refused(npy(headerOf('<f4', `(${'1, '.repeat(65)})`), four), /up to 64 sizes/);
  refused(npy(headerOf('<f4', '(4,)'), four).slice(0, 40), /truncated/);
  const claims = npy(headerOf('<f4', '(4,)'), four, 2);
  new DataView(claims.buffer).setUint32(8, 2 ** 31, true);
  refused(claims, /claims 2147483648 bytes/);
});

test('an archive that lies is refused before it is unpacked', async () => {
  const array = npy(headerOf('<f4', '(4,)'), Float32Array.of(1, 2, 3, 4));
  const plain = await parseNpz(
    zip([
      ['a.npy', array],
      ['b/c.npy', array, { method: 0 }],
    ]),
  );
  assert.equal([...plain.keys()], ['a', 'b/c']);
  assert.is((await parseNpz(zip([]))).size, 0);
  await refusedZip(new Uint8Array(30), /Not a zip archive/);
  await refusedZip(zip([['a.npy', array]]).slice(0, -1), /Not a zip archive/);
  await refusedZip(zip([['a.txt', array]]), /"a\.txt", which is no array/);
  await refusedZip(
    zip([
      ['a.npy', array],
      ['a.npy', array],
    ]),
    /"a\.npy" twice/,
  );
  await refusedZip(zip([['a.npy', array, { crc: 1 }]]), /damaged/);
  await refusedZip(zip([['a.npy', array, { crc: 1, method: 0 }]]), /checksum/);
  await refusedZip(
    zip([['a.npy', array, { size: array.length - 1 }]]),
    /damaged, or of another size/,
  );
  await refusedZip(
    zip([['a.npy', array, { size: array.length + 1 }]]),
    /damaged, or of another size/,
  );
  await refusedZip(zip([['a.npy', array, { size: 2 ** 31 }]]), /which nothing packs/);
  await refusedZip(zip([['a.npy', array]]), /unpacks to \d+ bytes; maxBytes allows 10/, 10);
  await refusedZip(zip([['a.npy', array, { method: 12 }]]), /packed by method 12/);
  await refusedZip(zip([['a.npy', array, { flags: 1 }]]), /encrypted/);
  await refusedZip(
    zip([
      ['a.npy', array],
      ['b.npy', array, { local: 0 }],
    ]),
    /lie over each other/,
  );
  await refusedZip(zip([['a.npy', array, { local: 9 }]]), /no file "a\.npy" at 9/);
  await refusedZip(zip([['a.npy', array, { packed: 9999 }]]), /leave the files/);
  await refusedZip(zip([['a.npy', array]], 2), /no file 1 in its directory/);
  await refusedZip(zip([['a.npy', array]], 20_000), /claims 20000 files/);
  await refusedZip(zip([['a.npy', array]], 0), /behind its directory/);
  // 4 MiB of zeros in 4 KiB.
  await refusedZip(zip([['a.npy', new Uint8Array(2 ** 22)]]), /maxBytes allows 1000/);
});

test('arrays of numpy are weights, with names as of other files', async () => {
  const model = new Sequential([2], [linear(2, 2), batchNorm1d(2)]);
  const floats = (shape: string, ...values: number[]) =>
    npy(headerOf('<f8', shape), Float64Array.from(values));
  const arrays = await parseNpz(
    zip([
      ['module.0.weight.npy', floats('(2, 2)', 1, 2, 3, 0.1)],
      ['module.0.bias.npy', npy(headerOf('<f2', '(2,)'), Uint16Array.of(0x3c00, 0x3800))],
      ['module.1.weight.npy', floats('(2,)', 1, 1)],
      ['module.1.bias.npy', floats('(2,)', 0, 0)],
      ['module.1.running_mean.npy', floats('(2,)', 0.5, 0.25)],
      ['module.1.running_var.npy', floats('(2,)', 1, 4)],
      ['module.1.num_batches_tracked.npy', npy(headerOf('<i8', '()'), BigInt64Array.of(7n))],
      ['step.npy', npy(headerOf('<i8', '()'), BigInt64Array.of(2n ** 40n))],
    ]),
  );
  const weights = readWeights(arrays, model, { ignore: 'step' });
  assert.equal(weights.get('0.weight'), Float32Array.of(1, 2, 3, 0.1));
  assert.equal(weights.get('0.bias'), Float32Array.of(1, 0.5));
  assert.equal(weights.get('1.num_batches_tracked'), Float32Array.of(7));
  assert.throws(
    () => readWeights(arrays, model),
    /step \(I64 \[\]\), which this model does not have/,
  );
  assert.throws(
    () => readWeights(new Map([['a', 5]]) as never, model),
    /"a" is 5; use what parseNpz/,
  );
});

test.run();
