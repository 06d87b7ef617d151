const PAUSED = Symbol('paused');
const STOPPED = Symbol('stopped');

/** Pauses or ends a run between two chunks of steps. */
export class Gate {
  #controller = new AbortController();
  #state: 'open' | 'paused' | 'stopped' = 'open';
  #wake: () => void = () => {};

  get state(): 'open' | 'paused' | 'stopped' {
    return this.#state;
  }

  /** Pauses the run at the end of a chunk. */
  pause(): void {
    if (this.#state !== 'open') return;
    this.#state = 'paused';
    this.#controller.abort(PAUSED);
  }

  /** Resumes the run. */
  resume(): void {
    if (this.#state !== 'paused') return;
    this.#state = 'open';
    this.#controller = new AbortController();
    this.#wake();
  }

  /** Ends the run at the end of a chunk, paused or not. */
  stop(): void {
    this.#state = 'stopped';
    this.#controller.abort(STOPPED);
    this.#wake();
  }

  /**
   * Runs work that a signal ends. Runs it again each time the gate opens, until it is done.
   *
   * @param onPause called each time the work has paused
   * @returns whether it was done; false if the gate was closed
   */
  async through(
    work: (signal: AbortSignal) => Promise<void>,
    onPause: () => void,
  ): Promise<boolean> {
    for (;;) {
      if (this.#state === 'paused') {
        onPause();
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
      if (this.#state === 'stopped') return false;
      try {
        await work(this.#controller.signal);
        return true;
      } catch (error) {
        if (error !== PAUSED && error !== STOPPED) throw error;
      }
    }
  }
}
