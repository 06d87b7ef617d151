import { type Part, use } from '../../gpu/link.ts';
import * as wgsl from '../../gpu/shaders.gen.ts';
import type { Ref } from '../../graph/op.ts';
import type { GemmBody, Product } from './body.ts';

/** How shaders/gemm/tiled.wgsl cuts a product up. */
export interface TiledShape {
  /** Lanes of a slice, down and across the tile; 4×4 blocks a lane, down and across. */
  readonly lanes: readonly [m: number, n: number];
  readonly blocks: readonly [m: number, n: number];
  /** Blocks along k in a round. */
  readonly depth4: number;
  /** Groups of lanes that share the steps along k. */
  readonly slices: number;
}

/**
 * Tiles of 64×64, 32×64, 32×32, the largest first: fewest loads. 64 lanes are two of NVIDIA's or
 * Apple's waves and one or two of AMD's; 8×8 sums a lane are 64 registers of the 255 that a thread may
 * have on NVIDIA (CUDA C++ Programming Guide, "Compute Capabilities"). Unverified on a GPU.
 */
const SEQUENTIAL: readonly TiledShape[] = [
  { lanes: [8, 8], blocks: [2, 2], depth4: 4, slices: 1 },
  { lanes: [8, 8], blocks: [1, 2], depth4: 8, slices: 1 },
  { lanes: [8, 8], blocks: [1, 1], depth4: 4, slices: 1 },
];

/**
 * The tile of the weight gradients, all layers' in one dispatch: the paper's 784–128–64–10 network is
 * 113 of 32×32, and their sums along a batch are short.
 */
export const UPDATE_TILE = SEQUENTIAL[2];

/** Tiles of 16×32 and 16×16 whose sums along k are shared by eight groups of lanes. */
const SPLIT: readonly TiledShape[] = [
  { lanes: [2, 4], blocks: [2, 2], depth4: 2, slices: 8 },
  { lanes: [4, 4], blocks: [1, 1], depth4: 2, slices: 8 },
];

/** The same sums, the eight shares by as many workgroups, which a second dispatch adds up. */
const PARTIAL: TiledShape = { lanes: [8, 8], blocks: [1, 1], depth4: 4, slices: 1 };
const PARTS = 8;

/**
 * From how many blocks along k on a second dispatch pays where there are few tiles: 1/8 of the way
 * must take longer than a dispatch, some microseconds. (Unverified.) The paper's networks, whose
 * longest sum has 784 terms, stay below it, so that their step keeps to its four dispatches.
 */
const DEEPEST4 = 1024;

/**
 * For how many cores tiles should be there twice over, so that one wave's loads hide behind another's
 * arithmetic: a card of the middle. WebGPU does not tell how many there are; by the vendors' data
 * sheets an RTX 4060 has 24 streaming multiprocessors, an RTX 4090 128, a Radeon RX 7800 XT 60 compute
 * units, an M3 Max 40 cores. That this number is the best is unverified.
 */
const CORES = 48;

/**
 * From how many blocks along k, and up to how many across, the sums are split: there are then few
 * tiles and each is a long chain of dependent additions. As for the other families the number of
 * rows has no say in the order of a sum.
 */
const DEEP4 = 64;
const NARROW4 = 64;

/** Rows and columns of a tile in blocks of 4. */
const tileOf = ({ lanes, blocks }: TiledShape): readonly [rows4: number, columns4: number] => [
  lanes[0] * blocks[0],
  lanes[1] * blocks[1],
];

/** How many tiles cover m4 × n4 blocks, across and down. */
export function tilesOf(shape: TiledShape, m4: number, n4: number): readonly [number, number] {
  const [rows4, columns4] = tileOf(shape);
  return [Math.ceil(n4 / columns4), Math.ceil(m4 / rows4)];
}

/** The body of a product of k4 blocks along k; `tileAt` is linked beside it. */
export function tiledPart(
  shape: TiledShape,
  k4: number,
  along: { readonly a: boolean; readonly b: boolean },
): Part<Ref> {
  const [rows4, columns4] = tileOf(shape);
  const { lanes, blocks, depth4, slices } = shape;
  const stage = 4 * depth4 * (rows4 + 1 + columns4 + 1);
  const results = slices > 1 ? 4 * rows4 * columns4 : 0;
  return use(wgsl.gemmTiled, {
    constants: {
      LANES_M: lanes[0],
      LANES_N: lanes[1],
      TILE_M: blocks[0],
      TILE_N: blocks[1],
      DEPTH4: depth4,
      SLICES: slices,
      SLICE4: Math.ceil(k4 / slices),
      STAGED: slices * Math.max(stage, results),
      ALONG_A: Number(along.a),
      ALONG_B: Number(along.b),
    },
  });
}

/** The largest tile of which there are enough to fill a chip, else the smallest; then the others. */
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
      // The shares of a layer of the grid are counted through with those of the others.
      part: tiledPart(shape, Math.ceil(k4 / parts), { a: alongA, b: alongB }),
      more: [use(wgsl.gemmTileGrid)],
      grid: [...tilesOf(shape, m4, n4), parts],
      order: shares > 1 ? `split ${shares}` : 'sequential',
      partial: parts > 1,
      // No model: nothing has been measured on a real GPU.
      cost: 0,
    };
  };
  if (k4 < DEEP4 || n4 > NARROW4) return bySize(SEQUENTIAL, product).map((shape) => body(shape, 1));
  const whole = bySize(SPLIT, product).map((shape) => body(shape, 1));
  const [across, down] = whole[0].grid;
  const partial = body(PARTIAL, PARTS);
  return k4 >= DEEPEST4 && across * down < CORES ? [partial, ...whole] : [...whole, partial];
}
