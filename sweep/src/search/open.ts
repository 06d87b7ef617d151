import type { CheckedPlan } from '../plan/checked.ts';
import { PlanError } from '../plan/error.ts';
import { PlannedSearch } from './planned.ts';
import type { Search } from './search.ts';

/** Begins a plan's search. */
export async function openSearch(plan: CheckedPlan): Promise<Search> {
  if (plan.search.kind === 'optuna') {
    throw new PlanError('search', 'Optuna is not connected yet; use grid, random or asha');
  }
  return new PlannedSearch(plan);
}
