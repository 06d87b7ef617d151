import { isStreamed } from '../data/place.ts';
import { BufferUsage } from '../gpu/constants.ts';
import type { Gpu } from '../gpu/gpu.ts';
import { structs } from '../gpu/shaders.gen.ts';
import { readBuffer } from '../graph/executor.ts';
import { CONFUSION } from '../ops/classify.ts';
import type { SessionOptions } from './session-options.ts';

/** A session's own buffers, or ranges of one, by name. */
export type SessionBuffers = Readonly<Record<string, Required<GPUBufferBinding>>>;

/** Bytes of a clock and of indices, with a range of 256 bytes for the clock; see shaders/tiled/copy_step.wgsl. */
const CLOCK_RANGE = 256;

/** A session's own buffers: the clock, the rows of the next batch, and what the steps count. */
export function sessionBuffers(
  { buffers }: Gpu,
  { batch, order, classes, split, rule }: SessionOptions,
): SessionBuffers {
  const usage = BufferUsage.STORAGE | BufferUsage.COPY_SRC | BufferUsage.COPY_DST;
  const ofIndices = 16 * Math.ceil(batch / 4);
  // One range, because the tick writes all of it and may have one binding only; see shaders/tiled/ticking.wgsl.
  const { records, indices } = structs.State.members;
  const state = buffers.allocate('step', indices + ofIndices, usage);
  const whole = (buffer: GPUBuffer) => ({ buffer, offset: 0, size: buffer.size });
  const named: Record<string, Required<GPUBufferBinding>> = {
    state: whole(state),
    clock: { buffer: state, offset: 0, size: structs.Clock.size },
    records: { buffer: state, offset: records, size: indices - records },
    indices: { buffer: state, offset: indices, size: ofIndices },
    laneSums: whole(buffers.allocate('lane sums', 8 * 64, usage)),
  };
  if (rule) {
    const copy = buffers.allocate('copy of the step', CLOCK_RANGE + ofIndices, usage);
    named.stepCopy = whole(copy);
    named.clockCopy = { buffer: copy, offset: 0, size: structs.Clock.size };
    named.indicesCopy = { buffer: copy, offset: CLOCK_RANGE, size: ofIndices };
  }
  if (classes)
    named[CONFUSION] = whole(buffers.allocate('confusion matrix', 4 * classes ** 2, usage));
  if (order.kind === 'listed' && !isStreamed(split)) {
    const { indices } = order;
    named.listed = whole(buffers.allocate('order', indices.byteLength, usage, indices));
  }
  return named;
}

/** What has a clock on the GPU. */
interface Clocked {
  readonly gpu: Gpu;
  readonly buffers: SessionBuffers;
}

/** Reads a number of the clock, 4 bytes, after all submitted steps. */
export const clockAt = (
  { gpu, buffers }: Clocked,
  member: keyof typeof structs.Clock.members,
): Promise<ArrayBuffer> => {
  const { buffer, offset } = buffers.clock;
  return readBuffer(gpu, buffer, 4, offset + structs.Clock.members[member]);
};
