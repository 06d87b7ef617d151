import { checkKeys } from '../../check.ts';
import { type Part, use } from '../../gpu/link.ts';
import * as wgsl from '../../gpu/shaders.gen.ts';
import { Approx } from '../../ops/approx.ts';
import { inSequence } from './compose.ts';
import type { ScheduleReference } from './reference.ts';
import { factorOf, milestonesOf, type Schedule, schedule, stepsOf } from './rule.ts';

/** A factor of 0 has no logarithm; any power below 2⁻¹⁵⁰ is as good as 0. */
const logOf = (gamma: number): number => Math.max(Math.log(gamma), -1e30);

const decayPart = (gamma: number, every: number): Part<never> =>
  use(wgsl.scheduleDecay, { constants: { LN_GAMMA: logOf(gamma), EVERY: every } });

function decayed(gamma: number, times: number): Approx {
  return Approx.whole(times).times(logOf(gamma)).exp();
}

/** Options of {@link stepRate}. */
export interface StepRateOptions {
  /** Steps between two decays, from 1 on. */
  readonly stepSize: number;
  /** From 0 to 2. Default 0.1. */
  readonly gamma?: number;
}

/**
 * The factor γ^⌊step / stepSize⌋: torch.optim.lr_scheduler.StepLR, stepped after each optimizer step. For a decay each
 * so many epochs give so many times `trainer.stepsPerEpoch`.
 *
 * @throws OptionError if an option is out of range or unknown
 */
export function stepRate(options: StepRateOptions): Schedule & Required<StepRateOptions> {
  checkKeys('stepRate()', options, ['stepSize', 'gamma']);
  const stepSize = stepsOf('stepRate(): stepSize', options.stepSize);
  const gamma = factorOf('stepRate(): gamma', options.gamma ?? 0.1, 2);
  return schedule({ kind: 'step', stepSize, gamma }, stepRate, [decayPart(gamma, stepSize)]);
}

/** {@link stepRate} in float64. */
export const stepReference: ScheduleReference<ReturnType<typeof stepRate>> = (
  { stepSize, gamma },
  step,
) => decayed(gamma, Math.floor(step / stepSize));

/** Options of {@link exponentialRate}. */
export interface ExponentialRateOptions {
  /** From 0 to 2. */
  readonly gamma: number;
}

/**
 * The factor γ^step: torch.optim.lr_scheduler.ExponentialLR, stepped after each optimizer step.
 *
 * @throws OptionError if an option is out of range or unknown
 */
export function exponentialRate(
  options: ExponentialRateOptions,
): Schedule & Required<ExponentialRateOptions> {
  checkKeys('exponentialRate()', options, ['gamma']);
  const gamma = factorOf('exponentialRate(): gamma', options.gamma, 2);
  return schedule({ kind: 'exponential', gamma }, exponentialRate, [decayPart(gamma, 1)]);
}

/** {@link exponentialRate} in float64. */
export const exponentialReference: ScheduleReference<ReturnType<typeof exponentialRate>> = (
  { gamma },
  step,
) => decayed(gamma, step);

/** Options of {@link multiStepRate}. */
export interface MultiStepRateOptions {
  /** Steps at which the rate decays, increasing, 32 at most. */
  readonly milestones: readonly number[];
  /** From 0 to 2. Default 0.1. */
  readonly gamma?: number;
}

/**
 * The factor γ^n after n milestones: torch.optim.lr_scheduler.MultiStepLR, stepped after each optimizer step.
 *
 * @throws OptionError if an option is out of range or unknown
 */
export function multiStepRate(
  options: MultiStepRateOptions,
): Schedule & Required<MultiStepRateOptions> {
  checkKeys('multiStepRate()', options, ['milestones', 'gamma']);
  const milestones = milestonesOf('multiStepRate(): milestones', options.milestones, 32);
  const gamma = factorOf('multiStepRate(): gamma', options.gamma ?? 0.1, 2);
  // Each stretch is constant, and so long that it never ends.
  const flat = [0, ...milestones].map((_, n): readonly Part<never>[] => [
    use(wgsl.scheduleConstant, { constants: { FACTOR: gamma ** n, TOTAL: 2 ** 32 - 1 } }),
  ]);
  const parts = inSequence(flat, milestones);
  return schedule({ kind: 'multiStep', milestones, gamma }, multiStepRate, parts);
}

/** {@link multiStepRate} in float64. */
export const multiStepReference: ScheduleReference<ReturnType<typeof multiStepRate>> = (
  { milestones, gamma },
  step,
) => Approx.of(gamma ** milestones.filter((at) => at <= step).length);
