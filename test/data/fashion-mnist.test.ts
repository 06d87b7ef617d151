import { createHash } from 'node:crypto';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  FASHION_MNIST_CLASSES,
  FASHION_MNIST_FILES,
  FASHION_MNIST_URLS,
} from '../../src/data/fashion-mnist.ts';
import { loadFashionMnist, loadPublished } from '../../src/data/load-fashion-mnist.ts';
import { DataError } from '../../src/errors.ts';

const fashion = suite('fashion-mnist');

/** An IDX file of the right size: images are black, labels count from 0 to 9 again and again. */
function idxFile(dims: number[]): Uint8Array<ArrayBuffer> {
  const header = 4 + 4 * dims.length;
  const bytes = new Uint8Array(header + dims.reduce((a, b) => a * b));
  bytes.set([0, 0, 8, dims.length]);
  const view = new DataView(bytes.buffer);
  for (const [i, dim] of dims.entries()) view.setUint32(4 + 4 * i, dim);
  if (dims.length === 1) for (let i = header; i < bytes.length; i++) bytes[i] = (i - header) % 10;
  return bytes;
}

async function pack(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream('gzip'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

const files = {
  'train-images-idx3-ubyte': idxFile([60_000, 28, 28]),
  'train-labels-idx1-ubyte': idxFile([60_000]),
  't10k-images-idx3-ubyte': idxFile([10_000, 28, 28]),
  't10k-labels-idx1-ubyte': idxFile([10_000]),
};

async function refused(given: Record<string, Uint8Array>, text: RegExp): Promise<void> {
  const error = await loadFashionMnist(given).catch((caught: unknown) => caught);
  assert.instance(error, DataError);
  assert.match((error as DataError).message, text);
}

fashion('names ten classes, four files and only HTTPS addresses', () => {
  assert.is(FASHION_MNIST_CLASSES.length, 10);
  assert.equal(
    FASHION_MNIST_FILES.map(({ name }) => name),
    Object.keys(files),
  );
  for (const file of FASHION_MNIST_FILES) {
    assert.is(file.gzName, `${file.name}.gz`);
    assert.match(file.sha256, /^[0-9a-f]{64}$/);
    assert.match(file.gzSha256, /^[0-9a-f]{64}$/);
  }
  for (const url of FASHION_MNIST_URLS) assert.match(url, /^https:\/\/.*\/$/);
});

fashion('loads unpacked and packed files mixed', async () => {
  const { 't10k-labels-idx1-ubyte': labels, ...others } = files;
  const data = await loadFashionMnist({
    ...others,
    't10k-labels-idx1-ubyte.gz': await pack(labels),
  });
  assert.is(data.name, 'own data');
  assert.equal(data.classes, ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']);
  assert.is(data.synthetic, false);
  assert.equal([data.train.count, data.train.height, data.train.width], [60_000, 28, 28]);
  assert.equal([data.test.count, data.test.height, data.test.width], [10_000, 28, 28]);
  assert.equal([...data.test.labels.subarray(0, 11)], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0]);
});

fashion('names the files that are missing', async () => {
  const { 'train-labels-idx1-ubyte': _, ...others } = files;
  await refused(
    others,
    /missing: train-labels-idx1-ubyte \(60000\)\. Given: "train-images-idx3-ubyte": 60000 images of 28 × 28;/,
  );
  await refused({}, /missing: train-images.*, train-labels.*, t10k-images.*, t10k-labels/);
});

fashion('refuses a file of another size, and says which', async () => {
  const short = { ...files, 't10k-images-idx3-ubyte': idxFile([9_999, 28, 28]) };
  await refused(
    short,
    /missing: t10k-images-idx3-ubyte \(10000 × 28 × 28\).*"t10k-images-idx3-ubyte": 9999 images of 28 × 28/,
  );
});

fashion('refuses images of another shape in a file of the right size', async () => {
  const wide = { ...files, 't10k-images-idx3-ubyte': idxFile([10_000, 14, 56]) };
  await refused(wide, /"t10k-images-idx3-ubyte": 10000 images of 14 × 56/);
});

fashion('refuses a label that is no class', async () => {
  const labels = files['t10k-labels-idx1-ubyte'].slice();
  labels[8 + 77] = 10;
  await refused({ ...files, 't10k-labels-idx1-ubyte': labels }, /t10k-labels.*Label 77 is 10/);
});

fashion('stops a packed file at the largest published size', async () => {
  const bomb = await pack(new Uint8Array(50_000_000));
  const { 't10k-labels-idx1-ubyte': _, ...others } = files;
  await refused(
    { ...others, 't10k-labels-idx1-ubyte.gz': bomb },
    /"t10k-labels-idx1-ubyte\.gz": .*more than the 47040016 bytes/,
  );
});

fashion('tells files by their content, whatever their names', async () => {
  const [a, b, c, d] = Object.values(files);
  const data = await loadFashionMnist({
    'copy of labels (1)': await pack(b),
    'T10K-IMAGES.IDX3-UBYTE': c,
    'notes.txt': new TextEncoder().encode('notes'),
    'x/train': a,
    y: d,
  });
  assert.is(data.train.count, 60_000);
  assert.is(data.test.labels[8], 8);
});

fashion('refuses to choose between files that are not the published ones', async () => {
  const labels = files['t10k-labels-idx1-ubyte'].slice();
  // A copy is no other file.
  await loadFashionMnist({ ...files, copy: labels.slice() });
  labels[8] = 9;
  await refused({ ...files, other: labels }, /"t10k-labels-idx1-ubyte" and "other" could each be/);
});

fashion('says what was given, of any kind', async () => {
  const zip = Uint8Array.of(0x50, 0x4b, 3, 4);
  const short = files['t10k-labels-idx1-ubyte'].subarray(0, 100);
  const given = { 'a.zip': zip, b: short, c: new Uint8Array(0), d: idxFile([3, 4]) };
  await refused(
    given,
    /"a\.zip": a zip archive.*10000 labels, but 100 bytes instead of 10008; "c": empty; "d": 3 items of 4/,
  );
  await refused(
    { a: 'text' as unknown as Uint8Array },
    /"a" takes a file.s bytes; "text" was given/,
  );
  const many = Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`f${i}`, zip]));
  await refused(many, /and 88 more/);
});

fashion('gives their name to images and labels of the published sums alone', async () => {
  const dims = [[12, 2, 3], [12], [10, 2, 3], [10]];
  const given = dims.map((sizes) => idxFile(sizes));
  const wanted = FASHION_MNIST_FILES.map((file, i) => ({
    ...file,
    dims: dims[i],
    size: given[i].length,
    sha256: createHash('sha256').update(given[i]).digest('hex'),
  }));
  const named = (bytes: readonly Uint8Array[]) =>
    loadPublished(Object.fromEntries(bytes.map((one, i) => [`${i}`, one])), wanted);
  const data = await named(given);
  assert.is(data.name, 'Fashion-MNIST');
  assert.equal(data.classes, FASHION_MNIST_CLASSES);
  for (const i of given.keys()) {
    const changed = given[i].slice();
    changed[changed.length - 1] ^= 1;
    const other = await named(given.map((one, j) => (i === j ? changed : one)));
    assert.is(other.name, 'own data', `${i}`);
    // Beside the published one, the other is passed over.
    assert.is((await named([...given, changed])).name, 'Fashion-MNIST', `${i}`);
  }
});

fashion('is not fooled by names that every object has', async () => {
  await refused(Object.create(files), /missing/);
});

fashion.run();
