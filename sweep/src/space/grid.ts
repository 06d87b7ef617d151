import type { Point } from '../contract.ts';
import { isActive, type Space, sameValue, valuesOf } from './axes.ts';

/**
 * All points of a space whose options have finitely many values. The last option changes fastest. An option whose condition does
 * not hold is absent, so no point is there twice.
 */
export function* gridOf(space: Space, from: Point = {}, at = 0): Generator<Point> {
  const axis = space[at];
  if (axis === undefined) {
    yield from;
  } else if (isActive(axis, from)) {
    for (const value of valuesOf(axis)) {
      yield* gridOf(space, { ...from, [axis.name]: value }, at + 1);
    }
  } else {
    yield* gridOf(space, from, at + 1);
  }
}

/** A base point, then for each option its other values, with the rest as in the base. */
export function* eachOf(space: Space, base: Point): Generator<Point> {
  yield base;
  for (const axis of space) {
    for (const value of valuesOf(axis)) {
      if (!sameValue(value, base[axis.name])) yield { ...base, [axis.name]: value };
    }
  }
}
