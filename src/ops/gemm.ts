import { type Part, use } from '../gpu/link.ts';
import type { Dispatch, Ref } from '../graph/op.ts';

/** A product C[m,n] = A[m,k] · B[k,n] and what is linked around it. */
export interface Gemm {
  readonly label: string;
  readonly m: number;
  readonly n: number;
  readonly k: number;
  /** `load/a_*`, `load/b_*` and `store/*`, with what these need. */
  readonly parts: readonly Part<Ref>[];
}

/**
 * The tile of an invocation in blocks of 4×4: 8×8 elements, which is as much as fits 128 vector
 * registers with its operands, or narrower where the product is.
 */
function tileOf(m4: number, n4: number): { m: number; n: number } {
  return { m: Math.min(2, m4), n: Math.min(2, n4) };
}

/** The dispatch of a product, see shaders/gemm/gemm.wgsl. */
export function gemmDispatch({ label, m, n, k, parts }: Gemm): Dispatch {
  const m4 = Math.ceil(m / 4);
  const n4 = Math.ceil(n / 4);
  const tile = tileOf(m4, n4);
  const across = Math.ceil(n4 / tile.n);
  const down = Math.ceil(m4 / tile.m);
  const x = Math.min(4, across);
  const y = 4;
  return {
    label,
    parts: [
      use('gemm/gemm', {
        constants: { TILE_M: tile.m, TILE_N: tile.n, WORKGROUP_X: x, WORKGROUP_Y: y },
      }),
      use('gemm/shape', { constants: { M: m, N: n, K: k } }),
      ...parts,
    ],
    grid: [Math.ceil(across / x), Math.ceil(down / y), 1],
    flop: 2 * m * n * k,
  };
}
