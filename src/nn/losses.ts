import { OptionError } from '../errors.ts';
import type { Node } from '../graph/graph.ts';
import { hits } from '../ops/classify.ts';
import { type FeatureSource, features } from '../ops/features.ts';
import { meanSquaredError } from '../ops/mean_squared_error.ts';
import { oneHot } from '../ops/one_hot.ts';
import { softmaxCrossEntropy } from '../ops/softmax_cross_entropy.ts';
import { labels } from '../ops/sources.ts';
import { weigh } from '../ops/weigh.ts';

/** Mean squared error over all elements, or softmax cross-entropy; both as PyTorch's, mean over the batch. */
export type LossKind = 'mse' | 'cross_entropy';

/**
 * What the outputs learn: the class (one-hot for `mse`), the sample's input itself (an autoencoder), or values
 * that come with the sample.
 */
export type TargetKind = 'label' | 'input' | 'value';

/** Bytes of images as they are, from 0 to 1. */
const PIXELS: FeatureSource = { kind: 'pixels', scale: 1, shift: 0 };

/** The nodes that a loss adds to a graph. */
export interface LossNodes {
  /** The loss of each row. */
  readonly rows: Node;
  /** 1 for each row that is classified correctly, else 0; null without classes. */
  readonly hits: Node | null;
  /** The class of each row; null without classes. */
  readonly labels: Node | null;
  /** The wanted outputs: these classes, or values [batch, C]. */
  readonly truth: Node;
}

/** Options of a loss. */
export interface LossOptions {
  /** The source of the values to learn. Default the pixels of the images. */
  readonly source?: FeatureSource | undefined;
  /** Whether each row is multiplied by the weight of its sample. Default false. */
  readonly weighted?: boolean;
}

/**
 * Adds a loss to outputs[batch, C].
 *
 * @throws OptionError for a cross-entropy without classes
 */
export function lossOf(
  kind: LossKind,
  target: TargetKind,
  outputs: Node,
  { source = PIXELS, weighted = false }: LossOptions = {},
): LossNodes {
  const weighed = (rows: Node): Node => (weighted ? weigh(rows) : rows);
  const { graph } = outputs;
  const [batch, width] = outputs.spec.shape;
  if (target !== 'label') {
    if (kind !== 'mse') {
      throw new OptionError(`loss '${kind}' was given with target '${target}'; use 'mse'`);
    }
    const wanted = features(graph, [batch, width], source);
    const rows = weighed(meanSquaredError(outputs, wanted));
    return { rows, hits: null, labels: null, truth: wanted };
  }
  const classes = labels(graph, batch);
  return {
    rows: weighed(
      kind === 'mse'
        ? meanSquaredError(outputs, oneHot(classes, width))
        : softmaxCrossEntropy(outputs, classes),
    ),
    hits: hits(outputs, classes),
    labels: classes,
    truth: classes,
  };
}
