import { describe as inWords, isArray } from '../check.ts';
import { ShapeError } from '../errors.ts';

/** A tensor's element type: float32, or unsigned integers for classes and counts. */
export type DType = 'f32' | 'u32';

/** A tensor's type, known before anything runs. Shapes are static. */
export interface TensorSpec {
  /** Sizes, outermost first; `[]` is a scalar. */
  readonly shape: readonly number[];
  readonly dtype: DType;
  /**
   * How many of the first dimensions are the rows of its matrix: with 2, [N, T, C] lies in memory as N·T rows of C
   * columns. Default 1. Vectors and scalars are one row.
   */
  readonly rowDims?: number;
}

/** A shape, and which of its dimensions are rows: a {@link TensorSpec}, or sizes whose first is the rows. */
export type Shaped = readonly number[] | Pick<TensorSpec, 'shape' | 'rowDims'>;

/**
 * A tensor's layout in memory: a matrix, row by row. Columns are padded to a multiple of 4, so that kernels
 * read vec4; rows too, if the tensor has more than one dimension. Padding is always zero.
 */
export interface Storage {
  /** The product of the first `rowDims` sizes of a tensor with two or more dimensions; otherwise 1. */
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

/** The layout of a tensor. */
export function storageOf(of: Shaped): Storage {
  const { shape, rowDims = 1 } = 'shape' in of ? of : { shape: of };
  const rows = shape.length >= 2 ? sizeOf(shape.slice(0, rowDims)) : 1;
  const columns = sizeOf(shape) / rows;
  const paddedRows = shape.length >= 2 ? pad4(rows) : 1;
  const columns4 = pad4(columns) / 4;
  return { rows, columns, paddedRows, columns4, bytes: paddedRows * columns4 * 16 };
}

/** `[100, 784] f32`, for messages. */
export function describe({ shape, dtype, rowDims = 1 }: TensorSpec): string {
  const rows = rowDims === 1 ? '' : `, ${rowDims} dimensions of rows`;
  return `[${shape.join(', ')}] ${dtype}${rows}`;
}

/**
 * Makes a specification, and checks its sizes.
 *
 * @throws ShapeError unless all sizes are positive integers, and one to all but one of the dimensions are rows
 */
export function spec(
  shape: readonly number[],
  dtype: DType = 'f32',
  rowDims: number = 1,
): TensorSpec {
  if (!isArray(shape) || !shape.every((size) => Number.isInteger(size) && size > 0)) {
    throw new ShapeError(
      `shape ${isArray(shape) ? `[${shape.slice(0, 8).map(inWords).join(', ')}]` : inWords(shape)} was given; every size is a positive integer`,
    );
  }
  if (rowDims === 1) return { shape, dtype };
  if (!Number.isInteger(rowDims) || rowDims < 1 || rowDims >= shape.length) {
    throw new ShapeError(
      `${inWords(rowDims)} dimensions of [${shape.join(', ')}] were given as rows; use 1 to ${Math.max(1, shape.length - 1)}`,
    );
  }
  return { shape, dtype, rowDims };
}

/** Whether two tensors have the same elements in the same rows and columns. */
export function sameMatrix(a: TensorSpec, b: TensorSpec): boolean {
  const [one, other] = [storageOf(a), storageOf(b)];
  return a.dtype === b.dtype && one.rows === other.rows && one.columns === other.columns;
}

/** Whether the elements of two tensors of as many elements lie at the same places in memory. */
export function sameMemory(a: Shaped, b: Shaped): boolean {
  const [one, other] = [storageOf(a), storageOf(b)];
  const whole = one.columns % 4 === 0 && other.columns % 4 === 0 && one.bytes === other.bytes;
  return whole || (one.rows === other.rows && one.columns === other.columns);
}

const notMatrix = (what: string, x: TensorSpec): ShapeError =>
  new ShapeError(
    `${what} is ${describe(x)}; it must be a matrix of f32${x.shape.length > 2 ? '; see matrixView()' : ''}`,
  );

/**
 * Rows and columns of a tensor whose last dimension is the columns, as [N, C], or [N, T, C] with two dimensions of rows.
 *
 * @throws ShapeError if it is another one, or not of f32
 */
export function asMatrix(what: string, x: TensorSpec): readonly [rows: number, columns: number] {
  const { shape, dtype, rowDims = 1 } = x;
  if (rowDims !== shape.length - 1 || dtype !== 'f32') throw notMatrix(what, x);
  const { rows, columns } = storageOf(x);
  return [rows, columns];
}

/** As {@link asMatrix}, of a tensor [R,C]. */
export function matrix(what: string, x: TensorSpec): readonly [rows: number, columns: number] {
  if (x.shape.length !== 2) throw notMatrix(what, x);
  return asMatrix(what, x);
}

/** @throws ShapeError unless the elements are f32 */
export function floats(what: string, x: TensorSpec): void {
  if (x.dtype !== 'f32') throw new ShapeError(`${what} is ${describe(x)}; it must be f32`);
}

/** @throws ShapeError unless both have the same shape and type */
export function same(what: string, a: TensorSpec, b: TensorSpec): void {
  if (describe(a) !== describe(b)) {
    throw new ShapeError(`${what} are ${describe(a)} and ${describe(b)}; they must be equal`);
  }
}

/** A parameter's shape in PyTorch's order, for messages: weights [out, in], which are stored as [in, out]. */
export const shown = (shape: readonly number[]): string =>
  `[${(shape.length === 2 ? [...shape].reverse() : shape).join(', ')}]`;

/** Copies logical elements (row by row) into padded storage. */
export function toStorage(of: Shaped, values: ArrayLike<number>): Float32Array {
  const { rows, columns, columns4, bytes } = storageOf(of);
  const out = new Float32Array(bytes / 4);
  for (let row = 0; row < rows; row++) {
    for (let c = 0; c < columns; c++) out[row * columns4 * 4 + c] = values[row * columns + c];
  }
  return out;
}

/** Copies the logical elements (row by row) out of padded storage. */
export function fromStorage<T extends Float32Array | Uint32Array>(
  of: Shaped,
  stored: T,
  out: T,
): T {
  const { rows, columns, columns4 } = storageOf(of);
  for (let row = 0; row < rows; row++) {
    const at = row * columns4 * 4;
    out.set(stored.subarray(at, at + columns), row * columns);
  }
  return out;
}
