import { checkKeys } from '../../check.ts';
import { type Part, use } from '../../gpu/link.ts';
import * as wgsl from '../../gpu/shaders.gen.ts';
import { Approx } from '../../ops/approx.ts';
import { sequentialRate } from './compose.ts';
import type { ScheduleReference } from './reference.ts';
import { factorOf, type Schedule, schedule, stepsOf } from './rule.ts';

type Parts = readonly Part<never>[];

/** The stretch of a schedule on which the factor goes from one number to another. */
export interface Ramp {
  readonly from: number;
  readonly to: number;
  /** The step, from 0 on, at which it is `to`. */
  readonly rest: number;
  /** Steps from `from` to `to`. */
  readonly length: number;
}

/** The parts of a ramp of some shape. */
export const rampParts = ({ from, to, rest, length }: Ramp, shape: Part<never>): Parts => [
  use(wgsl.scheduleAnneal, { constants: { FROM: from, TO: to, REST: rest, LENGTH: length } }),
  shape,
];

/** A ramp in float64. */
export function rampReference(
  { from, to, rest, length }: Ramp,
  step: number,
  shape: (v: Approx) => Approx,
): Approx {
  const left = Approx.of(rest).minus(Approx.whole(step)).most(new Approx(0, 0));
  return Approx.of(from)
    .minus(to)
    .times(shape(left.over(length)))
    .plus(to);
}

/** Options of {@link constantRate}. */
export interface ConstantRateOptions {
  /** From 0 to 1000. Default 1/3. */
  readonly factor?: number;
  /** Steps with this factor; later steps have the factor 1. Default 5. */
  readonly totalSteps?: number;
}

/**
 * A constant factor for the first steps, then 1: torch.optim.lr_scheduler.ConstantLR, stepped after each optimizer step.
 *
 * @throws OptionError if an option is out of range or unknown
 */
export function constantRate(
  options: ConstantRateOptions = {},
): Schedule & Required<ConstantRateOptions> {
  checkKeys('constantRate()', options, ['factor', 'totalSteps']);
  const factor = factorOf('constantRate(): factor', options.factor ?? 1 / 3);
  const totalSteps = stepsOf('constantRate(): totalSteps', options.totalSteps ?? 5);
  const constants = { FACTOR: factor, TOTAL: totalSteps };
  return schedule({ kind: 'constant', factor, totalSteps }, constantRate, [
    use(wgsl.scheduleConstant, { constants }),
  ]);
}

/** {@link constantRate} in float64. */
export const constantReference: ScheduleReference<ReturnType<typeof constantRate>> = (
  { factor, totalSteps },
  step,
) => (step < totalSteps ? Approx.of(factor) : new Approx(1, 0));

/** Options of {@link linearRate}. */
export interface LinearRateOptions {
  /** Of step 0, from 0 to 1000. Default 1/3. */
  readonly startFactor?: number;
  /** From step `totalSteps` on, from 0 to 1000. Default 1. */
  readonly endFactor?: number;
  /** Default 5. */
  readonly totalSteps?: number;
}

/**
 * A straight line from one factor to another: torch.optim.lr_scheduler.LinearLR, stepped after each optimizer step.
 *
 * @throws OptionError if an option is out of range or unknown
 */
export function linearRate(
  options: LinearRateOptions = {},
): Schedule & Required<LinearRateOptions> {
  checkKeys('linearRate()', options, ['startFactor', 'endFactor', 'totalSteps']);
  const rule = {
    kind: 'linear',
    startFactor: factorOf('linearRate(): startFactor', options.startFactor ?? 1 / 3),
    endFactor: factorOf('linearRate(): endFactor', options.endFactor ?? 1),
    totalSteps: stepsOf('linearRate(): totalSteps', options.totalSteps ?? 5),
  };
  return schedule(rule, linearRate, rampParts(linearRamp(rule), use(wgsl.scheduleShapeLinear)));
}

const linearRamp = ({ startFactor, endFactor, totalSteps }: Required<LinearRateOptions>): Ramp => ({
  from: startFactor,
  to: endFactor,
  rest: totalSteps,
  length: totalSteps,
});

/** {@link linearRate} in float64. */
export const linearReference: ScheduleReference<ReturnType<typeof linearRate>> = (rule, step) =>
  rampReference(linearRamp(rule), step, (v) => v);

/** Options of {@link polynomialRate}. */
export interface PolynomialRateOptions {
  /** Steps until the factor is 0. Default 5. */
  readonly totalSteps?: number;
  /** Above 0, up to 100. Default 1. */
  readonly power?: number;
}

/**
 * The factor (1 − step / totalSteps)^power, 0 in the end: torch.optim.lr_scheduler.PolynomialLR, stepped after each
 * optimizer step.
 *
 * @throws OptionError if an option is out of range or unknown
 */
export function polynomialRate(
  options: PolynomialRateOptions = {},
): Schedule & Required<PolynomialRateOptions> {
  checkKeys('polynomialRate()', options, ['totalSteps', 'power']);
  const totalSteps = stepsOf('polynomialRate(): totalSteps', options.totalSteps ?? 5);
  const power = factorOf('polynomialRate(): power', options.power ?? 1, 100, 1e-3);
  const shape: Part<never> =
    power === 1
      ? use(wgsl.scheduleShapeLinear)
      : use(wgsl.scheduleShapePower, { constants: { POWER: power } });
  const ramp = { from: 1, to: 0, rest: totalSteps, length: totalSteps };
  return schedule(
    { kind: 'polynomial', totalSteps, power },
    polynomialRate,
    rampParts(ramp, shape),
  );
}

/** {@link polynomialRate} in float64. */
export const polynomialReference: ScheduleReference<ReturnType<typeof polynomialRate>> = (
  { totalSteps, power },
  step,
) =>
  step >= totalSteps
    ? new Approx(0, 0)
    : rampReference({ from: 1, to: 0, rest: totalSteps, length: totalSteps }, step, (v) =>
        power === 1 ? v : v.log().times(power).exp(),
      );

/**
 * A linear warm-up, then another schedule, whose steps count from the end of the warm-up: step s of the warm-up has the
 * factor (s + 1) / steps. In PyTorch SequentialLR of LinearLR with `start_factor = 1 / steps`,
 * `total_iters = steps - 1`, and of the other, stepped after each optimizer step.
 *
 * @param steps of the warm-up, from 1 on
 * @param then default: the factor stays 1
 * @throws OptionError if an argument is out of range
 */
export function warmup(steps: number, then: Schedule = constantRate({ factor: 1 })): Schedule {
  const count = stepsOf('warmup(): steps', steps);
  const rise = linearRate({ startFactor: 1 / count, totalSteps: Math.max(1, count - 1) });
  return sequentialRate([rise, then], [count]);
}
