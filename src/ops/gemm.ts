import type { KernelFamily } from '../gpu/family.ts';
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

type Body = Pick<Dispatch, 'grid'> & { readonly part: Part<Ref> };

/** See shaders/gemm/gemm.wgsl. A tile of 8×8: what fits 128 vector registers with its operands. */
function portable(m4: number, n4: number): Body {
  const tileM = Math.min(2, m4);
  const tileN = Math.min(2, n4);
  const across = Math.ceil(n4 / tileN);
  const down = Math.ceil(m4 / tileM);
  const x = Math.min(4, across);
  const y = 4;
  const constants = { TILE_M: tileM, TILE_N: tileN, WORKGROUP_X: x, WORKGROUP_Y: y };
  return {
    part: use('gemm/gemm', { constants }),
    grid: [Math.ceil(across / x), Math.ceil(down / y), 1],
  };
}

/**
 * When a product is large enough for the quads' tiles, in 4×4 blocks. That a row of C comes from the
 * same kernel whatever the number of rows, and so to the same bits, is why m has no say in `deep`.
 */
const DEEP = 1024;
const WIDE = 4096;

/** See shaders/gemm/quad_depth.wgsl and quad_rows.wgsl. A quad is a workgroup. */
function quad(m4: number, n4: number, k4: number): Body | undefined {
  const WORKGROUP_X = 4;
  if (n4 >= 8 && n4 * k4 >= DEEP) {
    return {
      part: use('gemm/quad_depth', { constants: { TILE_M: 5, TILE_N: 2, WORKGROUP_X } }),
      grid: [Math.ceil(n4 / 8), Math.ceil(m4 / 5), 1],
    };
  }
  if (n4 >= 4 && m4 * n4 >= WIDE) {
    return {
      part: use('gemm/quad_rows', { constants: { TILE_M: 3, TILE_N: 1, WORKGROUP_X } }),
      grid: [Math.ceil(n4 / 4), Math.ceil(m4 / 12), 1],
    };
  }
  return undefined;
}

/** The dispatch of a product. */
export function gemmDispatch(family: KernelFamily, { label, m, n, k, parts }: Gemm): Dispatch {
  const [m4, n4, k4] = [m, n, k].map((size) => Math.ceil(size / 4));
  const { part, grid } = (family === 'quad' && quad(m4, n4, k4)) || portable(m4, n4);
  return {
    label,
    parts: [part, use('gemm/shape', { constants: { M: m, N: n, K: k } }), ...parts],
    grid,
    flop: 2 * m * n * k,
  };
}
