import { RunLocks } from './run-locks.ts';

/** Which tab trains which run: what training makes of a run is written by no other tab. */
export class RunTabs {
  readonly #locks = new RunLocks();
  /** Keys of the runs that are trained here. */
  readonly #own = new Set<string>();
  /** Keys of the runs that another tab trains. */
  readonly #watched = new Set<string>();

  /** Whether a run is trained here. */
  isOwn(key: string): boolean {
    return this.#own.has(key);
  }

  /** Which of the runs are trained in any tab; none if that cannot be known. */
  held(keys: readonly string[]): Promise<ReadonlySet<string>> {
    return this.#locks.held(keys);
  }

  /** Counts a run as trained here, which no other tab can know yet. */
  begin(key: string): void {
    this.#own.add(key);
    void this.#locks.take(key);
  }

  /**
   * Takes a run to be trained here.
   *
   * @param isReady says whether it can be, once no other tab trains it
   * @returns whether it is this tab's now
   */
  async claim(key: string, isReady: () => Promise<boolean>): Promise<boolean> {
    if (!(await this.#locks.take(key))) return false;
    if (await isReady()) {
      this.#own.add(key);
      return true;
    }
    this.#locks.giving(key)();
    return false;
  }

  /** A run is no longer trained here. @returns whether it was, and what to call when it is kept */
  end(key: string): { readonly wasOwn: boolean; readonly give: () => void } {
    const give = this.#locks.giving(key);
    return { wasOwn: this.#own.delete(key), give };
  }

  /** Calls back when the tab that trains a run has ended. */
  async watch(key: string, ended: () => Promise<void>): Promise<void> {
    if (this.#watched.has(key)) return;
    this.#watched.add(key);
    try {
      await this.#locks.free(key);
      await ended();
    } catch {
      // Without locks it stays as it is until the page is opened again.
    } finally {
      this.#watched.delete(key);
    }
  }
}
