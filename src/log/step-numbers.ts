import { OptionError } from '../errors.ts';
import { scheduleFactor } from '../reference/schedules.ts';
import type { ResolvedOptions } from '../train/options.ts';
import { meansOf, type Sums } from '../train/records.ts';
import { finite, type StepNumbers, type StepsRecord } from './records.ts';

/** The sums of steps as numbers of a record. @param rate the optimizer's learning rate */
export function stepNumbers(
  sums: readonly Sums[],
  first: number,
  options: ResolvedOptions,
  rate: number,
): Pick<StepsRecord, 'loss' | 'accuracy' | 'learningRate'> {
  const { target } = options;
  const means = sums.map((one) => meansOf(one, target));
  return {
    loss: means.map(({ loss }) => finite(loss)),
    accuracy: target === 'label' ? means.map(({ accuracy }) => finite(accuracy)) : null,
    learningRate: ratesOf(options, rate, first, sums.length),
  };
}

/** The learning rate of each step, by the schedule's float64 reference. */
function ratesOf(
  { schedule, accumulate }: ResolvedOptions,
  rate: number,
  first: number,
  count: number,
): StepNumbers | null {
  if (!schedule) return new Array<number>(count).fill(rate);
  try {
    // Schedules count updates.
    return Array.from({ length: count }, (_, i) => {
      const update = Math.floor((first + i) / accumulate);
      return finite(rate * scheduleFactor(schedule, update).value);
    });
  } catch (error) {
    if (error instanceof OptionError) return null;
    throw error;
  }
}
