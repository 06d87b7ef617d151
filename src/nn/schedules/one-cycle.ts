import { checkChoice, checkFlag, checkKeys } from '../../check.ts';
import { type Part, use } from '../../gpu/link.ts';
import * as wgsl from '../../gpu/shaders.gen.ts';
import { inSequence } from './compose.ts';
import { halfCosine } from './cosine.ts';
import { type Ramp, rampParts, rampReference } from './ramp.ts';
import type { ScheduleReference } from './reference.ts';
import { factorOf, type Schedule, schedule, stepsOf } from './rule.ts';

/** Options of {@link oneCycleRate}. */
export interface OneCycleRateOptions {
  /** Steps of the cycle, from 2 on. Later steps have the last factor. */
  readonly totalSteps: number;
  /** Share of the steps in which the rate rises, from 0 to 1. Default 0.3. */
  readonly pctStart?: number;
  /** The first rate is the largest divided by this, from 1 to 10⁶. Default 25. */
  readonly divFactor?: number;
  /** The last rate is the first divided by this, from 1 to 10⁹. Default 10⁴. */
  readonly finalDivFactor?: number;
  /** Default `cos`. */
  readonly annealStrategy?: 'cos' | 'linear';
  /** Fall to the first rate as fast as it rose, then to the last. Default false: fall to the last. */
  readonly threePhase?: boolean;
}

interface Phase extends Ramp {
  /** The first step after it. */
  readonly end: number;
}

/** PyTorch's phases: the rate is at the end of a phase at step `rest`, which may lie between two steps. */
function phasesOf(rule: Required<OneCycleRateOptions>): readonly Phase[] {
  const { totalSteps, pctStart, divFactor, finalDivFactor, threePhase } = rule;
  const first = 1 / divFactor;
  const last = first / finalDivFactor;
  const top = pctStart * totalSteps - 1;
  const ends = threePhase ? [top, 2 * top, totalSteps - 1] : [top, totalSteps - 1];
  const factors = threePhase ? [first, 1, first, last] : [first, 1, last];
  return ends.map((rest, i) => ({
    from: factors[i],
    to: factors[i + 1],
    rest,
    // A phase without length is over at once.
    length: Math.max(rest - (ends[i - 1] ?? 0), 1e-9),
    end: Math.floor(rest) + 1,
  }));
}

/**
 * One rise and fall of the learning rate (Smith and Topin 2018): torch.optim.lr_scheduler.OneCycleLR, stepped after each
 * optimizer step. The optimizer's learning rate is the largest one, PyTorch's max_lr. The momentum does not cycle
 * (cycle_momentum=False).
 *
 * @throws OptionError if an option is out of range or unknown
 */
export function oneCycleRate(
  options: OneCycleRateOptions,
): Schedule & Required<OneCycleRateOptions> {
  checkKeys('oneCycleRate()', options, [
    'totalSteps',
    'pctStart',
    'divFactor',
    'finalDivFactor',
    'annealStrategy',
    'threePhase',
  ]);
  const { annealStrategy = 'cos', threePhase = false } = options;
  checkChoice('oneCycleRate(): annealStrategy', annealStrategy, ['cos', 'linear']);
  checkFlag('oneCycleRate(): threePhase', threePhase);
  const rule = {
    kind: 'oneCycle',
    totalSteps: stepsOf('oneCycleRate(): totalSteps', options.totalSteps),
    pctStart: factorOf('oneCycleRate(): pctStart', options.pctStart ?? 0.3, 1),
    divFactor: factorOf('oneCycleRate(): divFactor', options.divFactor ?? 25, 1e6, 1),
    finalDivFactor: factorOf(
      'oneCycleRate(): finalDivFactor',
      options.finalDivFactor ?? 1e4,
      1e9,
      1,
    ),
    annealStrategy,
    threePhase,
  };
  const shape: Part<never> = use(
    annealStrategy === 'cos' ? wgsl.scheduleShapeCosine : wgsl.scheduleShapeLinear,
  );
  const phases = phasesOf(rule);
  const milestones = phases.slice(0, -1).map(({ end }) => end);
  const parts = phases.map((phase, i) => {
    const begin = milestones[i - 1] ?? 0;
    return rampParts({ ...phase, rest: phase.rest - begin }, shape);
  });
  return schedule(rule, oneCycleRate, inSequence(parts, milestones));
}

/** {@link oneCycleRate} in float64. */
export const oneCycleReference: ScheduleReference<ReturnType<typeof oneCycleRate>> = (
  rule,
  step,
) => {
  const phases = phasesOf(rule);
  const at = phases.findIndex(({ end }) => step < end);
  const phase = phases[at < 0 ? phases.length - 1 : at];
  const begin = at === 0 ? 0 : phases[(at < 0 ? phases.length - 1 : at) - 1].end;
  const shape = rule.annealStrategy === 'cos' ? halfCosine : undefined;
  return rampReference({ ...phase, rest: phase.rest - begin }, step - begin, (v) =>
    shape ? shape(v) : v,
  );
};
