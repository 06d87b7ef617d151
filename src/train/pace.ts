/** Recent chunks to consider: about an epoch of a slow adapter. */
const WINDOW = 40;

/**
 * How long a step takes: the lower quartile over pairs of recent chunks. Other load and late answers only make
 * times longer. A mean would count such a delay as the step's own cost and make chunks smaller, so that the delay
 * weighs even more: answers that were 70 ms late once led to chunks of one step, and to epochs that took twenty
 * times as long. Pairs, because two chunks are in flight and may be reported done at once, so that the second
 * seems to take no time.
 */
export class Pace {
  #recent: number[] = [];
  #before: { readonly at: number; readonly steps: number } | undefined;
  #last: { readonly at: number; readonly steps: number } | undefined;

  /** Milliseconds; undefined before there are two chunks. */
  get step(): number | undefined {
    const sorted = [...this.#recent].sort((a, b) => a - b);
    return sorted[Math.floor(sorted.length / 4)];
  }

  /** Restarts the clock: nothing was running before this. */
  begin(at: number): void {
    this.#before = undefined;
    this.#last = { at, steps: 0 };
  }

  /** Forgets all chunks but those in flight. */
  forget(): void {
    this.#recent = [];
  }

  /** A chunk of steps was reported done at a time, in milliseconds. */
  done(at: number, steps: number): void {
    const from = this.#before ?? this.#last;
    const inBetween = this.#before && this.#last ? this.#last.steps : 0;
    // A coarse clock may show no difference.
    if (from && at > from.at) this.#recent.push((at - from.at) / (steps + inBetween));
    if (this.#recent.length > WINDOW) this.#recent.shift();
    this.#before = this.#last;
    this.#last = { at, steps };
  }
}
