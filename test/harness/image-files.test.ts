import { gzipSync } from 'node:zlib';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { DataError } from '../../src/errors.ts';
import { type IdxPart, openIdx } from '../../src/harness/tasks/idx-part.ts';
import { assemble, readImageFiles } from '../../src/harness/tasks/image-files.ts';
import { KNOWN_SETS } from '../../src/harness/tasks/known-sets.ts';
import { sha256 } from '../../src/trial/sha256.ts';

const test = suite('image files');

/** An IDX file whose elements are given by their place. */
function idx(dims: readonly number[], value: (i: number) => number): Uint8Array {
  const header = 4 + 4 * dims.length;
  const bytes = new Uint8Array(header + dims.reduce((a, b) => a * b));
  bytes.set([0, 0, 8, dims.length]);
  const view = new DataView(bytes.buffer);
  for (const [i, dim] of dims.entries()) view.setUint32(4 + 4 * i, dim);
  for (let i = header; i < bytes.length; i++) bytes[i] = value(i - header);
  return bytes;
}

const FILES = {
  a: idx([12, 2, 3], (i) => i),
  b: idx([12], (i) => 1 + (i % 3)),
  c: idx([10, 2, 3], (i) => 255 - i),
  d: idx([10], (i) => 1 + (i % 3)),
};

async function parts(files: Readonly<Record<string, Uint8Array>>): Promise<IdxPart[]> {
  const opened = await Promise.all(
    Object.entries(files).map(([name, bytes]) => openIdx(name, bytes)),
  );
  for (const part of opened) if (typeof part === 'string') throw new Error(part);
  return opened as IdxPart[];
}

test('each known set has four files of its own, and sums of 64 hexadecimal digits', () => {
  const all = KNOWN_SETS.flatMap(({ files }) => files);
  const sums = all.flatMap(({ sha256: plain, gzSha256 }) => [plain, gzSha256]).filter(Boolean);
  for (const sum of sums) assert.match(sum ?? '', /^[0-9a-f]{64}$/);
  assert.is(new Set(sums).size, sums.length);
  assert.ok(all.every((one) => one.sha256 || one.gzSha256));
  const counts = Object.fromEntries(KNOWN_SETS.map(({ name, classes }) => [name, classes.length]));
  assert.equal(counts, {
    ...{ 'Fashion-MNIST': 10, MNIST: 10, KMNIST: 10 },
    ...{ 'EMNIST Balanced': 47, 'EMNIST ByClass': 62, 'EMNIST ByMerge': 47 },
    ...{ 'EMNIST Digits': 10, 'EMNIST Letters': 26, 'EMNIST MNIST': 10 },
  });
});

test('files of MNIST’s names and sizes with other content are own data', async () => {
  const names = ['train-images', 'train-labels', 't10k-images', 't10k-labels'];
  const dims = [[60_000, 28, 28], [60_000], [10_000, 28, 28], [10_000]];
  const given = Object.fromEntries(dims.map((size, i) => [names[i], idx(size, (at) => at % 10)]));
  const { name, classes, train, test: held } = await readImageFiles(given);
  assert.is(name, 'own data');
  assert.equal(classes, [...'0123456789']);
  assert.equal([train.count, held.count], [60_000, 10_000]);
});

test('own data have as many classes as their labels say, and stay as they are stored', async () => {
  const { name, classes, train } = await readImageFiles({ ...FILES, copy: FILES.d.slice() });
  assert.is(name, 'own data');
  assert.equal(classes, ['0', '1', '2', '3']);
  assert.equal([...train.images.subarray(0, 6)], [0, 1, 2, 3, 4, 5]);
  assert.equal([...train.labels.subarray(0, 4)], [1, 2, 3, 1]);
});

test('a known set has its name, its classes, labels from 0 and upright images', async () => {
  const all = await parts(FILES);
  const sums = all.map((part) => ({ sha256: part.sums.sha256 }));
  const [a, b, c, d] = sums;
  const classes = ['x', 'y', 'z'];
  const known = [
    { name: 'K', classes, files: [a, b, c, d], firstLabel: 1, transposed: true },
  ] as const;
  const { dataset, missing } = assemble(all, known);
  assert.equal(missing, []);
  assert.is(dataset?.name, 'K');
  assert.is(dataset?.classes, classes);
  // Stored are columns: the image's rows are 0 2 4 and 1 3 5.
  assert.equal([...(dataset?.train.images.subarray(0, 6) ?? [])], [0, 2, 4, 1, 3, 5]);
  assert.equal([...(dataset?.train.labels.subarray(0, 4) ?? [])], [0, 1, 2, 0]);
  // One byte of any file makes it another set.
  for (const name of ['a', 'b', 'c', 'd'] as const) {
    const changed = FILES[name].slice();
    changed[changed.length - 1] ^= 1;
    const other = assemble(await parts({ ...FILES, [name]: changed }), known);
    assert.is(other.dataset?.name, 'own data', name);
    // Beside the right one, it does not matter.
    const both = assemble(await parts({ ...FILES, changed }), known);
    assert.is(both.dataset?.name, 'K', name);
  }
});

test('a set of which only the packed files are known is recognised by them', async () => {
  const packed = Object.fromEntries(
    Object.entries(FILES).map(([name, bytes]) => [name, new Uint8Array(gzipSync(bytes))]),
  );
  const [a, b, c, d] = await Promise.all(
    Object.values(packed).map(async (bytes) => ({ gzSha256: await sha256(bytes) })),
  );
  const known = [{ name: 'K', classes: [...'0123'], files: [a, b, c, d] }] as const;
  assert.is(assemble(await parts(packed), known).dataset?.name, 'K');
  assert.is(assemble(await parts(FILES), known).dataset?.name, 'own data');
});

test('what is missing, contradicts or is something else is said', async () => {
  const missing = async (files: Readonly<Record<string, Uint8Array>>) =>
    assemble(await parts(files))
      .missing.map((one) => Object.values(one).join(' '))
      .join('; ');
  const { a, b, c, d } = FILES;
  assert.match(await missing({}), /^file train-images.*t10k-labels-idx1-ubyte$/);
  assert.is(await missing({ a }), 'labels 12 a; test');
  assert.is(await missing({ a, b }), 'test');
  assert.is(await missing({ a, b, d }), 'images 10 d');
  assert.is(await missing({ a, b, c, d }), '');
  // A file that belongs to no other is passed over once there are enough.
  assert.is(await missing({ a, b, c, d, x: idx([7], () => 0) }), '');
  const refused = async (files: Readonly<Record<string, Uint8Array>>, text: RegExp) => {
    const error = await readImageFiles(files).catch((caught: unknown) => caught);
    assert.instance(error, DataError);
    assert.match((error as DataError).message, text);
  };
  const other = idx([12], () => 0);
  await refused({ a, b, c, d, other }, /b and other could each be the same file/);
  await refused({ a, b, c: idx([10, 3, 2], () => 1), d }, /images of 2 × 3, and c of 3 × 2/);
  await refused({ a, b, x: new Uint8Array(9) }, /missing: .*Not used: x: not an IDX file/);
  await refused({ a: a.subarray(0, 40), b }, /Not used: a: 12 images of 2 × 3, but 40 bytes/);
  await refused({ a, broken: Uint8Array.of(0x1f, 0x8b, 8, 0) }, /broken: gzip file is truncated/);
  await refused({ a, deep: idx([2, 2, 2, 2], () => 0) }, /deep: 2 items of 2 × 2 × 2/);
});

test.run();
