import { ShapeError } from '../../errors.ts';
import { type Part, use } from '../../gpu/link.ts';
import * as wgsl from '../../gpu/shaders.gen.ts';
import type { Node } from '../../graph/graph.ts';
import { type Factor, type Ref, ref } from '../../graph/op.ts';
import { storageOf } from '../../graph/tensor.ts';
import type { Pair } from '../window.ts';
import { type Geometry, stridesOf } from './geometry.ts';

/** From the pixels of the result to those of the image that it is computed from. */
export type Way = 'forward' | 'gradient';

const word = (value: number): number => value >>> 0;

/** Declares where the taps reach, see shaders/conv/reach.wgsl. */
export function reachPart({ stride, padding, dilation }: Geometry, way: Way): Part<Ref> {
  const forward = way === 'forward';
  const of = (axis: 0 | 1) => ({
    multiply: forward ? stride[axis] : 1,
    divide: forward ? 1 : stride[axis],
    step: word(forward ? dilation[axis] : -dilation[axis]),
    begin: word(forward ? -padding[axis] : padding[axis]),
  });
  const [y, x] = [of(0), of(1)];
  return use(wgsl.convReach, {
    constants: {
      MULTIPLY_X: x.multiply,
      MULTIPLY_Y: y.multiply,
      DIVIDE_X: x.divide,
      DIVIDE_Y: y.divide,
      STEP_X: x.step,
      STEP_Y: y.step,
      BEGIN_X: x.begin,
      BEGIN_Y: y.begin,
    },
  });
}

/** How many bits a number below `count` has. */
const bits = (count: number): number => Math.ceil(Math.log2(count));

/** Declares the pixels of [batch, down, across], see shaders/conv/grid.wgsl. @throws ShapeError if there are too many */
function gridPart(batch: number, [down, across]: Pair): Part<Ref> {
  const [BITS_Y, BITS_X] = [bits(down), bits(across)];
  if (bits(batch) + BITS_X + BITS_Y > 32) {
    throw new ShapeError(
      `a convolution of ${batch} images of ${down}×${across} was given; use at most 2³² pixels, with each size rounded up to a power of 2`,
    );
  }
  return use(wgsl.convGrid, {
    constants: {
      PIXEL_COUNT: batch * down * across,
      PIXELS_DOWN: down,
      PIXELS_ACROSS: across,
      BITS_X,
      BITS_Y,
    },
  });
}

/** The parts that say which pixels of the image a pixel of the result is computed from. */
export function gridParts(batch: number, geometry: Geometry, way: Way): readonly Part<Ref>[] {
  const grid = way === 'forward' ? geometry.windows : geometry.image;
  return [gridPart(batch, grid), reachPart(geometry, way)];
}

/** Where an image [batch, height, width, channels] lies, for kernels that read each number by itself. */
export function imagePart(image: Node, { kernel }: Geometry): Part<Ref> {
  const [, height, width] = image.spec.shape;
  const { sample, line, pixel } = stridesOf(image.spec);
  return use(wgsl.convImage, {
    constants: {
      KERNEL_WIDTH: kernel[1],
      IMAGE_HEIGHT: height,
      IMAGE_WIDTH: width,
      SAMPLE_STRIDE: sample,
      LINE_STRIDE: line,
      PIXEL_STRIDE: pixel,
    },
    bindings: { image: ref(image) },
  });
}

/** Declare `patchAt`: what the kernel reads of an image [batch, height, width, channels]. */
function patchParts(image: Node, geometry: Geometry): readonly Part<Ref>[] {
  const { kernel } = geometry;
  const [, height, width, channels] = image.spec.shape;
  if (channels % 4 !== 0) {
    const constants = {
      CHANNELS: channels,
      KERNEL_HEIGHT: kernel[0],
      BITS_TAP: bits(kernel[1]),
      BITS_CHANNEL: bits(channels),
    };
    return [use(wgsl.convPatchEach, { constants }), imagePart(image, geometry)];
  }
  const { sample, line, pixel } = stridesOf(image.spec);
  const part: Part<Ref> = use(wgsl.convPatch, {
    constants: {
      KERNEL_WIDTH: kernel[1],
      IMAGE_HEIGHT: height,
      IMAGE_WIDTH: width,
      CHANNELS4: channels / 4,
      SAMPLE_STRIDE: sample / 4,
      LINE_STRIDE: line / 4,
      PIXEL_STRIDE: pixel / 4,
    },
    bindings: { image: ref(image) },
  });
  return [part];
}

/** How a product reads patches: as rows, as columns, or as columns with a row of ones below. */
type Layout = 'rows' | 'columns' | 'columns and ones';

/** The patches of an image as a factor A: [pixels of the result, taps · channels], or transposed. */
export function patches(image: Node, geometry: Geometry, way: Way, layout: Layout): Factor {
  const load: Record<Layout, Part<Ref>> = {
    rows: use(wgsl.convARows),
    columns: use(wgsl.convAColumns),
    'columns and ones': use(wgsl.convAColumnsOnes),
  };
  return {
    parts: [
      load[layout],
      ...patchParts(image, geometry),
      ...gridParts(image.spec.shape[0], geometry, way),
    ],
    alongK: layout === 'rows',
  };
}

/** The weight [taps · inputs, outputs] as a factor B of the gradient: [taps · outputs, inputs]. */
export function transposedTaps(weight: Node, inputs: number): Factor {
  const { columns, columns4 } = storageOf(weight.spec);
  const bindings = { weight: ref(weight) };
  const part: Part<Ref> =
    columns % 4 === 0 && inputs % 4 === 0
      ? use(wgsl.convBTaps, { constants: { OUTPUTS4: columns4 }, bindings })
      : use(wgsl.convBTapsEach, {
          constants: { OUTPUTS: columns, OUTPUT_STRIDE: 4 * columns4 },
          bindings,
        });
  return { parts: [part], alongK: true };
}
