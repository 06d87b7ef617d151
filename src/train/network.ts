import type { GivenSources } from '../data/given.ts';
import { isColumnScale, type Normalization } from '../data/standardise.ts';
import type { Graph, Node } from '../graph/graph.ts';
import { sizeOf } from '../graph/tensor.ts';
import { CLIP, type Clip, type Clipped } from '../nn/clip.ts';
import { type LossKind, type LossNodes, lossOf, type TargetKind } from '../nn/losses.ts';
import { buildModel, type Model } from '../nn/model.ts';
import { batchMean } from '../ops/batch_mean.ts';
import { constant } from '../ops/constant.ts';
import { features, pixels } from '../ops/features.ts';
import { gradients } from '../ops/gradients.ts';
import type { Loss } from '../ops/loss.ts';
import { isParameter } from '../ops/sources.ts';
import { type Every, METHOD, type OptimizerRule, update } from '../ops/update.ts';
import type { SessionGraph } from './session-options.ts';

/** The batch's images of [batch, …]; undefined if a scale for all pixels is enough. */
export type Samples = (
  graph: Graph,
  shape: readonly number[],
  normalize: Normalization | null,
  training: boolean,
) => Node | undefined;

/** A model with its target and standardisation. */
export interface ModelOptions {
  readonly model: Model;
  readonly target: TargetKind;
  readonly normalize: Normalization | null;
  /** Names of the parameters that are not trained. */
  readonly frozen?: readonly string[];
  /** How gradients are clipped. Default not. */
  readonly clip?: Clip;
  /** How images are read, if they need more than a scale for all pixels. */
  readonly samples?: Samples;
  /** How often the optimizer updates. Default after every batch. */
  readonly every?: Every | undefined;
}

/**
 * Builds the batch's samples, the model and the loss.
 *
 * @param given the sources of samples
 */
export function networkGraph(
  graph: Graph,
  { model, target, normalize, samples: own }: ModelOptions,
  loss: Loss | LossKind,
  batch: number,
  training: boolean,
  given?: GivenSources,
): LossNodes {
  const shape = [batch, ...model.inputShape];
  // Columns are standardised on the host, before they are rounded to float32.
  const pixelScale = isColumnScale(normalize) ? null : normalize;
  const samples =
    own?.(graph, shape, normalize, training) ??
    (given?.inputs ? features(graph, shape, given.inputs) : pixels(graph, shape, pixelScale));
  const outputs = buildModel(model, samples, training);
  const source =
    target === 'value'
      ? given?.targets
      : (target === 'input' && own?.(graph, [batch, ...model.outputShape], null, training)) ||
        given?.inputs;
  return lossOf(loss, target, outputs, {
    source,
    labels: given?.labels,
    weighted: given?.weighted ?? false,
  });
}

/** The same with the backward pass and an optimizer step for every parameter that is not frozen. */
export function trainingGraph(
  graph: Graph,
  model: ModelOptions,
  loss: Loss | LossKind,
  batch: number,
  rule: OptimizerRule,
  given?: GivenSources,
): SessionGraph {
  const { rows, hits, weights } = networkGraph(graph, model, loss, batch, true, given);
  const { frozen = [] } = model;
  const trained = graph.nodes.filter((node) => isParameter(node) && !frozen.includes(node.name));
  const mean = batchMean(rows);
  const seed = constant(graph, 1);
  const slopes = gradients(mean, trained, seed);
  const { every } = model;
  const wanted = every ? every.accumulate(slopes) : slopes;
  const { slopes: clipped, clipping }: Clipped = model.clip?.[CLIP].apply(wanted) ?? {
    slopes: wanted,
  };
  for (const [parameter, slope] of clipped) {
    update(parameter, slope, rule[METHOD].of?.(parameter.name) ?? rule, { clipping, every });
  }
  // And what layers keep of a batch, such as its running mean.
  const updates = graph.nodes.filter(({ op }) => op.residence === 'effect');
  const norm = clipping?.by;
  const keep = [rows, hits, weights?.node, norm].filter((node) => !!node);
  return {
    rows,
    hits,
    totals: weights?.totals,
    targets: [...keep, ...updates],
    keep,
    norm,
    slopes: { seed, rows: sizeOf(rows.spec.shape) },
  };
}
