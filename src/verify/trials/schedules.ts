import { sgd } from '../../nn/optimizers.ts';
import {
  chainedRate,
  constantRate,
  cosineRate,
  cosineRestartsRate,
  exponentialRate,
  linearRate,
  multiStepRate,
  oneCycleRate,
  polynomialRate,
  type Schedule,
  sequentialRate,
  stepRate,
  tableRate,
  warmup,
} from '../../nn/schedules.ts';
import { input, parameter } from '../../ops/sources.ts';
import { type OptimizerRule, update } from '../../ops/update.ts';
import type { Trial } from '../trial.ts';
import { UPDATE_RULES } from './updates.ts';

/** Schedules, and steps at which they turn. */
export const SCHEDULES: readonly (readonly [string, Schedule, readonly number[]])[] = (() => {
  const cosine = cosineRate({ totalSteps: 30, endFactor: 0.1 });
  const decay = exponentialRate({ gamma: 0.99 });
  const cycle = { totalSteps: 50, pctStart: 0.31 } as const;
  return [
    ['constant', constantRate({ factor: 0.3, totalSteps: 4 }), [0, 3, 4, 100]],
    ['linear', linearRate({ startFactor: 0.1, totalSteps: 7 }), [0, 1, 5, 6, 7, 1000]],
    ['linear, down', linearRate({ startFactor: 1, endFactor: 0 }), [0, 3, 4, 5, 6]],
    ['step', stepRate({ stepSize: 10 }), [0, 9, 10, 25, 39, 40]],
    ['multi-step', multiStepRate({ milestones: [5, 9, 20], gamma: 0.5 }), [4, 5, 8, 9, 20, 99]],
    ['exponential', decay, [0, 1, 100, 999]],
    ['exponential, growing', exponentialRate({ gamma: 1.01 }), [0, 1, 100]],
    ['polynomial', polynomialRate({ totalSteps: 8 }), [0, 3, 7, 8, 9]],
    ['polynomial, square', polynomialRate({ totalSteps: 8, power: 2 }), [0, 3, 7, 8, 9]],
    ['polynomial, root', polynomialRate({ totalSteps: 100, power: 0.5 }), [0, 1, 50, 99, 100]],
    ['cosine', cosine, [0, 1, 14, 15, 29, 30, 31, 59, 60, 61]],
    ['cosine to 0', cosineRate({ totalSteps: 1000 }), [0, 1, 500, 998, 999, 1000]],
    ['cosine, restarts', cosineRestartsRate({ firstSteps: 10 }), [0, 5, 9, 10, 25, 1009]],
    [
      'cosine, growing restarts',
      cosineRestartsRate({ firstSteps: 3, growth: 2, endFactor: 0.2 }),
      [0, 2, 3, 8, 9, 20, 21, 1000],
    ],
    ['one cycle', oneCycleRate(cycle), [0, 1, 14, 15, 16, 48, 49, 50, 90]],
    [
      'one cycle, three phases',
      oneCycleRate({ ...cycle, threePhase: true, annealStrategy: 'linear' }),
      [0, 14, 15, 28, 29, 30, 49, 50],
    ],
    ['chained', chainedRate([cosine, decay, stepRate({ stepSize: 7 })]), [0, 6, 7, 30, 31]],
    ['warm-up', warmup(5), [0, 3, 4, 5, 6]],
    ['warm-up, cosine', warmup(10, cosine), [0, 8, 9, 10, 11, 39, 40, 41]],
    [
      'in sequence',
      sequentialRate([warmup(2), chainedRate([decay, cosine]), constantRate()], [4, 20]),
      [0, 1, 3, 4, 5, 19, 20, 24, 25],
    ],
    ['table', tableRate({ factors: [0.1, 0.7, 0.4], stepsEach: 2 }), [0, 1, 2, 5, 6, 100]],
  ];
})();

export function scheduleTrials(): Trial[] {
  const shape = [33, 10];
  const trial = (title: string, schedule: Schedule, step: number, rule: OptimizerRule): Trial => ({
    op: 'learning rate',
    label: `${title}, step ${step}, ${rule.kind}`,
    step,
    schedule,
    build: (graph) => [update(parameter(graph, 'w', shape), input(graph, 'g', shape), rule)],
  });
  return [
    ...SCHEDULES.flatMap(([title, schedule, steps]) =>
      steps.map((step) => trial(title, schedule, step, sgd({ learningRate: 1 }))),
    ),
    // What each optimizer makes of the rate.
    ...UPDATE_RULES.map(([, rule]) => trial('warm-up', warmup(9), 3, rule)),
  ];
}
