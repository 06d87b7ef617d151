import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateSync, gzipSync } from 'node:zlib';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { UsageError } from '../../src/cli/errors.ts';
import { readImages } from '../../src/cli/image-files.ts';
import { readNumbers } from '../../src/cli/number-files.ts';
import { pngPixels } from '../../src/cli/png.ts';
import { DataError } from '../../src/errors.ts';
import { rejects } from '../gpu/helpers.ts';

const test = suite<{ folder: string }>('files of images');

test.before.each(async (context) => {
  context.folder = await mkdtemp(join(tmpdir(), 'gradweave-images-'));
});
test.after.each(({ folder }) => rm(folder, { recursive: true }));

const GREY = 0;
const RGB = 2;
const INDEXED = 3;
const GREY_ALPHA = 4;
const RGBA = 6;

interface Picture {
  readonly width: number;
  readonly height: number;
  readonly depth: number;
  readonly colours: number;
  /** Rows of packed samples. */
  readonly rows: readonly (readonly number[])[];
  readonly palette?: readonly number[];
}

function chunk(name: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(name, 'latin1'), data]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(data.length, 0);
  frame.writeUInt32BE(crc(body), 4);
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
}

/** By the formula of the PNG specification, annex D. */
function crc(bytes: Uint8Array): number {
  let c = 0xffffffff;
  for (const byte of bytes) {
    c ^= byte;
    for (let k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  }
  return (c ^ 0xffffffff) >>> 0;
}

/** A PNG file after its specification, so that the reader is not tested against its own writer. */
function png({ width, height, depth, colours, rows, palette }: Picture): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = depth;
  header[9] = colours;
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    ...(palette ? [chunk('PLTE', Uint8Array.from(palette))] : []),
    chunk('IDAT', deflateSync(Uint8Array.from(rows.flatMap((row) => [0, ...row])))),
    chunk('IEND', new Uint8Array()),
  ]);
}

const pixels = (picture: Picture): number[] => Array.from(pngPixels(png(picture), 'a.png').data);

test('PNG files of every kind of colour become red, green, blue and alpha', () => {
  const size = { width: 2, height: 1, depth: 8 };
  assert.equal(pixels({ ...size, colours: GREY, rows: [[7, 200]] }), [
    ...[7, 7, 7, 255],
    ...[200, 200, 200, 255],
  ]);
  assert.equal(pixels({ ...size, colours: RGB, rows: [[1, 2, 3, 4, 5, 6]] }), [
    ...[1, 2, 3, 255],
    ...[4, 5, 6, 255],
  ]);
  assert.equal(pixels({ ...size, colours: GREY_ALPHA, rows: [[1, 2, 3, 4]] }), [
    ...[1, 1, 1, 2],
    ...[3, 3, 3, 4],
  ]);
  assert.equal(pixels({ ...size, colours: RGBA, rows: [[1, 2, 3, 4, 5, 6, 7, 8]] }), [
    ...[1, 2, 3, 4],
    ...[5, 6, 7, 8],
  ]);
  const palette = [9, 8, 7, 60, 50, 40];
  assert.equal(pixels({ ...size, colours: INDEXED, palette, rows: [[1, 0]] }), [
    ...[60, 50, 40, 255],
    ...[9, 8, 7, 255],
  ]);
});

test('of 16 bits the first eight are read, and fewer are stretched to eight', () => {
  const deep = {
    width: 1,
    height: 2,
    depth: 16,
    colours: GREY,
    rows: [
      [0xab, 0xcd],
      [1, 2],
    ],
  };
  assert.equal(pixels(deep), [0xab, 0xab, 0xab, 255, 1, 1, 1, 255]);
  // Rows of ten pixels: 1010101011 and 0000000001, then 3 and 2 of 4, then 15 and 4 of 16.
  const one = pixels({
    ...{ width: 10, height: 2, depth: 1, colours: GREY },
    rows: [
      [0b10101010, 0b11000000],
      [0, 0b01000000],
    ],
  });
  assert.equal(
    one.filter((_, i) => i % 4 === 0).map((value) => value / 255),
    [1, 0, 1, 0, 1, 0, 1, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1],
  );
  const of = (depth: number, byte: number) =>
    pixels({ width: 2, height: 1, depth, colours: GREY, rows: [[byte]] }).filter(
      (_, i) => i % 4 === 0,
    );
  assert.equal(of(2, 0b11100000), [255, 170]);
  assert.equal(of(4, 0xf4), [255, 68]);
});

/** A file of these chunks, with a header of 2×2 grey pixels unless another is given. */
function fileOf(header: Partial<Picture> & { readonly interlaced?: boolean }, ...chunks: Buffer[]) {
  const { width = 2, height = 2, depth = 8, colours = GREY, interlaced = false } = header;
  const begin = png({ width, height, depth, colours, rows: [] }).subarray(0, 33);
  if (interlaced) {
    const body = Buffer.from(begin.subarray(16, 29));
    body[12] = 1;
    chunk('IHDR', body).copy(begin, 8);
  }
  return Buffer.concat([begin, ...chunks, chunk('IEND', new Uint8Array())]);
}

const idat = (...bytes: readonly number[]): Buffer =>
  chunk('IDAT', deflateSync(Uint8Array.from(bytes)));

test('interlaced files are read, of 8 and of 16 bits', () => {
  const reds = (file: Buffer): number[] =>
    Array.from(pngPixels(file, 'a').data).filter((_, i) => i % 4 === 0);
  // The passes of 2×2: the first pixel, the second, then the row below.
  assert.equal(reds(fileOf({ interlaced: true }, idat(0, 1, 0, 2, 0, 3, 4))), [1, 2, 3, 4]);
  const deep = idat(0, 1, 9, 0, 2, 9, 0, 3, 9, 4, 9);
  assert.equal(reds(fileOf({ interlaced: true, depth: 16 }, deep)), [1, 2, 3, 4]);
});

test('a PNG file is not taken for more or for less than it is', () => {
  const refused = (file: Buffer, text: string): void => {
    assert.throws(
      () => pngPixels(file, 'a.png'),
      (error: Error) => error instanceof DataError && error.message.includes(text),
    );
  };
  const whole = idat(0, 1, 2, 0, 3, 4);
  assert.is(pngPixels(fileOf({}, whole), 'a.png').data[12], 4);
  refused(fileOf({}, idat(0, 1, 2, 0, 3)), 'its data have 5 bytes; its pixels are 6');
  refused(fileOf({}, idat(0, 1, 2, 0, 3, 4, 5)), 'more than 6 bytes');
  refused(fileOf({ interlaced: true }, whole), 'its data have 6 bytes; its pixels are 7');
  refused(fileOf({ interlaced: true, depth: 4 }, whole), 'save it without interlacing');
  refused(fileOf({ width: 0 }, idat()), 'no pixels');
  refused(fileOf({ colours: INDEXED }, whole), 'no palette');
  refused(fileOf({}), 'a.png');
  const huge = fileOf({ width: 2 ** 16, height: 2 ** 16 }).subarray(8, 33);
  refused(fileOf({}, huge, whole), 'begin with one header');
  refused(fileOf({}, chunk('IDAU', Uint8Array.of(1)), whole), '"IDAU" is none of PNG');
  refused(fileOf({}, whole).subarray(0, -1), 'ends before');
  const broken = fileOf({}, whole);
  broken[broken.length - 14] ^= 1;
  refused(broken, 'CRC');
  // A palette of true colours is only a suggestion, and what is not of the pixels is not unpacked.
  const hints = [chunk('PLTE', Uint8Array.of(9, 9, 9)), chunk('iCCP', Uint8Array.of(1))];
  const colours = fileOf({ width: 1, height: 1, colours: RGB }, ...hints, idat(0, 7, 8, 9));
  assert.equal(Array.from(pngPixels(colours, 'a').data), [7, 8, 9, 255]);
});

test('a small file does not unpack to much', () => {
  const bomb = chunk('IDAT', deflateSync(Buffer.alloc(2 ** 26)));
  const before = process.memoryUsage().arrayBuffers;
  assert.throws(() => pngPixels(fileOf({}, bomb), 'a.png'), /more than 6 bytes/);
  assert.ok(process.memoryUsage().arrayBuffers - before < 2 ** 24);
});

const WANTED = { height: 2, width: 3, channels: 1 };

/** IDX of bytes with these sizes. */
function idx(...dims: readonly number[]): Uint8Array {
  const count = dims.reduce((product, size) => product * size, 1);
  const head = Buffer.alloc(4 + 4 * dims.length);
  head[2] = 8;
  head[3] = dims.length;
  dims.forEach((size, i) => {
    head.writeUInt32BE(size, 4 + 4 * i);
  });
  return Buffer.concat([head, Uint8Array.from({ length: count }, (_, i) => i)]);
}

test('pictures and files of several are one array, with their names', async ({ folder }) => {
  const one = join(folder, 'one.png');
  const more = join(folder, 'more.gz');
  const rows = [
    [10, 20, 30],
    [40, 50, 60],
  ];
  await writeFile(one, png({ width: 3, height: 2, depth: 8, colours: GREY, rows }));
  await writeFile(more, gzipSync(idx(2, 2, 3)));
  const { images, count, names } = await readImages([one, more], WANTED);
  assert.is(count, 3);
  assert.equal([...images], [10, 20, 30, 40, 50, 60, ...Array(12).keys()]);
  assert.equal(names, [one, `${more}[0]`, `${more}[1]`]);
});

/** An npy file of version 1, after its specification. */
function npy(type: string, shape: readonly number[], data: Uint8Array): Buffer {
  const text = `{'descr': '${type}', 'fortran_order': False, 'shape': (${shape.join(', ')},), }`;
  const header = Buffer.from(`${text.padEnd(117)}\n`, 'latin1');
  const length = Buffer.alloc(2);
  length.writeUInt16LE(header.length);
  const magic = Buffer.from([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0]);
  return Buffer.concat([magic, length, header, data]);
}

test('arrays of numpy are images, or samples of numbers', async ({ folder }) => {
  const file = join(folder, 'a.npy');
  await writeFile(
    file,
    npy(
      '|u1',
      [2, 2, 3],
      Uint8Array.from({ length: 12 }, (_, i) => i),
    ),
  );
  const { images, names } = await readImages([file], WANTED);
  assert.equal([...images], [...Array(12).keys()]);
  assert.equal(names, [`${file}[0]`, `${file}[1]`]);
  const one = join(folder, 'one.npy');
  const floats = Float32Array.of(0.5, -1, 2, 3);
  await writeFile(file, npy('<f4', [2, 2], new Uint8Array(floats.buffer)));
  await writeFile(one, npy('<f4', [2], new Uint8Array(floats.buffer, 8)));
  const numbers = await readNumbers([file, one], [2]);
  assert.equal([...numbers.numbers], [0.5, -1, 2, 3, 2, 3]);
  assert.equal(numbers.names, [`${file}[0]`, `${file}[1]`, one]);
  await rejects(readNumbers([file], [3]), DataError, 'is [2, 2]; the model takes samples of [3]');
  await rejects(readImages([file], WANTED), DataError, 'Save them as numpy.uint8');
});

test('what does not fit is refused by name', async ({ folder }) => {
  const file = join(folder, 'a');
  const refused = async (bytes: Uint8Array, text: string, wanted = WANTED): Promise<void> => {
    await writeFile(file, bytes);
    await rejects(readImages([file], wanted), DataError, text, file);
  };
  const rows = [[0, 0, 0]];
  const small = png({ width: 3, height: 1, depth: 8, colours: GREY, rows });
  await refused(small, 'is 1×3; the model takes images of 2×3. Scale it first');
  await refused(small, 'is a PNG file; the model takes images of 7 channels', {
    ...WANTED,
    channels: 7,
  });
  await refused(small.subarray(0, 50), 'is not a whole PNG file');
  const huge = Buffer.from(small);
  huge.writeUInt32BE(2 ** 31 - 1, 16);
  huge.writeUInt32BE(2 ** 31 - 1, 20);
  await refused(huge, `at most ${2 ** 26} are read`);
  await refused(Uint8Array.of(1, 2, 3, 4), 'is neither PNG, IDX nor npy');
  await refused(idx(6), 'has 6 numbers; images are');
  await refused(idx(1, 2, 4), 'is 2×4; the model takes');
  const gone = readImages([join(folder, 'no')], WANTED);
  await rejects(gone, UsageError, '(ENOENT)');
});

test('arrays without samples, and those that are no bytes, are refused', async ({ folder }) => {
  const file = join(folder, 'a.npy');
  const npy = (type: string, shape: string, bytes: number): Buffer => {
    const text = `{'descr': '${type}', 'fortran_order': False, 'shape': ${shape}, }`.padEnd(117);
    const head = Buffer.from(`\x93NUMPY\x01\0v\0${text}\n`, 'latin1');
    return Buffer.concat([head, Buffer.alloc(bytes)]);
  };
  const refused = async (bytes: Buffer, text: string) => {
    await writeFile(file, bytes);
    await rejects(readImages([file], WANTED), DataError, text);
  };
  await refused(npy('|u1', '(0, 2, 3)', 0), 'has no samples');
  // Any count fits a size of 0.
  await refused(npy('|u1', '(4000000000, 0, 3)', 0), 'is 0×3');
  await refused(npy('|b1', '(1, 2, 3)', 6), 'has BOOL');
  await writeFile(file, npy('<f4', '(0, 2)', 0));
  await rejects(readNumbers([file], [2]), DataError, 'has no samples');
});

test('samples of one run are bounded, in one file or in several', async ({ folder }) => {
  const [height, width] = [2048, 2048];
  const head = Buffer.from([0, 0, 8, 3, 0, 0, 0, 9, 0, 0, 8, 0, 0, 0, 8, 0]);
  const file = join(folder, 'many.idx');
  await writeFile(file, Buffer.concat([head, Buffer.alloc(9 * height * width)]));
  const form = { height, width, channels: 1 };
  assert.is((await readImages([file], form)).count, 9);
  const text = 'the samples have 75497472 bytes; one run takes up to 67108864';
  await rejects(readImages([file, file], form), DataError, text);
});

test.run();
