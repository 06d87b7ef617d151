import { describe as inWords, isArray } from '../check.ts';
import { ShapeError } from '../errors.ts';

/** A tensor's element type: float32, or unsigned integers for classes and counts. */
export type DType = 'f32' | 'u32';

/** A tensor's type, known before anything runs. Shapes are static. */
export interface TensorSpec {
  /** Sizes, outermost first; `[]` is a scalar. */
  readonly shape: readonly number[];
  readonly dtype: DType;
}

/**
 * A tensor's layout in memory: a matrix, row by row. Columns are padded to a multiple of 4, so that kernels
 * read vec4; rows too, if the tensor has more than one dimension. Padding is always zero.
 */
export interface Storage {
  /** The first size of a tensor with two or more dimensions; otherwise 1. */
  readonly rows: number;
  /** The product of the other sizes. */
  readonly columns: number;
  readonly paddedRows: number;
  /** Padded columns / 4. */
  readonly columns4: number;
  readonly bytes: number;
}

const pad4 = (n: number): number => Math.ceil(n / 4) * 4;

/** The number of elements of a shape. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** The layout of a tensor of this shape. */
export function storageOf(shape: readonly number[]): Storage {
  const rows = shape.length >= 2 ? shape[0] : 1;
  const columns = sizeOf(shape) / rows;
  const paddedRows = shape.length >= 2 ? pad4(rows) : 1;
  const columns4 = pad4(columns) / 4;
  return { rows, columns, paddedRows, columns4, bytes: paddedRows * columns4 * 16 };
}

/** `[100, 784] f32`, for messages. */
export function describe({ shape, dtype }: TensorSpec): string {
  return `[${shape.join(', ')}] ${dtype}`;
}

/**
 * Makes a specification, and checks its sizes.
 *
 * @throws ShapeError unless all sizes are positive integers
 */
export function spec(shape: readonly number[], dtype: DType = 'f32'): TensorSpec {
  if (!isArray(shape) || !shape.every((size) => Number.isInteger(size) && size > 0)) {
    throw new ShapeError(
      `shape ${isArray(shape) ? `[${shape.slice(0, 8).map(inWords).join(', ')}]` : inWords(shape)} was given; every size is a positive integer`,
    );
  }
  return { shape, dtype };
}

/** Rows and columns of a matrix. @throws ShapeError if it is not a matrix of f32 */
export function matrix(what: string, { shape, dtype }: TensorSpec): readonly [number, number] {
  if (shape.length !== 2 || dtype !== 'f32') {
    throw new ShapeError(`${what} is ${describe({ shape, dtype })}; it must be a matrix of f32`);
  }
  return [shape[0], shape[1]];
}

/** @throws ShapeError unless the elements are f32 */
export function floats(what: string, x: TensorSpec): void {
  if (x.dtype !== 'f32') throw new ShapeError(`${what} is ${describe(x)}; it must be f32`);
}

/** @throws ShapeError unless both have the same shape and type */
export function same(what: string, a: TensorSpec, b: TensorSpec): void {
  if (a.dtype !== b.dtype || a.shape.join() !== b.shape.join()) {
    throw new ShapeError(`${what} are ${describe(a)} and ${describe(b)}; they must be equal`);
  }
}

/** A parameter's shape in PyTorch's order, for messages: weights [out, in], which are stored as [in, out]. */
export const shown = (shape: readonly number[]): string =>
  `[${(shape.length === 2 ? [...shape].reverse() : shape).join(', ')}]`;

/** Copies logical elements (row by row) into padded storage. */
export function toStorage(shape: readonly number[], values: ArrayLike<number>): Float32Array {
  const { rows, columns, columns4, bytes } = storageOf(shape);
  const out = new Float32Array(bytes / 4);
  for (let row = 0; row < rows; row++) {
    for (let c = 0; c < columns; c++) out[row * columns4 * 4 + c] = values[row * columns + c];
  }
  return out;
}

/** Copies the logical elements (row by row) out of padded storage. */
export function fromStorage<T extends Float32Array | Uint32Array>(
  shape: readonly number[],
  stored: T,
  out: T,
): T {
  const { rows, columns, columns4 } = storageOf(shape);
  for (let row = 0; row < rows; row++) {
    const at = row * columns4 * 4;
    out.set(stored.subarray(at, at + columns), row * columns);
  }
  return out;
}
