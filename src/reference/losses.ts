import { OptionError } from '../errors.ts';
import type { Reference } from '../graph/value.ts';
import { bceWithLogitsReference } from '../nn/losses/bce-with-logits.ts';
import { crossEntropyReference } from '../nn/losses/cross-entropy.ts';
import { huberReference } from '../nn/losses/huber.ts';
import { l1Reference } from '../nn/losses/l1.ts';
import { mseReference } from '../nn/losses/mse-reference.ts';
import { smoothL1Reference } from '../nn/losses/smooth-l1.ts';
import type { Loss, LossAttributes } from '../ops/loss.ts';
import type { LossReference } from '../ops/loss-reference.ts';

/** The float64 reference of each loss, by its kind. */
const LOSSES: Readonly<Record<string, LossReference>> = {
  bceWithLogits: bceWithLogitsReference,
  cross_entropy: crossEntropyReference,
  huber: huberReference,
  l1: l1Reference,
  mse: mseReference,
  smoothL1: smoothL1Reference,
};

function referenceOf(loss: Loss): LossReference {
  const found = 'wgsl' in loss ? undefined : LOSSES[loss.kind];
  if (found) return found;
  throw new OptionError(`the loss ${loss.kind} has no reference in float64`);
}

/** Any loss. */
export const lossRowsReference: Reference<LossAttributes> = (node, inputs, world) =>
  referenceOf(node.attributes.loss).rows(node, inputs, world);

/** The gradient of any loss. */
export const lossGradientReference: Reference<LossAttributes> = (node, inputs, world) =>
  referenceOf(node.attributes.loss).gradient(node, inputs, world);
