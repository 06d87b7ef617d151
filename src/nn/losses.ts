import { checkChoice, describe } from '../check.ts';
import { OptionError } from '../errors.ts';
import type { Part } from '../gpu/link.ts';
import type { Node } from '../graph/graph.ts';
import type { Ref } from '../graph/op.ts';
import { storageOf } from '../graph/tensor.ts';
import { hits } from '../ops/classify.ts';
import { type FeatureSource, features } from '../ops/features.ts';
import { FORMULA, formulaOf, isLoss, type Loss, lossRows } from '../ops/loss.ts';
import { mse } from '../ops/mean_squared_error.ts';
import { oneHot } from '../ops/one_hot.ts';
import { plainCrossEntropy } from '../ops/softmax_cross_entropy.ts';
import { type LabelSource, labelsFrom } from '../ops/sources.ts';
import { byLastDimension, flatten } from '../ops/view.ts';
import { weigh } from '../ops/weigh.ts';

/** Mean squared error over all elements, or softmax cross-entropy; both as PyTorch's, mean over the batch. */
export type LossKind = 'mse' | 'cross_entropy';

/**
 * What the outputs learn: the class (one-hot for losses of values), the sample's input itself (an autoencoder), or values
 * that come with the sample.
 */
export type TargetKind = 'label' | 'input' | 'value';

/** @throws OptionError unless it is a loss or the name of one */
export function checkLoss(given: unknown): asserts given is Loss | LossKind {
  if (isLoss(given)) return;
  if (typeof given !== 'string') {
    throw new OptionError(
      `loss ${describe(given)} was given; call one, as huber(), or use 'mse' or 'cross_entropy'`,
    );
  }
  checkChoice('loss', given, ['mse', 'cross_entropy']);
}

/** The loss of a name, or the loss itself. */
export const lossFrom = (given: Loss | LossKind): Loss =>
  typeof given !== 'string' ? given : given === 'mse' ? mse() : plainCrossEntropy();

/** A loss as text, for messages and checkpoints: its name, and its options if it has any. */
export function lossText(given: Loss | LossKind): string {
  if (typeof given === 'string') return given;
  const { kind, ...options } = given;
  const text = JSON.stringify(options);
  return text === '{}' ? kind : `${kind} ${text}`;
}

/** The label of samples that do not count, as the GPU has it; undefined: all count. */
export const ignoredOf = (given: Loss | LossKind): number | undefined =>
  formulaOf(given)?.ignored?.label;

/** @throws OptionError unless a loss suits what a model of so many outputs learns */
export function checkLossFits(given: Loss | LossKind, target: TargetKind, outputs: number): void {
  const { kind, [FORMULA]: formula } = lossFrom(given);
  const refuse = (why: string): never => {
    throw new OptionError(`loss '${kind}' ${why}`);
  };
  if (formula.target === 'class') {
    if (target !== 'label') {
      refuse(`was given with target '${target}'; use 'mse', or give classes as labels`);
    }
    if (outputs === 1) {
      refuse('of 1 output is always 0; use an output for each class, or bceWithLogits()');
    }
  }
  formula.checkOutputs?.(outputs);
}

/** Bytes of images as they are, from 0 to 1. */
const PIXELS: FeatureSource = { kind: 'pixels', scale: 1, shift: 0 };

/** The nodes that a loss adds to a graph. */
export interface LossNodes {
  /** The outputs, row by row: of a sample, or of each of its positions. */
  readonly outputs: Node;
  /** The loss of each row. */
  readonly rows: Node;
  /** 1 for each row that is classified correctly, else 0; null without classes. */
  readonly hits: Node | null;
  /** The class of each row; null without classes. */
  readonly labels: Node | null;
  /** The rows' weights in the mean, and how the tick reads their totals; null if all rows count the same. */
  readonly weights: { readonly node: Node; readonly totals: Part<Ref> } | null;
  /** The wanted outputs: these classes, or values [batch, C]. */
  readonly truth: Node;
}

/** Options of a loss. */
export interface LossOptions {
  /** The values to learn, or their source. Default the pixels of the images. */
  readonly source?: FeatureSource | Node | undefined;
  /** The classes of the positions of a sample, if it has several. */
  readonly labels?: LabelSource | undefined;
  /** Whether each row is multiplied by the weight of its sample. Default false. */
  readonly weighted?: boolean;
}

/**
 * Adds a loss to outputs[batch, …, C]: against a class for each row of C outputs, or a value for each output.
 *
 * @throws OptionError as {@link checkLossFits}
 */
export function lossOf(
  given: Loss | LossKind,
  target: TargetKind,
  all: Node,
  { source = PIXELS, labels: labelSource, weighted = false }: LossOptions = {},
): LossNodes {
  const loss = lossFrom(given);
  const { graph } = all;
  const outputs = target === 'label' ? byLastDimension(all) : flatten(all);
  const { rows: count, columns: width } = storageOf(outputs.spec);
  checkLossFits(loss, target, width);
  const classes = target === 'label' ? labelsFrom(graph, count, labelSource) : null;
  const truth =
    classes ?? ('op' in source ? flatten(source) : features(graph, [count, width], source));
  const { target: form, weights, ignored } = loss[FORMULA];
  const isHot = classes && form === 'values';
  const rows = lossRows(loss, outputs, isHot ? oneHot(classes, width) : truth);
  return {
    outputs,
    rows: weighted ? weigh(rows) : rows,
    hits: classes && hits(outputs, classes, ignored),
    labels: classes,
    weights: weights ? { node: rows.inputs[2], totals: weights.totals(rows.inputs[2]) } : null,
    truth,
  };
}
