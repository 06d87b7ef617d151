import { checkInteger, checkKeys, describe } from '../../check.ts';
import { OptionError } from '../../errors.ts';
import { use } from '../../gpu/link.ts';
import * as wgsl from '../../gpu/shaders.gen.ts';
import { storageOf } from '../../graph/tensor.ts';
import type { Value } from '../../graph/value.ts';
import { classShares, classSharesPart, totalsPart } from '../../ops/class_shares.ts';
import { type Loss, makeLoss } from '../../ops/loss.ts';
import type { LossReference } from '../../ops/loss-reference.ts';
import { ignoredPart, ignoring } from '../../ops/one_hot.ts';
import { DIVISION, expError, logError, TINY, ULP } from '../../ops/rounding.ts';
import { entropyFormula, plainCrossEntropy } from '../../ops/softmax_cross_entropy.ts';
import { checkedOutputs, weightsOf } from './weights.ts';

/** Options of {@link crossEntropy}. */
export interface CrossEntropyOptions {
  /** The share of the target that all classes divide among them, from 0 to 1. Default 0. */
  readonly labelSmoothing?: number;
  /** A weight for each class, from 0 up. Default all equal. */
  readonly classWeights?: ArrayLike<number>;
  /**
   * The label of samples that do not count, an integer from −2³¹ to 2³² − 1; it need not be a class. Default none (PyTorch:
   * −100).
   */
  readonly ignoreIndex?: number;
}

/**
 * Softmax cross-entropy of logits against classes, as torch.nn.CrossEntropyLoss; without options the same as
 * `'cross_entropy'`. With `classWeights` a batch's loss is divided by the sum of the weights of its samples' classes, as
 * PyTorch's, not by the number of samples: a sample counts more in a batch of rare classes. Samples with the label
 * `ignoreIndex` have neither loss nor gradient, and the mean, the accuracy and the metrics do not count them. The loss of an
 * epoch or of an evaluation is the sum of all weighted losses by the sum of all weights. A batch whose samples are all
 * ignored, or have classes of weight 0, has the loss and the gradient 0 (PyTorch: NaN, which would end the run), and the
 * epoch's mean does not count it. A mean over no sample that counts is NaN; a split in memory that has none is refused. A
 * live set takes the ignored label if it has the same `ignoreIndex`.
 *
 * @throws OptionError if an option is out of range or unknown
 */
export function crossEntropy(options: CrossEntropyOptions = {}): Loss {
  checkKeys('crossEntropy()', options, ['labelSmoothing', 'classWeights', 'ignoreIndex']);
  const { labelSmoothing = 0, classWeights, ignoreIndex } = options;
  if (!(typeof labelSmoothing === 'number' && labelSmoothing >= 0 && labelSmoothing <= 1)) {
    throw new OptionError(
      `labelSmoothing ${describe(labelSmoothing)} was given; use a number from 0 to 1`,
    );
  }
  if (ignoreIndex !== undefined) checkInteger('ignoreIndex', ignoreIndex, -(2 ** 31), 2 ** 32 - 1);
  const isEqual = classWeights === undefined && ignoreIndex === undefined;
  if (labelSmoothing === 0 && isEqual) return plainCrossEntropy();
  const weights = classWeights === undefined ? undefined : weightsOf('classWeights', classWeights);
  const ignored = ignoreIndex === undefined ? undefined : ignoring(ignoreIndex);
  return makeLoss(
    'cross_entropy',
    {
      labelSmoothing,
      ...(weights ? { classWeights: weights } : {}),
      ...(ignoreIndex === undefined ? {} : { ignoreIndex }),
    },
    entropyFormula({
      parts: [
        use(wgsl.lossSoftmax),
        use(wgsl.lossWanted, { constants: { SMOOTHING: labelSmoothing } }),
        ignoredPart(ignored),
        ...(isEqual ? [use<'loss/equal_classes', never>(wgsl.lossEqualClasses)] : []),
      ],
      value: use(wgsl.lossSmoothedCrossEntropy),
      slope: use(wgsl.lossSmoothedCrossEntropyGradient),
      flop: { value: 9, slope: 14 },
      ignored,
      ...(weights ? checkedOutputs('classWeights', weights) : {}),
      ...(isEqual
        ? {}
        : {
            isBound: true,
            weights: {
              node: (labels, classes) =>
                classShares(labels, weights ?? new Array<number>(classes).fill(1), ignored),
              part: classSharesPart,
              totals: totalsPart,
            },
          }),
    }),
  );
}

interface Softmax {
  readonly maximum: number;
  readonly maximumError: number;
  /** Σ e^(x − max), and a bound on the GPU's error. */
  readonly sum: number;
  readonly sumError: number;
  /** e^(x − max) of each class, and bounds on the GPU's errors. */
  readonly terms: Float64Array;
  readonly termErrors: Float64Array;
}

/** The sums of one row. Apart from rounding, an error of the maximum cancels in all results. */
function softmaxOf(x: Value, row: number, classes: number): Softmax {
  const logits = x.data.subarray(row * classes, (row + 1) * classes);
  const maximum = Math.max(...logits);
  const maximumError = Math.max(...x.error.subarray(row * classes, (row + 1) * classes));
  const terms = logits.map((value) => Math.exp(value - maximum));
  const termErrors = terms.map((term, c) => {
    const d = Math.abs(logits[c] - maximum);
    const shift = x.error[row * classes + c] + maximumError + ULP * d;
    return term * (Math.expm1(shift) + expError(d) * Math.exp(shift)) + TINY;
  });
  const sum = terms.reduce((a, b) => a + b, 0);
  const sumError = termErrors.reduce((a, b) => a + b, 0) + classes * ULP * sum;
  return { maximum, maximumError, sum, sumError, terms, termErrors };
}

/** What a row is compared with, and bounds on its errors: the one-hot vector, smoothed, times the classes' shares. */
function wantedOf(
  label: number,
  classes: number,
  { labelSmoothing: smoothing = 0, ignoreIndex }: CrossEntropyOptions,
  shares: Value | undefined,
): { readonly wanted: number; readonly off: number }[] {
  const isIgnored = ignoreIndex !== undefined && label === ignoreIndex >>> 0;
  return Array.from({ length: classes }, (_, c) => {
    if (isIgnored) return { wanted: 0, off: 0 };
    const smoothed = (label === c ? 1 - smoothing : 0) + smoothing / classes;
    const share = shares ? shares.data[c] : 1;
    const wanted = smoothed * share;
    // Without smoothing, shares alone are rounded.
    const rounding = smoothing > 0 ? 4 * ULP + DIVISION : 0;
    return { wanted, off: rounding * wanted + smoothed * (shares ? shares.error[c] : 0) };
  });
}

export const crossEntropyReference: LossReference = {
  rows: ({ inputs: [logits], attributes: { loss } }, [x, labels, shares]) => {
    const options = loss as Loss & CrossEntropyOptions;
    const { rows: batch, columns: classes } = storageOf(logits.spec);
    const data = new Float64Array(batch);
    const error = new Float64Array(batch);
    const isPlain = !options.labelSmoothing && !shares;
    for (let row = 0; row < batch; row++) {
      const { maximum, maximumError, sum, sumError } = softmaxOf(x, row, classes);
      const logOff = sumError / Math.max(sum - sumError, TINY) + logError(sum);
      const label = isPlain ? Math.min(labels.data[row], classes - 1) : labels.data[row];
      let size = 0;
      for (const [c, { wanted, off }] of wantedOf(label, classes, options, shares).entries()) {
        if (wanted === 0 && off === 0) continue;
        const down = maximum - x.data[row * classes + c];
        const gap = Math.log(sum) + down;
        const gapOff =
          logOff +
          x.error[row * classes + c] +
          maximumError +
          ULP * (Math.abs(down) + Math.abs(gap));
        data[row] += wanted * gap;
        size += Math.abs(wanted * gap);
        error[row] += wanted * gapOff + off * (Math.abs(gap) + gapOff);
      }
      if (!isPlain) error[row] += (classes + 3) * ULP * size + TINY;
    }
    return { data, error };
  },
  gradient: ({ spec, attributes: { loss } }, [x, labels, dy, shares]) => {
    const options = loss as Loss & CrossEntropyOptions;
    const { rows: batch, columns: classes } = storageOf(spec);
    const data = new Float64Array(batch * classes);
    const error = new Float64Array(batch * classes);
    const isPlain = !options.labelSmoothing && !shares;
    for (let row = 0; row < batch; row++) {
      const { sum, sumError, terms, termErrors } = softmaxOf(x, row, classes);
      const weight = dy.data[row];
      const all = wantedOf(labels.data[row], classes, options, shares);
      const total = isPlain ? 1 : all.reduce((s, { wanted }) => s + wanted, 0);
      const totalOff = isPlain
        ? 0
        : all.reduce((s, { off }) => s + off, 0) + (classes + 3) * ULP * total;
      for (const [c, { wanted, off: wantedOff }] of all.entries()) {
        const p = terms[c] / sum;
        const off =
          termErrors[c] / sum + (p * sumError) / Math.max(sum - sumError, TINY) + DIVISION * p;
        const d = p * total - wanted;
        const dOff = isPlain
          ? off
          : off * (total + totalOff) + p * totalOff + ULP * p * total + wantedOff;
        data[row * classes + c] = d * weight;
        error[row * classes + c] =
          (dOff + ULP * Math.abs(d)) * (Math.abs(weight) + dy.error[row]) +
          Math.abs(d) * dy.error[row] +
          ULP * Math.abs(d * weight) +
          TINY;
      }
    }
    return { data, error };
  },
};
