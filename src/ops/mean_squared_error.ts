import { checkNone } from '../check.ts';
import { use } from '../gpu/link.ts';
import * as wgsl from '../gpu/shaders.gen.ts';
import type { Node } from '../graph/graph.ts';
import { type Loss, lossRows, MEAN, makeLoss } from './loss.ts';

/**
 * Mean squared error over all outputs, as torch.nn.MSELoss; the same as `'mse'`. Classes are compared as one-hot vectors.
 */
export function mse(...none: []): Loss {
  checkNone('mse', none, MEAN);
  return makeLoss(
    'mse',
    {},
    {
      target: 'values',
      parts: [use(wgsl.lossNoBegin)],
      value: use(wgsl.lossMeanSquaredError),
      slope: use(wgsl.lossMeanSquaredErrorGradient),
      flop: { value: 3, slope: 4 },
      isOfDifference: true,
    },
  );
}

/** 1/C · Σ_c (x − t)² of each row of outputs x[batch, C] and target t[batch, C]: [batch]. */
export const meanSquaredError = (outputs: Node, target: Node): Node =>
  lossRows(mse(), outputs, target);
