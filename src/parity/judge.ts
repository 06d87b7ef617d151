import type { Trace } from './trace.ts';

/**
 * How far a run may differ from PyTorch, if the trace has no float64 run.
 *
 * Two float32 programs that sum in different orders differ by a few ULP (2⁻²³ ≈ 1.2e-7) for each sum. One
 * forward and backward pass multiplies that by the depth and by the cancellation in the sums: norm-wise it
 * stays below 1e-5. Training then amplifies a difference from step to step, when a ReLU switches or Adam
 * divides a small gradient by its own size. Over 50 steps the loss stays within 1e-4. After that the two
 * runs are two samples of the same training, so only the final results are compared: the test loss to 1%,
 * and the test accuracy to 0.3 points, three images in a thousand.
 *
 * If the trace has the same run in float64, a run is right if its distance from that is at most `times` that of
 * PyTorch's float32 run, or `least`: some traces amplify rounding, and then PyTorch itself parts from float64. Gradients are
 * judged so, too, with those of the references in float64, unless PyTorch's are further off than `worstGradient`: the weights before a batch norm
 * have gradients that nearly cancel, and PyTorch's are 2e-5 off there.
 */
export const BOUNDS = {
  gradient: 1e-5,
  earlyLoss: 1e-4,
  earlySteps: 50,
  testLoss: 0.01,
  testAccuracy: 0.003,
  least: 1e-5,
  times: 4,
  worstGradient: 1e-4,
} as const;

/** {@link BOUNDS} in words. */
export function describeBounds(): string {
  const { gradient, earlyLoss, earlySteps, testLoss, least, times, worstGradient } = BOUNDS;
  const { testAccuracy } = BOUNDS;
  return `Bounds: gradients of step 0 ${gradient} (norm-wise, of each tensor, or of a hundredth of all if it is smaller), or with a float64 run, if PyTorch's own float32 gradients are further than that from float64: ${times} times their distance, if that is at most ${worstGradient}; test accuracy ${100 * testAccuracy} points. Losses of the first ${earlySteps} steps, test loss and final weights (all tensors as one): the distance from PyTorch's float64 run is at most ${times} times that of PyTorch's float32 run, or ${least}. For traces without a float64 run: losses of the first ${earlySteps} steps ${earlyLoss}, test loss ${testLoss}; the final weights are shown, not checked. Later losses are shown, not checked: two float32 runs have diverged by then.`;
}

/** A distance, that of PyTorch's float32 run from the same, and the bound. All relative. */
export interface Distance {
  readonly ours: number;
  /** Null if the trace has no float64 run: then `ours` is the distance from PyTorch's float32 run. */
  readonly theirs: number | null;
  readonly bound: number;
}

/** The distances of a run. */
export interface Distances {
  /** The largest of the first {@link BOUNDS.earlySteps} losses. */
  readonly earlyLoss: Distance;
  /** Null if the trace has none. */
  readonly testLoss: Distance | null;
  /**
   * Of the final weights, from PyTorch's float32 ones: a trace does not have those of float64. The bound adds how far
   * PyTorch's are from them.
   */
  readonly final: Distance;
}

/** The larger of two errors; NaN counts as the largest. */
export const larger = (most: number, error: number): number =>
  Math.max(most, Number.isNaN(error) ? Infinity : error);

/** The largest |got − expected| / |expected|. */
export const worstLoss = (got: readonly number[], expected: readonly number[]): number =>
  expected.reduce((most, loss, i) => larger(most, Math.abs(got[i] - loss) / Math.abs(loss)), 0);

/** A distance from losses, if all of them are there. */
function tested(
  losses: readonly (number | null)[],
  distance: (losses: readonly number[]) => Distance,
): Distance | null {
  const known = losses.filter((loss) => loss !== null);
  return known.length === losses.length ? distance(known) : null;
}

/**
 * Compares a run's losses and weights with the trace's.
 *
 * @param finalError of the final weights from PyTorch's float32 ones
 */
export function distancesOf(
  trace: Trace,
  losses: readonly number[],
  testLoss: number | null,
  finalError: number,
): Distances {
  const { float64 } = trace;
  const early = (all: readonly number[]): readonly number[] => all.slice(0, BOUNDS.earlySteps);
  if (!float64) {
    const from = (ours: number, bound: number): Distance => ({ ours, theirs: null, bound });
    return {
      earlyLoss: from(worstLoss(early(losses), early(trace.losses)), BOUNDS.earlyLoss),
      testLoss: tested([trace.testLoss], ([theirs]) =>
        from(worstLoss([testLoss ?? NaN], [theirs]), BOUNDS.testLoss),
      ),
      final: from(finalError, Infinity),
    };
  }
  const judged = (ours: number, theirs: number, apart = 0): Distance => ({
    ours,
    theirs,
    bound: Math.max(BOUNDS.least, BOUNDS.times * theirs) + apart,
  });
  const [exact, theirs] = [early(float64.losses), early(trace.losses)];
  return {
    earlyLoss: judged(worstLoss(early(losses), exact), worstLoss(theirs, exact)),
    testLoss: tested([float64.testLoss, trace.testLoss], ([wanted, single]) =>
      judged(worstLoss([testLoss ?? NaN], [wanted]), worstLoss([single], [wanted])),
    ),
    final: judged(finalError, float64.finalDistance, float64.finalDistance),
  };
}
