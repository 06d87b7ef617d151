import type { Graph, Node } from '../graph/graph.ts';
import type { Sequential } from '../nn/layers.ts';
import { type LossKind, type LossNodes, lossOf, type TargetKind } from '../nn/losses.ts';
import { batchMean } from '../ops/batch_mean.ts';
import { gradients } from '../ops/gradients.ts';
import { isParameter, pixels } from '../ops/sources.ts';
import { type OptimizerRule, update } from '../ops/update.ts';
import type { SessionGraph } from './session.ts';

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

/** The same with the backward pass and an optimizer step for every parameter. */
export function trainingGraph(
  graph: Graph,
  model: ModelOptions,
  loss: LossKind,
  batch: number,
  rule: OptimizerRule,
): SessionGraph {
  const { rows, hits } = networkGraph(graph, model, loss, batch, true);
  const slopes = gradients(batchMean(rows), graph.nodes.filter(isParameter));
  const updates = [...slopes].map(([parameter, slope]) => update(parameter, slope, rule));
  const keep = hits ? [rows, hits] : [rows];
  return { rows, hits, targets: [...keep, ...updates], keep };
}
