import { checkNone } from '../../check.ts';
import { use } from '../../gpu/link.ts';
import * as wgsl from '../../gpu/shaders.gen.ts';
import { type Loss, MEAN, makeLoss, ofElements } from '../../ops/loss.ts';
import {
  differenceOf,
  type Element,
  type ElementAt,
  elementsReference,
} from '../../ops/loss-reference.ts';

/** Mean absolute error over all outputs, as torch.nn.L1Loss. Classes are compared as one-hot vectors. */
export function l1(...none: []): Loss {
  checkNone('l1', none, MEAN);
  return makeLoss(
    'l1',
    {},
    ofElements([use(wgsl.lossL1)], { flop: { value: 3, slope: 4 }, isOfDifference: true }),
  );
}

export function absoluteError(at: ElementAt): Element {
  const { d, off } = differenceOf(at);
  const slopeOff = off > 0 && off >= Math.abs(d) ? 1 + Math.abs(Math.sign(d)) : 0;
  return { value: Math.abs(d), valueOff: off, slope: Math.sign(d), slopeOff };
}

export const l1Reference = /* @__PURE__ */ elementsReference(absoluteError);
