import type { Timing } from './stopwatch.ts';

/** A time with about four significant figures. */
export function figures(milliseconds: number): string {
  const decimals = milliseconds < 1 ? 4 : milliseconds < 100 ? 2 : 0;
  return milliseconds.toFixed(decimals);
}

/** `9.12 (8.97–9.40)`: the median, the lowest and the highest. */
export function shown({ median, least, most }: Timing): string {
  return `${figures(median)} (${figures(least)}–${figures(most)})`;
}
