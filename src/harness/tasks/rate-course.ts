/** How the learning rate changes over a run: from the address to a schedule of the engine. */
import {
  constantRate,
  cosineRate,
  cosineRestartsRate,
  exponentialRate,
  linearRate,
  oneCycleRate,
  type Schedule,
  sequentialRate,
  stepRate,
  warmup,
} from '../../nn/schedules.ts';
import type { Query } from './query.ts';
import {
  rateDefaults,
  SCHEDULE_FACTS,
  SCHEDULES,
  type ScheduleName,
  type ScheduleOption,
} from './schedule-facts.ts';

/** A schedule and its numbers, in epochs. */
export interface RateCourse {
  readonly name: ScheduleName;
  /** Epochs in which the rate rises from near 0 along a line, before the schedule begins. */
  readonly warmup: number;
  /** What the rate is multiplied with: each `period` with `step`, over each epoch with `exponential`. */
  readonly gamma: number;
  /** Epochs between two decays of `step`, or until `restarts` begins again. */
  readonly period: number;
  /** The rate in the end as a share of the first, of `cosine`, `linear` and `restarts`. */
  readonly endFactor: number;
  /** The share of the epochs in which the rate of `one-cycle` rises. */
  readonly rise: number;
}

const OPTIONS: readonly ScheduleOption[] = ['warmup', 'gamma', 'period', 'end-factor', 'rise'];

/** @throws OptionError for an option that the schedule does not take, or a wrong value */
export function rateCourseOf(query: Query, fallback: ScheduleName): RateCourse {
  const name = query.choice('schedule', SCHEDULES, fallback);
  const { options } = SCHEDULE_FACTS[name];
  const usual = rateDefaults(name);
  const stray = OPTIONS.find((one) => query.has(one) && !options.includes(one));
  if (stray) query.fail(stray, `left out: the schedule ${name} has no such option`);
  const within = (option: ScheduleOption, usual: number, min: number, max: number): number => {
    const value = query.number(option, usual);
    return value >= min && value <= max
      ? value
      : query.fail(option, `a number from ${min} to ${max}`);
  };
  const course = {
    name,
    warmup: within('warmup', usual.warmup, 0, 10_000),
    gamma: within('gamma', usual.gamma, 0, 1),
    period: within('period', usual.period, 0, 10_000),
    endFactor: within('end-factor', usual['end-factor'], 0, 1),
    rise: within('rise', usual.rise, 0, 1),
  };
  if (course.period === 0) query.fail('period', 'a number above 0');
  return course;
}

/**
 * The schedule of a run.
 *
 * @param stretches epochs that the run is for; then those that it was given later, each of which begins a schedule that ends anew
 * @param perEpoch steps of an epoch
 * @returns undefined if the rate stays
 */
export function scheduleFor(
  course: RateCourse,
  stretches: readonly number[],
  perEpoch: number,
): Schedule | undefined {
  const [first, ...more] = stretches;
  if (more.length === 0 || !SCHEDULE_FACTS[course.name].ends) {
    return warmed(course, first, perEpoch);
  }
  const parts = [
    warmed(course, first, perEpoch) ?? constantRate({ factor: 1 }),
    ...more.map((epochs) => body(course, epochs * perEpoch, perEpoch)),
  ];
  const ends = more.map((_, i) => sum(stretches.slice(0, i + 1)) * perEpoch);
  return sequentialRate(
    parts.map((part) => part ?? constantRate({ factor: 1 })),
    ends,
  );
}

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

function warmed(course: RateCourse, epochs: number, perEpoch: number): Schedule | undefined {
  const all = epochs * perEpoch;
  const rising = Math.min(Math.round(course.warmup * perEpoch), all - 1);
  const rest = body(course, all - Math.max(0, rising), perEpoch);
  return rising < 1 ? rest : warmup(rising, rest);
}

/** A schedule after its warm-up. */
function body(
  { name, gamma, period, endFactor, rise }: RateCourse,
  totalSteps: number,
  perEpoch: number,
): Schedule | undefined {
  const stepsEach = Math.max(1, Math.round(period * perEpoch));
  switch (name) {
    case 'constant':
      return undefined;
    case 'cosine':
      return cosineRate({ totalSteps, endFactor });
    case 'linear':
      return linearRate({ startFactor: 1, endFactor, totalSteps });
    case 'step':
      return stepRate({ stepSize: stepsEach, gamma });
    case 'exponential':
      return exponentialRate({ gamma: gamma ** (1 / perEpoch) });
    case 'one-cycle':
      return oneCycleRate({ totalSteps: Math.max(2, totalSteps), pctStart: rise });
    case 'restarts':
      return cosineRestartsRate({ firstSteps: stepsEach, endFactor });
  }
}
