/**
 * The search for a learning rate of Smith (2015, "Cyclical learning rates for training neural networks", arXiv 1506.01186, section
 * 3.3): the rate is raised step by step, and the loss says at which rates the network learns.
 */
/** The first rate, the last one, and how many steps there are from one to the other. */
export const [FIRST, LAST, STEPS] = [1e-6, 1, 150];

/** A step of the search. */
export interface RateStep {
  readonly rate: number;
  /** Of its batch. */
  readonly loss: number;
  /** The mean of this loss and those before, of which each counts the less the older it is. */
  readonly smoothed: number;
}

/** What a search has found. */
export interface RateSearch {
  readonly steps: readonly RateStep[];
  /** Where the smoothed loss falls most; null if it does not fall. */
  readonly rate: number | null;
  /** Whether the loss rose so much in the end that it is of no use to go on. */
  readonly diverged: boolean;
}

/** The share that the mean of the steps before has in the smoothed loss. */
const KEPT = 0.9;
/** The loss has diverged if it is so many times the lowest one. */
const TOO_MUCH = 4;
/** Steps before which the mean says little. */
const BEGIN = 10;
/** Steps to either side over which a slope is taken: a third of a decade in all, so that noise counts little. */
const SPAN = 5;
/** The rate of a step, from 0 on. */
export const rateAt = (step: number): number => FIRST * (LAST / FIRST) ** (step / (STEPS - 1));

/** Smooths the losses of the first steps, up to the one that diverges. */
export function smooth(losses: readonly number[]): Pick<RateSearch, 'steps' | 'diverged'> {
  const steps: RateStep[] = [];
  let [mean, least] = [0, Infinity];
  for (const [i, loss] of losses.entries()) {
    mean = KEPT * mean + (1 - KEPT) * loss;
    // As Adam's moments: else the mean would begin near 0.
    const smoothed = mean / (1 - KEPT ** (i + 1));
    if (!Number.isFinite(smoothed) || smoothed > TOO_MUCH * least) return { steps, diverged: true };
    least = Math.min(least, smoothed);
    steps.push({ rate: rateAt(i), loss, smoothed });
  }
  return { steps, diverged: false };
}

/** The rate at which the smoothed loss falls most over the logarithm of the rate, before it is lowest. */
export function steepest(steps: readonly RateStep[]): number | null {
  const losses = steps.map(({ smoothed }) => smoothed);
  const lowest = losses.indexOf(Math.min(...losses));
  let [best, slope] = [-1, 0];
  // The rates are equally far from each other in their logarithms.
  for (let i = BEGIN; i + SPAN <= lowest; i++) {
    const here = losses[i + SPAN] - losses[i - SPAN];
    if (here < slope) [best, slope] = [i, here];
  }
  return best < 0 ? null : steps[best].rate;
}
