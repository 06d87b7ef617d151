import type { Value } from '../graph/value.ts';

/**
 * The errors of float32 on a GPU, from "Floating Point Accuracy" of the WGSL specification. + − × are correctly
 * rounded, but in an unspecified direction, so the error is below one unit in the last place. It is at most 2.5
 * units for division, 3 + 2|x| for exp(x), 3 for log (2⁻²¹ absolute between 0.5 and 2), and for sqrt that of
 * 1 / inverseSqrt (2 units). Values below 2⁻¹²⁶ may be flushed to 0.
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
 * Added to the bound of a value whose computation meets numbers of this size. Beyond the largest float the
 * result is unspecified, since WGSL lets implementations assume that there are no infinities.
 */
export const overflow = (size: number): number => (size <= MOST ? 0 : Infinity);

/**
 * Widens bounds at the ends of float32's range, for any op: values that may be NaN or infinite have no bound, and
 * values that may be below 2⁻¹²⁶ may be flushed to 0.
 */
export function atTheEnds({ data, error }: Value): void {
  for (let i = 0; i < data.length; i++) {
    const size = Math.abs(data[i]) + error[i];
    // Not `>`: either may be NaN.
    if (!(size <= MOST)) error[i] = Infinity;
    else if (Math.abs(data[i]) - error[i] < TINY) error[i] += Math.min(size, TINY);
  }
}
