import { DataError } from '../../../src/errors.ts';
import type { Objective, Point } from '../contract.ts';
import type { CheckedPlan } from '../plan/checked.ts';
import { pointsOf } from '../plan/points.ts';
import type { Rungs } from '../plan/search.ts';
import { halve } from './asha.ts';
import type { KnownPoint, Search } from './search.ts';

/** A search whose points are a function of the plan: grid, random, and `asha`, which stops some of random ones. */
export class PlannedSearch implements Search {
  readonly lazy = false;
  readonly #points: readonly Point[];
  readonly #direction: Objective['direction'];
  readonly #options: Rungs | null;
  /** The values with which each point completed its rungs. */
  readonly #rungs = new Map<number, readonly number[]>();
  /** The last epoch that each point has reported. */
  readonly #reported = new Map<number, number>();

  constructor(plan: CheckedPlan) {
    this.#points = [...pointsOf(plan)];
    this.#direction = plan.objective.direction;
    this.#options = plan.search.kind === 'asha' ? plan.search.rungs : null;
  }

  get budget(): number {
    return this.#points.length;
  }

  /** @throws DataError if the stored points are not those of the plan */
  async open(stored: readonly KnownPoint[]): Promise<readonly KnownPoint[]> {
    for (const { number, point } of stored) {
      const own = this.#points[number];
      if (own === undefined || !samePoint(own, point)) {
        throw new DataError(
          `the stored trials are of another plan: point ${number} is ${JSON.stringify(point)}, in this plan ${own === undefined ? 'there is none' : JSON.stringify(own)}. Use the plan that began them, or another folder or database`,
        );
      }
    }
    return [];
  }

  async ask(number: number): Promise<Point> {
    return this.#points[number];
  }

  async report(number: number, epoch: number, value: number | null): Promise<boolean> {
    if (this.#options === null || epoch <= (this.#reported.get(number) ?? 0)) return false;
    this.#reported.set(number, epoch);
    const told = { number, epoch, value };
    const { completed, prune } = halve(this.#rungs, told, this.#options, this.#direction);
    if (completed.length > 0) {
      this.#rungs.set(number, [...(this.#rungs.get(number) ?? []), ...completed]);
    }
    return prune;
  }

  async tell(): Promise<void> {}

  async close(): Promise<void> {}
}

/** Whether two points have the same values, in whatever order. */
export function samePoint(a: Point, b: Point): boolean {
  const names = Object.keys(a);
  return (
    names.length === Object.keys(b).length &&
    names.every(
      (name) => Object.hasOwn(b, name) && JSON.stringify(a[name]) === JSON.stringify(b[name]),
    )
  );
}
