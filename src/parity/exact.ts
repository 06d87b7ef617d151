import type { ArraySplit } from '../data/arrays.ts';
import type { ImageDataset, ImageSplit } from '../data/dataset.ts';
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
 * The gradients of a trace's first step in float64, by the references of the ops, in PyTorch's layout.
 *
 * @param given of the trainer: images, or arrays of inputs and targets
 */
export async function exactGradients(
  trace: Trace,
  given: TrainerOptions<ImageDataset>,
): Promise<ReadonlyMap<string, Float32Array>> {
  const options = await prepare(given);
  const { model, loss, accumulate, batchSize: batch } = options;
  const trained = model.parameters.filter(({ name }) => trace.gradients.has(name));
  const tensors = model.parameters.map((spec) => {
    const initial = trace.initial.get(spec.name);
    const values = initial ? inLayout(spec, initial, 'into storage') : new Float32Array();
    return [spec.name, exact(Float64Array.from(values))] as const;
  });
  const { indices, tensors: arrays, sources, ...images } = samplesOf(trace, given);
  const sums = new Map<string, Float32Array>();
  for (let batches = 0; batches < accumulate; batches++) {
    const graph = new Graph();
    const { rows } = networkGraph(graph, options, loss, batch, true, sources);
    const nodes = new Map(graph.nodes.filter(isParameter).map((node) => [node.name, node]));
    const wanted = trained.map(({ name }) => nodes.get(name)).filter((node) => node !== undefined);
    const slopes = gradients(batchMean(rows), wanted);
    const values = runReference([...slopes.values()], {
      tensors: new Map([...tensors, ...arrays]),
      moments: new Map(),
      ...images,
      indices: [...indices.slice(batches * batch, (batches + 1) * batch)],
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

/** The samples of a trace for the references, and where a graph finds them. */
function samplesOf(trace: Trace, { dataset, order }: TrainerOptions<ImageDataset>) {
  // As trainerOptions() made them: a trace of targets that the data set lacks has arrays.
  const split = dataset.train as ImageSplit | ArraySplit;
  const indices = order?.kind === 'listed' ? order.indices : trace.indices;
  if ('images' in split) {
    const { images, labels } = split;
    return { images, labels: Uint8Array.from(labels), indices, tensors: [], sources: undefined };
  }
  const tensors = (['inputs', 'targets'] as const).map(
    (name) => [name, exact(Float64Array.from(split[name] as ArrayLike<number>))] as const,
  );
  const source = (name: string) => ({ kind: 'values', name }) as const;
  return {
    images: new Uint8Array(),
    labels: new Uint8Array(),
    indices,
    tensors,
    sources: { inputs: source('inputs'), targets: source('targets'), weighted: false },
  };
}
