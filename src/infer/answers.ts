import { checkChoice, checkFlag, checkKeys } from '../check.ts';
import { MemoryError, OptionError } from '../errors.ts';
import type { LossKind, TargetKind } from '../nn/losses.ts';

/** In which form `predict` answers. */
export type AnswerForm = 'output' | 'class' | 'probability';

/** How `predict` takes samples and gives answers. */
export interface PredictOptions<As extends AnswerForm = AnswerForm> {
  /**
   * - `output`: what the network computes, f32 [count, outputs] row by row; logits for `cross_entropy`.
   * - `class`: u32 [count], the number of the largest output, the first if there are several. Found on the CPU:
   *   the outputs are read back in any case, and so no other kernels are compiled.
   * - `probability`: the softmax of each row, f32 [count, outputs], computed in float64 and rounded once. For
   *   models that were trained with `cross_entropy` alone: other outputs are no logits.
   *
   * Default `output`.
   */
  readonly as?: As;
  /** `false`: the samples are standardised already, or shall not be. Default as the training's data. */
  readonly normalize?: boolean;
}

/** What `predict` gives: classes, or f32 [count, outputs]. */
export type Answer<As extends AnswerForm> = As extends 'class'
  ? Uint32Array<ArrayBuffer>
  : Float32Array<ArrayBuffer>;

/** What is known of a network's outputs. */
export interface Outputs {
  /** How many a sample has. */
  readonly width: number;
  /** What they were trained with; undefined if nobody said. */
  readonly loss: LossKind | undefined;
  /** What they were trained to be; undefined if nobody said. */
  readonly target: TargetKind | undefined;
}

/** Room for the outputs of some samples. @throws MemoryError */
export function answersFor(count: number, width: number): Float32Array<ArrayBuffer> {
  try {
    return new Float32Array(count * width);
  } catch {
    throw new MemoryError(
      `the outputs of ${count} samples, ${width} each, are more than one array holds here; predict for fewer samples at a time`,
    );
  }
}

/** @throws OptionError for options that are none, and for a form that these outputs have not. */
export function checkPredict(options: PredictOptions, { width, loss, target }: Outputs): void {
  checkKeys('predict()', options, ['as', 'normalize']);
  const { as = 'output', normalize } = options;
  checkChoice('as', as, ['output', 'class', 'probability']);
  checkFlag('normalize', normalize);
  if (as === 'output') return;
  const refuse = (why: string): never => {
    throw new OptionError(`as: '${as}' was given; ${why}. Use as: 'output'`);
  };
  if (width === 1) refuse('a single output has no classes to choose from');
  if (target !== undefined && target !== 'label') {
    refuse('these outputs were trained to be numbers, not classes');
  }
  if (as === 'class') return;
  if (loss === undefined) {
    refuse(
      "how these outputs were trained is not known: give Inference.create() the loss, 'cross_entropy', if they are logits",
    );
  }
  if (loss !== 'cross_entropy') {
    refuse(
      `outputs that were trained with the loss ${loss} are no logits, so their softmax says nothing`,
    );
  }
}

/** The first of the largest in each row; as on the GPU, NaN is larger than nothing. */
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
  width: number,
  as: As | undefined,
): Answer<As> {
  const answers =
    as === 'class'
      ? classesOf(outputs, width)
      : as === 'probability'
        ? probabilitiesOf(outputs, width)
        : outputs;
  return answers as Answer<As>;
}
