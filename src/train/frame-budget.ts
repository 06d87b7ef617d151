/** Fastest that a step is taken to be: browsers round timestamps, some of them to 0.1 ms. */
const LEAST_MS = 0.005;
/** Of training's own work, what may wait on the GPU at most: what is drawn waits behind it. */
const MOST_WAITING_MS = 100;

/** Steps that were submitted and are not known to be done. */
export interface Portion {
  readonly steps: number;
  /** What they are taken to take, in milliseconds. */
  readonly length: number;
}

/**
 * Training's share of a device that an app uses too: how many steps a frame gets. Each frame has a budget
 * of GPU time. It gets none if training itself is behind: if its steps on the way would not be done by now
 * even if the device had nothing else to do. That they wait for the app's work is no reason: an app that
 * keeps the device busy would hold training up for as long as its own queue is, and for longer each time.
 */
export class FrameBudget {
  readonly #flying = new Set<Portion>();
  #stepMs: number | undefined;
  /** When all would be done on a device that has nothing else to do. */
  #ends = 0;
  /** Steps of the last portion whose time is known. */
  #known = 0;

  /**
   * Takes a frame's steps.
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
    // At most doubled: the first step's time holds the last of compiling.
    const steps = Math.min(Math.max(1, fitting), Math.max(1, 2 * this.#known), most);
    // A frame is taken to use its budget, however fast its steps are.
    const portion = { steps, length: Math.max(budget, steps * (this.#stepMs ?? 0)) };
    this.#ends = at + portion.length;
    this.#flying.add(portion);
    return portion;
  }

  /**
   * Steps are done, or never will be.
   *
   * @param milliseconds that they took on the GPU, without what they waited for; undefined: not known
   */
  done(portion: Portion, milliseconds?: number): void {
    this.#flying.delete(portion);
    if (milliseconds === undefined) return;
    const measured = Math.max(LEAST_MS, milliseconds / portion.steps);
    // A frame that was too long is seen to at once, one that was too short by and by.
    const before = this.#stepMs ?? measured;
    this.#stepMs = Math.max(measured, 0.8 * before + 0.2 * measured);
    this.#known = portion.steps;
  }
}
