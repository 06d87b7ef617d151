/** An activation in float64, and bounds on the error of the GPU. */
export interface Rule {
  readonly value: (x: number) => number;
  /** Bound on |f′| between x − e and x + e. */
  readonly steepest: (x: number, error: number) => number;
  /** Rounding error of f(x) on the GPU. */
  readonly rounding: (x: number) => number;
  /** f′ from the saved x or y. */
  readonly slope: (saved: number) => number;
  /** Bound on the GPU's error in f′ from an error in what is saved; rounding included. */
  readonly slopeError: (saved: number, error: number) => number;
  /** The most that multiplies dy · (a part of f′), and what that may lose by underflow. Default 1. */
  readonly multiplied?: (saved: number) => number;
}
