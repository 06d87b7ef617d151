import mapsSource from '../../../shaders/page/maps.wgsl';
import { OptionError } from '../../errors.ts';
import { sizeOf } from '../../graph/tensor.ts';
import { layerOutputs } from '../../nn/layer-outputs.ts';
import { Sequential } from '../../nn/layers.ts';
import { MAP_GAP, mapsLayout } from '../picture-layout.ts';
import { insidesOf } from './insides-of.ts';
import { Painter } from './painter.ts';
import type { View, ViewOptions } from './views.ts';

/** The feature maps of an image, with the weights of the moment; see shaders/page/maps.wgsl. */
export async function mapsView(options: ViewOptions): Promise<View> {
  const { subject, canvas, colours, way, look } = options;
  const { engine, model } = subject;
  const { device, buffers } = engine;
  const shown = insidesOf(model).maps.filter(({ main }) => main || look.all);
  if (!(model instanceof Sequential) || shown.length === 0) {
    throw new OptionError('this network has no feature maps');
  }
  const outputs = layerOutputs(
    model,
    shown.map(({ name }) => name),
  );
  const inference = await subject.inference(1, outputs);
  const painter = await Painter.create(engine, canvas, way, mapsSource);
  const peak = await device.createComputePipelineAsync({
    layout: 'auto',
    compute: { module: painter.module, entryPoint: 'peak' },
  });
  const { blocks, width, height } = mapsLayout(shown, look.width);
  painter.arrange({ size: [width, height], gap: MAP_GAP, count: blocks.length }, colours);
  const table = Uint32Array.from(
    blocks.flatMap(({ top, columns, scale, part: { shape } }, i) => {
      const { first } = outputs.parts[i];
      return [top, columns, scale, first, ...shape, 0];
    }),
  );
  const { STORAGE, COPY_DST } = GPUBufferUsage;
  const bytes = 4 * sizeOf(model.inputShape);
  const image = buffers.allocate('image', bytes, STORAGE | COPY_DST);
  const see = (given: Uint8Array): void =>
    device.queue.writeBuffer(
      image,
      0,
      Float32Array.from(given, (byte) => byte / 255),
    );
  if (look.image) see(look.image);
  const maps = buffers.allocate('maps', 4 * outputs.outputShape[0], STORAGE);
  const blocksBuffer = buffers.allocate('blocks', table.byteLength, STORAGE, table);
  const peaks = buffers.allocate('peaks', 4 * blocks.length, STORAGE);
  const find = device.createBindGroup({
    layout: peak.getBindGroupLayout(0),
    entries: [maps, blocksBuffer, peaks].map((buffer, i) => ({
      binding: i + 1,
      resource: { buffer },
    })),
  });
  const bindings = painter.bind([
    [1, { buffer: maps }],
    [2, { buffer: blocksBuffer }],
    [4, { buffer: peaks }],
  ]);
  return {
    see,
    draw: () =>
      painter.draw(bindings, (encoder) => {
        inference.encode(encoder, image, maps);
        const pass = encoder.beginComputePass();
        pass.setPipeline(peak);
        pass.setBindGroup(0, find);
        pass.dispatchWorkgroups(blocks.length);
        pass.end();
      }),
    destroy: () => {
      painter.destroy();
      inference.destroy();
      for (const buffer of [image, maps, blocksBuffer, peaks]) buffers.free(buffer);
    },
  };
}
