/** A value of a curve; null where there is none. */
export type Value = number | null;

/**
 * The moving mean of a curve: at each point, the mean of the values within half a window on both sides. Near an end
 * of the curve the window is as narrow as the way to that end, so a curve that rises evenly stays as it is, and the first
 * and the last value too.
 *
 * @param x positions, ascending
 * @param y a value for each; null and numbers that are not finite are left out, and stay null
 * @param window width in units of x; 0 changes nothing
 */
export function movingMean(
  x: readonly number[],
  y: readonly Value[],
  window: number,
): readonly Value[] {
  const known = y.flatMap((value, i) => (isValue(value) ? [i] : []));
  if (window <= 0 || known.length === 0) return y;
  const first = x[known[0]];
  const last = x[known[known.length - 1]];
  // Sums of the first values, in order: the sum within a window is a difference of two.
  const sums = [0];
  for (const i of known) sums.push(sums[sums.length - 1] + Number(y[i]));
  const means: Value[] = y.map(() => null);
  let from = 0;
  let to = 0;
  for (const i of known) {
    const half = Math.min(window / 2, x[i] - first, last - x[i]);
    // Rounding must not exclude the ends of the window.
    const reach = half * (1 + 1e-9) + 1e-9;
    // The window's ends do not always move on: it grows at first, and shrinks at last.
    while (from < known.length && x[known[from]] < x[i] - reach) from++;
    while (to < known.length && x[known[to]] <= x[i] + reach) to++;
    while (to > 0 && x[known[to - 1]] > x[i] + reach) to--;
    while (from > 0 && x[known[from - 1]] >= x[i] - reach) from--;
    means[i] = (sums[to] - sums[from]) / (to - from);
  }
  return means;
}

/** Whether a value can be drawn. */
export const isValue = (value: number | null | undefined): value is number =>
  value !== null && value !== undefined && Number.isFinite(value);
