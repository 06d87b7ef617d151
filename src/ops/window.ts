import { checkFlag, checkKeys, describe, isArray } from '../check.ts';
import { OptionError, ShapeError } from '../errors.ts';
import { type Part, use } from '../gpu/link.ts';
import * as wgsl from '../gpu/shaders.gen.ts';
import type { Ref } from '../graph/op.ts';
import { asMatrix, describe as inWords, spec, type TensorSpec } from '../graph/tensor.ts';

/** Rows and columns: `2`, or `[y, x]`. */
export type Size2d = number | readonly [y: number, x: number];

/** Windows over the pixels of an image, as torch.nn's. */
export interface WindowOptions {
  /** From one window to the next. Default the kernel's size. */
  readonly stride?: Size2d;
  /** Pixels around the image that do not count, at most half of the kernel. Default 0. */
  readonly padding?: Size2d;
  /** Whether a last window may begin inside of the image and end behind it. Default false. */
  readonly ceilMode?: boolean;
}

/** Rows and columns. */
export type Pair = readonly [y: number, x: number];

/** Windows over images [height, width]. */
export interface WindowAttributes {
  /** Rows and columns of an image, and of its windows. */
  readonly image: Pair;
  readonly windows: Pair;
  readonly kernel: Pair;
  readonly stride: Pair;
  readonly padding: Pair;
  readonly dilation: Pair;
}

/** Options of windows, complete. */
export type WindowShape = Omit<WindowAttributes, 'image' | 'windows'> & { readonly ceil: boolean };

/**
 * Options of windows with their defaults.
 *
 * @param own other options of the kind of window; `dilation` is read if it is one of them
 * @throws OptionError if an option is unknown or out of range
 */
export function windowShape(
  what: string,
  kernel: unknown,
  options: WindowOptions & { readonly dilation?: Size2d },
  own: readonly string[],
): WindowShape {
  checkKeys(what, options, ['stride', 'padding', 'ceilMode', ...own]);
  const size = pairOf(`${what}: kernel`, kernel, 1);
  const { stride = size, padding = 0, dilation = 1, ceilMode = false } = options;
  checkFlag(`${what}: ceilMode`, ceilMode);
  const shape = {
    kernel: size,
    stride: pairOf(`${what}: stride`, stride, 1),
    padding: pairOf(`${what}: padding`, padding, 0),
    dilation: pairOf(`${what}: dilation`, dilation, 1),
    ceil: ceilMode,
  };
  for (const axis of [0, 1] as const) {
    const most = Math.floor(((size[axis] - 1) * shape.dilation[axis] + 1) / 2);
    if (shape.padding[axis] <= most) continue;
    throw new OptionError(
      `${what}: padding ${shape.padding.join('×')} was given with a kernel of ${size.join('×')}; it is at most half of the kernel`,
    );
  }
  return shape;
}

/** @throws OptionError unless it is one or two integers from `least` to 2¹⁵ */
export function pairOf(what: string, given: unknown, least: number): Pair {
  const pair = isArray(given) ? [...given] : [given, given];
  const isSize = (size: unknown): boolean =>
    Number.isInteger(size) && Number(size) >= least && Number(size) <= 2 ** 15;
  if (pair.length === 2 && pair.every(isSize)) return Object.freeze(pair as unknown as Pair);
  throw new OptionError(
    `${what} ${isArray(given) ? `[${[...given].slice(0, 4).map(describe).join(', ')}]` : describe(given)} was given; use an integer from ${least} to ${2 ** 15}, or two of them: [y, x]`,
  );
}

/** How many windows there are along one side of an image; 0 if there is none. */
function along(size: number, axis: 0 | 1, w: WindowShape): number {
  const [k, s, p, d] = [w.kernel, w.stride, w.padding, w.dilation].map((pair) => pair[axis]);
  const room = size + 2 * p - d * (k - 1) - 1;
  if (room < 0) return 0;
  const count = (w.ceil ? Math.ceil(room / s) : Math.floor(room / s)) + 1;
  // As in PyTorch, the last window begins inside of the image or of the padding before it.
  return w.ceil && (count - 1) * s >= size + p ? count - 1 : count;
}

/** The places in an image along one axis that a window has. */
export function tapsOf(
  w: WindowAttributes,
  axis: 0 | 1,
  window: number,
): { readonly tap: number; readonly at: number }[] {
  return Array.from({ length: w.kernel[axis] }, (_, tap) => ({
    tap,
    at: window * w.stride[axis] + tap * w.dilation[axis] - w.padding[axis],
  })).filter(({ at }) => at >= 0 && at < w.image[axis]);
}

/**
 * The windows over images of a size.
 *
 * @throws ShapeError if there is none, or if one has only padding
 */
export function windowsOver(what: string, image: Pair, shape: WindowShape): WindowAttributes {
  const { ceil, ...own } = shape;
  const attributes = {
    ...own,
    image,
    windows: [along(image[0], 0, shape), along(image[1], 1, shape)] as const,
  };
  const isWhole = ([0, 1] as const).every(
    (axis) =>
      attributes.windows[axis] > 0 &&
      Array.from({ length: attributes.windows[axis] }, (_, window) => window).every(
        (window) => tapsOf(attributes, axis, window).length > 0,
      ),
  );
  if (isWhole) return attributes;
  throw new ShapeError(
    `${what} got images of ${image.join('×')} for windows of ${shape.kernel.join('×')}${shape.dilation.some((d) => d > 1) ? `, dilated by ${shape.dilation.join('×')},` : ''} with padding ${shape.padding.join('×')}; each window needs pixels. Use smaller windows, or more padding`,
  );
}

/** The size of the images of a tensor. @throws ShapeError unless it is [N,H,W,C], a row for each pixel */
export function imagesOf(what: string, x: TensorSpec): Pair {
  asMatrix(what, x);
  if (x.shape.length === 4) return [x.shape[1], x.shape[2]];
  throw new ShapeError(
    `${what} is ${inWords(x)}; it must be [batch, height, width, channels], by matrixView(x, 3)`,
  );
}

/** Images of another size, with as many channels. */
export const imagesLike = ({ shape }: TensorSpec, [height, width]: Pair): TensorSpec =>
  spec([shape[0], height, width, shape[3]], 'f32', 3);

/** The part that knows the windows. */
export function windowPart({ image, windows, ...w }: WindowAttributes): Part<Ref> {
  return use(wgsl.poolWindow, {
    constants: {
      IN_Y: image[0],
      IN_X: image[1],
      OUT_Y: windows[0],
      OUT_X: windows[1],
      KERNEL_Y: w.kernel[0],
      KERNEL_X: w.kernel[1],
      STRIDE_Y: w.stride[0],
      STRIDE_X: w.stride[1],
      PADDING_Y: w.padding[0],
      PADDING_X: w.padding[1],
      DILATION_Y: w.dilation[0],
      DILATION_X: w.dilation[1],
    },
  });
}
