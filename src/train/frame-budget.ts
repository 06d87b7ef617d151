/** Least assumed time of a step: browsers round timestamps, some of them to 0.1 ms. */
const LEAST_MS = 0.005;
/** Most training that may wait on the GPU, because drawing waits for it. */
const MOST_WAITING_MS = 100;

/** Submitted steps that are not known to be done. */
export interface Portion {
  readonly steps: number;
  /** Their expected time, in milliseconds. */
  readonly length: number;
}

/**
 * Decides how many steps a frame gets on a device that an app uses too. Each frame has a budget of GPU time. It
 * gets no steps only if training itself is behind: if its submitted steps would not be done by now even on an idle
 * device. Waiting for the app's work does not count: otherwise an app that keeps the device busy would delay
 * training by the length of its own queue, and by more each time.
 */
export class FrameBudget {
  readonly #flying = new Set<Portion>();
  #stepMs: number | undefined;
  /** When all would be done on an idle device. */
  #ends = 0;
  /** Steps of the last portion with a known time. */
  #known = 0;

  /**
   * Decides a frame's steps.
   *
   * @param budget milliseconds
   * @param most steps that can be submitted at once
   * @param at the time, in milliseconds
   * @returns undefined if the frame gets none
   */
  take(budget: number, most: number, at: number): Portion | undefined {
    if (this.#flying.size > 0) {
      // How long a step takes is not known yet, or training is behind.
      if (this.#stepMs === undefined || at < this.#ends) return undefined;
      const waiting = [...this.#flying].reduce((sum, { length }) => sum + length, 0);
      if (waiting > MOST_WAITING_MS) return undefined;
    }
    const fitting = this.#stepMs === undefined ? 1 : Math.floor(budget / this.#stepMs);
    // At most doubled: the first step's time may include the end of compiling.
    const steps = Math.min(Math.max(1, fitting), Math.max(1, 2 * this.#known), most);
    // A frame counts as its full budget, even if its steps are faster.
    const portion = { steps, length: Math.max(budget, steps * (this.#stepMs ?? 0)) };
    this.#ends = at + portion.length;
    this.#flying.add(portion);
    return portion;
  }

  /**
   * Steps are done or have failed.
   *
   * @param milliseconds their time on the GPU without waiting; undefined if unknown
   */
  done(portion: Portion, milliseconds?: number): void {
    this.#flying.delete(portion);
    if (milliseconds === undefined) return;
    const measured = Math.max(LEAST_MS, milliseconds / portion.steps);
    // Reacts at once to a frame that was too long, and slowly to one that was too short.
    const before = this.#stepMs ?? measured;
    this.#stepMs = Math.max(measured, 0.8 * before + 0.2 * measured);
    this.#known = portion.steps;
  }
}
