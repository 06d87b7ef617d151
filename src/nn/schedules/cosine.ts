import { checkKeys } from '../../check.ts';
import { use } from '../../gpu/link.ts';
import * as wgsl from '../../gpu/shaders.gen.ts';
import { Approx } from '../../ops/approx.ts';
import type { ScheduleReference } from './reference.ts';
import { factorOf, type Schedule, schedule, stepsOf } from './rule.ts';

/** Half a cosine in float64: sin²(πv / 2), with the error of the GPU's series; see shaders/schedule/shape_cosine.wgsl. */
export function halfCosine(v: Approx): Approx {
  const x = v.times(v);
  const series = [
    5.6921729e-8, -3.5988432e-6, 0.00016044118, -0.0046817541, 0.079692626, -0.6459641, 1.5707963,
  ];
  const [first, ...others] = series.map(Approx.of);
  const sine = others.reduce((sum, term) => sum.times(x).plus(term), first).times(v);
  const exact = Math.sin((Math.PI / 2) * v.value);
  return new Approx(exact, sine.error + Math.abs(exact - sine.value)).squared();
}

/** From 1 to a factor, by a cosine. */
const annealed = (endFactor: number, v: Approx): Approx =>
  new Approx(1, 0).minus(endFactor).times(halfCosine(v)).plus(endFactor);

/** Options of {@link cosineRate}. */
export interface CosineRateOptions {
  /** Steps from the factor 1 to `endFactor`, PyTorch's T_max; in as many it rises to 1 again, and so on. */
  readonly totalSteps: number;
  /** PyTorch's eta_min divided by the learning rate, from 0 to 1. Default 0. */
  readonly endFactor?: number;
}

/**
 * A cosine from the factor 1 to `endFactor`: torch.optim.lr_scheduler.CosineAnnealingLR, stepped after each optimizer
 * step. Like PyTorch's it is periodic: let the training end after `totalSteps` steps.
 *
 * @throws OptionError if an option is out of range or unknown
 */
export function cosineRate(options: CosineRateOptions): Schedule & Required<CosineRateOptions> {
  checkKeys('cosineRate()', options, ['totalSteps', 'endFactor']);
  const totalSteps = stepsOf('cosineRate(): totalSteps', options.totalSteps);
  const endFactor = factorOf('cosineRate(): endFactor', options.endFactor ?? 0, 1);
  return schedule({ kind: 'cosine', totalSteps, endFactor }, cosineRate, [
    use(wgsl.scheduleWave, { constants: { LENGTH: totalSteps, TO: endFactor } }),
    use(wgsl.scheduleShapeCosine),
  ]);
}

/** {@link cosineRate} in float64. */
export const cosineReference: ScheduleReference<ReturnType<typeof cosineRate>> = (
  { totalSteps, endFactor },
  step,
) => {
  const left = Math.abs(totalSteps - (step % (2 * totalSteps)));
  return annealed(endFactor, Approx.whole(left).over(Approx.whole(totalSteps)));
};

/** Options of {@link cosineRestartsRate}. */
export interface CosineRestartsRateOptions {
  /** Steps until the first restart, PyTorch's T_0. */
  readonly firstSteps: number;
  /** How many times longer each stretch is than the one before, PyTorch's T_mult: an integer from 1 to 1000. Default 1. */
  readonly growth?: number;
  /** PyTorch's eta_min divided by the learning rate, from 0 to 1. Default 0. */
  readonly endFactor?: number;
}

/**
 * A cosine from the factor 1 to `endFactor` that starts again and again (Loshchilov and Hutter 2017):
 * torch.optim.lr_scheduler.CosineAnnealingWarmRestarts, stepped after each optimizer step.
 *
 * @throws OptionError if an option is out of range or unknown
 */
export function cosineRestartsRate(
  options: CosineRestartsRateOptions,
): Schedule & Required<CosineRestartsRateOptions> {
  checkKeys('cosineRestartsRate()', options, ['firstSteps', 'growth', 'endFactor']);
  const firstSteps = stepsOf('cosineRestartsRate(): firstSteps', options.firstSteps);
  const growth = stepsOf('cosineRestartsRate(): growth', options.growth ?? 1, 1000);
  const endFactor = factorOf('cosineRestartsRate(): endFactor', options.endFactor ?? 0, 1);
  const constants = { LENGTH: firstSteps, GROWTH: growth, TO: endFactor };
  return schedule({ kind: 'cosineRestarts', firstSteps, growth, endFactor }, cosineRestartsRate, [
    use(wgsl.scheduleRestarts, { constants }),
    use(wgsl.scheduleShapeCosine),
  ]);
}

/** {@link cosineRestartsRate} in float64. */
export const cosineRestartsReference: ScheduleReference<ReturnType<typeof cosineRestartsRate>> = (
  { firstSteps, growth, endFactor },
  step,
) => {
  let at = growth === 1 ? step % firstSteps : step;
  let length = firstSteps;
  for (; at >= length; length *= growth) at -= length;
  return annealed(endFactor, Approx.whole(length - at).over(Approx.whole(length)));
};
