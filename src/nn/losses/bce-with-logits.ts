import { checkKeys } from '../../check.ts';
import { OptionError } from '../../errors.ts';
import { type Part, use } from '../../gpu/link.ts';
import * as wgsl from '../../gpu/shaders.gen.ts';
import type { Ref } from '../../graph/op.ts';
import { toStorage } from '../../graph/tensor.ts';
import { type Formula, type Loss, makeLoss, ofElements } from '../../ops/loss.ts';
import { elementsReference } from '../../ops/loss-reference.ts';
import { DIVISION, expError, TINY, ULP } from '../../ops/rounding.ts';
import { checkedOutputs, weightsOf } from './weights.ts';

/** Options of {@link bceWithLogits}. */
export interface BceOptions {
  /**
   * Factors for the loss of targets of 1: one number for all outputs, or one for each. Above 1 they raise the recall,
   * below 1 the precision. Default 1.
   */
  readonly positiveWeights?: number | ArrayLike<number>;
}

const answer: NonNullable<Formula['answer']> = (as, width, target) => {
  if (as === 'output') return undefined;
  if (as === 'probability') return (outputs) => outputs.map((x) => 1 / (1 + Math.exp(-x)));
  if (target === 'label') return undefined;
  if (width === 1) return (outputs) => Uint32Array.from(outputs, (x) => Number(x > 0));
  throw new OptionError(
    "as: 'class' was given; each output is its own yes or no. Use as: 'probability'",
  );
};

/**
 * Binary cross-entropy of logits, the mean over all outputs, as torch.nn.BCEWithLogitsLoss: each output is the logit of a
 * yes or no, and its target from 0 to 1. Give targets; classes are compared as one-hot vectors. `predict` gives the
 * probabilities, and for a single output the class: 1 for a logit above 0.
 *
 * @throws OptionError if an option is invalid or unknown
 */
export function bceWithLogits(options: BceOptions = {}): Loss {
  checkKeys('bceWithLogits()', options, ['positiveWeights']);
  const { positiveWeights: given = 1 } = options;
  const positiveWeights =
    typeof given === 'number'
      ? weightsOf('positiveWeights', [given])[0]
      : weightsOf('positiveWeights', given);
  const weights: Part<Ref> =
    typeof positiveWeights === 'number'
      ? use(wgsl.lossPositiveWeight, { constants: { POSITIVE_WEIGHT: positiveWeights } })
      : use(wgsl.lossPositiveWeights, {
          bindings: {
            positiveWeights: {
              kind: 'program',
              name: 'positive weights',
              values: toStorage([positiveWeights.length], positiveWeights),
            },
          },
        });
  return makeLoss(
    'bceWithLogits',
    positiveWeights === 1 ? {} : { positiveWeights },
    ofElements([use(wgsl.lossBceWithLogits), weights], {
      flop: { value: 30, slope: 12 },
      answer,
      ...(typeof positiveWeights === 'number'
        ? {}
        : { isBound: true, ...checkedOutputs('positiveWeights', positiveWeights) }),
    }),
  );
}

const logistic = (x: number): number => 1 / (1 + Math.exp(-x));

export const bceWithLogitsReference = /* @__PURE__ */ elementsReference<Loss & BceOptions>(
  ({ x, t, xOff, tOff, c }, { positiveWeights = 1 }) => {
    const p = typeof positiveWeights === 'number' ? positiveWeights : positiveWeights[c];
    const size = Math.abs(x);
    const tail = Math.log1p(Math.exp(-size));
    // The tail: e^−|x|, and the series of log(1 + z).
    const tailOff = tail * (expError(size) + 12 * ULP + DIVISION) + TINY;
    const [yes, no] = [Math.max(-x, 0) + tail, Math.max(x, 0) + tail];
    const [up, down] = [logistic(x), logistic(-x)];
    const rest = 1 - t;
    const restOff = tOff + ULP * Math.abs(rest);
    const weight = p * t;
    const weightOff = p * tOff + 2 * ULP * Math.abs(weight);
    // |σ′| ≤ 1/4, and the rounding of σ.
    const sigmaOff = (s: number): number => xOff / 4 + s * (expError(size) + ULP + DIVISION) + TINY;
    const part = (factor: number, factorOff: number, value: number, off: number): number =>
      factorOff * (value + off) + Math.abs(factor) * off + ULP * Math.abs(factor * value) + TINY;
    const value = weight * yes + rest * no;
    const slope = rest * up - weight * down;
    const sum = Math.abs(weight * yes) + Math.abs(rest * no);
    return {
      value,
      valueOff:
        part(weight, weightOff, yes, xOff + tailOff + ULP * yes) +
        part(rest, restOff, no, xOff + tailOff + ULP * no) +
        ULP * sum,
      slope,
      slopeOff:
        part(rest, restOff, up, sigmaOff(up)) +
        part(weight, weightOff, down, sigmaOff(down)) +
        ULP * (Math.abs(rest * up) + Math.abs(weight * down)),
    };
  },
);
