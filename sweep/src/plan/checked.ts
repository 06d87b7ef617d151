import type { TrialValue } from '../../../src/trial/spec.ts';
import type { Objective, Point } from '../contract.ts';
import type { Space } from '../space/axes.ts';
import type { PlanData, Reference } from './plan.ts';
import type { CheckedSearch } from './search.ts';

/** A plan whose fields are all there and right. */
export interface CheckedPlan {
  readonly name: string;
  readonly model: string;
  readonly data: PlanData;
  readonly options: Readonly<Record<string, TrialValue>>;
  readonly space: Space;
  readonly vary: 'all' | 'each';
  /** Of `vary: 'each'`. */
  readonly base: Point | null;
  readonly search: CheckedSearch;
  /** How many points are tried; null for all. */
  readonly trials: number | null;
  readonly seeds: readonly number[];
  /** Null for the network's. */
  readonly epochs: number | null;
  readonly objective: Objective;
  readonly references: readonly Reference[];
}
