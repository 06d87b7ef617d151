import reconstructionSource from '../../../shaders/page/reconstruction.wgsl';
import { bytesOf, hostImages } from '../../data/host.ts';
import { ResidentSplit } from '../../data/resident.ts';
import type { Node } from '../../graph/graph.ts';
import { storageOf } from '../../graph/tensor.ts';
import { matmulOp } from '../../ops/matmul.ts';
import { runSteps } from '../../train/loop.ts';
import { networkGraph } from '../../train/network.ts';
import { Session } from '../../train/session.ts';
import { shapeOf } from '../tasks/image-job.ts';
import { Painter } from './painter.ts';
import type { View, ViewOptions } from './views.ts';

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
  const { subject, settings, dataset, canvas, colours, way } = options;
  const { engine } = subject;
  const { height, width, channels = 1 } = dataset.test;
  const count = Math.min(SHOWN, dataset.test.count);
  const images = dataset.test.images.slice(0, count * bytesOf(dataset.test));
  const split = new ResidentSplit(engine, hostImages({ images, count, height, width, channels }));
  let code: Node | undefined;
  const session = await Session.create(engine, {
    // One dispatch for each op: every tensor is in memory, and little has to be compiled.
    plan: 'plain',
    build: (graph) => {
      const model = settings.model(shapeOf(dataset.test));
      const network = { model, target: settings.target, normalize: settings.normalize };
      const { rows, hits, outputs } = networkGraph(graph, network, settings.loss, count, false);
      code = codeOf(outputs);
      const keep = [rows, code, outputs];
      return { rows, hits, targets: keep, keep };
    },
    store: subject.store,
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
      ...{ width, channels },
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
