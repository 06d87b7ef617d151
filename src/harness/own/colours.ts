/** Pixels of pictures as grey or in colour. */

/** What the visitor wants: grey, red, green and blue, or colours if some picture has any. */
export type ColourWish = '' | 'grey' | 'rgb';

/** How pictures are made. */
export interface Making {
  /** Rows and columns of each. */
  readonly side: number;
  readonly colour: ColourWish;
}

/** Numbers of a pixel: 1 for grey, 3 for red, green and blue. */
export type Channels = 1 | 3;

/** Luma of pixels with alpha, over white; ITU-R BT.601. */
export function greyOf(pixels: Uint8ClampedArray): Uint8Array {
  return Uint8Array.from({ length: pixels.length / 4 }, (_, i) => {
    const [r, g, b, a] = pixels.subarray(4 * i, 4 * i + 4);
    const luma = 0.299 * r + 0.587 * g + 0.114 * b;
    return Math.round(luma * (a / 255) + 255 - a);
  });
}

/** Red, green and blue of pixels with alpha, over white. */
export function rgbOf(pixels: Uint8ClampedArray): Uint8Array {
  const out = new Uint8Array((pixels.length / 4) * 3);
  for (let i = 0; i < pixels.length / 4; i++) {
    const alpha = pixels[4 * i + 3];
    for (let c = 0; c < 3; c++) {
      out[3 * i + c] = Math.round(pixels[4 * i + c] * (alpha / 255) + 255 - alpha);
    }
  }
  return out;
}

/** Pixels with alpha as a network takes them. */
export const asChannels = (pixels: Uint8ClampedArray, channels: Channels): Uint8Array =>
  channels === 1 ? greyOf(pixels) : rgbOf(pixels);

/** Red, green and blue as grey, or as they are. */
export function fromRgb(rgb: Uint8Array, channels: Channels): Uint8Array {
  if (channels === 3) return rgb;
  return Uint8Array.from({ length: rgb.length / 3 }, (_, i) =>
    Math.round(0.299 * rgb[3 * i] + 0.587 * rgb[3 * i + 1] + 0.114 * rgb[3 * i + 2]),
  );
}

/** A pixel has a colour if its largest and its smallest number are further apart: noise of grey JPEGs is far below. */
const CHROMA = 32;
/** A picture has colours if more than this share of its pixels has. */
const SHARE = 0.01;

/**
 * Whether a picture has colours.
 *
 * @param stride numbers of a pixel: 3, or 4 with alpha
 */
export function hasColours(pixels: ArrayLike<number>, stride: 3 | 4): boolean {
  const count = pixels.length / stride;
  let coloured = 0;
  for (let at = 0; at < pixels.length; at += stride) {
    const [r, g, b] = [pixels[at], pixels[at + 1], pixels[at + 2]];
    const chroma = Math.max(r, g, b) - Math.min(r, g, b);
    // What is transparent is not seen.
    const seen = stride === 4 ? pixels[at + 3] / 255 : 1;
    if (chroma * seen > CHROMA) coloured++;
  }
  return coloured > SHARE * count;
}

/** @returns up to `most` of the first `count` numbers, from 0, spread evenly over them */
export function spread(count: number, most: number): number[] {
  const wanted = Math.min(count, most);
  return Array.from({ length: wanted }, (_, i) => Math.floor((i * count) / wanted));
}
