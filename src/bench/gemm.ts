import { loadFamily, plan } from '../fusion/index.ts';
import { BufferUsage } from '../gpu/constants.ts';
import type { Engine } from '../gpu/engine.ts';
import type { KernelFamily } from '../gpu/family.ts';
import { Arena, encode } from '../graph/executor.ts';
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

/** A product of two n×n matrices, to be timed. */
export async function gemmContender(
  engine: Engine,
  family: KernelFamily,
  layout: Layout,
  n: number,
  values: Float32Array,
): Promise<GemmContender> {
  const graph = new Graph();
  const factors = [input(graph, 'a', [n, n]), input(graph, 'b', [n, n])];
  const product = matmul(factors[0], factors[1], LAYOUTS[layout]);
  const planned = plan('fused', [product], [product], {
    device: engine.device,
    family: await loadFamily('fused', family),
  });
  const buffers = new Map<Node, GPUBuffer>(
    factors.map((node) => {
      const { columns4, bytes } = storageOf(node.spec);
      // Rows are padded to whole vectors.
      const stored = new Float32Array(bytes / 4);
      for (let i = 0; i < n; i++) stored.set(values.subarray(i * n, (i + 1) * n), i * 4 * columns4);
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
  const bound = await arena.bind(planned.dispatches);
  return {
    ...encoded(engine, `gradweave ${family}`, (encoder, count) => {
      const pass = encoder.beginComputePass();
      for (let i = 0; i < count; i++) encode(pass, bound);
      pass.end();
    }),
    row: async () => (await arena.read(product)).subarray(0, n),
    destroy: () => {
      arena.destroy();
      for (const buffer of buffers.values()) engine.buffers.free(buffer);
    },
  };
}
