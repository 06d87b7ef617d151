import { type LogRecord, numbersOf, type StepsRecord, timeOf } from './records.ts';

/** Numbers of one step or of one epoch, for curves. */
export interface Scalars {
  /** Seconds since 1970. */
  readonly time: number;
  /** The number of the step, from 0, for tags that begin with `step/`; that of the epoch, from 1, for `epoch/`. */
  readonly step: number;
  /** By tag: `step/loss`, `epoch/test_accuracy`. */
  readonly values: Readonly<Record<string, number>>;
}

/** What trackers draw of a record. What is not known is left out. */
export function scalarsOf(record: LogRecord): Scalars[] {
  if (record.type === 'steps') {
    return record.loss.flatMap((_, i) => ofStep(record, i));
  }
  if (record.type !== 'epoch') return [];
  const { time, record: epoch } = record;
  return [{ time, step: epoch.epoch, values: tagged('epoch', numbersOf(epoch)) }];
}

function ofStep(record: StepsRecord, i: number): Scalars[] {
  const { loss, accuracy, learningRate } = record;
  const values = tagged('step', {
    loss: loss[i],
    accuracy: accuracy?.[i] ?? null,
    learning_rate: learningRate?.[i] ?? null,
  });
  const step = record.first + i;
  return Object.keys(values).length > 0 ? [{ time: timeOf(record, i), step, values }] : [];
}

const tagged = (
  group: string,
  numbers: Readonly<Record<string, number | null>>,
): Record<string, number> =>
  Object.fromEntries(
    Object.entries(numbers).flatMap(([name, value]) =>
      value === null || !Number.isFinite(value) ? [] : [[`${group}/${name}`, value]],
    ),
  );
