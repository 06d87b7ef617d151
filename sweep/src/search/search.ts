import type { Point } from '../contract.ts';

/** How a point ended. `value` is the objective's, the mean over its seeds; null if it is not finite or not known. */
export interface PointEnd {
  readonly state: 'done' | 'pruned' | 'failed';
  readonly value: number | null;
}

/** A point that a search has chosen before. */
export interface KnownPoint {
  readonly number: number;
  readonly point: Point;
}

/**
 * Chooses points and says which are not worth their time. Points are numbered from 0 in the order in which they are asked. A
 * search is told of what happens in one order, step by step; told again of the same, it stays as it is.
 */
export interface Search {
  /** How many points there are. */
  readonly budget: number;
  /** Whether a point depends on what was told before: then it is asked only when there is room for it. */
  readonly lazy: boolean;
  /**
   * Before anything else: takes up the points of an interrupted sweep that are stored.
   *
   * @returns the points that the search itself knows of besides
   */
  open(stored: readonly KnownPoint[]): Promise<readonly KnownPoint[]>;
  /** A point of the search. The same number has the same point. */
  ask(number: number): Promise<Point>;
  /**
   * Tells a point's value after an epoch: the mean over its seeds; null if it is not finite.
   *
   * @returns whether to stop its trials
   */
  report(number: number, epoch: number, value: number | null): Promise<boolean>;
  /** Tells how a point ended. */
  tell(number: number, end: PointEnd): Promise<void>;
  close(): Promise<void>;
}
