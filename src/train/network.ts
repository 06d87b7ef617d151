import type { Graph, Node } from '../graph/graph.ts';
import type { Sequential } from '../nn/layers.ts';
import { type LossKind, type LossNodes, lossOf, type TargetKind } from '../nn/losses.ts';
import { pixels } from '../ops/sources.ts';

/** A model and what stands around it. */
export interface ModelOptions {
  readonly model: Sequential;
  readonly target: TargetKind;
  readonly normalize: readonly [mean: number, deviation: number] | null;
}

/** Builds the batch's images, the model and the loss. */
export function networkGraph(
  graph: Graph,
  { model, target, normalize }: ModelOptions,
  loss: LossKind,
  batch: number,
  training: boolean,
): LossNodes & { outputs: Node } {
  const images = pixels(graph, [batch, ...model.inputShape], normalize);
  const outputs = model.build(images, training);
  return { outputs, ...lossOf(loss, target, outputs) };
}
