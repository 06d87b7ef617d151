import type { Value } from '../graph/value.ts';

/**
 * What float32 on a GPU may lose, after "Floating Point Accuracy" of the WGSL specification: + − ×
 * are correctly rounded in a direction that is not specified, so each is off by less than one unit
 * in the last place; division by 2.5 units, exp(x) by 3 + 2|x|, log by 3 (or 2⁻²¹ absolute between
 * 0.5 and 2), sqrt by what 1 / inverseSqrt (2 units) is. Values below 2⁻¹²⁶ may be flushed to 0.
 */
export const ULP = 2 ** -23;
export const TINY = 2 ** -126;
export const DIVISION = 2.5 * ULP;
export const SQRT = 5 * ULP;

/** Relative error of exp(x). */
export const expError = (x: number): number => (3 + 2 * Math.abs(x)) * ULP;

/** Absolute error of log(x). */
export const logError = (x: number): number =>
  x >= 0.5 && x <= 2
    ? Math.max(2 ** -21, 3 * ULP * Math.abs(Math.log(x)))
    : 3 * ULP * Math.abs(Math.log(x));

/** The largest float32. */
export const MOST = (2 - ULP) * 2 ** 127;

/**
 * To be added to the bound of a value on whose way something as large as `size` is met: beyond the largest
 * float anything may come out, as WGSL lets implementations assume that there are no infinities.
 */
export const overflow = (size: number): number => (size <= MOST ? 0 : Infinity);

/**
 * Widens bounds by what float32 does at the ends of its range, whatever the op: what is NaN or infinite, or
 * may be, is not promised at all; what is or may be below 2⁻¹²⁶ may be flushed to 0.
 */
export function atTheEnds({ data, error }: Value): void {
  for (let i = 0; i < data.length; i++) {
    const size = Math.abs(data[i]) + error[i];
    // Not `>`: either may be NaN.
    if (!(size <= MOST)) error[i] = Infinity;
    else if (Math.abs(data[i]) - error[i] < TINY) error[i] += Math.min(size, TINY);
  }
}
