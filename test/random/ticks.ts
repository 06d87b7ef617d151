import type { Engine } from '../../src/gpu/engine.ts';
import { type Linked, type Part, use } from '../../src/gpu/link.ts';
import * as wgsl from '../../src/gpu/shaders.gen.ts';
import { structs } from '../../src/gpu/shaders.gen.ts';
import { SCHEDULE, type Schedule } from '../../src/nn/schedules/rule.ts';
import { METHOD, type OptimizerRule } from '../../src/ops/update.ts';
import { clockBefore } from '../../src/train/clock.ts';
import { EPOCH_RING, RECORD_BYTES, STEP_RING, sumsOf } from '../../src/train/records.ts';
import { readWords } from '../gpu/helpers.ts';

const USAGE = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
const { size: CLOCK, members } = structs.Clock;

export interface TickOptions {
  readonly samples: number;
  readonly batch: number;
  readonly steps: number;
  readonly key: readonly [number, number];
  /** The loss of each row; default 1. */
  readonly losses?: Float32Array;
  readonly rule?: OptimizerRule;
  readonly schedule?: Schedule;
}

type Member = keyof typeof members;
/** The clock's words, and what the optimizer reads. */
type Clock = Readonly<Record<Exclude<Member, 'optimizer'>, number>> & {
  readonly optimizer: readonly number[];
};
type Sums = readonly { readonly loss: number; readonly count: number }[];

export interface Ticked {
  /** The clock before each step, and after the last. */
  readonly clocks: readonly Clock[];
  /** The sample in each row, before each step. */
  readonly indices: readonly (readonly number[])[];
  readonly steps: Sums;
  readonly epochs: Sums;
}

/** Runs ticks as a session does: writes the clock once, then only the GPU changes it. */
export async function tick(engine: Engine, options: TickOptions): Promise<Ticked> {
  const { samples, batch, steps, key, rule } = options;
  const { device, buffers } = engine;
  const clock = new Uint8Array(
    clockBefore({ key, step: 0, samples, batch, ...(rule ? { rule } : {}) }),
  );
  const rows = Math.ceil(batch / 4) * 4;
  const losses = new Float32Array(rows).fill(NaN);
  losses.set(options.losses ?? new Float32Array(batch).fill(1));
  const stride = 4 * rows + CLOCK;
  const made = {
    ticking: buffers.allocate('clock', CLOCK, USAGE, clock),
    nextIndices: buffers.allocate('indices', 4 * rows, USAGE),
    rowLosses: buffers.allocate('losses', 4 * rows, USAGE, losses),
    laneSums: buffers.allocate('lane sums', 8 * 64, USAGE),
    records: buffers.allocate('sums', RECORD_BYTES * (STEP_RING + EPOCH_RING), USAGE),
    seen: buffers.allocate('seen', stride * (steps + 1), USAGE),
  };
  const { ticking, nextIndices, rowLosses, laneSums, records } = made;
  const prepare = rule?.[METHOD].prepare ?? use(wgsl.stepNoPrepare);
  const parts: Part<GPUBuffer>[] = [
    use(wgsl.stepTickAlone),
    use(wgsl.stepTick, { constants: { ROWS_EACH: 1, ORDER_FROM: 0, ORDER_LANES: 64 } }),
    use(wgsl.stepTicking, {
      bindings: { ticking, nextIndices, rowLosses, records, laneSums },
    }),
    use(wgsl.stepBatch, { constants: { BATCH: batch } }),
    ...(options.schedule?.[SCHEDULE].prepare([prepare]) ?? [prepare]),
    use(wgsl.orderShuffled),
    use(wgsl.stepClose, { constants: { STEP_RING, EPOCH_RING } }),
    use(wgsl.metricsNoHits),
    use(wgsl.stepEqualRows),
  ];
  const { kernel, linked } = await engine.kernels.compile<GPUBuffer>('tick', parts);
  const groupOf = ({ bindings }: Linked<GPUBuffer>, layout: GPUBindGroupLayout) =>
    device.createBindGroup({
      layout,
      entries: bindings.flatMap(({ resource }, binding) =>
        resource ? [{ binding, resource: { buffer: resource } }] : [],
      ),
    });
  const group = groupOf(linked, kernel.layout);
  const encoder = device.createCommandEncoder();
  for (let i = 0; i <= steps; i++) {
    const pass = encoder.beginComputePass();
    pass.setPipeline(kernel.pipeline);
    pass.setBindGroup(0, group);
    pass.dispatchWorkgroups(1);
    pass.end();
    encoder.copyBufferToBuffer(ticking, 0, made.seen, stride * i, CLOCK);
    encoder.copyBufferToBuffer(nextIndices, 0, made.seen, stride * i + CLOCK, 4 * rows);
  }
  device.queue.submit([encoder.finish()]);
  const { buffer } = await readWords(device, made.seen);
  const all = await readWords(device, records);
  const sums = Array.from({ length: STEP_RING + EPOCH_RING }, (_, i) =>
    sumsOf(all.buffer, RECORD_BYTES * i),
  );
  const ticks = Array.from({ length: steps + 1 }, (_, i) => stride * i);
  const ticked = {
    clocks: ticks.map((at) => clockAt(new DataView(buffer, at))),
    indices: ticks.map((at) => [...new Uint32Array(buffer, at + CLOCK, batch)]),
    steps: sums.slice(0, STEP_RING),
    epochs: sums.slice(STEP_RING),
  };
  for (const one of Object.values(made)) buffers.free(one);
  return ticked;
}

function clockAt(view: DataView): Clock {
  const names = Object.keys(members) as Member[];
  const values = names.map((name) => {
    const offset = members[name];
    const float = new RegExp(`\\b${name}: f32`).test(wgsl.stepClockType.source);
    return [name, float ? view.getFloat32(offset, true) : view.getUint32(offset, true)];
  });
  const optimizer = Array.from({ length: 16 }, (_, i) =>
    view.getFloat32(members.optimizer + 4 * i, true),
  );
  return { ...Object.fromEntries(values), optimizer };
}
