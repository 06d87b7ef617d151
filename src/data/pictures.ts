import { checkKeys, describe, isArray, isNumbers, looksLike } from '../check.ts';
import { DataError, OptionError } from '../errors.ts';
import type { ImageSplit } from './dataset.ts';

/** Pixels as red, green, blue and alpha, as `ImageData` of a page. */
export interface PixelData {
  readonly data: ArrayLike<number>;
  readonly width: number;
  readonly height: number;
}

/** What draws: the context of a canvas. */
interface Context {
  drawImage(picture: never, x: number, y: number): void;
  getImageData(x: number, y: number, width: number, height: number): PixelData;
}

/** A canvas of a page or a worker. */
export interface CanvasLike {
  readonly width: number;
  readonly height: number;
  getContext(kind: '2d', options?: object): unknown;
}

/** An `ImageBitmap`. It is drawn on an `OffscreenCanvas`, so browsers only. */
export interface BitmapLike {
  readonly width: number;
  readonly height: number;
  close(): void;
}

/** A picture that a page has. */
export type Picture = PixelData | CanvasLike | BitmapLike;

/** What is read of pictures. */
export interface ImagesFromOptions {
  /** 1 for grey, 3 for red, green and blue, 4 with alpha. Default 3. */
  readonly channels?: 1 | 3 | 4;
}

/** Images in memory, without labels. */
export type PictureBytes = Omit<ImageSplit, 'labels' | 'weights' | 'images'> & {
  readonly images: Uint8Array<ArrayBuffer>;
};

const isContext = (value: unknown): value is Context =>
  looksLike(value, { drawImage: 'function', getImageData: 'function' });

const contextOf = (canvas: unknown): Context | undefined => {
  if (!looksLike(canvas, { getContext: 'function' })) return undefined;
  const context = (canvas as CanvasLike).getContext('2d', { willReadFrequently: true });
  return isContext(context) ? context : undefined;
};

/** The pixels of a picture. */
function pixelsOf(what: string, picture: Picture): PixelData {
  const { width, height } = picture;
  const sizes = [width, height];
  if (!sizes.every((size) => Number.isInteger(size) && size > 0)) {
    throw new DataError(`${what} is ${describe(width)}×${describe(height)}; it has no pixels`);
  }
  if ('data' in picture) {
    const { data } = picture;
    if (isNumbers(data) && data.length === 4 * width * height) return picture;
    throw new DataError(
      `${what} has ${describe(data)} for ${width}×${height} pixels; it needs 4 bytes for each`,
    );
  }
  if ('getContext' in picture) {
    const context = contextOf(picture);
    if (context) return context.getImageData(0, 0, width, height);
    throw new DataError(
      `${what} has no 2d context, as a canvas of WebGL or WebGPU; give createImageBitmap(canvas)`,
    );
  }
  const { OffscreenCanvas: Canvas } = globalThis as {
    OffscreenCanvas?: new (width: number, height: number) => unknown;
  };
  const context = Canvas && contextOf(new Canvas(width, height));
  if (!context) {
    throw new DataError(
      `${what} needs an OffscreenCanvas, which is not here; give { data, width, height }`,
    );
  }
  context.drawImage(picture as never, 0, 0);
  return context.getImageData(0, 0, width, height);
}

/** Red, green and blue as grey by ITU-R 601, in integers as Pillow's `convert('L')`. */
const grey = (red: number, green: number, blue: number): number =>
  (19595 * red + 38470 * green + 7471 * blue + 0x8000) >> 16;

/**
 * The bytes of pictures of one size, for a data set of images: `ImageData`, canvases, `ImageBitmap`s, or objects
 * `{ data, width, height }` with four bytes a pixel.
 *
 * @throws OptionError if an option is unknown or invalid, or something is not a picture; DataError if there is none, or their
 *   sizes differ
 * @example
 * const train = { ...imagesFrom([canvas, bitmap], { channels: 3 }), labels: [0, 1] };
 * const trainer = await Trainer.create(engine, { dataset: { classes: ['cat', 'dog'], train }, … });
 */
export function imagesFrom(
  pictures: readonly Picture[],
  options: ImagesFromOptions = {},
): PictureBytes {
  checkKeys('imagesFrom()', options, ['channels']);
  const { channels = 3 } = options;
  if (![1, 3, 4].includes(channels)) {
    throw new OptionError(`imagesFrom(): channels ${describe(channels)} was given; use 1, 3 or 4`);
  }
  if (!isArray(pictures) || pictures.length === 0) {
    throw new OptionError(
      `imagesFrom(): ${describe(pictures)} was given; give an array of ImageData, canvases or ImageBitmaps`,
    );
  }
  const all = Array.from(pictures as readonly Picture[], (picture, i) => {
    if (looksLike(picture, { width: 'number', height: 'number' })) {
      if (['data', 'getContext', 'close'].some((key) => key in picture)) {
        return pixelsOf(`imagesFrom(): picture ${i}`, picture);
      }
    }
    throw new OptionError(
      `imagesFrom(): picture ${i} is ${describe(picture)}; give ImageData, a canvas, an ImageBitmap or { data, width, height }`,
    );
  });
  const [{ width, height }] = all;
  const other = all.findIndex((one) => one.width !== width || one.height !== height);
  if (other >= 0) {
    throw new DataError(
      `imagesFrom(): picture ${other} is ${all[other].width}×${all[other].height}, picture 0 ${width}×${height}; bring them to one size first, as createImageBitmap(picture, { resizeWidth, resizeHeight }) does`,
    );
  }
  const images = new Uint8Array(all.length * width * height * channels);
  let at = 0;
  for (const { data } of all) {
    for (let from = 0; from < data.length; from += 4) {
      if (channels === 1) images[at++] = grey(data[from], data[from + 1], data[from + 2]);
      else for (let c = 0; c < channels; c++) images[at++] = data[from + c];
    }
  }
  return { images, count: all.length, height, width, channels };
}
