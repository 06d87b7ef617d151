import { ShapeError } from '../../errors.ts';
import { describe, storageOf, type TensorSpec } from '../../graph/tensor.ts';
import type { Pair, WindowAttributes } from '../window.ts';

/** How the windows of a kernel lie on an image. */
export interface Geometry extends WindowAttributes {
  readonly groups: number;
}

/**
 * How many windows lie on an axis: ⌊(size + 2 · padding − dilation · (kernel − 1) − 1) / stride⌋ + 1.
 *
 * @throws ShapeError if not even one does
 */
export function windowsOf(image: Pair, geometry: Omit<Geometry, 'image' | 'windows'>): Pair {
  const { kernel, stride, padding, dilation } = geometry;
  const along = (axis: 0 | 1): number => {
    const extent = dilation[axis] * (kernel[axis] - 1) + 1;
    const room = image[axis] + 2 * padding[axis];
    if (room >= extent) return Math.floor((room - extent) / stride[axis]) + 1;
    throw new ShapeError(
      `a kernel of ${kernel.join('×')} reaches over ${extent} pixels, but an image of ${image.join('×')} has ${room} with its padding; use a smaller kernel or dilation, or more padding`,
    );
  };
  return [along(0), along(1)];
}

/** The size that a transposed convolution gives windows: (windows − 1) · stride − 2 · padding + the kernel's extent + more. */
export function imageOf(
  windows: Pair,
  { kernel, stride, padding, dilation }: Omit<Geometry, 'image' | 'windows'>,
  more: Pair,
): Pair {
  const along = (axis: 0 | 1): number => {
    const extent = dilation[axis] * (kernel[axis] - 1) + 1;
    const size = (windows[axis] - 1) * stride[axis] - 2 * padding[axis] + extent + more[axis];
    if (size >= 1) return size;
    throw new ShapeError(
      `a transposed convolution of ${windows.join('×')} pixels with padding ${padding.join('×')} has nothing left; use less padding`,
    );
  };
  return [along(0), along(1)];
}

/** Batch and channels of a tensor [N, height, width, channels] of f32. @throws ShapeError if it is another one */
export function imageSizes(
  what: string,
  x: TensorSpec,
  [height, width]: Pair,
): { readonly batch: number; readonly channels: number } {
  const { shape, dtype } = x;
  const [batch, down, across, channels] = shape;
  if (dtype !== 'f32' || shape.length !== 4 || down !== height || across !== width) {
    throw new ShapeError(
      `${what} is ${describe(x)}; it must be [batch, ${height}, ${width}, channels] f32`,
    );
  }
  return { batch, channels };
}

/** How far apart in memory samples, lines and pixels are, in floats. */
export function stridesOf(x: TensorSpec): {
  readonly sample: number;
  readonly line: number;
  readonly pixel: number;
} {
  const [, height, width, channels] = x.shape;
  const columns = 4 * storageOf(x).columns4;
  const { rowDims = 1 } = x;
  // What is within a row lies side by side.
  const pixel = rowDims === 3 ? columns : channels;
  const line = rowDims === 2 ? columns : width * pixel;
  return { sample: rowDims === 1 ? columns : height * line, line, pixel };
}
