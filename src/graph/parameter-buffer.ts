import type { ParameterStore } from './store.ts';
import { storageOf } from './tensor.ts';

/**
 * A parameter's memory on the GPU, for your own kernels to read: f32, row by row. The weight of a linear layer
 * is stored as [in, out], the transpose of PyTorch's. Rows are padded with zeros to a multiple of four floats, and
 * matrices to a multiple of four rows. Element (row, column) is float `row * stride + column` after `offset`.
 */
export interface ParameterBuffer {
  /** It belongs to the trainer: read it, but do not write or destroy it. */
  readonly buffer: GPUBuffer;
  /** In bytes, a multiple of 256, so a binding may start there. */
  readonly offset: number;
  /** Bytes, padding included. */
  readonly size: number;
  /** The stored shape: [in, out] for a weight; [out] for a bias, which is one row. */
  readonly shape: readonly number[];
  /** Floats from one row to the next, padding included. */
  readonly stride: number;
}

/** @throws OptionError if no parameter has the name */
export function parameterBufferOf(store: ParameterStore, name: string): ParameterBuffer {
  const { buffer, offset = 0 } = store.locate(name);
  const shape = store.shapeOf(name);
  const { columns4, bytes } = storageOf(shape);
  return { buffer, offset, size: bytes, shape: [...shape], stride: 4 * columns4 };
}
