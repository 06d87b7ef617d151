/** Chunks that are looked back on: about an epoch of a slow adapter. */
const WINDOW = 40;

/**
 * How long a step takes, by the lower quartile of the last chunks, two and two. Other load and answers
 * that come late only ever add to a time. A mean would take such a delay for the step's own cost, make
 * chunks smaller, and so let the delay weigh more still: answers that came 70 ms late once ended in
 * chunks of one step, and epochs that took twenty times as long. Two and two, because two chunks are in
 * flight and may be seen to be done at once: the second would seem to take no time.
 */
export class Pace {
  readonly #recent: number[] = [];
  #before: { readonly at: number; readonly steps: number } | undefined;
  #last: { readonly at: number; readonly steps: number } | undefined;

  /** Milliseconds; undefined before there are two chunks. */
  get step(): number | undefined {
    const sorted = [...this.#recent].sort((a, b) => a - b);
    return sorted[Math.floor(sorted.length / 4)];
  }

  /** The clock begins anew: nothing was running before this. */
  begin(at: number): void {
    this.#before = undefined;
    this.#last = { at, steps: 0 };
  }

  /** A chunk of steps is seen to be done at a time, in milliseconds. */
  done(at: number, steps: number): void {
    const from = this.#before ?? this.#last;
    const inBetween = this.#before && this.#last ? this.#last.steps : 0;
    // A clock of coarse ticks may show nothing at all.
    if (from && at > from.at) this.#recent.push((at - from.at) / (steps + inBetween));
    if (this.#recent.length > WINDOW) this.#recent.shift();
    this.#before = this.#last;
    this.#last = { at, steps };
  }
}
