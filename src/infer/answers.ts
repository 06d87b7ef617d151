import { checkChoice, checkFlag, checkKeys } from '../check.ts';
import { MemoryError, OptionError } from '../errors.ts';
import type { LossKind, TargetKind } from '../nn/losses.ts';
import { type AnswerForm, formulaOf, isSoftmax, type Loss } from '../ops/loss.ts';

export type { AnswerForm };

/** Options of `predict`. */
export interface PredictOptions<As extends AnswerForm = AnswerForm> {
  /**
   * - `output`: what the network computes, f32 [count, outputs] row by row; logits for cross-entropies.
   * - `class`: u32 [count], the index of the largest output, the first if there are several. Computed on the CPU:
   *   the outputs are read back anyway, and no other kernels have to be compiled. For a single output that was trained
   *   with `bceWithLogits`: 1 for a logit above 0, else 0.
   * - `probability`: f32 [count, outputs], computed in float64 and rounded once. The softmax of each row for models
   *   that were trained with a cross-entropy, the sigmoid of each output for `bceWithLogits`: other outputs are not
   *   logits.
   *
   * Default `output`.
   */
  readonly as?: As;
  /** `false`: do not standardise the samples. Default: standardise them like the training data. */
  readonly normalize?: boolean;
}

/** The result of `predict`: classes, or f32 [count, outputs]. */
export type Answer<As extends AnswerForm> = As extends 'class'
  ? Uint32Array<ArrayBuffer>
  : Float32Array<ArrayBuffer>;

/** Facts about a network's outputs. */
export interface Outputs {
  /** Outputs per sample. */
  readonly width: number;
  /** The loss that they were trained with; undefined if unknown. */
  readonly loss: Loss | LossKind | undefined;
  /** What they learned; undefined if unknown. */
  readonly target: TargetKind | undefined;
}

/** An array for the outputs of some samples. @throws MemoryError */
export function answersFor(count: number, width: number): Float32Array<ArrayBuffer> {
  try {
    return new Float32Array(count * width);
  } catch {
    throw new MemoryError(
      `the ${width} outputs of each of ${count} samples do not fit one array; predict fewer samples at a time`,
    );
  }
}

/** @throws OptionError if an option is invalid, or the outputs do not have that form. */
export function checkPredict(options: PredictOptions, { width, loss, target }: Outputs): void {
  checkKeys('predict()', options, ['as', 'normalize']);
  const { as = 'output', normalize } = options;
  checkChoice('as', as, ['output', 'class', 'probability']);
  checkFlag('normalize', normalize);
  if (as === 'output') return;
  const refuse = (why: string): never => {
    throw new OptionError(`as: '${as}' was given; ${why}. Use as: 'output'`);
  };
  if (formulaOf(loss)?.answer?.(as, width, target)) return;
  if (width === 1) refuse('a single output has no classes');
  if (target !== undefined && target !== 'label') {
    refuse('these outputs are numbers, not classes');
  }
  if (as === 'class') return;
  if (loss === undefined) {
    refuse("give Inference.create() loss: 'cross_entropy' if these outputs are logits");
  }
  if (!isSoftmax(loss)) {
    refuse(
      `outputs that were trained with ${typeof loss === 'string' ? loss : loss?.kind} are not logits`,
    );
  }
}

/** The index of the first largest output in each row; as on the GPU, NaN is never larger. */
export function classesOf(outputs: Float32Array, width: number): Uint32Array<ArrayBuffer> {
  return Uint32Array.from({ length: outputs.length / width }, (_, row) => {
    let best = row * width;
    for (let at = best + 1; at < (row + 1) * width; at++) {
      if (outputs[at] > outputs[best]) best = at;
    }
    return best - row * width;
  });
}

/** The softmax of each row, in float64, rounded to float32. */
export function probabilitiesOf(logits: Float32Array, width: number): Float32Array<ArrayBuffer> {
  const result = new Float32Array(logits.length);
  for (let row = 0; row < logits.length; row += width) {
    const own = logits.subarray(row, row + width);
    const most = own.reduce((a, b) => Math.max(a, b), -Infinity);
    const powers = Array.from(own, (z) => Math.exp(z - most));
    const sum = powers.reduce((a, b) => a + b, 0);
    for (const [c, power] of powers.entries()) result[row + c] = power / sum;
  }
  return result;
}

/** Outputs in the form that was asked for. */
export function answersOf<As extends AnswerForm>(
  outputs: Float32Array<ArrayBuffer>,
  { width, loss, target }: Outputs,
  as: As | undefined,
): Answer<As> {
  const own = formulaOf(loss)?.answer?.(as ?? 'output', width, target);
  const answers = own
    ? own(outputs)
    : as === 'class'
      ? classesOf(outputs, width)
      : as === 'probability'
        ? probabilitiesOf(outputs, width)
        : outputs;
  return answers as Answer<As>;
}
