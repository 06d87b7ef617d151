import { OptionError } from '../errors.ts';
import type { Node } from '../graph/graph.ts';
import { hits } from '../ops/classify.ts';
import { meanSquaredError } from '../ops/mean_squared_error.ts';
import { oneHot } from '../ops/one_hot.ts';
import { softmaxCrossEntropy } from '../ops/softmax_cross_entropy.ts';
import { flatten, labels, pixels } from '../ops/sources.ts';

/** Mean squared error over all elements, or softmax cross-entropy; both as PyTorch's, mean over the batch. */
export type LossKind = 'mse' | 'cross_entropy';

/** What the outputs shall be: the class (one-hot for `mse`), or the image itself (an autoencoder). */
export type TargetKind = 'label' | 'input';

/** The nodes that a loss adds to a graph. */
export interface LossNodes {
  /** The loss of each row. */
  readonly rows: Node;
  /** 1 where a row is classified rightly; null without classes. */
  readonly hits: Node | null;
  /** The class of each row; null without classes. */
  readonly labels: Node | null;
}

/**
 * Adds a loss behind outputs[batch, C].
 *
 * @throws OptionError for a cross-entropy against images.
 */
export function lossOf(kind: LossKind, target: TargetKind, outputs: Node): LossNodes {
  const { graph } = outputs;
  const [batch, width] = outputs.spec.shape;
  if (target === 'input') {
    if (kind !== 'mse') {
      throw new OptionError(
        `loss ${kind} against the input was asked for; an autoencoder's loss is mse`,
      );
    }
    const image = flatten(pixels(graph, [batch, width]));
    return { rows: meanSquaredError(outputs, image), hits: null, labels: null };
  }
  const classes = labels(graph, batch);
  return {
    rows:
      kind === 'mse'
        ? meanSquaredError(outputs, oneHot(classes, width))
        : softmaxCrossEntropy(outputs, classes),
    hits: hits(outputs, classes),
    labels: classes,
  };
}
