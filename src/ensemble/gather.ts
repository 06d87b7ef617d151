import { BufferUsage, MapMode } from '../gpu/constants.ts';
import type { Gpu } from '../gpu/gpu.ts';
import type { Located } from './located.ts';

/**
 * Reads the same part of the memory of the networks in the first slots, in one copy to the CPU.
 *
 * @param from where the first network's part is
 * @param count how many networks
 */
export async function gather(
  gpu: Gpu,
  { buffer, stride = 0, offset, size }: Located,
  count: number,
): Promise<ArrayBuffer[]> {
  gpu.assertAlive();
  const { device, buffers } = gpu;
  const usage = BufferUsage.COPY_DST | BufferUsage.MAP_READ;
  const staging = buffers.allocate('readback', size * count, usage);
  try {
    await buffers.settle();
    const encoder = device.createCommandEncoder();
    for (let i = 0; i < count; i++) {
      encoder.copyBufferToBuffer(buffer, i * stride + offset, staging, i * size, size);
    }
    await gpu.submit(encoder);
    await staging.mapAsync(MapMode.READ);
    const all = staging.getMappedRange();
    return Array.from({ length: count }, (_, i) => all.slice(i * size, (i + 1) * size));
  } catch (error) {
    await gpu.blameLoss(error);
    throw error;
  } finally {
    buffers.free(staging);
  }
}
