import type { Approx } from '../../ops/approx.ts';
import type { Schedule } from './rule.ts';

/**
 * A schedule's factor for a step in float64, with a bound on the error of the GPU.
 *
 * @param step steps done before this one
 * @param factor the factor of a schedule that this one consists of
 */
export type ScheduleReference<S extends Schedule> = (
  schedule: S,
  step: number,
  factor: (schedule: Schedule, step: number) => Approx,
) => Approx;
