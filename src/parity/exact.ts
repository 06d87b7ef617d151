import type { ImageDataset } from '../data/dataset.ts';
import { Graph } from '../graph/graph.ts';
import { exact } from '../graph/value.ts';
import { inLayout } from '../nn/layers/parameters.ts';
import { batchMean } from '../ops/batch_mean.ts';
import { gradients } from '../ops/gradients.ts';
import { isParameter } from '../ops/sources.ts';
import { runReference } from '../reference/run.ts';
import { networkGraph } from '../train/network.ts';
import { prepare } from '../train/prepare.ts';
import type { TrainerOptions } from '../train/trainer.ts';
import type { Trace } from './trace.ts';

/**
 * The gradients of a trace's first step in float64, by the references of the ops, in PyTorch's layout. Null for a trace whose
 * targets are not those of the data set.
 */
export async function exactGradients(
  trace: Trace,
  given: TrainerOptions<ImageDataset>,
): Promise<ReadonlyMap<string, Float32Array> | null> {
  if (trace.target === 'brightness') return null;
  const options = await prepare(given);
  const { model, loss, accumulate, batchSize: batch } = options;
  const trained = model.parameters.filter(({ name }) => trace.gradients.has(name));
  const tensors = model.parameters.map((spec) => {
    const initial = trace.initial.get(spec.name);
    const values = initial ? inLayout(spec, initial, 'into storage') : new Float32Array();
    return [spec.name, exact(Float64Array.from(values))] as const;
  });
  const { images, labels } = given.dataset.train;
  const sums = new Map<string, Float32Array>();
  for (let batches = 0; batches < accumulate; batches++) {
    const graph = new Graph();
    const { rows } = networkGraph(graph, options, loss, batch, true);
    const nodes = new Map(graph.nodes.filter(isParameter).map((node) => [node.name, node]));
    const wanted = trained.map(({ name }) => nodes.get(name)).filter((node) => node !== undefined);
    const slopes = gradients(batchMean(rows), wanted);
    const values = runReference([...slopes.values()], {
      tensors: new Map(tensors),
      moments: new Map(),
      images,
      labels: Uint8Array.from(labels),
      indices: [...trace.indices.slice(batches * batch, (batches + 1) * batch)],
      count: batch,
      step: 0,
      key: [0, 0],
    });
    for (const [i, slope] of [...slopes.values()].entries()) {
      const spec = trained[i];
      const data = Float32Array.from(values.get(slope)?.data ?? []);
      const own = inLayout(spec, data, 'out of storage');
      const sum = sums.get(spec.name);
      sums.set(
        spec.name,
        own.map((value, at) => (sum?.[at] ?? 0) + value / accumulate),
      );
    }
  }
  return sums;
}
