import { isSoftware } from '../family.ts';
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

/** Tiles in 4×4 blocks. The first, 8×8 elements, fits 128 vector registers with its operands and suits most GPUs. */
const TILES: readonly Tile[] = [
  [2, 2],
  [1, 1],
  [1, 2],
  [2, 1],
  [2, 3],
  [3, 2],
  [3, 3],
];

/** So many lanes fill a GPU in workgroups of 8×8. If there are fewer, workgroups of 4×4 keep more of its cores busy. */
const FILLS = 12288;

/**
 * See shaders/gemm/gemm.wgsl. The first body is the choice for adapters with cheap loads.
 *
 * @param most lanes of a workgroup across and down: a GPU computes with 32 or 64 lanes at once, SwiftShader with 4
 */
export function portableBodies(product: Product, most = 4): GemmBody[] {
  const { m4, n4, shares } = product;
  const tiles = TILES.map(([m, n]): Tile => [Math.min(m, m4), Math.min(n, n4)]);
  const distinct = new Map(tiles.map((tile) => [tile.join('×'), tile]));
  return [...distinct].map(([name, [TILE_M, TILE_N]]) => {
    const across = Math.ceil(n4 / TILE_N);
    const down = Math.ceil(m4 / TILE_M);
    const WORKGROUP_Y = across * down < FILLS ? 4 : most;
    const WORKGROUP_X = Math.min(WORKGROUP_Y, across);
    return {
      name: `gemm ${name}`,
      part: use(wgsl.gemmGemm, { constants: { TILE_M, TILE_N, WORKGROUP_X, WORKGROUP_Y } }),
      ...layered(product),
      grid: [Math.ceil(across / WORKGROUP_X), Math.ceil(down / WORKGROUP_Y), shares?.layers ?? 1],
      cost: modelCost(product, Math.ceil(down / 4) * across, {
        loadsA: 4 * TILE_M,
        loadsB: 4 * TILE_N,
        multiplyAdds: 16 * TILE_M * TILE_N,
        code: { loadsA: 4 * TILE_M, loadsB: 4 * TILE_N, multiplyAdds: 64 * TILE_M * TILE_N },
      }),
    };
  });
}

export const portableKernels: FamilyKernels = {
  family: 'portable',
  bodies: (product, adapter) =>
    isSoftware(adapter)
      ? cheapest(portableBodies(product))
      : portableBodies(product, adapter ? 8 : 4),
};
