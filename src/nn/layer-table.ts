import { Graph, liveNodes, type Node } from '../graph/graph.ts';
import { sizeOf } from '../graph/tensor.ts';
import { pixels } from '../ops/features.ts';
import { buildLayers, type LayerOutput, layerOutputs } from './layer-outputs.ts';
import { Sequential } from './layers/sequential.ts';
import { buildModel, type Model } from './model.ts';

/** What a layer of a model is and costs. */
export interface LayerFacts {
  /** As in its parameters' names: `3`, or of a layer inside of another `3.0`. */
  readonly name: string;
  /** As `conv2d 1→32, 3×3`. */
  readonly kind: string;
  /** Of a sample's output. */
  readonly shape: readonly number[];
  /** Numbers that it learns, or keeps. Shared ones count once, with the layer that has them. */
  readonly parameters: number;
  /** Operations of its products for a sample, forward. A multiply-add counts as two. */
  readonly flop: number;
}

/**
 * The layers of a model in the order in which they are done, with what each one costs. A layer that has layers inside is
 * listed by those alone, unless it has parameters of its own.
 */
export function layerTable(model: Model): LayerFacts[] {
  const parts: readonly Pick<LayerOutput, 'name' | 'kind' | 'shape'>[] =
    model instanceof Sequential
      ? layerOutputs(model).parts
      : [{ name: '', kind: model.kind, shape: model.outputShape }];
  const names = parts.map(({ name }) => name);
  const flop = flopOf(model);
  const counted = new Map(names.map((name) => [name, 0]));
  for (const { name, shape } of model.parameters) {
    const owner = layerOf(name, names);
    counted.set(owner, (counted.get(owner) ?? 0) + sizeOf(shape));
  }
  return parts.map((part) => ({
    name: part.name,
    kind: part.kind,
    shape: part.shape,
    parameters: counted.get(part.name) ?? 0,
    flop: flop.get(part.name) ?? 0,
  }));
}

/** The innermost layer that a parameter is of. */
function layerOf(parameter: string, names: readonly string[]): string {
  let path = parameter;
  while (path.includes('.')) {
    path = path.slice(0, path.lastIndexOf('.'));
    if (names.includes(path)) return path;
  }
  return names.at(-1) ?? '';
}

/** Operations of the nodes of each layer: those up to its output, from that of the layer before. */
function flopOf(model: Model): ReadonlyMap<string, number> {
  const graph = new Graph();
  const x = pixels(graph, [1, ...model.inputShape]);
  const outputs =
    model instanceof Sequential
      ? [...buildLayers(model, x)]
      : [['', buildModel(model, x, false)] as const];
  const flop = new Map<string, number>();
  for (const node of liveNodes(outputs.map(([, output]) => output))) {
    const [name] = outputs.find(([, output]) => output.id >= node.id) ?? [''];
    flop.set(name, (flop.get(name) ?? 0) + costOf(node));
  }
  return flop;
}

/**
 * Operations of a product, of a convolution, or of attention, by their definitions; 0 of everything else, which costs little.
 * A kernel may do more: a transposed convolution with a stride multiplies zeros, too.
 */
function costOf(node: Node): number {
  const [first, second] = node.inputs;
  switch (node.op.name) {
    case 'convolve':
      return 2 * sizeOf(node.spec.shape) * second.spec.shape[0];
    case 'convolveTransposed':
      return 2 * sizeOf(first.spec.shape) * second.spec.shape[0];
    case 'attention': {
      // Each position looks at itself and those before it: scores, and the mean of the values.
      const [samples, time, all] = first.spec.shape;
      return (2 * samples * time * (time + 1) * all) / 3;
    }
    default: {
      const factors = node.op.factors?.(node);
      return factors ? 2 * factors.m * factors.n * factors.k : 0;
    }
  }
}
