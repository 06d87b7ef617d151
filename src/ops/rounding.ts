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
