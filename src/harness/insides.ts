/** What there is to see in a network, and where it is on a canvas: for the page, and for the worker that draws. */
import type { LayerOutput } from '../nn/layer-outputs.ts';

/** Weights of a layer that are pictures: a kernel for each output channel and input channel, or the pixels of each unit. */
export interface Kernels {
  /** The parameter's name: `0.weight`. */
  readonly name: string;
  /** The layer's kind: `conv2d 1→32, 3×3`. */
  readonly kind: string;
  readonly outputs: number;
  readonly inputs: number;
  /** Of a picture, which is as high as wide. */
  readonly side: number;
}

/** A layer whose outputs are images: its place in a row of all such layers' outputs. */
export interface Maps extends LayerOutput {
  /** Whether it is a layer by itself, not one inside of another. */
  readonly main: boolean;
}

/** A layer of attention. */
export interface Attention {
  readonly name: string;
  readonly kind: string;
  readonly heads: number;
  /** The layer whose output it sees; undefined if it is the first. */
  readonly before: string | undefined;
}

export interface Insides {
  readonly kernels: readonly Kernels[];
  readonly maps: readonly Maps[];
  readonly attention: readonly Attention[];
}

/** Pictures of kernels on a canvas: in lines, or with a row for each input channel and a column for each output channel. */
export interface KernelLayout {
  readonly columns: number;
  readonly rows: number;
  /** Pixels of a picture's side, and between two. */
  readonly side: number;
  readonly gap: number;
}

/** Most pictures in lines. */
const MOST_UNITS = 256;

/** As many units as are shown. */
export const unitsOf = ({ inputs, outputs }: Kernels): number =>
  inputs === 1 ? Math.min(MOST_UNITS, outputs) : outputs;

/** @param width pixels that there are on the page */
export function kernelLayout(kernels: Kernels, width: number): KernelLayout {
  const { inputs, side, outputs } = kernels;
  if (inputs > 1) {
    const most = inputs > 32 ? 3 : 4;
    const fits = (scale: number): boolean => outputs * (side * scale + scale) <= width;
    const scale = [4, 3, 2].find((one) => one <= most && fits(one)) ?? 2;
    return { columns: outputs, rows: inputs, side: side * scale, gap: scale };
  }
  const count = unitsOf(kernels);
  // Small kernels about as large as an image.
  const base = side * Math.max(1, Math.round(28 / side));
  // The pixels of small ones are large: only a wide gap shows where one ends.
  const gap = side < 20 ? 8 : 2;
  const of = (scale: number): KernelLayout => {
    const fit = Math.floor((width + gap) / (base * scale + gap));
    const columns = Math.max(1, Math.min(count, fit));
    return { columns, rows: Math.ceil(count / columns), side: base * scale, gap };
  };
  const double = of(2);
  return double.rows <= 4 ? double : of(1);
}

/** Pixels of a canvas with pictures in rows and columns. */
export const sizeOfPictures = ({ columns, rows, side, gap }: KernelLayout): [number, number] => [
  columns * (side + gap) - gap,
  rows * (side + gap) - gap,
];

/** A layer's maps on the canvas of all. */
export interface Block {
  readonly part: Maps;
  /** The first line of its pictures. Its caption is above. */
  readonly top: number;
  readonly columns: number;
  readonly rows: number;
  /** Pixels of the canvas for a pixel of the map. */
  readonly scale: number;
}

/** Pixels between two maps, and of a caption's line. */
export const MAP_GAP = 2;
export const CAPTION = 30;

/** Pixels of the canvas for a pixel of a map of this width: small ones are enlarged more. */
const scaleFor = (map: number, page: number): number =>
  Math.max(1, Math.round((map >= 20 ? 2 * map : map >= 10 ? 42 : 28) / map / (page < 600 ? 2 : 1)));

/** @param width pixels that there are on the page */
export function mapsLayout(
  maps: readonly Maps[],
  width: number,
): { readonly blocks: readonly Block[]; readonly height: number } {
  let height = 0;
  const blocks = maps.map((part): Block => {
    const [down, across, channels] = part.shape;
    const scale = scaleFor(across, width);
    const fit = Math.floor((width + MAP_GAP) / (across * scale + MAP_GAP));
    const columns = Math.max(1, Math.min(channels, fit));
    const rows = Math.ceil(channels / columns);
    const top = height + CAPTION;
    height = top + rows * (down * scale + MAP_GAP);
    return { part, top, columns, rows, scale };
  });
  return { blocks, height: Math.max(1, height) };
}
