import { BufferUsage } from '../gpu/constants.ts';
import type { Gpu } from '../gpu/gpu.ts';
import { CONFUSION } from '../ops/classify.ts';
import { EPOCH_RING, RECORD_BYTES, STEP_RING } from '../train/records.ts';
import { type Located, strideFor } from './located.ts';
import type { NetworkSessionOptions } from './session-options.ts';

/** The buffers of a session by the names that kernels give them: a part for each network, but for a listed order. */
export function sessionBuffers(
  { buffers }: Gpu,
  { runs, batch, order, classes }: NetworkSessionOptions,
  clockStride: number,
): Record<string, Located> {
  const usage = BufferUsage.STORAGE | BufferUsage.COPY_SRC | BufferUsage.COPY_DST;
  const each = (name: string, size: number, stride = strideFor(size)): Located => ({
    buffer: buffers.allocate(name, runs.length * stride, usage),
    offset: 0,
    size,
    stride,
  });
  const named: Record<string, Located> = {
    clock: each('clock', clockStride, clockStride),
    indices: each('indices', 16 * Math.ceil(batch / 4)),
    laneSums: each('lane sums', 8 * 64),
    records: each('sums', (STEP_RING + EPOCH_RING) * RECORD_BYTES),
  };
  if (classes) named[CONFUSION] = each('confusion matrix', 4 * classes ** 2);
  if (order.kind === 'listed') {
    const size = order.indices.byteLength;
    named.listed = {
      buffer: buffers.allocate('order', size, usage, order.indices),
      offset: 0,
      size,
    };
  }
  return named;
}
