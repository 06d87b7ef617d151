import reconstructionSource from '../../../shaders/page/reconstruction.wgsl';
import weightsSource from '../../../shaders/page/weights.wgsl';
import type { ImageDataset } from '../../data/dataset.ts';
import { hostImages } from '../../data/host.ts';
import { ResidentSplit } from '../../data/resident.ts';
import { OptionError } from '../../errors.ts';
import type { Engine } from '../../gpu/engine.ts';
import type { Node } from '../../graph/graph.ts';
import { storageOf } from '../../graph/tensor.ts';
import { storedShape } from '../../nn/layers/parameters.ts';
import { matmulOp } from '../../ops/matmul.ts';
import { runSteps } from '../../train/loop.ts';
import { networkGraph } from '../../train/network.ts';
import { Session } from '../../train/session.ts';
import type { Trainer } from '../../train/trainer.ts';
import { kernelLayout, sizeOfPictures, unitsOf } from '../insides.ts';
import type { ImageSettings } from '../tasks/settings.ts';
import { insidesOf } from './insides-of.ts';
import { type Colours, Painter, type Way } from './painter.ts';

/** A picture that is redrawn during training. */
export interface View {
  draw(): Promise<void>;
  /** Shows another image from the next drawing on. */
  see?(image: Uint8Array): void;
  destroy(): void;
}

/** What the user has chosen to look at. */
export interface Look {
  /** Pixels that there are for a canvas on the page. */
  readonly width: number;
  /** The parameter whose weights are shown. Default the first. */
  readonly kernels?: string;
  /** The image whose feature maps are shown, 28 × 28 bytes. Default a black one. */
  readonly image?: Uint8Array;
  /** Whether to show maps of layers inside of blocks. Default false. */
  readonly all?: boolean;
}

/** What a view needs. */
export interface ViewOptions {
  readonly engine: Engine;
  readonly trainer: Trainer;
  readonly settings: ImageSettings;
  readonly dataset: ImageDataset;
  readonly canvas: OffscreenCanvas;
  readonly colours: Colours;
  readonly way: Way;
  readonly look: Look;
}

/** The chosen weights, one picture for each unit or kernel; see shaders/page/weights.wgsl. */
export async function weightsView(options: ViewOptions): Promise<View> {
  const { engine, trainer, canvas, colours, way, look } = options;
  const { device, buffers } = engine;
  const { kernels: all } = insidesOf(trainer.options.model);
  const kernels = all.find(({ name }) => name === look.kernels) ?? all[0];
  const weight = trainer.options.model.parameters.find(({ name }) => name === kernels?.name);
  if (!weight) throw new OptionError('this network has no weights that are pictures');
  const count = unitsOf(kernels);
  const { columns4 } = storageOf(storedShape(weight));
  const painter = await Painter.create(engine, canvas, way, weightsSource);
  const peaks = buffers.allocate('peaks', 4 * count, GPUBufferUsage.STORAGE);
  const peak = await device.createComputePipelineAsync({
    layout: 'auto',
    compute: { module: painter.module, entryPoint: 'peak' },
  });
  const layout = kernelLayout(kernels, look.width);
  painter.arrange(
    {
      ...layout,
      size: sizeOfPictures(layout),
      count,
      width: kernels.side,
      stride: 4 * columns4,
      units: kernels.inputs,
    },
    colours,
  );
  const weights = trainer.session.store.locate(weight.name);
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

/** Test images that are shown with their reconstructions. */
const SHOWN = 16;

/** The last product's first factor: the output of the layer before. */
function codeOf(outputs: Node): Node {
  let node = outputs;
  while (node.op.name !== matmulOp.name) node = node.inputs[0];
  return node.inputs[0];
}

/** An autoencoder's test images, reconstructions and codes; see shaders/page/reconstruction.wgsl. */
export async function reconstructionView(options: ViewOptions): Promise<View> {
  const { engine, trainer, settings, dataset, canvas, colours, way } = options;
  const { height, width } = dataset.test;
  const count = Math.min(SHOWN, dataset.test.count);
  const images = dataset.test.images.slice(0, count * height * width);
  const split = new ResidentSplit(engine, hostImages({ images, count, height, width }));
  let code: Node | undefined;
  const session = await Session.create(engine, {
    // One dispatch for each op: every tensor is in memory, and little has to be compiled.
    plan: 'plain',
    build: (graph) => {
      const model = settings.model([height, width]);
      const network = { model, target: settings.target, normalize: settings.normalize };
      const { rows, hits, outputs } = networkGraph(graph, network, settings.loss, count, false);
      code = codeOf(outputs);
      const keep = [rows, code, outputs];
      return { rows, hits, targets: keep, keep };
    },
    store: trainer.session.store,
    split,
    batch: count,
    key: [0, 0],
    order: { kind: 'sequential' },
  });
  const outputs = session.graph.keep[2];
  const hidden = code ?? outputs;
  const painter = await Painter.create(engine, canvas, way, reconstructionSource);
  painter.arrange(
    {
      size: [30 * count - 2, 88],
      columns: count,
      count,
      width,
      stride: 4 * storageOf(outputs.spec).columns4,
      units: hidden.spec.shape[1],
      unitStride: 4 * storageOf(hidden.spec).columns4,
    },
    colours,
  );
  const bindings = painter.bind([
    [1, { buffer: split.named.pixels }],
    [2, session.locate(outputs)],
    [3, session.locate(hidden)],
  ]);
  return {
    draw: async () => {
      session.seek(0);
      await runSteps(engine, session, 0, 1, { chunk: 1 });
      await painter.draw(bindings);
    },
    destroy: () => {
      painter.destroy();
      session.destroy();
      split.destroy();
    },
  };
}
