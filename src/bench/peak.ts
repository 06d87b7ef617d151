import { BufferUsage } from '../gpu/constants.ts';
import type { Engine } from '../gpu/engine.ts';
import { use } from '../gpu/link.ts';
import * as wgsl from '../gpu/shaders.gen.ts';
import { encoded } from './device.ts';
import { type Contender, race, type Timing } from './stopwatch.ts';

const STEPS = 1024;
const INVOCATIONS = 16384;
/** A dispatch that takes less time than this measures its own begin and end, too; in milliseconds. */
const LEAST_MS = 1;
/** Times {@link INVOCATIONS}: 16 MiB of results, and more lanes than any GPU has. */
const MOST_TIMES = 64;
/** Sums in each invocation: enough to hide an addition's latency, few enough for registers. */
const CHAINS = [2, 3, 4];

/** A kernel that only multiplies and adds. */
export interface Peak extends Contender {
  /** Floating point operations of a repetition. */
  readonly flop: number;
  destroy(): void;
}

/** GFLOP/s of a contender with `flop` operations for each repetition. */
export const gflopsOf = (flop: number, { median }: Timing): number => flop / (median * 1e6);

/** @param times how many times {@link INVOCATIONS} */
async function peakContender(engine: Engine, chains: number, times = 1): Promise<Peak> {
  const { kernel } = await engine.kernels.compile(`peak ${chains}`, [
    use(wgsl.benchPeak, { constants: { CHAINS: chains, STEPS }, bindings: { sums: null } }),
  ]);
  const invocations = times * INVOCATIONS;
  const sums = engine.buffers.allocate('peak', 16 * invocations, BufferUsage.STORAGE);
  const bindGroup = engine.device.createBindGroup({
    layout: kernel.layout,
    entries: [{ binding: 0, resource: { buffer: sums } }],
  });
  const contender = encoded(engine, `peak ${chains}`, (encoder, count) => {
    const pass = encoder.beginComputePass();
    pass.setPipeline(kernel.pipeline);
    pass.setBindGroup(0, bindGroup);
    for (let i = 0; i < count; i++) pass.dispatchWorkgroups(invocations / 64);
    pass.end();
  });
  return {
    ...contender,
    flop: 8 * chains * STEPS * invocations,
    destroy: () => engine.buffers.free(sums),
  };
}

/** The fastest of the kernels that only compute. It runs in every race as the reference. */
export async function peakOf(engine: Engine): Promise<Peak> {
  const [chains] = CHAINS;
  const first = await peakContender(engine, chains);
  const [{ median }] = await race([first], { rounds: 1, sampleMs: 20 });
  first.destroy();
  const factor = Math.ceil(Math.min(MOST_TIMES, LEAST_MS / median));
  const peaks = await Promise.all(CHAINS.map((count) => peakContender(engine, count, factor)));
  const times = await race(peaks, { rounds: 3, sampleMs: 60 });
  const speeds = peaks.map(({ flop }, i) => gflopsOf(flop, times[i]));
  const best = speeds.indexOf(Math.max(...speeds));
  for (const [i, peak] of peaks.entries()) if (i !== best) peak.destroy();
  return peaks[best];
}
