import { isStreamed } from '../data/place.ts';
import { BufferUsage } from '../gpu/constants.ts';
import type { Gpu } from '../gpu/gpu.ts';
import { structs } from '../gpu/shaders.gen.ts';
import { readBuffer } from '../graph/executor.ts';
import { CONFUSION } from '../ops/classify.ts';
import { EPOCH_RING, RECORD_BYTES, STEP_RING } from './records.ts';
import type { SessionOptions } from './session-options.ts';

/** A session's own buffers by name: the clock, the rows of the next batch, and what the steps count. */
export function sessionBuffers(
  { buffers }: Gpu,
  { batch, order, classes, split }: SessionOptions,
): Record<string, GPUBuffer> {
  const state = BufferUsage.STORAGE | BufferUsage.COPY_SRC | BufferUsage.COPY_DST;
  const named: Record<string, GPUBuffer> = {
    clock: buffers.allocate('clock', structs.Clock.size, state),
    indices: buffers.allocate('indices', 16 * Math.ceil(batch / 4), state),
    laneSums: buffers.allocate('lane sums', 8 * 64, state),
    records: buffers.allocate('sums', (STEP_RING + EPOCH_RING) * RECORD_BYTES, state),
  };
  if (classes) named[CONFUSION] = buffers.allocate('confusion matrix', 4 * classes ** 2, state);
  if (order.kind === 'listed' && !isStreamed(split)) {
    named.listed = buffers.allocate('order', order.indices.byteLength, state, order.indices);
  }
  return named;
}

/** What has a clock on the GPU. */
interface Clocked {
  readonly gpu: Gpu;
  readonly buffers: Readonly<Record<string, GPUBuffer>>;
}

/** Reads a number of the clock, 4 bytes, after all submitted steps. */
export const clockAt = (
  { gpu, buffers }: Clocked,
  member: keyof typeof structs.Clock.members,
): Promise<ArrayBuffer> => readBuffer(gpu, buffers.clock, 4, structs.Clock.members[member]);
