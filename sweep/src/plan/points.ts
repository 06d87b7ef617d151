import type { Point } from '../contract.ts';
import { countOf } from '../space/axes.ts';
import { eachOf, gridOf } from '../space/grid.ts';
import { randomPoint } from '../space/random.ts';
import type { CheckedPlan } from './checked.ts';
import { PlanError } from './error.ts';

/** Most points of a search that are known before it begins. */
export const MOST_POINTS = 1_000_000;

/** How many points a plan has at most: conditions leave some out of a grid. */
export function mostPointsOf({
  space,
  base,
  search,
  trials,
}: Pick<CheckedPlan, 'space' | 'base' | 'search' | 'trials'>): number {
  if (search.kind !== 'grid') return trials ?? 0;
  return base
    ? space.reduce((sum, axis) => sum + countOf(axis) - 1, 1)
    : space.reduce((product, axis) => product * countOf(axis), 1);
}

/**
 * The points of a plan, in their order, for searches that know them before: a function of the plan alone.
 *
 * @throws PlanError for a grid over a range without steps, or one of too many points
 */
export function pointsOf(
  plan: Pick<CheckedPlan, 'space' | 'vary' | 'base' | 'search' | 'trials'>,
): Iterable<Point> {
  const { space, search, base } = plan;
  if (search.kind === 'random' || search.kind === 'asha') {
    return Array.from({ length: plan.trials ?? 0 }, (_, i) => randomPoint(space, search.seed, i));
  }
  if (search.kind === 'optuna') throw new TypeError('Optuna chooses its points as it goes');
  const endless = space.find((axis) => countOf(axis) === Number.POSITIVE_INFINITY);
  if (endless) {
    throw new PlanError(
      `space.${endless.name}`,
      "it has any number of a range, and a grid needs single values; give a step or a list, or use search: 'random'",
    );
  }
  const count = mostPointsOf(plan);
  if (count > MOST_POINTS) {
    throw new PlanError('space', `its grid has up to ${count} points; use at most ${MOST_POINTS}`);
  }
  return base ? eachOf(space, base) : gridOf(space);
}
