import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { imagesFromIdx, labelsFromIdx, parseIdx, splitFromIdx } from '../../src/data/idx.ts';
import { DataError, OptionError } from '../../src/errors.ts';

const idx = suite('idx');

/** A file with these dimensions and elements, whether or not they fit together. */
function file(dims: number[], data: number[], type = 0x08): Uint8Array {
  const big = dims.flatMap((n) => [(n >>> 24) & 255, (n >>> 16) & 255, (n >>> 8) & 255, n & 255]);
  return Uint8Array.from([0, 0, type, dims.length, ...big, ...data]);
}

function refused(read: () => unknown, text: RegExp): void {
  assert.throws(read, (error: unknown) => error instanceof DataError && text.test(error.message));
}

idx('reads dimensions and elements', () => {
  const { dims, data } = parseIdx(file([2, 3], [1, 2, 3, 4, 5, 6]));
  assert.equal(dims, [2, 3]);
  assert.equal([...data], [1, 2, 3, 4, 5, 6]);
});

idx('gives a view on the bytes, also when they begin inside a larger buffer', () => {
  const inner = file([2], [7, 8]);
  const outer = new Uint8Array(inner.length + 3);
  outer.set(inner, 3);
  const { data } = parseIdx(outer.subarray(3));
  assert.equal([...data], [7, 8]);
  assert.is(data.buffer, outer.buffer);
});

idx('refuses a file that is cut off anywhere', () => {
  const whole = file([2, 1, 3], [1, 2, 3, 4, 5, 6]);
  for (let length = 0; length < whole.length; length++) {
    assert.throws(
      () => parseIdx(whole.subarray(0, length)),
      (error: unknown) => error instanceof DataError,
      `length ${length}`,
    );
  }
});

idx('refuses bytes after the end', () => {
  refused(() => parseIdx(file([2], [1, 2, 3])), /too long: 2 needs 2 bytes .* got 3/);
});

idx('refuses other element types by name', () => {
  refused(
    () => parseIdx(file([1], [0, 0, 0, 0], 0x0d)),
    /0x0d, float \(4 bytes\), is not supported/,
  );
  refused(() => parseIdx(file([1], [0], 0x09)), /0x09, signed byte, is not supported/);
  refused(() => parseIdx(file([1], [0], 0x0b)), /0x0b, short \(2 bytes\), is not supported/);
  refused(() => parseIdx(file([1], [0], 0x0c)), /0x0c, int \(4 bytes\), is not supported/);
  refused(() => parseIdx(file([1], [0], 0x0e)), /0x0e, double \(8 bytes\), is not supported/);
  refused(() => parseIdx(file([1], [0], 0x42)), /0x42 is not known/);
});

idx('refuses another magic number, and says so when the file is gzip', () => {
  refused(() => parseIdx(Uint8Array.from([0x89, 0x50, 8, 1])), /begins with 0x89 0x50/);
  refused(() => parseIdx(Uint8Array.from([0x1f, 0x8b, 8, 0])), /gzip/);
  // Each of the two bytes counts, of either.
  for (const [first, second] of [
    [0x1f, 0],
    [0, 0x8b],
    [0, 1],
    [1, 0],
  ] as const) {
    const bytes = file([1], [7]);
    bytes.set([first, second]);
    refused(() => parseIdx(bytes), /^Not an IDX file: it begins with/);
  }
});

idx('refuses dimensions whose product overflows 32 or 64 bits, without allocating', () => {
  refused(() => parseIdx(file([0x10000, 0x10000], [])), /truncated/);
  refused(() => parseIdx(file([0xffffffff, 0xffffffff, 0xffffffff], [1])), /truncated/);
  // 2^16 * 2^16 * 2^16 * 2^16 = 2^64, which is 0 in 64 bits.
  refused(() => parseIdx(file([0x10000, 0x10000, 0x10000, 0x10000], [])), /truncated/);
  refused(() => parseIdx(file(new Array(255).fill(0xffffffff), [])), /truncated/);
});

idx('refuses files without dimensions and empty dimensions', () => {
  refused(() => parseIdx(file([], [])), /0 dimensions/);
  refused(() => parseIdx(file([0], [])), /at least 1/);
  refused(() => parseIdx(file([0, 28, 28], [])), /at least 1/);
});

idx('tells images and labels apart by their dimensions', () => {
  const images = file([1, 2, 2], [1, 2, 3, 4]);
  const labels = file([1], [0]);
  assert.equal(imagesFromIdx(images).height, 2);
  assert.equal([...labelsFromIdx(labels)], [0]);
  refused(() => imagesFromIdx(labels), /looks like a label file/);
  refused(() => labelsFromIdx(images), /looks like an image file/);
  const neither = file([2, 2], [1, 2, 3, 4]);
  refused(() => imagesFromIdx(neither), /got 2 \(2 × 2\). Check which file was given/);
  refused(() => labelsFromIdx(neither), /got 2 \(2 × 2\). Check which file was given/);
});

idx('puts images and labels together', () => {
  const split = splitFromIdx(file([2, 1, 3], [1, 2, 3, 4, 5, 6]), file([2], [0, 9]), 10);
  assert.equal([split.count, split.height, split.width], [2, 1, 3]);
  assert.equal([...split.images], [1, 2, 3, 4, 5, 6]);
  assert.equal([...split.labels], [0, 9]);
});

idx('refuses a split whose counts differ or whose labels are too large', () => {
  const images = file([2, 1, 1], [1, 2]);
  refused(() => splitFromIdx(images, file([3], [0, 1, 2]), 10), /2 images but 3 labels/);
  refused(() => splitFromIdx(images, file([2], [0, 10]), 10), /Label 1 is 10, allowed is 0 to 9/);
  refused(
    () => splitFromIdx(images, file([2], [10, 1]), 10),
    /Label 0 is 10.*run from 1 to 10: subtract 1 from each/,
  );
  refused(() => splitFromIdx(images, file([2], [1, 12]), 10), /run from 1 to 12: check that/);
  refused(
    () => splitFromIdx(images, file([2], [1, 11]), 10),
    /Label 1 is 11.*run from 1 to 11: check that the file/,
  );
  refused(
    () => splitFromIdx(images, file([2], [0, 10]), 10),
    /Label 1 is 10.*run from 0 to 10: check that the file/,
  );
  for (const classes of [undefined, 0, 2.5, NaN, 300, '10']) {
    assert.throws(
      () => splitFromIdx(images, file([2], [0, 1]), classes as number),
      (error: unknown) => error instanceof OptionError,
    );
  }
});

idx.run();
