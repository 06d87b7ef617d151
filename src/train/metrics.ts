import { checkChoice, checkFunction, checkKeys, describe, isArray, isObject } from '../check.ts';
import { OptionError } from '../errors.ts';
import { classesOf } from '../infer/answers.ts';
import type { LossKind, TargetKind } from '../nn/losses.ts';
import { isSoftmax, type Loss } from '../ops/loss.ts';
import { aucOf, scoresOf } from './auc.ts';

/** Of classes. */
const CLASSES = ['precision', 'recall', 'f1'] as const;
/** Of numbers. */
const NUMBERS = ['r2', 'mae'] as const;
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

/** Whether more of it is better; undefined for unknown names. */
export const moreIsBetter = (name: string): boolean | undefined =>
  name === 'loss' || name === 'mae'
    ? false
    : name === 'accuracy' || METRICS.includes(name as MetricName)
      ? true
      : undefined;

const nameOf = (metric: Metric): string => (typeof metric === 'string' ? metric : metric.name);

/** @throws OptionError if a metric is invalid, has the name of another, or does not suit the target. */
export function checkMetrics(
  metrics: unknown,
  target: TargetKind,
): asserts metrics is readonly Metric[] {
  if (!isArray(metrics)) {
    throw new OptionError(
      `metrics ${describe(metrics)} was given; use an array of names and { name, compute }`,
    );
  }
  const taken = new Set(['loss', 'accuracy']);
  for (const metric of metrics) {
    if (isObject(metric)) checkOwn(metric);
    else checkChoice('the metric', metric, METRICS);
    const name = nameOf(metric as Metric);
    if (taken.has(name) || (isObject(metric) && METRICS.includes(name as MetricName))) {
      throw new OptionError(`the name ${describe(name)} of a metric is taken; give each its own`);
    }
    taken.add(name);
    if (isObject(metric)) continue;
    const labels = target === 'label';
    if (labels ? NUMBERS.includes(name as never) : CLASSES.includes(name as never)) {
      throw new OptionError(
        labels
          ? `the metric ${name} needs numbers; this trainer learns classes: use ${CLASSES.join(', ')} or auc`
          : `the metric ${name} needs classes; this trainer learns numbers: use ${NUMBERS.join(' or ')}`,
      );
    }
  }
}

function checkOwn(metric: object): void {
  checkKeys('a metric', metric, ['name', 'compute']);
  const { name, compute } = metric as Partial<OwnMetric>;
  // Values are kept in an object, by name.
  if (typeof name !== 'string' || name === '' || name === '__proto__') {
    throw new OptionError(
      `the name of a metric is ${describe(name)}; use a string, not "__proto__"`,
    );
  }
  checkFunction(`compute of the metric ${name}`, compute ?? null);
}

/** Right, true and predicted samples of each class. */
interface Counts {
  readonly right: readonly number[];
  readonly there: readonly number[];
  readonly predicted: readonly number[];
}

function countsOf(confusion: readonly (readonly number[])[]): Counts {
  return {
    right: confusion.map((row, c) => row[c]),
    there: confusion.map((row) => row.reduce((sum, count) => sum + count, 0)),
    predicted: confusion.map((_, c) => confusion.reduce((sum, row) => sum + row[c], 0)),
  };
}

function countsFrom({ outputs, truth, width }: Answers): Counts {
  const [right, there, predicted] = [0, 1, 2].map(() => new Array<number>(width).fill(0));
  for (const [row, c] of classesOf(outputs, width).entries()) {
    predicted[c]++;
    there[truth[row]]++;
    if (truth[row] === c) right[c]++;
  }
  return { right, there, predicted };
}

const RATIOS: Readonly<Record<(typeof CLASSES)[number], (counts: Counts, c: number) => number>> = {
  precision: ({ right, predicted }, c) => right[c] / (predicted[c] || 1),
  recall: ({ right, there }, c) => right[c] / (there[c] || 1),
  f1: ({ right, there, predicted }, c) => (2 * right[c]) / (there[c] + predicted[c]),
};

/** The mean without NaN; NaN if nothing is left. */
function meanOf(values: readonly number[]): number {
  const known = values.filter((value) => !Number.isNaN(value));
  return known.reduce((sum, value) => sum + value, 0) / known.length;
}

/** Column by column. */
const columnsOf = ({ outputs, truth, width }: Answers): { is: number[]; should: number[] }[] =>
  Array.from({ length: width }, (_, c) => {
    const [is, should] = [outputs, truth].map((values) =>
      Array.from({ length: values.length / width }, (_, row) => values[row * width + c]),
    );
    return { is, should };
  });

function r2Of({ is, should }: { is: readonly number[]; should: readonly number[] }): number {
  const mean = should.reduce((sum, y) => sum + y, 0) / should.length;
  const off = should.reduce((sum, y, i) => sum + (y - is[i]) ** 2, 0);
  const spread = should.reduce((sum, y) => sum + (y - mean) ** 2, 0);
  // The mean of equal numbers may have a rounding error.
  const constant = should.every((y) => y === should[0]);
  return constant ? Number(off === 0) : 1 - off / spread;
}

const maeOf = ({ is, should }: { is: readonly number[]; should: readonly number[] }): number =>
  should.reduce((sum, y, i) => sum + Math.abs(y - is[i]), 0) / should.length;

function areas(answers: Answers, loss: Loss | LossKind, target: TargetKind): number[] {
  const { truth, outputs, width } = answers;
  if (target === 'label') {
    const scores = isSoftmax(loss) ? scoresOf(outputs, width) : outputs;
    return Array.from({ length: width }, (_, c) =>
      aucOf(
        Float64Array.from(truth, (_, row) => scores[row * width + c]),
        Array.from(truth, (label) => label === c),
      ),
    );
  }
  if (!truth.every((value) => value === 0 || value === 1)) {
    throw new OptionError('the metric auc needs classes, or targets of 0 and 1');
  }
  return columnsOf(answers).map(({ is, should }) =>
    aucOf(
      Float64Array.from(is),
      should.map((value) => value === 1),
    ),
  );
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

/** @throws OptionError if a custom metric does not return a number; what it throws. */
export async function measure(
  wanted: readonly Metric[],
  { loss, target, confusion, answers = NONE, until }: Measurable,
): Promise<Measured> {
  const metrics: Record<string, number> = {};
  const each: Record<string, readonly number[]> = {};
  let counts: Counts | undefined;
  for (const metric of wanted) {
    if (typeof metric !== 'string') {
      metrics[metric.name] = await ownOf(metric, answers, until);
      continue;
    }
    if (metric === 'auc') each.auc = areas(answers, loss, target);
    else if (metric === 'r2') each.r2 = columnsOf(answers).map(r2Of);
    else if (metric === 'mae') each.mae = columnsOf(answers).map(maeOf);
    else {
      counts ??= confusion ? countsOf(confusion) : countsFrom(answers);
      each[metric] = ratios(metric, counts);
    }
    const values = each[metric];
    const binary = metric === 'auc' && target === 'label' && values.length === 2;
    metrics[metric] = binary ? values[1] : meanOf(values);
  }
  return { metrics, each };
}

const NONE: Answers = { outputs: new Float32Array(), truth: new Float32Array(), width: 1 };

const ratios = (name: keyof typeof RATIOS, counts: Counts): number[] =>
  counts.right.map((_, c) =>
    counts.there[c] + counts.predicted[c] > 0 ? RATIOS[name](counts, c) : NaN,
  );

async function ownOf(
  metric: OwnMetric,
  { outputs, truth, width }: Answers,
  until: Measurable['until'],
): Promise<number> {
  const shape = { count: outputs.length / width, outputs: width };
  const value: unknown = await until(metric.compute(outputs, truth, shape));
  if (typeof value === 'number') return value;
  throw new OptionError(`the metric ${metric.name} returned ${describe(value)}; return a number`);
}
