import { keyOf, SWEEP_DOMAIN } from '../../../src/random/domains.ts';
import { philox } from '../../../src/random/philox.ts';
import type { TrialValue } from '../../../src/trial/spec.ts';
import type { Point } from '../contract.ts';
import { type Axis, isActive, type RangeAxis, type Space, stepped, stepsOf } from './axes.ts';

/**
 * A point of the random search: a function of the space, the seed and the point's number alone. Option i of point n is drawn with
 * 53 bits of Philox4x32-10 at the counter (n, i, 0, {@link SWEEP_DOMAIN}).
 *
 * Choices and steps are equally likely; a range is uniform, with `log` over its logarithm. Integers with `log` are drawn between
 * `from` − ½ and `to` + ½ and rounded, as Optuna does.
 */
export function randomPoint(space: Space, seed: number, number: number): Point {
  const point: Record<string, TrialValue> = {};
  const key = keyOf(seed);
  for (const [i, axis] of space.entries()) {
    if (!isActive(axis, point)) continue;
    const [high, low] = philox([number, i, 0, SWEEP_DOMAIN], key);
    point[axis.name] = drawn(axis, (high * 2 ** 21 + (low >>> 11)) / 2 ** 53);
  }
  return point;
}

/** @param u uniform, from 0 to below 1 */
function drawn(axis: Axis, u: number): TrialValue {
  if (axis.kind === 'choice') return axis.choices[Math.floor(u * axis.choices.length)];
  if (axis.log) {
    if (axis.kind === 'float') return within(axis, logarithmic(axis.from, axis.to, u));
    return within(axis, Math.round(logarithmic(axis.from - 0.5, axis.to + 0.5, u)));
  }
  if (axis.step === null) return within(axis, axis.from + u * (axis.to - axis.from));
  return stepped(axis, Math.floor(u * (stepsOf(axis) + 1)));
}

const logarithmic = (from: number, to: number, u: number): number =>
  Math.exp(Math.log(from) + u * (Math.log(to) - Math.log(from)));

/** Rounding may lead a little beyond the ends. */
const within = ({ from, to }: RangeAxis, value: number): number =>
  Math.min(Math.max(value, from), to);
