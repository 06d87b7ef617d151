import { loadFamily, plan } from '../fusion/index.ts';
import { BufferUsage } from '../gpu/constants.ts';
import type { Engine } from '../gpu/engine.ts';
import type { KernelFamily } from '../gpu/family.ts';
import { Arena, type BoundDispatch, encode } from '../graph/executor.ts';
import { Graph, type Node } from '../graph/graph.ts';
import { storageOf } from '../graph/tensor.ts';
import { matmul } from '../ops/matmul.ts';
import { input } from '../ops/sources.ts';
import { encoded } from './device.ts';
import type { Layout } from './peer.ts';
import type { Contender } from './stopwatch.ts';

/** The three layouts that training needs: which operands are stored transposed. */
export const LAYOUTS = {
  NN: { transposeA: false, transposeB: false },
  NT: { transposeA: false, transposeB: true },
  TN: { transposeA: true, transposeB: false },
} as const satisfies Record<Layout, object>;

/** Numbers from −½ to ½ for a matrix, the same in every run. */
export function gemmValues(n: number): Float32Array {
  return Float32Array.from({ length: n * n }, (_, i) => ((i * 2654435761) % 1024) / 1024 - 0.5);
}

/** The expected first row of the product of `values` with itself. */
export function gemmRow(layout: Layout, n: number, values: Float32Array): Float64Array {
  const { transposeA, transposeB } = LAYOUTS[layout];
  return Float64Array.from({ length: n }, (_, column) => {
    let sum = 0;
    for (let k = 0; k < n; k++) {
      const a = values[transposeA ? k * n : k];
      sum += a * values[transposeB ? column * n + k : k * n + column];
    }
    return sum;
  });
}

/** A product that can be timed and checked. */
export interface GemmContender extends Contender {
  row(): Promise<Float32Array>;
  destroy(): void;
}

/** The sizes of a product C[m,n] = op(A)[m,k] · op(B)[k,n]. */
export interface ProductSizes {
  readonly layout: Layout;
  readonly m: number;
  readonly n: number;
  readonly k: number;
}

/** A product of matrices of our own, ready to be encoded. */
export interface PlainProduct {
  readonly dispatches: readonly BoundDispatch[];
  /** Arithmetic operations. */
  readonly flop: number;
  /** The product's storage. */
  read(): Promise<Float32Array>;
  destroy(): void;
}

/**
 * A product as its own plan.
 *
 * @param rowsOf gives the rows of a factor with so many columns
 */
export async function plainProduct(
  engine: Engine,
  family: KernelFamily,
  { layout, m, n, k }: ProductSizes,
  rowsOf: (columns: number) => (row: number) => ArrayLike<number>,
): Promise<PlainProduct> {
  const { transposeA, transposeB } = LAYOUTS[layout];
  const graph = new Graph();
  const a = input(graph, 'a', transposeA ? [k, m] : [m, k]);
  const b = input(graph, 'b', transposeB ? [n, k] : [k, n]);
  const product = matmul(a, b, LAYOUTS[layout]);
  const planned = plan('fused', [product], [product], {
    device: engine.device,
    family: await loadFamily('fused', family),
  });
  const buffers = new Map<Node, GPUBuffer>(
    [a, b].map((node) => {
      const { rows, columns, columns4, bytes } = storageOf(node.spec);
      // Rows are padded to whole vectors.
      const stored = new Float32Array(bytes / 4);
      const rowOf = rowsOf(columns);
      for (let i = 0; i < rows; i++) stored.set(rowOf(i), i * 4 * columns4);
      return [node, engine.buffers.allocate(node.name, bytes, BufferUsage.STORAGE, stored)];
    }),
  );
  const arena = new Arena(engine, planned, {
    external: (ref) => {
      const buffer = ref.kind === 'tensor' ? buffers.get(ref.node) : undefined;
      return buffer && { buffer };
    },
    named: {},
  });
  return {
    dispatches: await arena.bind(planned.dispatches),
    flop: 2 * m * n * k,
    read: () => arena.read(product),
    destroy: () => {
      arena.destroy();
      for (const buffer of buffers.values()) engine.buffers.free(buffer);
    },
  };
}

/** A product of two n×n matrices, to be timed. */
export async function gemmContender(
  engine: Engine,
  family: KernelFamily,
  layout: Layout,
  n: number,
  values: Float32Array,
): Promise<GemmContender> {
  const row = (i: number): ArrayLike<number> => values.subarray(i * n, (i + 1) * n);
  const product = await plainProduct(engine, family, { layout, m: n, n, k: n }, () => row);
  return {
    ...encoded(engine, `gradweave ${family}`, (encoder, count) => {
      const pass = encoder.beginComputePass();
      for (let i = 0; i < count; i++) encode(pass, product.dispatches);
      pass.end();
    }),
    row: async () => (await product.read()).subarray(0, n),
    destroy: () => product.destroy(),
  };
}
