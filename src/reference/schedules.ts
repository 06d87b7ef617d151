import { checkInteger, describe } from '../check.ts';
import { OptionError } from '../errors.ts';
import { chainedReference, sequentialReference } from '../nn/schedules/compose.ts';
import { cosineReference, cosineRestartsReference } from '../nn/schedules/cosine.ts';
import { exponentialReference, multiStepReference, stepReference } from '../nn/schedules/decay.ts';
import { oneCycleReference } from '../nn/schedules/one-cycle.ts';
import { tableReference } from '../nn/schedules/own.ts';
import { constantReference, linearReference, polynomialReference } from '../nn/schedules/ramp.ts';
import type { ScheduleReference } from '../nn/schedules/reference.ts';
import { type Schedule, scheduleOf } from '../nn/schedules/rule.ts';
import type { Approx } from '../ops/approx.ts';

/** The float64 reference of each schedule, by its kind. */
const SCHEDULES: Readonly<Record<string, ScheduleReference<never>>> = {
  chained: chainedReference,
  constant: constantReference,
  cosine: cosineReference,
  cosineRestarts: cosineRestartsReference,
  exponential: exponentialReference,
  linear: linearReference,
  multiStep: multiStepReference,
  oneCycle: oneCycleReference,
  polynomial: polynomialReference,
  sequential: sequentialReference,
  step: stepReference,
  table: tableReference,
};

const factorOf = (schedule: Schedule, step: number): Approx => {
  const reference = SCHEDULES[schedule.kind];
  if (reference) return reference(schedule as never, step, factorOf);
  throw new OptionError(
    `scheduleFactor(): ${describe(schedule.kind)} has no reference; compute your own factors`,
  );
};

/**
 * A schedule's factor of the learning rate for a step in float64, and a bound on the error of the GPU.
 *
 * @param step steps done before it: 0 is the first
 * @throws OptionError if it is not a schedule, or consists of your own WGSL
 */
export function scheduleFactor(
  schedule: Schedule,
  step: number,
): { readonly value: number; readonly error: number } {
  const checked = scheduleOf('scheduleFactor()', schedule);
  checkInteger('scheduleFactor(): step', step, 0);
  const { value, error } = factorOf(checked, step);
  return { value, error };
}
