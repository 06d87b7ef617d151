import type { Notebook } from './notebook.ts';
import type { RunRecord } from './run-store.ts';

/** Milliseconds between two writes of a run that is trained. */
const KEEP_MS = 2_000;

/** Writes runs that are trained into the notebook: not each time that something changes, and at once if the page is left. */
export class RunKeeper {
  readonly #notebook: Notebook;
  /** Whether a run is still in the list. */
  readonly #has: (run: RunRecord) => boolean;
  /** Runs that are to be written, by their timers. */
  readonly #due = new Map<RunRecord, ReturnType<typeof setTimeout>>();

  constructor(notebook: Notebook, has: (run: RunRecord) => boolean) {
    this.#notebook = notebook;
    this.#has = has;
    addEventListener('pagehide', () => {
      for (const run of [...this.#due.keys()]) void this.now(run);
    });
  }

  /** Keeps a run soon. */
  soon(run: RunRecord): void {
    if (!this.#due.has(run))
      this.#due.set(
        run,
        setTimeout(() => void this.now(run), KEEP_MS),
      );
  }

  /** Keeps a run as it is now. */
  async now(run: RunRecord): Promise<void> {
    clearTimeout(this.#due.get(run));
    this.#due.delete(run);
    if (this.#has(run)) await this.#notebook.keep(run);
  }

  /** Keeps a run that is not in the notebook, or whose weights have changed, with them. */
  async whole(run: RunRecord): Promise<void> {
    void this.#notebook.keep(run);
    await this.#notebook.keepWeights(run);
  }
}
