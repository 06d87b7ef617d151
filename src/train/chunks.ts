import { Pace } from './pace.ts';

/** Long enough to hide the cost of a submit, short enough to keep a page responsive. */
const SUBMIT_MS = 50;
/** A fast adapter gets an epoch in parts: it works on one while the next is recorded. */
const PARTS = 8;
const LEAST_MS = 2;
/** A slow adapter may take longer, so that an epoch has at most this many submits, up to a limit: Windows resets a GPU after 2 s. */
const SUBMITS = 40;
const MOST_MS = 100;
/** Chunks of a size that are awaited before the size is judged. */
const JUDGED = 6;
/** Chunks of twice the size must bring a step's time to less than this share to be kept. */
const GAIN = 0.8;

/**
 * Steps of a submit that takes 50 ms, or an eighth of a shorter epoch, or up to 100 ms of a long one.
 *
 * @param pace milliseconds that a step takes
 */
export function fittedSteps(pace: number, stepsPerEpoch: number): number {
  const fast = Math.max(LEAST_MS / pace, stepsPerEpoch / PARTS);
  const slow = Math.min(MOST_MS / pace, stepsPerEpoch / SUBMITS);
  return Math.max(1, Math.floor(Math.max(slow, Math.min(SUBMIT_MS / pace, fast))));
}

/** Times vary, so sizes that differ little are one. */
const alike = (a: number, b: number): boolean => Math.max(a, b) <= 1.1 * Math.min(a, b);

/**
 * How many steps the next submit gets, while a loop keeps two submits in flight.
 *
 * Some browsers answer late: they ask the GPU every 100 ms whether it is done. If chunks are short, the GPU then waits for
 * them, and a step seems to take long. So once a size fits, chunks of twice the size are tried: they are kept, and doubled
 * again, as long as steps become faster by it.
 */
export class Chunks {
  readonly #pace = new Pace();
  #size = 1;
  /** The size that {@link fittedSteps} would be too small for, because answers are late. */
  #floor = 1;
  /** Chunks of this size that were done. */
  #done = 0;
  /** How many were reported at once with the chunk before. */
  #together = 0;
  #last = 0;
  /** The pace at half the size, if this size is a trial. */
  #half: number | undefined;
  /** The size whose double was tried in vain. */
  #enough = 0;

  /** Restarts the clock: nothing was running before this. */
  begin(at: number): void {
    this.#pace.begin(at);
  }

  /** Steps of the next chunk. */
  get size(): number {
    return this.#size;
  }

  /** A chunk was reported done at a time, in milliseconds. */
  done(at: number, steps: number, stepsPerEpoch: number): void {
    this.#pace.done(at, steps);
    if (at - this.#last < 0.1 * steps * (this.#pace.step ?? 0)) this.#together++;
    this.#last = at;
    // Chunks that were cut off by an epoch's end, or are of the size before, do not count.
    if (steps === this.#size) this.#done++;
    const pace = this.#pace.step;
    if (pace === undefined) return;
    const most = Math.max(1, Math.floor(MOST_MS / pace));
    if (this.#half !== undefined) {
      if (this.#done >= JUDGED) this.#judge(pace, most);
      return;
    }
    const wanted = Math.max(fittedSteps(pace, stepsPerEpoch), Math.min(this.#floor, most));
    if (this.#size > most || !alike(wanted, this.#size)) {
      // At most doubled: the first chunks' times may include the end of compiling and uploading.
      this.#resize(Math.min(2 * this.#size, wanted));
    } else if (
      this.#done >= JUDGED &&
      // If two are reported at once, a chunk takes less time than it seems.
      (2 * this.#size <= most || 3 * this.#together >= this.#done) &&
      !alike(this.#size, this.#enough)
    ) {
      this.#half = pace;
      this.#pace.forget();
      this.#resize(2 * this.#size);
    }
  }

  #judge(pace: number, most: number): void {
    const better = pace < GAIN * (this.#half ?? 0) && this.#size <= most;
    this.#half = undefined;
    if (better) this.#floor = this.#size;
    else this.#resize(this.#size / 2);
    this.#enough = better ? 0 : this.#size;
  }

  #resize(size: number): void {
    this.#size = size;
    this.#done = 0;
    this.#together = 0;
  }
}
