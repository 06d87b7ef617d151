import type { Engine } from '../gpu/engine.ts';
import { use } from '../gpu/link.ts';
import type { Contender } from './stopwatch.ts';

const STEPS = 1024;
const INVOCATIONS = 16384;
/** How many sums an invocation carries: enough to hide an addition's latency, few enough for registers. */
const CHAINS = [2, 3, 4];

/** A kernel that does nothing but multiply and add. */
export interface Peak extends Contender {
  /** Floating point operations of a repetition. */
  readonly flop: number;
  destroy(): void;
}

/** Kernels of which the fastest gives the adapter's arithmetic peak. */
export function peakContenders(engine: Engine): Promise<Peak[]> {
  return Promise.all(
    CHAINS.map(async (chains) => {
      const { kernel } = await engine.kernels.compile(`peak ${chains}`, [
        use('bench/peak', { constants: { CHAINS: chains, STEPS }, bindings: { sums: null } }),
      ]);
      const sums = engine.buffers.allocate('peak', 16 * INVOCATIONS, GPUBufferUsage.STORAGE);
      const bindGroup = engine.device.createBindGroup({
        layout: kernel.layout,
        entries: [{ binding: 0, resource: { buffer: sums } }],
      });
      return {
        name: `peak ${chains}`,
        flop: 8 * chains * STEPS * INVOCATIONS,
        encode: (encoder, count) => {
          const pass = encoder.beginComputePass();
          pass.setPipeline(kernel.pipeline);
          pass.setBindGroup(0, bindGroup);
          for (let i = 0; i < count; i++) pass.dispatchWorkgroups(INVOCATIONS / 64);
          pass.end();
        },
        destroy: () => engine.buffers.free(sums),
      };
    }),
  );
}
