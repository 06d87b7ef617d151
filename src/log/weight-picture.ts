import type { Model } from '../nn/model.ts';
import type { StateTensor } from '../nn/state.ts';
import type { Picture } from './png.ts';

/** Most tiles of a picture, and most pixels of its side. */
const TILES = 64;
const SIDE = 512;

/** How a weight is cut into tiles: the value of a tile's pixel in each channel. */
interface Tiling {
  readonly tiles: number;
  readonly height: number;
  readonly width: number;
  readonly channels: 1 | 3;
  at(tile: number, row: number, column: number, channel: number): number;
}

/** The height and width of samples that are images of one channel. */
function imageOf({ inputShape }: Model): readonly [number, number] | undefined {
  const sizes = inputShape.length === 3 ? inputShape.filter((size) => size > 1) : inputShape;
  return sizes.length === 2 ? [sizes[0], sizes[1]] : undefined;
}

function tilingOf(model: Model, { shape, data }: StateTensor): Tiling | undefined {
  const [tiles, depth, height, width] = shape;
  if (shape.length === 4) {
    // Kernels of a convolution: of three channels as colours, of others one beside the other.
    const channels = depth === 3 ? 3 : 1;
    const area = height * width;
    const at = (tile: number, row: number, column: number, channel: number): number =>
      data[tile * channels * area + channel * area + row * width + column];
    return { tiles: (tiles * depth) / channels, height, width, channels, at };
  }
  if (shape.length !== 2) return undefined;
  const image = imageOf(model);
  if (image && image[0] * image[1] === depth) {
    const [rows, columns] = image;
    const at = (tile: number, row: number, column: number): number =>
      data[tile * depth + row * columns + column];
    return { tiles, height: rows, width: columns, channels: 1, at };
  }
  const at = (_: number, row: number, column: number): number => data[row * depth + column];
  const [rows, columns] = [Math.min(SIDE, tiles), Math.min(SIDE, depth)];
  return { tiles: 1, height: rows, width: columns, channels: 1, at };
}

/**
 * The weights of a model's first layer as a picture: what each output of a linear layer on images sees, the kernels of a
 * convolution, or else the matrix. The first 64 tiles; in each, 0 is grey, and the largest weight white or black.
 *
 * @returns undefined if no parameter is a matrix or kernels
 */
export function weightPicture(
  model: Model,
  parameters: ReadonlyMap<string, StateTensor>,
): { readonly name: string; readonly picture: Picture } | undefined {
  for (const { name } of model.parameters) {
    const tensor = parameters.get(name);
    const tiling = tensor && tilingOf(model, tensor);
    if (tiling) return { name, picture: pictureOf(tiling) };
  }
  return undefined;
}

function pictureOf({ tiles, height, width, channels, at }: Tiling): Picture {
  const shown = Math.min(TILES, tiles);
  const across = Math.ceil(Math.sqrt(shown));
  const down = Math.ceil(shown / across);
  // A line of one pixel between tiles.
  const [wide, high] = [across * (width + 1) - 1, down * (height + 1) - 1];
  const pixels = new Uint8Array(wide * high * channels);
  for (let tile = 0; tile < shown; tile++) {
    let most = 0;
    const each = (visit: (value: number, at: number) => void): void => {
      const top = Math.floor(tile / across) * (height + 1);
      const left = (tile % across) * (width + 1);
      for (let row = 0; row < height; row++) {
        for (let column = 0; column < width; column++) {
          for (let channel = 0; channel < channels; channel++) {
            const place = ((top + row) * wide + left + column) * channels + channel;
            visit(at(tile, row, column, channel), place);
          }
        }
      }
    };
    each((value) => {
      if (Number.isFinite(value)) most = Math.max(most, Math.abs(value));
    });
    each((value, place) => {
      pixels[place] = most > 0 ? Math.round(127.5 + (127.5 * value) / most) : 128;
    });
  }
  return { width: wide, height: high, channels, pixels };
}
