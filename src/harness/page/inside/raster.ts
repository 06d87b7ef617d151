/** Pictures as pixels, without a canvas: what a photo becomes, and what the network sees. */
import type { ImageSize } from './pictures.ts';

/** Pixels of red, green, blue and alpha, as `ImageData` has them. */
export interface Raster {
  readonly data: Uint8ClampedArray;
  readonly width: number;
  readonly height: number;
}

/** A part of a picture, in pixels. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Luma of a pixel, 0 to 255 (ITU-R BT.601). */
export const lumaAt = (data: ArrayLike<number>, pixel: number): number =>
  0.299 * data[4 * pixel] + 0.587 * data[4 * pixel + 1] + 0.114 * data[4 * pixel + 2];

/** A picture in grey, as a network of grey images sees it: of each pixel the luma. */
export function greyed({ data, width, height }: Raster): Raster {
  const grey = new Uint8ClampedArray(data);
  for (let pixel = 0; pixel < width * height; pixel++) {
    grey.fill(lumaAt(data, pixel), 4 * pixel, 4 * pixel + 3);
  }
  return { data: grey, width, height };
}

/** The pixels along the edge of a picture. */
function edgeOf({ width, height }: Raster): number[] {
  const pixels: number[] = [];
  for (let x = 0; x < width; x++) pixels.push(x, (height - 1) * width + x);
  for (let y = 1; y < height - 1; y++) pixels.push(y * width, y * width + width - 1);
  return pixels;
}

/** The background's luma: the median along the edge. */
export function groundOf(raster: Raster): number {
  const lumas = edgeOf(raster)
    .map((pixel) => lumaAt(raster.data, pixel))
    .sort((a, b) => a - b);
  return lumas[lumas.length >> 1];
}

/** Whether the background is light, unlike that of the data set's images. */
export const hasLightGround = (raster: Raster): boolean => groundOf(raster) > 127.5;

/** Of the largest intensity: as near to the background edges are trimmed (Xiao et al. 2017, Fashion-MNIST). */
const NEAR = 0.05 * 255;

/** The part of a picture that is not background: edges close to the colour of the edge are trimmed. The whole if nothing is left. */
export function contentOf(raster: Raster): Box {
  const { data, width, height } = raster;
  const ground = groundOf(raster);
  let [left, right, top, bottom] = [width, -1, height, -1];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (Math.abs(lumaAt(data, y * width + x) - ground) <= NEAR) continue;
      left = Math.min(left, x);
      right = Math.max(right, x);
      top = Math.min(top, y);
      bottom = Math.max(bottom, y);
    }
  }
  if (right < 0) return { x: 0, y: 0, width, height };
  return { x: left, y: top, width: right - left + 1, height: bottom - top + 1 };
}

/** Where a part lies on a sheet if its longer edge fills it, centred, as Fashion-MNIST's images lie on theirs. */
export function centred(
  part: Pick<Box, 'width' | 'height'>,
  sheet: Pick<Box, 'width' | 'height'>,
): Box {
  const scale = Math.min(sheet.width / part.width, sheet.height / part.height);
  const [width, height] = [part.width * scale, part.height * scale];
  return { x: (sheet.width - width) / 2, y: (sheet.height - height) / 2, width, height };
}

/**
 * What the network sees of a picture: the mean of the pixels under each of its own.
 *
 * @param raster a multiple of the size on each side
 * @returns height × width × channels bytes
 */
export function seenOf({ data, width }: Raster, size: ImageSize): Uint8Array {
  const { height: down, width: across, channels } = size;
  const scale = Math.floor(width / across);
  const seen = new Uint8Array(down * across * channels);
  for (let y = 0; y < down; y++) {
    for (let x = 0; x < across; x++) {
      const sums = [0, 0, 0, 0];
      for (let i = 0; i < scale * scale; i++) {
        const pixel = (y * scale + Math.floor(i / scale)) * width + x * scale + (i % scale);
        if (channels < 3) sums[0] += lumaAt(data, pixel);
        else for (let c = 0; c < 3; c++) sums[c] += data[4 * pixel + c];
      }
      for (let c = 0; c < channels; c++) {
        const isAlpha = c === 3 || (c === 1 && channels === 2);
        seen[(y * across + x) * channels + c] = isAlpha
          ? 255
          : Math.round(sums[c] / (scale * scale));
      }
    }
  }
  return seen;
}

/** How much a pixel may differ from the first one to be filled, too. */
const ALIKE = 48;

/** Red, green and blue, 0 to 255 each. */
export type Ink = readonly [red: number, green: number, blue: number];

/** Fills the area around a pixel that is alike with a colour, in place. */
export function fillAround(raster: Raster, x: number, y: number, ink: Ink): void {
  const { data, width, height } = raster;
  const start = y * width + x;
  const first = data.slice(4 * start, 4 * start + 3);
  // Colours of the same luma differ, too.
  const differs = (pixel: number): boolean =>
    first.some((value, c) => Math.abs(data[4 * pixel + c] - value) > ALIKE);
  const done = new Uint8Array(width * height);
  const open = [start];
  done[start] = 1;
  while (open.length > 0) {
    const pixel = open.pop() ?? 0;
    data.set(ink, 4 * pixel);
    data[4 * pixel + 3] = 255;
    const column = pixel % width;
    for (const [next, inside] of [
      [pixel - 1, column > 0],
      [pixel + 1, column < width - 1],
      [pixel - width, pixel >= width],
      [pixel + width, pixel < width * (height - 1)],
    ] as const) {
      if (!inside || done[next] || differs(next)) continue;
      done[next] = 1;
      open.push(next);
    }
  }
}
