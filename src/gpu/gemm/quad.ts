import { use } from '../link.ts';
import * as wgsl from '../shaders.gen.ts';
import {
  cheapest,
  type FamilyKernels,
  type GemmBody,
  layered,
  modelCost,
  type Product,
  type Tile,
} from './body.ts';
import { portableBodies } from './portable.ts';

const DEPTH_TILES: readonly Tile[] = [
  [5, 2],
  [4, 2],
  [6, 2],
  [5, 1],
  [3, 1],
  [2, 1],
  [1, 1],
];
const ROWS_TILES: readonly Tile[] = [
  [2, 2],
  [3, 2],
  [4, 2],
  [2, 1],
  [3, 1],
  [1, 1],
  [1, 2],
];

/** One quad per workgroup: workgroups are cheap on SwiftShader, and more of them spread better over threads. */
const WORKGROUP_X = 4;

/** See shaders/gemm/quad_depth.wgsl. */
export function quadDepthBodies(product: Product): GemmBody[] {
  const { m4, n4 } = product;
  return DEPTH_TILES.map(([TILE_M, TILE_N]) => {
    const grid = [Math.ceil(n4 / (4 * TILE_N)), Math.ceil(m4 / TILE_M), 1] as const;
    return {
      name: `quad_depth ${TILE_M}×${TILE_N}`,
      part: use(wgsl.gemmQuadDepth, { constants: { TILE_M, TILE_N, WORKGROUP_X } }),
      grid,
      order: 'quad',
      cost: modelCost(product, grid[0] * grid[1], {
        loadsA: TILE_M,
        loadsB: 4 * TILE_N,
        multiplyAdds: 16 * TILE_M * TILE_N,
        code: { loadsA: 4 * TILE_M, loadsB: 16 * TILE_N, multiplyAdds: 256 * TILE_M * TILE_N },
      }),
    };
  });
}

/** See shaders/gemm/quad_rows.wgsl. */
export function quadRowsBodies(product: Product): GemmBody[] {
  const { m4, n4, shares } = product;
  return ROWS_TILES.map(([TILE_M, TILE_N]) => {
    const grid = [
      Math.ceil(n4 / (4 * TILE_N)),
      Math.ceil(m4 / (4 * TILE_M)),
      shares?.layers ?? 1,
    ] as const;
    return {
      name: `quad_rows ${TILE_M}×${TILE_N}`,
      part: use(wgsl.gemmQuadRows, { constants: { TILE_M, TILE_N, WORKGROUP_X } }),
      ...layered(product),
      grid,
      cost: modelCost(product, grid[0] * grid[1], {
        loadsA: 4 * TILE_M,
        loadsB: 4 * TILE_N,
        multiplyAdds: 64 * TILE_M * TILE_N,
        code: { loadsA: 4 * TILE_M, loadsB: 4 * TILE_N, multiplyAdds: 256 * TILE_M * TILE_N },
      }),
    };
  });
}

/**
 * The least number of 4×4 blocks of B for which quads exchange blocks along k. It does not depend on m: a row of C is
 * always summed in the same order, so its bits do not depend on the number of rows.
 */
const DEEP = 1024;

export const quadKernels: FamilyKernels = {
  family: 'quad',
  bodies: (product) => {
    const { n4, k4, shares } = product;
    return cheapest(
      n4 >= 8 && n4 * k4 >= DEEP && !shares
        ? quadDepthBodies(product)
        : [...quadRowsBodies(product), ...portableBodies(product)],
    );
  },
};
