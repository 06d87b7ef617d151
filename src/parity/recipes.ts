import { bceWithLogits } from '../nn/losses/bce-with-logits.ts';
import { crossEntropy } from '../nn/losses/cross-entropy.ts';
import { huber } from '../nn/losses/huber.ts';
import { l1 } from '../nn/losses/l1.ts';
import { smoothL1 } from '../nn/losses/smooth-l1.ts';
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
} from '../nn/schedules.ts';
import type { Loss } from '../ops/loss.ts';
import { mse } from '../ops/mean_squared_error.ts';
import type { Fields } from './fields.ts';
import { type Makers, named } from './named.ts';

const mean = (fields: Fields): void => {
  fields.choice('reduction', ['mean'], 'mean');
};

const LOSSES: Makers<Loss> = {
  MSELoss: (fields) => {
    mean(fields);
    return mse();
  },
  L1Loss: (fields) => {
    mean(fields);
    return l1();
  },
  HuberLoss: (fields) => {
    mean(fields);
    return huber({ delta: fields.number('delta', 1) });
  },
  SmoothL1Loss: (fields) => {
    mean(fields);
    return smoothL1({ beta: fields.number('beta', 1) });
  },
  CrossEntropyLoss: (fields) => {
    mean(fields);
    const weights = fields.raw('weight') ?? null;
    const ignored = fields.raw('ignore_index') ?? null;
    return crossEntropy({
      labelSmoothing: fields.number('label_smoothing', 0),
      ...(weights === null ? {} : { classWeights: fields.numbers('weight') }),
      ...(ignored === null ? {} : { ignoreIndex: fields.number('ignore_index') }),
    });
  },
  BCEWithLogitsLoss: (fields) => {
    mean(fields);
    const weights = fields.raw('pos_weight') ?? null;
    return bceWithLogits(weights === null ? {} : { positiveWeights: fields.numbers('pos_weight') });
  },
};

/** A loss of torch.nn. @throws DataError for one that is not here */
export const lossOf = (where: string, value: unknown): Loss =>
  named(where, value, LOSSES, undefined);

const SCHEDULES: Makers<Schedule> = {
  ConstantLR: (fields) =>
    constantRate({
      factor: fields.number('factor', 1 / 3),
      totalSteps: fields.number('total_iters', 5),
    }),
  LinearLR: (fields) =>
    linearRate({
      startFactor: fields.number('start_factor', 1 / 3),
      endFactor: fields.number('end_factor', 1),
      totalSteps: fields.number('total_iters', 5),
    }),
  PolynomialLR: (fields) =>
    polynomialRate({
      totalSteps: fields.number('total_iters', 5),
      power: fields.number('power', 1),
    }),
  CosineAnnealingLR: (fields) => {
    if (fields.number('eta_min', 0) !== 0) fields.fail('eta_min', '0');
    return cosineRate({ totalSteps: fields.number('T_max') });
  },
  CosineAnnealingWarmRestarts: (fields) => {
    if (fields.number('eta_min', 0) !== 0) fields.fail('eta_min', '0');
    return cosineRestartsRate({
      firstSteps: fields.number('T_0'),
      growth: fields.number('T_mult', 1),
    });
  },
  StepLR: (fields) =>
    stepRate({ stepSize: fields.number('step_size'), gamma: fields.number('gamma', 0.1) }),
  MultiStepLR: (fields) =>
    multiStepRate({ milestones: fields.numbers('milestones'), gamma: fields.number('gamma', 0.1) }),
  ExponentialLR: (fields) => exponentialRate({ gamma: fields.number('gamma') }),
  OneCycleLR: (fields) => {
    fields.number('max_lr');
    fields.flag('cycle_momentum');
    return oneCycleRate({
      totalSteps: fields.number('total_steps'),
      pctStart: fields.number('pct_start', 0.3),
      annealStrategy: fields.choice('anneal_strategy', ['cos', 'linear'] as const, 'cos'),
      divFactor: fields.number('div_factor', 25),
      finalDivFactor: fields.number('final_div_factor', 1e4),
      threePhase: fields.flag('three_phase'),
    });
  },
  ChainedScheduler: (fields) => chainedRate(schedulesOf(fields)),
  SequentialLR: (fields) => sequentialRate(schedulesOf(fields), fields.numbers('milestones')),
};

function schedulesOf(fields: Fields): Schedule[] {
  const list = fields.raw('schedulers');
  if (!Array.isArray(list)) return fields.fail('schedulers', 'a list of schedulers');
  return list.map((one, i) => named(`${fields.where}.schedulers[${i}]`, one, SCHEDULES, undefined));
}

/** A schedule of torch.optim.lr_scheduler. @throws DataError for one that is not here */
export const scheduleOf = (where: string, value: unknown): Schedule =>
  named(where, value, SCHEDULES, undefined);
