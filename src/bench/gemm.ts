import { plan } from '../fusion/index.ts';
import type { Engine } from '../gpu/engine.ts';
import type { KernelFamily } from '../gpu/family.ts';
import { Arena, encode } from '../graph/executor.ts';
import { Graph, type Node } from '../graph/graph.ts';
import { storageOf } from '../graph/tensor.ts';
import { matmul } from '../ops/matmul.ts';
import { input } from '../ops/sources.ts';
import type { Contender } from './stopwatch.ts';

/** Which operands are stored transposed: the three layouts that training needs. */
export const LAYOUTS = {
  NN: { transposeA: false, transposeB: false },
  NT: { transposeA: false, transposeB: true },
  TN: { transposeA: true, transposeB: false },
} as const;
export type Layout = keyof typeof LAYOUTS;

/** A product of two n×n matrices, to be timed. */
export async function gemmContender(
  engine: Engine,
  family: KernelFamily,
  layout: Layout,
  n: number,
): Promise<Contender & { destroy(): void }> {
  const graph = new Graph();
  const factors = [input(graph, 'a', [n, n]), input(graph, 'b', [n, n])];
  const product = matmul(factors[0], factors[1], LAYOUTS[layout]);
  const planned = plan('fused', [product], [product], { device: engine.device, family });
  const buffers = new Map<Node, GPUBuffer>(
    factors.map((node) => {
      const values = new Float32Array(storageOf(node.spec.shape).bytes / 4);
      for (let i = 0; i < values.length; i++) values[i] = ((i * 2654435761) % 1024) / 1024 - 0.5;
      return [
        node,
        engine.buffers.allocate(node.name, values.byteLength, GPUBufferUsage.STORAGE, values),
      ];
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
    name: `${family} ${layout} ${n}`,
    encode: (encoder, count) => {
      const pass = encoder.beginComputePass();
      for (let i = 0; i < count; i++) encode(pass, bound);
      pass.end();
    },
    destroy: () => {
      arena.destroy();
      for (const buffer of buffers.values()) engine.buffers.free(buffer);
    },
  };
}
