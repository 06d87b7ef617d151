import { checkFlag, checkKeys } from '../check.ts';
import { ShapeError } from '../errors.ts';
import { use } from '../gpu/link.ts';
import * as wgsl from '../gpu/shaders.gen.ts';
import { graphOf, type Node, sourceOf } from '../graph/graph.ts';
import { type Factor, type Factors, type Op, ref } from '../graph/op.ts';
import { asMatrix, describe, spec, storageOf } from '../graph/tensor.ts';
import type { Reference } from '../graph/value.ts';
import { factorsDispatch } from './gemm/dispatch.ts';
import { overflow, TINY, ULP } from './rounding.ts';

/** Which factors of a product are transposed. */
export interface Transposed {
  readonly transposeA: boolean;
  readonly transposeB: boolean;
}

/** Sizes of op(A)[m,k] · op(B)[k,n]. */
export function sizesOf({ inputs: [a, b], attributes }: Node<Transposed>): {
  m: number;
  n: number;
  k: number;
} {
  const [one, other] = [storageOf(a.spec), storageOf(b.spec)];
  const { transposeA, transposeB } = attributes;
  return {
    m: transposeA ? one.columns : one.rows,
    k: transposeA ? one.rows : one.columns,
    n: transposeB ? other.rows : other.columns,
  };
}

/** A factor A, read from memory. */
function factorA(a: Node, transposed: boolean): Factor {
  const bindings = { a: ref(a) };
  return transposed
    ? { parts: [use(wgsl.loadAColumns, { bindings })], alongK: false }
    : { parts: [use(wgsl.loadARows, { bindings })], alongK: true };
}

/** A factor B, read from memory. */
function factorB(b: Node, transposed: boolean): Factor {
  const bindings = { b: ref(b) };
  return transposed
    ? { parts: [use(wgsl.loadBColumns, { bindings })], alongK: true }
    : { parts: [use(wgsl.loadBRows, { bindings })], alongK: false };
}

const factors = (node: Node<Transposed>): Factors => {
  const [a, b] = node.inputs;
  const { transposeA, transposeB } = node.attributes;
  return { ...sizesOf(node), a: factorA(sourceOf(a), transposeA), b: factorB(b, transposeB) };
};

export const matmulOp: Op<Transposed> = {
  name: 'matmul',
  residence: 'computed',
  infer: ([a, b], { transposeA, transposeB }) => {
    const [aRows, aColumns] = asMatrix('the first factor of matmul', a);
    const [bRows, bColumns] = asMatrix('the second factor of matmul', b);
    const inner = transposeA ? aRows : aColumns;
    const other = transposeB ? bColumns : bRows;
    if (inner !== other) {
      throw new ShapeError(
        `matmul of ${describe(a)}${transposeA ? ' transposed' : ''} and ${describe(b)}${transposeB ? ' transposed' : ''}: the inner sizes are ${inner} and ${other}; they must be equal`,
      );
    }
    const columns = transposeB ? bRows : bColumns;
    // The product has the rows of A, of as many dimensions.
    return transposeA
      ? spec([aColumns, columns])
      : spec([...a.shape.slice(0, -1), columns], 'f32', a.rowDims);
  },
  gradient: ({ inputs: [a, b], attributes: { transposeA, transposeB } }, dy, [wantA, wantB]) => {
    // C = op(A)·op(B): d op(A) = dC·op(B)ᵀ and d op(B) = op(A)ᵀ·dC, transposed back where needed.
    const da = transposeA
      ? () => matmul(b, dy, { transposeA: transposeB, transposeB: true })
      : () => matmul(dy, b, { transposeB: !transposeB });
    const db = transposeB
      ? () => matmul(dy, a, { transposeA: true, transposeB: transposeA })
      : () => matmul(a, dy, { transposeA: !transposeA });
    return [wantA ? da() : null, wantB ? db() : null];
  },
  factors,
  onesBelow: ({ inputs: [a], attributes: { transposeA, transposeB } }) =>
    transposeA && !transposeB
      ? {
          parts: [use(wgsl.loadAColumnsOnes, { bindings: { a: ref(sourceOf(a)) } })],
          alongK: false,
        }
      : undefined,
  dispatch: (node, choice) => factorsDispatch(node, factors(node), choice),
};

export const matmulReference: Reference<Transposed> = (node, [a, b]) => {
  const { m, n, k } = sizesOf(node);
  const { transposeA, transposeB } = node.attributes;
  const data = new Float64Array(m * n);
  const error = new Float64Array(m * n);
  const size = new Float64Array(m * n);
  // 0 times infinity is not 0.
  const finite = b.error.every(Number.isFinite);
  // A sum of k rounded products, each addition rounded: at most (k + 1) ULP · Σ|a||b| in any order (Higham
  // 2002, section 3.1). The operands' errors are added.
  const rounding = (k + 1) * ULP;
  for (let i = 0; i < m; i++) {
    for (let p = 0; p < k; p++) {
      const at = transposeA ? p * m + i : i * k + p;
      const x = a.data[at];
      const ex = a.error[at];
      if (x === 0 && ex === 0 && finite) continue;
      for (let j = 0; j < n; j++) {
        const bt = transposeB ? j * k + p : p * n + j;
        const y = b.data[bt];
        const ey = b.error[bt];
        data[i * n + j] += x * y;
        size[i * n + j] += Math.abs(x * y);
        error[i * n + j] +=
          ex * Math.abs(y) + (Math.abs(x) + ex) * ey + rounding * Math.abs(x * y) + TINY;
      }
    }
  }
  return { data, error: error.map((bound, i) => bound + overflow(size[i])) };
};

/**
 * The product A · B of two matrices, each transposed first if asked. The rows of A may be of several dimensions, see
 * `matrixView`: [N,T,C] · [C,D] is [N,T,D].
 */
export function matmul(a: Node, b: Node, transposed: Partial<Transposed> = {}): Node {
  checkKeys('matmul()', transposed, ['transposeA', 'transposeB']);
  for (const flag of Object.values(transposed)) checkFlag('matmul(): a transposition', flag);
  return graphOf('matmul()', a).add(matmulOp, [a, b], {
    transposeA: transposed.transposeA ?? false,
    transposeB: transposed.transposeB ?? false,
  });
}
