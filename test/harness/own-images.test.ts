import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { fromRgb, greyOf, hasColours, rgbOf, spread } from '../../src/harness/own/colours.ts';
import { sortIntoClasses } from '../../src/harness/own/folders.ts';
import { imageHead, problemOfHead } from '../../src/harness/own/image-size.ts';
import { imagesData } from '../../src/harness/own/images.ts';
import { countsOf, isUnbalanced, largestShare } from '../../src/harness/own/split.ts';
import { ImageReading } from '../../src/harness/worker/image-reading.ts';
import { hashOfImages } from '../../src/trial/data-hash.ts';
import { refused } from './refused.ts';

const test = suite('images of one’s own');

const hex = (text: string): Uint8Array =>
  Uint8Array.from(text.match(/[0-9a-f]{2}/g) ?? [], (byte) => Number.parseInt(byte, 16));
const padded = (bytes: Uint8Array): Uint8Array => {
  const out = new Uint8Array(Math.max(64, bytes.length));
  out.set(bytes);
  return out;
};
const size = (bytes: Uint8Array): string => {
  const head = imageHead(padded(bytes));
  return head ? `${head.kind} ${head.width}×${head.height}` : 'none';
};

test('the size of an image is read from its first bytes', () => {
  // Written by hand from the formats' specifications.
  assert.is(size(hex('89504e470d0a1a0a 0000000d49484452 0000012c 00000064')), 'PNG 300×100');
  assert.is(size(hex('474946383961 2c01 6400')), 'GIF 300×100');
  assert.is(size(hex(`424d${'00'.repeat(16)} 2c010000 9cffffff`)), 'BMP 300×100');
  const riff = (chunk: string, rest: string) =>
    hex(`52494646 00000000 57454250 ${chunk} 00000000 ${rest}`);
  assert.is(size(riff('56503820', '000000 9d012a 2c01 6400')), 'WebP 300×100');
  assert.is(size(riff('5650384c', '2f 2bc11800')), 'WebP 300×100');
  assert.is(size(riff('56503858', '00000000 2b0100 630000')), 'WebP 300×100');
  // A JPEG: an APP0 segment of 4 bytes, then a progressive frame.
  assert.is(size(hex('ffd8 ffe0 0004 0000 ffc2 0011 08 0064 012c 03')), 'JPEG 300×100');
  assert.is(size(hex('ffd8 0000')), 'none');
  assert.is(size(new TextEncoder().encode('<svg/>')), 'none');
  assert.is(imageHead(new Uint8Array(3)), undefined);
});

test('images that cannot be decoded are refused before they are', () => {
  const of = (width: number, height: number) => problemOfHead({ kind: 'PNG', width, height });
  assert.is(of(28, 28), undefined);
  assert.is(of(20_000, 3000), undefined);
  assert.match(of(20_000, 20_000) ?? '', /20000 × 20000 pixels, more than the 64 million/);
  assert.match(of(0, 10) ?? '', /a PNG of 0 × 10 pixels/);
  assert.match(problemOfHead(undefined) ?? '', /no PNG, JPEG, GIF, WebP or BMP/);
});

test('the class of an image is the folder that it lies in', () => {
  const { classes, images, parted, strays } = sortIntoClasses([
    ...['pets/dog/1.png', 'pets/cat/2.png', 'pets/cat/10.png', 'pets/readme.txt', 'notes.txt'],
    ...['pets/.DS_Store', '__MACOSX/pets/cat/._2.png', 'pets/cat/', 'pets/cat/Thumbs.db'],
  ]);
  assert.equal(classes, ['cat', 'dog']);
  assert.equal(
    images.map(({ label }) => label),
    [1, 0, 0],
  );
  assert.is(parted, false);
  assert.equal(strays, ['pets/readme.txt', 'notes.txt']);
  const numbers = sortIntoClasses(['10/a.png', '9/a.png', '1/a.png']);
  assert.equal(numbers.classes, ['1', '9', '10']);
});

test('folders train and test above all classes say what is tested', () => {
  const { classes, images, parted } = sortIntoClasses([
    ...['set/train/a/1.png', 'set/train/b/2.png', 'set/Test/a/3.png', 'set/Test/b/4.png'],
  ]);
  assert.equal(classes, ['a', 'b']);
  assert.ok(parted);
  assert.equal(
    images.map(({ part }) => part),
    ['train', 'train', 'test', 'test'],
  );
  // One class that is called so is a class.
  assert.is(sortIntoClasses(['x/train/1.png', 'x/test/2.png']).parted, false);
});

test('what lies above the folders of classes, or in a folder without images, is in no class', async () => {
  const leaves = ['hojas/hoja roja/1.png', 'hojas/hoja roja/2.png', 'hojas/hoja verde/1.png'];
  const more = ['hojas/LEEME.txt', 'hojas/LEEME', 'hojas/IMG_1.PNG', 'hojas/notas/a.txt'];
  const { classes, images, strays } = sortIntoClasses([...leaves, ...more]);
  assert.equal(classes, ['hoja roja', 'hoja verde']);
  assert.equal(
    images.map(({ path }) => path),
    leaves,
  );
  assert.equal(strays, more);
  // In a class, what is no image is told when it is read.
  assert.is(sortIntoClasses([...leaves, 'hojas/hoja roja/a.txt']).images.length, 4);
  // Of parts, too; what lies above them does not hide them.
  const parted = sortIntoClasses([
    ...['set/LEEME.txt', 'set/train/x.png', 'set/train/a/1.png', 'set/train/b/2.png'],
    ...['set/test/a/3.png', 'set/test/b/4.png', 'set/x.png'],
  ]);
  assert.ok(parted.parted);
  assert.equal(parted.classes, ['a', 'b']);
  assert.equal(parted.strays, ['set/LEEME.txt', 'set/train/x.png', 'set/x.png']);
  // A class may have a folder of its own; one class and what lies above it are not two.
  assert.equal(sortIntoClasses(['p/a/1.png', 'p/a/bad/2.png', 'p/b/3.png']).classes, [
    ...['a', 'b', 'bad'],
  ]);
  refused(() => sortIntoClasses(['p/1.png', 'p/a/2.png']), /all images lie in one folder, a\./);
  // They are listed as not read.
  const files = Object.fromEntries([...leaves, ...more].map((path) => [path, new Blob(['x'])]));
  const reading = await ImageReading.open('hojas', { side: 28, colour: 'grey' }, files);
  assert.is(reading.total, 3);
  refused(() => reading.finish(), /4 files could not be read, as hojas\/LEEME\.txt: lies in no/);
});

test('folders that are no classes are refused, with what to do', () => {
  refused(() => sortIntoClasses(['a.png', 'b.png']), /no image lies in a folder/);
  refused(
    () => sortIntoClasses(['cats/a.png', 'cats/b.png']),
    /all images lie in one folder, cats/,
  );
  refused(
    () => sortIntoClasses(Array.from({ length: 101 }, (_, i) => `${i}/a.png`)),
    /101 folders hold files; at most 100/,
  );
  refused(
    () => sortIntoClasses([`${'<i>'.repeat(4000)}/a.png`, 'b/a.png']),
    /a name of 12000 characters/,
  );
  refused(
    () => sortIntoClasses(Array.from({ length: 100_001 }, (_, i) => `a/${i}`)),
    /100001 files were given; at most 100000/,
  );
});

const dot = (value: number) => new Uint8Array(784).fill(value);

test('a fifth of each class is held out, unless folders say more', () => {
  const labels = Array.from({ length: 30 }, (_, i) => (i < 20 ? 0 : 1));
  const images = labels.map((_, i) => dot(i));
  const given = { name: 'n', side: 28, classes: ['a', 'b'], images, labels };
  const { train, test: held, synthetic } = imagesData(given);
  assert.is(synthetic, false);
  assert.equal([train.count, held.count], [24, 6]);
  assert.equal(countsOf(held.labels, 2), [4, 2]);
  // Each image is in one part, with its own label.
  const seen = [train, held].flatMap((part) =>
    Array.from({ length: part.count }, (_, i) => [part.images[i * 784], part.labels[i]]),
  );
  assert.equal(new Set(seen.map(([value]) => value)).size, 30);
  for (const [value, label] of seen) assert.is(label, labels[value]);
  const parts = labels.map((_, i) => (i % 2 ? 'test' : 'train') as 'train' | 'test');
  assert.equal(imagesData({ ...given, parts }).test.count, 15);
  refused(() => imagesData({ ...given, classes: ['a', 'b', 'c'] }), /^c has no image/);
  refused(
    () => imagesData({ ...given, parts: parts.map(() => 'train') }),
    /train and test both need/,
  );
  refused(
    () => imagesData({ ...given, images: images.slice(18, 22), labels: [0, 0, 1, 1] }),
    /too few images were read: 4; at least 5/,
  );
});

test('pixels become grey over white', () => {
  const pixels = Uint8ClampedArray.of(255, 255, 255, 255, 0, 0, 0, 255, 255, 0, 0, 255, 9, 9, 9, 0);
  assert.equal([...greyOf(pixels)], [255, 0, 76, 255]);
});

test('pixels become red, green and blue over white', () => {
  const pixels = Uint8ClampedArray.of(9, 80, 200, 255, 255, 0, 10, 128, 9, 9, 9, 0);
  assert.equal([...rgbOf(pixels)], [9, 80, 200, 255, 127, 132, 255, 255, 255]);
  // Frames of a camera have no alpha: their grey is that of a picture.
  const opaque = Uint8ClampedArray.from({ length: 400 }, (_, i) => (i % 4 === 3 ? 255 : i * 37));
  assert.equal(fromRgb(rgbOf(opaque), 1), greyOf(opaque));
  assert.equal(fromRgb(rgbOf(opaque), 3), rgbOf(opaque));
});

test('a picture has colours if more than a hundredth of it has, and noise is none', () => {
  const of = (coloured: number, pixel: readonly number[], count = 400): Uint8ClampedArray =>
    Uint8ClampedArray.from({ length: 4 * count }, (_, i) =>
      i < 4 * coloured ? pixel[i % 4] : i % 4 === 3 ? 255 : 100,
    );
  assert.is(hasColours(of(0, []), 4), false);
  assert.is(hasColours(of(4, [200, 90, 90, 255]), 4), false);
  assert.is(hasColours(of(5, [200, 90, 90, 255]), 4), true);
  // As a grey JPEG has, or where nothing is seen.
  assert.is(hasColours(of(400, [120, 100, 90, 255]), 4), false);
  assert.is(hasColours(of(400, [255, 0, 0, 10]), 4), false);
  assert.is(hasColours(rgbOf(of(5, [200, 90, 90, 255])), 3), true);
  assert.equal(spread(5, 100), [0, 1, 2, 3, 4]);
  assert.equal(spread(1000, 4), [0, 250, 500, 750]);
});

test('images in colour have three bytes a pixel, and another hash than in grey', async () => {
  const rgb = Array.from({ length: 10 }, (_, i) =>
    Uint8Array.from({ length: 27 }, (_, at) => (at * i * 7) % 256),
  );
  const labels = rgb.map((_, i) => i % 2);
  const given = { name: 'n', side: 3, classes: ['a', 'b'], labels };
  const colour = imagesData({ ...given, channels: 3, images: rgb });
  assert.is(colour.train.channels, 3);
  assert.is(colour.train.images.length, 8 * 27);
  for (const part of [colour.train, colour.test]) {
    for (let i = 0; i < part.count; i++) {
      const own = part.images.slice(27 * i, 27 * (i + 1));
      const at = rgb.findIndex((image) => String(image) === String(own));
      assert.is(labels[at], part.labels[i]);
    }
  }
  const grey = imagesData({ ...given, images: rgb.map((image) => fromRgb(image, 1)) });
  assert.is(grey.train.channels, undefined);
  assert.is.not(await hashOfImages(colour), await hashOfImages(grey));
  // Its size alone is no mark: three times as wide in grey has the same bytes.
  const wide = (part: typeof colour.train) => ({ ...part, channels: 1, width: 9 });
  const other = { train: wide(colour.train), test: wide(colour.test) };
  assert.is.not(await hashOfImages(colour), await hashOfImages(other));
});

test('the limit of all images together counts the bytes of a pixel', async () => {
  const files = Object.fromEntries(
    Array.from({ length: 22_000 }, (_, i) => [`${i % 2}/${i}.png`, new Blob()]),
  );
  const error = await ImageReading.open('n', { side: 64, colour: 'rgb' }, files).catch((e) => e);
  assert.match(
    String(error),
    /22000 images of 64 × 64 in colour are more than 256 MiB; choose a smaller size, or grey/,
  );
  assert.is((await ImageReading.open('n', { side: 64, colour: 'grey' }, files)).total, 22_000);
});

test('classes of very different sizes are unbalanced, and the largest says what to beat', () => {
  assert.is(isUnbalanced([30, 10]), false);
  assert.is(isUnbalanced([31, 10]), true);
  assert.is(largestShare([90, 10], [9, 1]), 0.9);
  assert.is(largestShare([10, 90], [9, 1]), 0.1);
});

test.run();
