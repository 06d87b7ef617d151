import type { KeptRuns } from '../notebook/kept-runs.ts';
import type { RunRecord } from '../notebook/run-store.ts';
import type { Remote } from '../remote.ts';

/** Milliseconds between two copies of the weights while a run is trained. */
const PAUSE_MS = 10_000;

/** Copies a run's weights from the worker into its record. */
export class WeightsCopy {
  readonly #remote: Remote;
  readonly #list: KeptRuns;
  #at = 0;

  constructor(remote: Remote, list: KeptRuns) {
    this.#remote = remote;
    this.#list = list;
  }

  /**
   * Copies them.
   *
   * @param run whose record gets them
   * @param key of the run that the worker trained: it may still have the network of another one, which is not copied
   */
  async take(run: RunRecord, key: string | undefined): Promise<void> {
    try {
      const { bytes, step, key: had, kept } = await this.#remote.call('weights', []);
      if (had !== key) return;
      run.weights = { bytes, step };
      // The best epoch's are gone once the run goes on.
      run.kept = kept;
      this.#list.keepWeights(run);
    } catch {
      // If the run failed before it started, there are none.
    }
  }

  /** Copies them if the last copy is old. */
  offer(run: RunRecord): void {
    const now = performance.now();
    if (now - this.#at < PAUSE_MS) return;
    this.#at = now;
    void this.take(run, run.key);
  }
}
