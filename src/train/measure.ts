import { describe } from '../check.ts';
import { OptionError } from '../errors.ts';
import { classesOf } from '../infer/answers.ts';
import type { LossKind, TargetKind } from '../nn/losses.ts';
import { isSoftmax, type Loss } from '../ops/loss.ts';
import { aucOf, scoresOf } from './auc.ts';
import type { Answers, CLASSES, Measurable, Measured, Metric, OwnMetric } from './metrics.ts';

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
