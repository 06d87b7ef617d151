import type { LossKind, TargetKind } from '../nn/losses.ts';
import type { Loss } from '../ops/loss.ts';

/** Of classes. */
export const CLASSES = ['precision', 'recall', 'f1'] as const;
/** Of numbers. */
export const NUMBERS = ['r2', 'mae'] as const;
/** The built-in metrics. */
export const METRICS = [...CLASSES, 'auc', ...NUMBERS] as const;

/**
 * - `precision`, `recall`, `f1`: for each class, from the confusion matrix; the value is their unweighted mean
 *   (macro). A class that neither occurs nor is predicted has NaN and is left out of the mean. Otherwise a
 *   division by 0 gives 0.
 * - `auc`: area under the ROC curve, exact, ties count half. With two classes it is that of class 1; with more,
 *   the mean over the classes, each against the rest. For targets that are 0 or 1: one for each output. NaN if
 *   only one of the two kinds occurs.
 * - `r2`, `mae`: coefficient of determination and mean absolute error of each output; the value is their
 *   mean. An output whose truth is constant has an R² of 0, or of 1 if it is predicted exactly.
 *
 * All are computed on the CPU in float64.
 */
export type MetricName = (typeof METRICS)[number];

/** A custom metric. */
export interface OwnMetric {
  /** Its name in the result, which no other metric has. */
  readonly name: string;
  /**
   * @param outputs of the network, [count, outputs] row by row, as `predict` gives them
   * @param truth the class of each sample (u32), or what the outputs should be, [count, outputs] (f32)
   * @param shape samples, and outputs of each
   * @returns the value, a number
   */
  compute(
    outputs: Float32Array,
    truth: Float32Array | Uint32Array,
    shape: { readonly count: number; readonly outputs: number },
  ): number | Promise<number>;
}

/** A metric that `evaluate` and `fit` compute beside loss and accuracy. */
export type Metric = MetricName | OwnMetric;

/** A network's outputs for a split, and the truth. */
export interface Answers {
  /** [count, width], row by row. */
  readonly outputs: Float32Array;
  /** Classes (u32 [count]) or values (f32 [count, width]). */
  readonly truth: Float32Array | Uint32Array;
  readonly width: number;
}

/** Values by name, and the values of each class or output behind them. */
export interface Measured {
  readonly metrics: Readonly<Record<string, number>>;
  readonly each: Readonly<Record<string, readonly number[]>>;
}

/** Whether metrics need more than a confusion matrix. */
export const needAnswers = (
  wanted: readonly Metric[],
  { confusion }: Pick<Measurable, 'confusion'>,
) => wanted.some((metric) => !confusion || !CLASSES.includes(metric as never));

/** The input of metrics. */
export interface Measurable {
  readonly loss: Loss | LossKind;
  readonly target: TargetKind;
  /** [class][predicted]; null if there is none. */
  readonly confusion: readonly (readonly number[])[] | null;
  /** Undefined if they are not needed, see {@link needAnswers}. */
  readonly answers: Answers | undefined;
  /** Waits for the caller's metric, which may never finish. */
  readonly until: <T>(waited: T | PromiseLike<T>) => Promise<T>;
}
