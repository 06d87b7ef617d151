import type { ParameterStore } from './store.ts';
import { storageOf } from './tensor.ts';

/**
 * Where a parameter lies on the GPU, for kernels of the caller's to read: f32, row by row. A weight of a linear
 * layer is [in, out] there, PyTorch's transposed. Each row is padded with zeros to a multiple of four floats, a
 * matrix also to a multiple of four rows: element (row, column) is at `row * stride + column` from `offset` on.
 */
export interface ParameterBuffer {
  /** The trainer's own: to be read, never written or destroyed. */
  readonly buffer: GPUBuffer;
  /** In bytes, a multiple of 256: a binding may begin there. */
  readonly offset: number;
  /** Bytes with the padding. */
  readonly size: number;
  /** As it lies: [in, out] of a weight, [out] of a bias, which is one row. */
  readonly shape: readonly number[];
  /** Floats from one row to the next. */
  readonly stride: number;
}

/** @throws OptionError for a name that there is not. */
export function parameterBufferOf(store: ParameterStore, name: string): ParameterBuffer {
  const { buffer, offset = 0 } = store.locate(name);
  const shape = store.shapeOf(name);
  const { columns4, bytes } = storageOf(shape);
  return { buffer, offset, size: bytes, shape: [...shape], stride: 4 * columns4 };
}
