import { checkInteger, describe, isArray } from '../../check.ts';
import { OptionError } from '../../errors.ts';
import { type Part, scoped, use } from '../../gpu/link.ts';
import * as wgsl from '../../gpu/shaders.gen.ts';
import { remade } from '../../ops/made.ts';

/** What a schedule computes with: the key of its {@link Computation}. Copies of a schedule keep it. */
export const SCHEDULE = Symbol.for('gradweave.schedule');

type Parts = readonly Part<never>[];

/**
 * A schedule of the learning rate: the factor of the optimizer's learning rate for each step. What `warmup()`,
 * `cosineRate()` and the like return.
 */
export interface Schedule {
  /** The schedule's name, such as `cosine`. */
  readonly kind: string;
  /** @internal */
  readonly [SCHEDULE]: Computation;
}

/** How a schedule computes. */
export interface Computation {
  /** Makes the schedule with other options, checked. */
  readonly make: (options: never) => Schedule;
  /** Declare `fn factor(step: u32) -> f32`, see shaders/schedule. */
  readonly factor: Parts;
  /** Declare `prepare` for the tick: the step's learning rate, then what the optimizer's parts prepare. */
  readonly prepare: (optimizer: Parts) => Parts;
}

/** A schedule of checked options. */
export const schedule = <O extends { readonly kind: string }>(
  options: O,
  make: (options: never) => Schedule,
  factor: Parts,
): O & Schedule => {
  const prepare = (optimizer: Parts): Parts => [
    use(wgsl.schedulePrepare),
    ...factor,
    ...scoped('optimizer', optimizer),
  ];
  return Object.freeze({ ...options, [SCHEDULE]: Object.freeze({ make, factor, prepare }) });
};

/**
 * A schedule, or a copy of one with other options, checked.
 *
 * @param what its name in messages
 * @throws OptionError for anything else
 */
export const scheduleOf = (what: string, given: unknown): Schedule =>
  remade(SCHEDULE, what, given, 'warmup(), cosineRate() or another schedule');

/** Most steps: of 32 bits, with room for twice as many. */
const MOST_STEPS = 2 ** 31 - 1;

/** @throws OptionError unless it is a number of steps, from 1 on */
export function stepsOf(what: string, given: unknown, most = MOST_STEPS): number {
  checkInteger(what, given, 1, most);
  return given;
}

/** @throws OptionError unless it is from `least` to `most` */
export function factorOf(what: string, given: unknown, most = 1000, least = 0): number {
  if (typeof given === 'number' && given >= least && given <= most) return given;
  throw new OptionError(
    `${what} ${describe(given)} was given; use a number from ${least} to ${most}`,
  );
}

/** @throws OptionError unless they are steps that increase */
export function milestonesOf(what: string, given: unknown, most: number): readonly number[] {
  if (!isArray(given) || given.length > most) {
    throw new OptionError(
      `${what} ${describe(given)} was given; use an array of steps, ${most} at most`,
    );
  }
  for (const [i, at] of given.entries()) {
    const after = i === 0 ? 1 : Number(given[i - 1]) + 1;
    checkInteger(`${what}[${i}]`, at, after, MOST_STEPS, 'above the one before');
  }
  return Object.freeze([...given]) as readonly number[];
}
