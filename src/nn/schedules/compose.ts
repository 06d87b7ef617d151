import { describe, isArray } from '../../check.ts';
import { OptionError } from '../../errors.ts';
import { type Part, scoped, use } from '../../gpu/link.ts';
import * as wgsl from '../../gpu/shaders.gen.ts';
import type { ScheduleReference } from './reference.ts';
import { milestonesOf, SCHEDULE, type Schedule, schedule, scheduleOf } from './rule.ts';

type Parts = readonly Part<never>[];

const pair = (first: Parts, second: Parts): Parts => [
  ...scoped('first', first),
  ...scoped('second', second),
];

/** Parts of schedules one after the other: each begins at a milestone, and counts its steps from there. */
export const inSequence = (
  [first, ...others]: readonly Parts[],
  milestones: readonly number[],
): Parts => {
  const [MILESTONE, ...later] = milestones;
  if (others.length === 0) return first;
  const rest = inSequence(
    others,
    later.map((at) => at - MILESTONE),
  );
  return [use(wgsl.scheduleSequence, { constants: { MILESTONE } }), ...pair(first, rest)];
};

/** Most schedules of a chain. */
const MOST = 16;

function listOf(what: string, given: unknown): readonly Schedule[] {
  if (isArray(given) && given.length > 0 && given.length <= MOST) {
    return Object.freeze(given.map((one, i) => scheduleOf(`${what}[${i}]`, one)));
  }
  throw new OptionError(
    `${what} ${describe(given)} was given; use an array of 1 to ${MOST} schedules`,
  );
}

/** A chain of schedules. */
export interface ChainedRate extends Schedule {
  readonly schedules: readonly Schedule[];
}

/**
 * All schedules at once: the factor is the product of theirs. torch.optim.lr_scheduler.ChainedScheduler, for schedules
 * that multiply the rate, stepped after each optimizer step.
 *
 * @param schedules 1 to 16
 * @throws OptionError unless they are schedules
 */
export function chainedRate(schedules: readonly Schedule[]): ChainedRate {
  const list = listOf('chainedRate(): schedules', schedules);
  const [first, ...others] = list.map((one) => one[SCHEDULE].factor);
  const parts = others.reduce<Parts>(
    (before, next) => [use(wgsl.scheduleProduct), ...pair(before, next)],
    first,
  );
  const make = (options: ChainedRate): Schedule => chainedRate(options.schedules);
  return schedule({ kind: 'chained', schedules: list }, make, parts);
}

/** {@link chainedRate} in float64. */
export const chainedReference: ScheduleReference<ChainedRate> = ({ schedules }, step, factor) =>
  schedules.map((one) => factor(one, step)).reduce((product, one) => product.times(one));

/** Schedules one after the other. */
export interface SequentialRate extends ChainedRate {
  readonly milestones: readonly number[];
}

/**
 * One schedule after the other; each counts its steps from its own beginning. torch.optim.lr_scheduler.SequentialLR,
 * stepped after each optimizer step.
 *
 * @param schedules 1 to 16
 * @param milestones the first steps of all but the first schedule, increasing
 * @throws OptionError unless they are schedules, and a milestone for each but the first
 */
export function sequentialRate(
  schedules: readonly Schedule[],
  milestones: readonly number[],
): SequentialRate {
  const list = listOf('sequentialRate(): schedules', schedules);
  const steps = milestonesOf('sequentialRate(): milestones', milestones, MOST);
  if (steps.length !== list.length - 1) {
    throw new OptionError(
      `sequentialRate(): ${steps.length} milestones were given for ${list.length} schedules; give one for each but the first`,
    );
  }
  const factors = list.map((one) => one[SCHEDULE].factor);
  const make = (options: SequentialRate): Schedule =>
    sequentialRate(options.schedules, options.milestones);
  return schedule(
    { kind: 'sequential', schedules: list, milestones: steps },
    make,
    inSequence(factors, steps),
  );
}

/** {@link sequentialRate} in float64. */
export const sequentialReference: ScheduleReference<SequentialRate> = (
  { schedules, milestones },
  step,
  factor,
) => {
  const at = milestones.filter((first) => first <= step).length;
  return factor(schedules[at], step - (milestones[at - 1] ?? 0));
};
