/** Where the pictures of kernels and of feature maps are on a canvas: for the page, and for the worker that draws. */
import type { Kernels, Maps } from './insides.ts';

/** Pixels of a picture's side, at least: smaller ones cannot be pointed at. */
const LEAST = 28;

/** Most pixels along a canvas's side: WebGPU guarantees textures of 8192. */
const MOST_PIXELS = 8000;

/** Most pictures of a canvas, if they are in lines; and of a side, if they are in rows and columns. */
const MOST_UNITS = 256;
const MOST_ALONG = 128;

/** Pictures of kernels on a canvas: in lines, or with a row for each input channel and a column for each output channel. */
export interface KernelLayout {
  readonly columns: number;
  readonly rows: number;
  /** Pixels of a picture's side, and between two. */
  readonly side: number;
  readonly gap: number;
  /** Output channels that are shown; the canvas has no place for more. */
  readonly shown: number;
}

/** Whether each input channel has a row of pictures. */
const isGrid = ({ inputs, rgb }: Kernels): boolean => inputs > 1 && !rgb;

/** @param width pixels that there are on the page */
export function kernelLayout(kernels: Kernels, width: number): KernelLayout {
  const { inputs, outputs, side } = kernels;
  const base = side * Math.ceil(LEAST / side);
  if (isGrid(kernels)) {
    const fits = Math.floor(MOST_PIXELS / (base + 8));
    const [columns, rows] = [outputs, inputs].map((one) => Math.min(one, fits, MOST_ALONG));
    return { columns, rows, side: base, gap: 8, shown: columns };
  }
  const most = Math.min(MOST_UNITS, outputs);
  // The pixels of small ones are large: only a wide gap shows where one ends.
  const gap = side < 20 ? 8 : 2;
  const of = (scale: number): KernelLayout => {
    const cell = base * scale + gap;
    const fits = Math.max(1, Math.min(most, Math.floor((width + gap) / cell)));
    const rows = Math.min(
      Math.ceil(most / fits),
      Math.max(1, Math.floor((MOST_PIXELS + gap) / cell)),
    );
    // As many in each row: none stands alone in the last.
    const columns = Math.min(fits, Math.ceil(most / rows));
    return { columns, rows, side: base * scale, gap, shown: Math.min(most, columns * rows) };
  };
  const double = of(2);
  return double.rows <= 4 && double.side <= width && double.shown === most ? double : of(1);
}

/** Pixels of a canvas with pictures in rows and columns. */
export const sizeOfPictures = ({ columns, rows, side, gap }: KernelLayout): [number, number] => [
  columns * (side + gap) - gap,
  rows * (side + gap) - gap,
];

/** A picture of kernels: an output channel, or a unit, and an input channel, from 0. */
export interface KernelPlace {
  readonly output: number;
  readonly input: number;
}

/** What is at a place of the kernels' canvas; undefined between two. */
export function kernelAt(
  kernels: Kernels,
  layout: KernelLayout,
  x: number,
  y: number,
): KernelPlace | undefined {
  const { columns, rows, side, gap, shown } = layout;
  const [column, row] = [x, y].map((at) => Math.floor(at / (side + gap)));
  const between = [x, y].some((at) => at < 0 || at % (side + gap) >= side);
  if (between || column >= columns || row >= rows) return undefined;
  if (isGrid(kernels)) return { output: column, input: row };
  const output = row * columns + column;
  return output < shown ? { output, input: 0 } : undefined;
}

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

/** The maps of all layers, and the canvas's size in pixels. */
export interface MapsLayout {
  readonly blocks: readonly Block[];
  readonly width: number;
  readonly height: number;
}

/** Pixels between two maps, and of a caption's line. */
export const MAP_GAP = 6;
export const CAPTION = 30;

/** Pixels of the canvas for a pixel of a map of this size: small ones are enlarged more. */
function scaleFor(down: number, across: number, page: number): number {
  const wanted = across >= 20 ? 2 * across : across >= 10 ? 42 : 28;
  const usual = Math.round(wanted / across / (page < 600 ? 2 : 1));
  const least = Math.ceil(LEAST / Math.min(down, across));
  const most = Math.max(1, Math.floor(256 / Math.max(down, across)));
  return Math.max(1, Math.min(most, Math.max(usual, least)));
}

/** @param width pixels that there are on the page; the canvas is wider if it would be too high otherwise */
export function mapsLayout(maps: readonly Maps[], width: number): MapsLayout {
  const layout = layIn(maps, width);
  const tooHigh = layout.height > MOST_PIXELS && width * 1.25 < MOST_PIXELS;
  return tooHigh ? mapsLayout(maps, Math.ceil(width * 1.25)) : layout;
}

function layIn(maps: readonly Maps[], width: number): MapsLayout {
  let height = 0;
  let widest = width;
  const blocks = maps.map((part): Block => {
    const [down, across, channels] = part.shape;
    const scale = scaleFor(down, across, width);
    const fit = Math.floor((width + MAP_GAP) / (across * scale + MAP_GAP));
    const rows = Math.ceil(channels / Math.max(1, Math.min(channels, fit)));
    const columns = Math.ceil(channels / rows);
    const top = height + CAPTION;
    height = top + rows * (down * scale + MAP_GAP);
    widest = Math.max(widest, columns * (across * scale + MAP_GAP) - MAP_GAP);
    return { part, top, columns, rows, scale };
  });
  return { blocks, width: widest, height: Math.max(1, height) };
}

/** The layer and the channel, from 0, at a place of the maps' canvas; undefined between two. */
export function mapAt(
  { blocks }: MapsLayout,
  x: number,
  y: number,
): { readonly part: Maps; readonly channel: number } | undefined {
  const block = blocks.findLast(({ top }) => top <= y);
  if (!block) return undefined;
  const { part, top, columns, scale } = block;
  const [down, across, channels] = part.shape;
  const column = Math.floor(x / (across * scale + MAP_GAP));
  const channel = Math.floor((y - top) / (down * scale + MAP_GAP)) * columns + column;
  return column < columns && channel < channels ? { part, channel } : undefined;
}
