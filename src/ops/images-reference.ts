import { sizeOf } from '../graph/tensor.ts';
import type { Reference } from '../graph/value.ts';
import { Approx } from './approx.ts';
import { type Change, changeOf } from './augment.ts';
import type { ImagesAttributes } from './images.ts';
import { DIVISION } from './rounding.ts';

/** The place in an image that a place of the result comes from; outside of it with a border of zeros. */
function sourceOf(
  [y, x]: readonly [number, number],
  { image: [height, width], augmentation }: ImagesAttributes,
  { shift, flipped, part }: Change,
): readonly [number, number] {
  const along = (at: number, size: number): number => {
    if (augmentation?.border !== 'reflect') return at;
    if (at < 0) return -at;
    return at >= size ? 2 * (size - 1) - at : at;
  };
  const column = along(x + part[1] - shift[1], width);
  return [along(y + part[0] - shift[0], height), flipped ? width - 1 - column : column];
}

const clamped = ({ value, error }: Approx): Approx =>
  new Approx(Math.min(1, Math.max(0, value)), error);

/** A pixel's brightness after a change. */
function shaded(x: Approx, { brightness, contrast }: Change, changed: boolean): Approx {
  const bright = clamped(x.times(brightness));
  return changed ? clamped(bright.minus(0.5).times(contrast).plus(0.5)) : bright;
}

/** Pixel by pixel as it is written, from bytes. */
export const imagesReference: Reference<ImagesAttributes> = ({ attributes }, _, world) => {
  const { shape, image, part: seen = image, scale, shift, augmentation } = attributes;
  const [height, width, channels] = image;
  const size = seen[0] * seen[1] * channels;
  const bytes = height * width * channels;
  const middle = ([0, 1] as const).map((axis) => Math.floor((image[axis] - seen[axis]) / 2));
  const data = new Float64Array(sizeOf(shape));
  const error = new Float64Array(data.length);
  for (let row = 0; row < shape[0]; row++) {
    const change =
      augmentation && changeOf(augmentation, [height, width], row, world.step, world.key);
    for (let e = 0; e < size; e++) {
      const channel = e % channels;
      const pixel = Math.floor(e / channels);
      const own = [Math.floor(pixel / seen[1]), pixel % seen[1]] as const;
      const [y, x] = change
        ? sourceOf(own, attributes, change)
        : own.map((place, axis) => place + middle[axis]);
      const inside = y >= 0 && y < height && x >= 0 && x < width;
      const at = world.indices[row] * bytes + (y * width + x) * channels + channel;
      const byte = (inside ? world.images[at] : 0) / 255;
      const read = new Approx(byte, byte * DIVISION);
      const shade = change ? shaded(read, change, Number(augmentation?.contrast) > 0) : read;
      const result = shade.times(scale[channel]).plus(shift[channel]);
      const cut = change?.cut.every(
        (from, axis) => own[axis] >= from && own[axis] < from + Number(augmentation?.cutOut[axis]),
      );
      data[row * size + e] = cut ? 0 : result.value;
      error[row * size + e] = cut ? 0 : result.error;
    }
  }
  return { data, error };
};
