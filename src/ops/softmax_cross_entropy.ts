import { use } from '../gpu/link.ts';
import * as wgsl from '../gpu/shaders.gen.ts';
import type { Node } from '../graph/graph.ts';
import { type Formula, type Loss, lossRows, makeLoss } from './loss.ts';

/** The formula of softmax cross-entropy, or of one with options. */
export const entropyFormula = (more: Partial<Formula> = {}): Formula => ({
  target: 'class',
  parts: [use(wgsl.lossSoftmax)],
  value: use(wgsl.lossSoftmaxCrossEntropy),
  slope: use(wgsl.lossSoftmaxCrossEntropyGradient),
  flop: { value: 4, slope: 6 },
  isSoftmax: true,
  ...more,
});

/** Softmax cross-entropy without options. */
export const plainCrossEntropy = (): Loss => makeLoss('cross_entropy', {}, entropyFormula());

/** −log softmax(x)[class] of each row of logits x[batch, C] and labels [batch] u32: [batch]. */
export const softmaxCrossEntropy = (logits: Node, labels: Node): Node =>
  lossRows(plainCrossEntropy(), logits, labels);
