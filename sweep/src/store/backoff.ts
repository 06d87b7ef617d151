/** The first pause, in seconds; it doubles with each further failure. */
const FIRST = 5;
const LONGEST = 300;
/** Failures in a row that are nobody's fault. */
const FREE = 1;
const MOST_NAMES = 10_000;

/**
 * Workers that fail one trial after the other get none for a while: a broken device must not use up the attempts of all trials.
 */
export class Backoff {
  readonly #workers = new Map<string, { failures: number; until: number }>();

  /** @returns how long the worker is given nothing, in seconds */
  failed(name: string, time = performance.now()): number {
    const failures = (this.#workers.get(name)?.failures ?? 0) + 1;
    const pause = failures <= FREE ? 0 : Math.min(LONGEST, FIRST * 2 ** (failures - FREE - 1));
    this.#workers.delete(name);
    this.#workers.set(name, { failures, until: time + 1000 * pause });
    for (const one of this.#workers.keys()) {
      if (this.#workers.size <= MOST_NAMES) break;
      this.#workers.delete(one);
    }
    return pause;
  }

  completed(name: string): void {
    this.#workers.delete(name);
  }

  pauses(name: string, time = performance.now()): boolean {
    return time < (this.#workers.get(name)?.until ?? 0);
  }
}
