import { use } from '../../gpu/link.ts';
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
 * Tiles of 64×64, 32×64, 32×32, the largest first: fewest loads. 64 lanes are two NVIDIA or Apple
 * waves and one or two of AMD's; 8×8 elements a lane are 64 registers of the 255 that NVIDIA has.
 */
const SEQUENTIAL: readonly TiledShape[] = [
  { lanes: [8, 8], blocks: [2, 2], depth4: 4, slices: 1 },
  { lanes: [8, 8], blocks: [1, 2], depth4: 8, slices: 1 },
  { lanes: [8, 8], blocks: [1, 1], depth4: 4, slices: 1 },
];

/** Tiles of 32×32, 16×32, 16×16 whose sums along k are shared by eight groups of lanes or four. */
const SPLIT: readonly TiledShape[] = [
  { lanes: [4, 4], blocks: [2, 2], depth4: 2, slices: 8 },
  { lanes: [4, 4], blocks: [1, 1], depth4: 2, slices: 8 },
];

/**
 * For how many cores tiles should be there twice over, so that one wave's loads hide behind another's
 * arithmetic: streaming multiprocessors, compute units, Xe or Apple cores of a card of the middle (an
 * RTX 4060 has 24, an RTX 4090 128, a Radeon RX 7800 XT 60, an M3 Max 40). WebGPU does not tell it.
 */
const CORES = 48;

/**
 * From how many blocks along k, and up to how many across, the sums are split: there are then few
 * tiles and each is a long chain of dependent additions. As for the other families the number of
 * rows has no say in the order of a sum.
 */
const DEEP4 = 64;
const NARROW4 = 64;

const tileOf = ({ lanes, blocks }: TiledShape): [number, number] => [
  lanes[0] * blocks[0],
  lanes[1] * blocks[1],
];

/** The tiles of a shape that cover m4 × n4 blocks. */
export function tilesOf(shape: TiledShape, m4: number, n4: number): readonly [number, number] {
  const [rows4, columns4] = tileOf(shape);
  return [Math.ceil(n4 / columns4), Math.ceil(m4 / rows4)];
}

/** The largest tile of which there are enough to fill a chip, else the smallest. */
function bySize(shapes: readonly TiledShape[], m4: number, n4: number): TiledShape[] {
  const count = (shape: TiledShape): number => {
    const [across, down] = tilesOf(shape, m4, n4);
    return across * down;
  };
  const best = shapes.find((shape) => count(shape) >= 2 * CORES) ?? shapes[shapes.length - 1];
  return [best, ...shapes.filter((shape) => shape !== best)];
}

/** The constants of shaders/gemm/tiled.wgsl. */
export function tiledPart(shape: TiledShape, along: { readonly a: boolean; readonly b: boolean }) {
  return use('gemm/tiled', {
    constants: {
      LANES_M: shape.lanes[0],
      LANES_N: shape.lanes[1],
      TILE_M: shape.blocks[0],
      TILE_N: shape.blocks[1],
      DEPTH4: shape.depth4,
      SLICES: shape.slices,
      ALONG_A: Number(along.a),
      ALONG_B: Number(along.b),
    },
  });
}
