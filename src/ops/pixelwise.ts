import { type Part, use } from '../gpu/link.ts';
import * as wgsl from '../gpu/shaders.gen.ts';
import type { Ref, Storing } from '../graph/op.ts';
import { storageOf, type TensorSpec } from '../graph/tensor.ts';
import { GRID_SIDE } from './map.ts';
import type { WindowAttributes } from './window.ts';

/** The part that knows the shape of a result, with a row for each pixel. */
export const shapePart = (of: TensorSpec): Part<Ref> => {
  const { rows, columns } = storageOf(of);
  return use(wgsl.gemmShape, { constants: { M: rows, N: columns, K: 1 } });
};

/** What an op computes: images [N,H,W,C], a row for each pixel. */
interface Images {
  readonly name: string;
  readonly spec: TensorSpec;
}

/** A kernel without its store. */
export const storingOf = (
  label: string,
  parts: readonly Part<Ref>[],
  grid: readonly [number, number, number],
  flop: number,
): Storing => ({
  parts,
  dispatch: (store) => ({ label, parts: [...parts, ...store], grid, flop }),
});

/** A grid of workgroups of 8×8 for lines of `width` invocations, and the lines in each of its layers. */
function lineGrid(
  width: number,
  lines: number,
): { readonly grid: readonly [number, number, number]; readonly GRID_LINES: number } {
  const down = Math.ceil(lines / 8);
  const y = Math.min(down, GRID_SIDE);
  return { grid: [Math.ceil(width / 8), y, Math.ceil(down / y)], GRID_LINES: 8 * y };
}

/**
 * The kernel of an op that computes 4 channels of a pixel at a time, as `storing` of an op.
 *
 * @param parts declare `pixelAt(sample, y, x, c4)`
 */
export function pixelwise(
  { name, spec }: Images,
  flopEach: number,
  parts: readonly Part<Ref>[],
): Storing {
  const [, OWN_Y, OWN_X] = spec.shape;
  const { rows, columns, paddedRows, columns4 } = storageOf(spec);
  const { grid, GRID_LINES } = lineGrid(OWN_X * columns4, Math.ceil(paddedRows / OWN_X));
  const own: readonly Part<Ref>[] = [
    use(wgsl.imagePixels, { constants: { OWN_Y, OWN_X, GRID_LINES } }),
    shapePart(spec),
    ...parts,
  ];
  return storingOf(name, own, grid, flopEach * rows * columns);
}

/** The most pixels from one window to the next for which an invocation writes all of them. */
const MOST_PIXELS = 16;

/** Whether each pixel is in at most one window, and {@link spread} has enough invocations. */
export const isSpread = ({ kernel, stride, dilation }: WindowAttributes): boolean =>
  kernel[0] <= stride[0] &&
  kernel[1] <= stride[1] &&
  dilation[0] * dilation[1] === 1 &&
  stride[0] * stride[1] <= MOST_PIXELS;

/**
 * The kernel of a gradient by the pixels of windows that do not overlap, as `storing` of an op.
 *
 * @param parts declare `beginWindow(sample, y, x, c4)` and `slopeOf(tap)`
 */
export function spread(
  { name, spec }: Images,
  { image, padding, stride }: WindowAttributes,
  parts: readonly Part<Ref>[],
): Storing {
  const [CELLS_Y, CELLS_X] = ([0, 1] as const).map((axis) =>
    Math.ceil((image[axis] + padding[axis]) / stride[axis]),
  );
  const { rows, columns, columns4 } = storageOf(spec);
  const { grid, GRID_LINES } = lineGrid(CELLS_X * columns4, spec.shape[0] * CELLS_Y + 1);
  const own: readonly Part<Ref>[] = [
    use(wgsl.poolSpread, { constants: { CELLS_Y, CELLS_X, GRID_LINES } }),
    shapePart(spec),
    ...parts,
  ];
  return storingOf(name, own, grid, rows * columns);
}
