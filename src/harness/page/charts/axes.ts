import type { Curve } from './curves.ts';
import type { Reference } from './references.ts';
import type { View } from './view.ts';

export type Span = readonly [least: number, largest: number];

/** The epochs of curves, from 0. */
export function epochsOf(curves: readonly Curve[]): Span {
  return [0, Math.max(1, ...curves.map(({ x }) => x.at(-1) ?? 0))];
}

/** The span of the values that are seen: of curves within the zoom, and of lines to compare with if all is seen. */
export function valuesOf(
  curves: readonly Curve[],
  references: readonly Reference[],
  { zoom }: View,
): Span | undefined {
  let least = Infinity;
  let largest = -Infinity;
  const take = (value: number): void => {
    least = Math.min(least, value);
    largest = Math.max(largest, value);
  };
  const [from, to] = zoom ?? [-Infinity, Infinity];
  for (const { x, y } of curves) {
    for (let i = 0; i < y.length; i++) {
      const value = y[i];
      if (value !== null && x[i] >= from && x[i] <= to) take(value);
    }
  }
  if (!zoom) for (const { y } of references) take(y);
  return least <= largest ? [least, largest] : undefined;
}

/** The ends of a scale that shows values, with some room at both. */
export function endsOf(values: Span | undefined, log: boolean): Span {
  if (!values) return log ? [0.1, 1] : [0, 1];
  const [least, largest] = values;
  if (log) {
    const room = Math.max((largest / least) ** 0.06, 1.01);
    return [least / room, largest * room];
  }
  const room = Math.max((largest - least) * 0.06, 1e-3);
  // Neither quantity is negative.
  return [Math.max(0, least - room), largest + room];
}
