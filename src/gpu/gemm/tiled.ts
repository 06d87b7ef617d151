import { type Part, use } from '../link.ts';
import * as wgsl from '../shaders.gen.ts';
import type { FamilyKernels, GemmBody, Product } from './body.ts';

/** How shaders/gemm/tiled.wgsl divides a product. */
export interface TiledShape {
  /** Lanes of a slice, down and across the tile; and 4×4 blocks of a lane, down and across. */
  readonly lanes: readonly [m: number, n: number];
  readonly blocks: readonly [m: number, n: number];
  /** Blocks along k in a round. */
  readonly depth4: number;
  /** Groups of lanes that divide the steps along k among them. */
  readonly slices: number;
}

/**
 * Tiles of 64×64, 32×64 and 32×32, the largest first: it needs the fewest loads. 64 lanes are two waves on NVIDIA
 * and Apple, and one or two on AMD. 8×8 sums per lane take 64 of the 255 registers that a thread can have on NVIDIA
 * (CUDA C++ Programming Guide, "Compute Capabilities"). Not measured on a GPU.
 */
const SEQUENTIAL: readonly TiledShape[] = [
  { lanes: [8, 16], blocks: [4, 2], depth4: 4, slices: 1 },
  { lanes: [16, 8], blocks: [2, 2], depth4: 4, slices: 1 },
  { lanes: [8, 8], blocks: [2, 2], depth4: 4, slices: 1 },
  { lanes: [8, 8], blocks: [1, 2], depth4: 8, slices: 1 },
  { lanes: [8, 8], blocks: [1, 1], depth4: 4, slices: 1 },
];

/**
 * The tile for the weight gradients of all layers in one dispatch. The paper's 784–128–64–10 network has 113 tiles of
 * 32×32, and their sums, along the batch, are short.
 */
export const UPDATE_TILE = SEQUENTIAL[4];

/** Tiles of 16×32 and 16×16 whose sums along k are divided among eight groups of lanes. */
const SPLIT: readonly TiledShape[] = [
  { lanes: [2, 4], blocks: [2, 2], depth4: 2, slices: 8 },
  { lanes: [4, 4], blocks: [1, 1], depth4: 2, slices: 8 },
];

/** The same eight partial sums, but by eight workgroups; a second dispatch adds them. */
const PARTIAL: TiledShape = { lanes: [8, 8], blocks: [1, 1], depth4: 4, slices: 1 };
const PARTS = 8;

/**
 * The least number of blocks along k for which a second dispatch is worth it if there are few tiles: 1/8 of the sum
 * must take longer than a dispatch, which costs microseconds (not measured). The paper's networks, with at most 784
 * terms, are below it, so their step stays at four dispatches.
 */
const DEEPEST4 = 1024;

/**
 * The assumed number of cores. There should be two tiles for each, so that one wave computes while another loads.
 * WebGPU does not report the number. By the vendors' data sheets an RTX 4060 has 24 streaming multiprocessors, an
 * RTX 4090 128, a Radeon RX 7800 XT 60 compute units, and an M3 Max 40 cores; this is a medium value. Not measured.
 */
const CORES = 48;

/**
 * Sums are split if there are at least this many blocks along k and at most this many across: such products have few
 * tiles, each a long chain of dependent additions. As in the other families, the order of a sum does not depend on
 * the number of rows.
 */
const DEEP4 = 64;
const NARROW4 = 64;

/** The vec4f that fit into the 16 KiB of workgroup memory that every device has. */
const MOST_STAGED = 1024;

/** Rows and columns of a tile in blocks of 4. */
const tileOf = ({ lanes, blocks }: TiledShape): readonly [rows4: number, columns4: number] => [
  lanes[0] * blocks[0],
  lanes[1] * blocks[1],
];

/** The number of tiles that cover m4 × n4 blocks, across and down. */
export function tilesOf(shape: TiledShape, m4: number, n4: number): readonly [number, number] {
  const [rows4, columns4] = tileOf(shape);
  return [Math.ceil(n4 / columns4), Math.ceil(m4 / rows4)];
}

/**
 * The kernel body of a product with k4 blocks along k. The caller also links `tileAt`.
 *
 * @param layers how many layers of the grid share the blocks
 */
export function tiledPart(
  shape: TiledShape,
  k4: number,
  along: { readonly a: boolean; readonly b: boolean },
  layers = 1,
): Part<never> {
  const [rows4, columns4] = tileOf(shape);
  const { lanes, blocks, depth4, slices } = shape;
  const slice4 = Math.ceil(k4 / (slices * layers));
  const results = slices > 1 ? 4 * rows4 * columns4 : 0;
  const staged = (pad: number): number =>
    slices * Math.max(4 * depth4 * (rows4 + columns4 + 2 * pad), results);
  const pad = staged(1) <= MOST_STAGED ? 1 : 0;
  return use(wgsl.gemmTiled, {
    constants: {
      LANES_M: lanes[0],
      LANES_N: lanes[1],
      TILE_M: blocks[0],
      TILE_N: blocks[1],
      DEPTH4: depth4,
      SLICES: slices,
      SLICE4: slice4,
      EVEN: Number(slice4 % depth4 === 0 && slice4 * slices * layers === k4),
      PAD: pad,
      STAGED: staged(pad),
      ALONG_A: Number(along.a),
      ALONG_B: Number(along.b),
    },
  });
}

/** First the largest tile that gives enough tiles to fill a GPU, or else the smallest; then the others. */
function bySize(shapes: readonly TiledShape[], { m4, n4 }: Product): TiledShape[] {
  const fills = (shape: TiledShape): boolean => {
    const [across, down] = tilesOf(shape, m4, n4);
    return across * down >= 2 * CORES;
  };
  const best = shapes.find(fills) ?? shapes[shapes.length - 1];
  return [best, ...shapes.filter((shape) => shape !== best)];
}

/** See shaders/gemm/tiled.wgsl. */
export function tiledBodies(product: Product): GemmBody[] {
  const { m4, n4, k4, alongA, alongB } = product;
  const body = (shape: TiledShape, parts: number): GemmBody => {
    const [rows4, columns4] = tileOf(shape);
    const shares = shape.slices * parts;
    const split = parts > 1 ? `, ${parts} parts` : `, ${shape.slices} slices`;
    return {
      name: `tiled ${4 * rows4}×${4 * columns4}${shares > 1 ? split : ''}`,
      // The shares of all layers of the grid are numbered in sequence.
      part: tiledPart(shape, k4, { a: alongA, b: alongB }, parts),
      more: [use(wgsl.gemmTileGrid)],
      grid: [...tilesOf(shape, m4, n4), parts],
      order: shares > 1 ? `split ${shares}` : 'sequential',
      partial: parts > 1,
      // No cost model for GPUs: nothing was measured on one.
      cost: 0,
    };
  };
  if (product.shares) return [body(PARTIAL, product.shares.layers)];
  if (k4 < DEEP4 || n4 > NARROW4) return bySize(SEQUENTIAL, product).map((shape) => body(shape, 1));
  const whole = bySize(SPLIT, product).map((shape) => body(shape, 1));
  const [across, down] = whole[0].grid;
  const partial = body(PARTIAL, PARTS);
  return k4 >= DEEPEST4 && across * down < CORES ? [partial, ...whole] : [...whole, partial];
}

export const tiledKernels: FamilyKernels = { family: 'tiled', bodies: tiledBodies };
