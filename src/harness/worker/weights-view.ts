import weightsSource from '../../../shaders/page/weights.wgsl';
import { OptionError } from '../../errors.ts';
import { storageOf } from '../../graph/tensor.ts';
import { storedShape } from '../../nn/layers/parameters.ts';
import { kernelLayout, sizeOfPictures } from '../picture-layout.ts';
import { insidesOf } from './insides-of.ts';
import { Painter } from './painter.ts';
import type { View, ViewOptions } from './views.ts';

/** The chosen weights, one picture for each unit or kernel; see shaders/page/weights.wgsl. */
export async function weightsView(options: ViewOptions): Promise<View> {
  const { subject, canvas, colours, way, look } = options;
  const { engine, model } = subject;
  const { device, buffers } = engine;
  const { kernels: all } = insidesOf(model);
  const kernels = all.find(({ name }) => name === look.kernels) ?? all[0];
  const weight = model.parameters.find(({ name }) => name === kernels?.name);
  if (!weight) throw new OptionError('this network has no weights that are pictures');
  const layout = kernelLayout(kernels, look.width);
  const { shown: count } = layout;
  const { columns4 } = storageOf(storedShape(weight));
  const painter = await Painter.create(engine, canvas, way, weightsSource);
  const peaks = buffers.allocate('peaks', 4 * count, GPUBufferUsage.STORAGE);
  const peak = await device.createComputePipelineAsync({
    layout: 'auto',
    compute: { module: painter.module, entryPoint: 'peak' },
  });
  painter.arrange(
    {
      ...layout,
      size: sizeOfPictures(layout),
      count,
      width: kernels.side,
      stride: 4 * columns4,
      units: kernels.inputs,
      channels: kernels.rgb ? 3 : 1,
    },
    colours,
  );
  const weights = subject.store.locate(weight.name);
  const find = device.createBindGroup({
    layout: peak.getBindGroupLayout(0),
    entries: [
      { binding: 0, resource: { buffer: painter.screen } },
      { binding: 1, resource: weights },
      { binding: 2, resource: { buffer: peaks } },
    ],
  });
  const bindings = painter.bind([
    [1, weights],
    [3, { buffer: peaks }],
  ]);
  return {
    draw: () =>
      painter.draw(bindings, (encoder) => {
        const pass = encoder.beginComputePass();
        pass.setPipeline(peak);
        pass.setBindGroup(0, find);
        pass.dispatchWorkgroups(Math.ceil(count / 64));
        pass.end();
      }),
    destroy: () => {
      painter.destroy();
      buffers.free(peaks);
    },
  };
}
