import type { PlanKind } from '../../fusion/index.ts';
import { FAMILIES, type KernelFamily, type OldKernelFamily } from '../../gpu/family.ts';
import type { LossKind } from '../../nn/losses.ts';
import type { OptimizerRule } from '../../ops/update.ts';
import { PRECISIONS, type Precision } from '../../train/session-options.ts';
import { LOSS_NAMES } from './choice-facts.ts';
import { optimizerOf } from './choices.ts';
import type { Network } from './networks.ts';
import type { Query } from './query.ts';
import { type RateCourse, rateCourseOf } from './rate-course.ts';

/** What determines any training run, besides the data and the network. */
export interface CommonSettings {
  readonly title: string;
  readonly loss: LossKind;
  readonly optimizer: OptimizerRule;
  readonly epochs: number;
  readonly batchSize: number;
  readonly schedule: RateCourse;
  /** The epochs that the run was begun for, and then each number that it was given later. Absent: all at once. */
  readonly stretches?: readonly number[];
  /** Ends the run after so many epochs in a row without a lower test loss. Absent: never. */
  readonly patience?: number;
  /** Whether the weights of the epoch with the lowest test loss are the ones that stay. Absent: the last ones. */
  readonly keepsBest?: true;
  readonly seed: number;
  readonly plan: PlanKind;
  /** Default: depends on the adapter. */
  readonly family?: KernelFamily | OldKernelFamily;
  /** Default full. */
  readonly precision?: Precision;
  /** Milliseconds; default: the trainer's. */
  readonly tuneBudget?: number;
  /** Steps to run on portable kernels while faster ones compile; default 0. */
  readonly warmSteps?: number;
}

/** The settings that a query has for any network. @throws OptionError if a value is not allowed */
export function commonOf(query: Query, network: Network): CommonSettings {
  return {
    title: network.title,
    loss: query.choice('loss', LOSS_NAMES, network.loss),
    optimizer: optimizerOf(query, network),
    epochs: query.number('epochs', network.epochs),
    batchSize: query.number('batch-size', network.batchSize),
    schedule: rateCourseOf(query, network.schedule),
    ...stoppingOf(query),
    seed: query.number('seed', 1),
    plan: query.choice('plan', ['fused', 'plain'], 'fused'),
    ...kernelsOf(query),
  };
}

/** Most epochs without a lower test loss. */
export const MOST_PATIENCE = 10_000;

export const KEEPS = ['last', 'best'] as const;

/** When a run ends early, and which weights stay. */
function stoppingOf(query: Query): Pick<CommonSettings, 'patience' | 'keepsBest'> {
  const best = query.choice('keep', KEEPS, 'last') === 'best';
  return {
    ...(query.has('patience') ? { patience: query.integer('patience', 1, 1, MOST_PATIENCE) } : {}),
    ...(best ? { keepsBest: true } : {}),
  };
}

/** The choice of kernels, as far as it is given. */
function kernelsOf(
  query: Query,
): Pick<CommonSettings, 'precision' | 'family' | 'tuneBudget' | 'warmSteps'> {
  const family = query.choice('family', ['auto', ...FAMILIES, 'discrete'], 'auto');
  return {
    precision: query.choice('precision', PRECISIONS, 'full'),
    ...(family === 'auto' ? {} : { family }),
    ...(query.has('tune') ? { tuneBudget: query.number('tune', 0) } : {}),
    ...(query.has('warm-steps') ? { warmSteps: query.number('warm-steps', 0) } : {}),
  };
}
