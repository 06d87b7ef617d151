import { checkLabels } from '../data/labels.ts';
import type { PlacedSplit } from '../data/place.ts';
import { BufferUsage } from '../gpu/constants.ts';
import type { Gpu } from '../gpu/gpu.ts';
import { use } from '../gpu/link.ts';
import * as wgsl from '../gpu/shaders.gen.ts';
import { readBuffer } from '../graph/executor.ts';

/** Labels per dispatch: 65,535 workgroups of 64. */
const AT_ONCE = 65_535 * 64;

/**
 * Finds the label on the GPU that is not a class.
 *
 * @throws DataError with its sample, unless it has been corrected meanwhile
 */
export async function findMislabelled(
  gpu: Gpu,
  {
    named,
    count,
  }: Pick<PlacedSplit, 'count'> & {
    readonly named: Readonly<Record<string, GPUBuffer | GPUBufferBinding>>;
  },
  classes: number,
  ignored?: number,
): Promise<void> {
  const { labels } = named;
  const { buffer, offset = 0 } = 'buffer' in labels ? labels : { buffer: labels };
  const all = new Uint32Array(count);
  for (let first = 0; first < count; first += AT_ONCE) {
    const rows = Math.min(AT_ONCE, count - first);
    all.set(await copied(gpu, { buffer, offset: offset + 4 * first, size: 4 * rows }, rows), first);
  }
  checkLabels('labels', all, classes, ignored);
}

/** Copies labels by a kernel, because the caller's buffer may lack COPY_SRC. */
async function copied(gpu: Gpu, labels: GPUBufferBinding, rows: number): Promise<Uint32Array> {
  const { buffers, device, kernels } = gpu;
  const usage = BufferUsage.STORAGE | BufferUsage.COPY_SRC;
  const copy = buffers.allocate('labels', 16 * Math.ceil(rows / 4), usage);
  try {
    const { kernel, linked } = await kernels.compile<GPUBufferBinding>('labels', [
      use(wgsl.targetBatchLabels, { bindings: { classes: { buffer: copy } } }),
      use(wgsl.stepBatch, { constants: { BATCH: rows } }),
      use(wgsl.targetBatchLabel, { bindings: { batchLabels: labels } }),
    ]);
    await buffers.settle();
    const entries = linked.bindings.flatMap(({ resource }, binding) =>
      resource ? [{ binding, resource }] : [],
    );
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    pass.setPipeline(kernel.pipeline);
    pass.setBindGroup(0, device.createBindGroup({ layout: kernel.layout, entries }));
    pass.dispatchWorkgroups(Math.ceil(rows / 64));
    pass.end();
    await gpu.submit(encoder);
    return new Uint32Array(await readBuffer(gpu, copy, 4 * rows));
  } finally {
    buffers.free(copy);
  }
}
