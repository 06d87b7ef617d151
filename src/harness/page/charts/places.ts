import type { Span } from './axes.ts';
import type { Curve } from './curves.ts';

/** Of more runs, only the values on held-out data are read: the box must not cover half of the chart. */
export const MOST_WIDE = 5;

/** Whether the crosshair reads a curve, and labels its end. */
export const isRead = ({ kind, faint }: Pick<Curve, 'kind' | 'faint'>): boolean =>
  !faint && (kind === 'tested' || kind === 'training');

/** A point of a curve. */
export interface Place {
  readonly x: number;
  readonly y: number;
}

/** The place of the first of ascending numbers that is not below a number. */
export function firstFrom(x: readonly number[], least: number): number {
  let [from, to] = [0, x.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (x[middle] < least) from = middle + 1;
    else to = middle;
  }
  return from;
}

/**
 * The point of a curve nearest to a position, of two as near the earlier one. It is the one that the crosshair marks and reads.
 *
 * @param seen the epochs that are seen: a point out of sight is taken only if the curve has none there
 */
export function nearest(curve: Curve, place: number, seen?: Span): Place | undefined {
  const { x, y } = curve;
  const [from, to] = seen ?? [-Infinity, Infinity];
  // Of two points at one place, the later one stands, as in the table.
  const has = (i: number): boolean => y[i] !== null && x[i] !== x[i + 1];
  let right = firstFrom(x, place);
  let left = right - 1;
  while (left >= 0 && x[left] >= from && !has(left)) left--;
  while (right < x.length && x[right] <= to && !has(right)) right++;
  const isLeft = left >= 0 && x[left] >= from;
  const isRight = right < x.length && x[right] <= to;
  if (!isLeft && !isRight) return seen ? nearest(curve, place) : undefined;
  const i = isLeft && (!isRight || place - x[left] <= x[right] - place) ? left : right;
  return { x: x[i], y: Number(y[i]) };
}
