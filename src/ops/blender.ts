import { BufferUsage } from '../gpu/constants.ts';
import type { Gpu } from '../gpu/gpu.ts';
import { use } from '../gpu/link.ts';
import * as wgsl from '../gpu/shaders.gen.ts';
import type { ParameterStore } from '../graph/store.ts';
import { storageOf } from '../graph/tensor.ts';
import type { Copy } from './blend.ts';
import { linearGrid } from './map.ts';

/**
 * Compiles the kernels that mix other parameters into the own.
 *
 * @returns a function that runs them in one submit; it throws a DestroyedError if either side was destroyed
 * @throws ShaderError
 */
export async function blender(
  gpu: Gpu,
  into: ParameterStore,
  { holder, names, mix }: Copy,
): Promise<() => Promise<void>> {
  const { store } = holder;
  const apart = names.filter((name) => into.locate(name).buffer !== store.locate(name).buffer);
  const kernels = await Promise.all(
    apart.map(async (name) => {
      const count4 = storageOf(into.shapeOf(name)).bytes / 16;
      const { grid, width } = linearGrid(count4);
      const { kernel } = await gpu.kernels.compile(`blend ${name}`, [
        use(wgsl.mapBlend, {
          constants: { COUNT4: count4, GRID_WIDTH: width },
          bindings: { own: null, other: null, share: null },
        }),
      ]);
      return { name, kernel, grid };
    }),
  );
  return async () => {
    const contents = Float32Array.of(mix);
    const shares = gpu.buffers.allocate('share', 4, BufferUsage.STORAGE, contents);
    try {
      // No await here, so that no training step comes in between.
      gpu.assertAlive();
      const from = holder.store;
      const encoder = gpu.device.createCommandEncoder();
      const pass = encoder.beginComputePass({ label: 'blend' });
      for (const { name, kernel, grid } of kernels) {
        const resources = [into.locate(name), from.locate(name), { buffer: shares }];
        const entries = resources.map((resource, binding) => ({ binding, resource }));
        pass.setPipeline(kernel.pipeline);
        pass.setBindGroup(0, gpu.device.createBindGroup({ layout: kernel.layout, entries }));
        pass.dispatchWorkgroups(...grid);
      }
      pass.end();
      await gpu.submit(encoder);
    } finally {
      gpu.buffers.free(shares);
    }
  };
}
