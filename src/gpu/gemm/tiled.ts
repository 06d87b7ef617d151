import { type Part, use } from '../link.ts';
import * as wgsl from '../shaders.gen.ts';
import type { FamilyKernels, GemmBody, Product, Staging } from './body.ts';

/** How shaders/gemm/tiled.wgsl divides a product. */
export interface TiledShape {
  /** Lanes of a slice, down and across the tile; and 4×4 blocks of a lane, down and across. */
  readonly lanes: readonly [m: number, n: number];
  readonly blocks: readonly [m: number, n: number];
  /** Blocks along k in a round. */
  readonly depth4: number;
  /** Groups of lanes that divide the steps along k among them. */
  readonly slices: number;
  /** The least number of tiles that fill a GPU. */
  readonly fills: number;
  /** How fast it is with so many tiles, in TFLOP/s of an H200. */
  readonly rate: number;
}

/**
 * Tiles from 128×128 to 32×32, the largest first: it needs the fewest loads. A lane of the first has 16×8 sums and with what
 * it loads about 200 registers, of the next two 8×8 and about 130. The rates of the first three and of the last are those of
 * bare kernels at 4096³; at 1024³, where they have 64, 128, 256 and 1024 tiles, they are 16, 23, 25 and 16. The other rates
 * are estimates.
 */
const SEQUENTIAL: readonly TiledShape[] = [
  { lanes: [8, 16], blocks: [4, 2], depth4: 4, slices: 1, fills: 192, rate: 39 },
  { lanes: [16, 8], blocks: [2, 2], depth4: 4, slices: 1, fills: 192, rate: 35 },
  { lanes: [8, 8], blocks: [2, 2], depth4: 4, slices: 1, fills: 96, rate: 33 },
  { lanes: [8, 8], blocks: [1, 2], depth4: 8, slices: 1, fills: 96, rate: 25 },
  { lanes: [8, 8], blocks: [2, 1], depth4: 8, slices: 1, fills: 96, rate: 25 },
  { lanes: [8, 8], blocks: [1, 1], depth4: 8, slices: 1, fills: 0, rate: 18 },
];

/** Vendors whose GPUs have 255 or 256 registers for a lane. Others have fewer, Intel's the fewest. */
const MANY_REGISTERS = ['nvidia', 'amd'];

/**
 * The tile for the weight gradients of all layers in one dispatch. The paper's 784–128–64–10 network has 113 tiles of
 * 32×32, and their sums, along the batch, are short.
 */
export const UPDATE_TILE: TiledShape = { ...SEQUENTIAL[5], depth4: 4 };

const SHARES = 8;

/** Tiles of 16×32 and 16×16 whose sums along k are divided among eight groups of lanes. */
const SLICED: readonly TiledShape[] = [
  { lanes: [2, 4], blocks: [2, 2], depth4: 2, slices: SHARES, fills: 96, rate: 16 },
  { lanes: [4, 4], blocks: [1, 1], depth4: 2, slices: SHARES, fills: 0, rate: 9 },
];

/** Tiles of 128×64 to 64×32, whose lanes add one share after the other: they have two sums for each element. */
const REPEATED: readonly TiledShape[] = SEQUENTIAL.slice(1, 5);

/**
 * The least number of blocks along k for which a second dispatch is worth it if there are few tiles: 1/8 of the sum
 * must take longer than a dispatch, which costs microseconds (not measured). The paper's networks, with at most 784
 * terms, are below it, so their step stays at three dispatches.
 */
const DEEPEST4 = 1024;
/** So many tiles of 32×32 fill a GPU without it. Fewer need 64 MiB for the shares at most. */
const MANY_TILES = 128;

/**
 * Sums are split if there are at least this many blocks along k and at most this many across: such products have few
 * tiles, each a long chain of dependent additions. As in the other families, the order of a sum does not depend on
 * the number of rows.
 */
const DEEP4 = 64;
const NARROW4 = 128;

/** Very long sums are split into shares of about this many blocks, at most so many. */
const SHARE4 = 128;
const MOST_SHARES = 128;

/** Operands as they are. */
const FLOATS: Staging = { name: '', part: use(wgsl.gemmFloats), elementsEach: 1 };

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

/** How the sums along k are divided. */
export interface Division {
  /** How many sums are added, each of neighbouring steps. */
  readonly shares: number;
  /** How many layers of the grid divide the sums among them. */
  readonly layers: number;
}

/** The kernel body of a product with k4 blocks along k. The caller also links `tileAt`, and the part of the staging. */
export function tiledPart(
  shape: TiledShape,
  k4: number,
  along: { readonly a: boolean; readonly b: boolean },
  { shares, layers }: Division = { shares: shape.slices, layers: 1 },
  { elementsEach }: Staging = FLOATS,
): Part<never> {
  const [rows4, columns4] = tileOf(shape);
  const { lanes, blocks, depth4, slices } = shape;
  const slice4 = Math.ceil(k4 / (slices * layers));
  const results = slices > 1 ? 4 * rows4 * columns4 * elementsEach : 0;
  const staged = (pad: number): number =>
    slices * Math.max(4 * depth4 * (rows4 + columns4 + 2 * pad), results);
  const pad = staged(1) <= MOST_STAGED * elementsEach ? 1 : 0;
  return use(wgsl.gemmTiled, {
    constants: {
      LANES_M: lanes[0],
      LANES_N: lanes[1],
      TILE_M: blocks[0],
      TILE_N: blocks[1],
      DEPTH4: depth4,
      SLICES: slices,
      SLICE4: slice4,
      SHARE4: Math.ceil(k4 / Math.max(shares, slices * layers)),
      EVEN: Number(slice4 % depth4 === 0 && slice4 * slices * layers === k4),
      PAD: pad,
      STAGED: staged(pad),
      ALONG_A: Number(along.a),
      ALONG_B: Number(along.b),
    },
  });
}

/**
 * First the shape that is expected to be fastest, of those with enough tiles to fill a GPU; then the others, the nearest first.
 *
 * @param first the first shape that can be the fastest
 * @param layers how many layers of the grid there are
 */
function bySize(
  shapes: readonly TiledShape[],
  { m4, n4 }: Product,
  first: number,
  layers = 1,
): TiledShape[] {
  let best = shapes.length - 1;
  let least = Infinity;
  for (const [i, shape] of shapes.entries()) {
    const [rows4, columns4] = tileOf(shape);
    const [across, down] = tilesOf(shape, m4, n4);
    // Tiles beyond the edge are computed, too.
    const cost = (across * down * rows4 * columns4) / shape.rate;
    if (i < first || across * down * layers < shape.fills || cost >= least) continue;
    least = cost;
    best = i;
  }
  const away = (shape: TiledShape): number => Math.abs(shapes.indexOf(shape) - best - 0.25);
  return [...shapes].sort((a, b) => away(a) - away(b));
}

/** How many sums a product is split into whose sums are this long. */
const sharesOf = (k4: number): number =>
  k4 < DEEPEST4 ? SHARES : Math.min(MOST_SHARES, Math.max(SHARES, Math.round(k4 / SHARE4)));

/** See shaders/gemm/tiled.wgsl. */
export function tiledBodies(product: Product, adapter?: GPUAdapterInfo): GemmBody[] {
  const { m4, n4, k4, alongA, alongB, staging = FLOATS } = product;
  const along = { a: alongA, b: alongB };
  /** The shares are taken by the layers of the grid, by the shape's slices, or one after the other. */
  const body = (shape: TiledShape, shares: number, layers = 1): GemmBody => {
    const [rows4, columns4] = tileOf(shape);
    const ways = [
      layers > 1 ? `, ${layers} parts` : '',
      shape.slices > 1 ? `, ${shape.slices} slices` : '',
      shares > layers * shape.slices ? `, ${shares} sums` : '',
      staging.name,
    ];
    return {
      name: `tiled ${4 * rows4}×${4 * columns4}${ways.join('')}`,
      part: tiledPart(shape, k4, along, { shares, layers }, staging),
      more: [use(wgsl.gemmTileGrid), staging.part],
      grid: [...tilesOf(shape, m4, n4), layers],
      order: shares > 1 ? `split ${shares}` : 'sequential',
      partial: layers > 1,
      // The order of the bodies is the model.
      cost: 0,
    };
  };
  const smallest = SEQUENTIAL[SEQUENTIAL.length - 1];
  const vendor = adapter?.vendor ?? '';
  const first = MANY_REGISTERS.includes(vendor) ? 0 : vendor === 'intel' ? 3 : 2;
  if (product.shares) {
    const { layers } = product.shares;
    const [fastest] = bySize(SEQUENTIAL, product, first, layers);
    return [body(fastest, layers, layers)];
  }
  if (k4 < DEEP4 || n4 > NARROW4) {
    return bySize(SEQUENTIAL, product, first).map((shape) => body(shape, 1));
  }
  const shares = sharesOf(k4);
  const few = shares === SHARES ? SLICED : [smallest];
  const whole = bySize([...REPEATED, ...few], product, Math.min(first, 2)).map((shape) =>
    body(shape, shares),
  );
  const [across, down] = tilesOf(smallest, m4, n4);
  if (k4 < DEEPEST4) return whole;
  const partial = body(smallest, shares, shares);
  return across * down < MANY_TILES ? [partial, ...whole] : [...whole, partial];
}

export const tiledKernels: FamilyKernels = { family: 'tiled', bodies: tiledBodies };
