import { type Part, use } from '../../gpu/link.ts';
import * as wgsl from '../../gpu/shaders.gen.ts';
import type { Ref } from '../../graph/op.ts';
import { type Loss, makeLoss, ofElements } from '../../ops/loss.ts';
import { differenceOf, elementsReference } from '../../ops/loss-reference.ts';
import { DIVISION, TINY, ULP } from '../../ops/rounding.ts';
import { LIMIT, optionsOf } from '../optimizers/rule.ts';
import { absoluteError } from './l1.ts';

/** Options of {@link smoothL1}. */
export interface SmoothL1Options {
  /** The difference from which on the loss is linear, from 0 to 10⁶; with 0 it is {@link l1}. Default 1. */
  readonly beta?: number;
}

/**
 * Smooth absolute error, the mean over all outputs, as torch.nn.SmoothL1Loss: huber({ delta: beta }) / beta. Classes are
 * compared as one-hot vectors.
 *
 * @throws OptionError if an option is out of range or unknown
 */
export function smoothL1(options: SmoothL1Options = {}): Loss & Required<SmoothL1Options> {
  const { beta } = optionsOf('smoothL1', options, { beta: [1, LIMIT] });
  const part: Part<Ref> =
    beta === 0 ? use(wgsl.lossL1) : use(wgsl.lossSmoothL1, { constants: { LOSS_BETA: beta } });
  return makeLoss(
    'smoothL1',
    { beta },
    ofElements([part], { flop: { value: 8, slope: 5 }, isOfDifference: true }),
  );
}

export const smoothL1Reference = /* @__PURE__ */ elementsReference<ReturnType<typeof smoothL1>>(
  (at, { beta }) => {
    if (beta === 0) return absoluteError(at);
    const { d, off } = differenceOf(at);
    const share = Math.min(Math.abs(d) / beta, 1);
    const size = share * (Math.abs(d) + share * beta);
    return {
      value: share * (Math.abs(d) - 0.5 * share * beta),
      valueOff: off * Math.min(share + off / beta, 1) + (5 * ULP + DIVISION) * size + TINY,
      slope: Math.sign(d) * share,
      slopeOff: off / beta + (DIVISION + ULP) * share + TINY,
    };
  },
);
