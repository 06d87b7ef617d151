import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ShapeError } from '../../src/errors.ts';
import {
  describe,
  floats,
  fromStorage,
  matrix,
  same,
  sizeOf,
  spec,
  storageOf,
  toStorage,
} from '../../src/graph/tensor.ts';
import { RandomStream } from '../../src/random/stream.ts';

const tensor = suite('tensor');

function refused(check: () => unknown, message: string): void {
  assert.throws(
    check,
    (error: unknown) => error instanceof ShapeError && error.message === message,
    message,
  );
}

tensor('a matrix is stored with rows and columns padded to four', () => {
  assert.equal(storageOf([3, 5]), { rows: 3, columns: 5, paddedRows: 4, columns4: 2, bytes: 128 });
  assert.equal(storageOf([4, 8]), { rows: 4, columns: 8, paddedRows: 4, columns4: 2, bytes: 128 });
  assert.equal(storageOf([100, 784]).bytes, 100 * 784 * 4);
});

tensor('a vector is one row without padded rows, and a scalar is a vector of four', () => {
  assert.equal(storageOf([5]), { rows: 1, columns: 5, paddedRows: 1, columns4: 2, bytes: 32 });
  assert.equal(storageOf([]), { rows: 1, columns: 1, paddedRows: 1, columns4: 1, bytes: 16 });
});

tensor(
  'a tensor with more dimensions is a matrix: the first size by the product of the others',
  () => {
    assert.equal(storageOf([6, 2, 3, 5]), storageOf([6, 30]));
  },
);

tensor('elements are stored row by row, with zeros as padding', () => {
  assert.equal(
    [...toStorage([2, 3], [1, 2, 3, 4, 5, 6])],
    [1, 2, 3, 0, 4, 5, 6, 0, ...new Array(8).fill(0)],
  );
});

tensor('storage has every element, and zeros elsewhere, for any shape', () => {
  const random = new RandomStream([1, 2]);
  for (let i = 0; i < 300; i++) {
    const shape = Array.from({ length: random.below(5) }, () => 1 + random.below(i % 3 ? 6 : 19));
    const size = sizeOf(shape);
    const values = Float32Array.from({ length: size }, (_, at) => at + 1);
    const stored = toStorage(shape, values);
    const { rows, columns, paddedRows, columns4, bytes } = storageOf(shape);
    const title = `[${shape.join(', ')}]`;
    assert.is(stored.byteLength, bytes, title);
    assert.is(bytes, paddedRows * columns4 * 16, title);
    assert.is(rows * columns, size, title);
    assert.ok(4 * columns4 - columns < 4 && paddedRows - rows < 4, title);
    assert.equal([...fromStorage(shape, stored, new Float32Array(size))], [...values], title);
    // Every element once, the rest zero.
    assert.is(stored.filter((value) => value !== 0).length, size, title);
    stored.forEach((value, at) => {
      const inside = Math.floor(at / (4 * columns4)) < rows && at % (4 * columns4) < columns;
      assert.is(value !== 0, inside, `${title} at ${at}`);
    });
  }
});

tensor('integers are read from storage as integers', () => {
  const stored = Uint32Array.of(1, 2 ** 32 - 1, 3, 0, 5, 0, 0, 0);
  assert.equal([...fromStorage([5], stored, new Uint32Array(5))], [1, 2 ** 32 - 1, 3, 0, 5]);
});

tensor('only positive integers are sizes', () => {
  assert.equal(spec([3, 4]), { shape: [3, 4], dtype: 'f32' });
  assert.equal(spec([], 'u32'), { shape: [], dtype: 'u32' });
  for (const size of [0, -1, 1.5, Number.NaN, Infinity]) {
    refused(
      () => spec([2, size]),
      `shape [2, ${size}] was given; every size is a positive integer`,
    );
  }
});

tensor('errors name the given and the required shape', () => {
  assert.is(describe(spec([100, 784])), '[100, 784] f32');
  assert.equal(matrix('x', spec([2, 3])), [2, 3]);
  refused(() => matrix('x', spec([2])), 'x is [2] f32; it must be a matrix of f32');
  refused(() => matrix('x', spec([2, 3], 'u32')), 'x is [2, 3] u32; it must be a matrix of f32');
  refused(() => floats('x', spec([2], 'u32')), 'x is [2] u32; it must be f32');
  same('x and y', spec([2, 3]), spec([2, 3]));
  refused(
    () => same('x and y', spec([2, 3]), spec([3, 2])),
    'x and y are [2, 3] f32 and [3, 2] f32; they must be equal',
  );
  refused(
    () => same('x and y', spec([4]), spec([4], 'u32')),
    'x and y are [4] f32 and [4] u32; they must be equal',
  );
});

tensor.run();
