import { OptionError } from '../../errors.ts';
import { type Part, use } from '../../gpu/link.ts';
import * as wgsl from '../../gpu/shaders.gen.ts';
import type { Ref } from '../../graph/op.ts';
import { type Loss, makeLoss, ofElements } from '../../ops/loss.ts';
import { differenceOf, elementsReference } from '../../ops/loss-reference.ts';
import { TINY, ULP } from '../../ops/rounding.ts';
import { LIMIT, optionsOf } from '../optimizers/rule.ts';

/** Options of {@link huber}. */
export interface HuberOptions {
  /** The difference from which on the loss grows linearly, above 0, up to 10⁶. Default 1. */
  readonly delta?: number;
}

/**
 * Huber's loss, the mean over all outputs, as torch.nn.HuberLoss: half the square of small differences, and `delta` times
 * the size of large ones. Classes are compared as one-hot vectors.
 *
 * @throws OptionError if an option is out of range or unknown
 */
export function huber(options: HuberOptions = {}): Loss & Required<HuberOptions> {
  const { delta } = optionsOf('huber', options, { delta: [1, LIMIT] });
  if (delta === 0) throw new OptionError('delta 0 was given; use a number above 0, or l1()');
  const part: Part<Ref> = use(wgsl.lossHuber, { constants: { LOSS_DELTA: delta } });
  return makeLoss(
    'huber',
    { delta },
    ofElements([part], { flop: { value: 6, slope: 4 }, isOfDifference: true }),
  );
}

export const huberReference = /* @__PURE__ */ elementsReference<ReturnType<typeof huber>>(
  (at, { delta }) => {
    const { d, off } = differenceOf(at);
    const near = Math.min(Math.abs(d), delta);
    const slope = Math.sign(d) * near;
    const value = near * (Math.abs(d) - 0.5 * near);
    // The derivative by the difference is at most delta, and so is the error's part in the square.
    const steepest = Math.min(near + off, delta);
    const size = near * (Math.abs(d) + near);
    return {
      value,
      valueOff: off * steepest + 5 * ULP * size + TINY,
      slope,
      slopeOff: off + ULP * near,
    };
  },
);
