const PAUSED = Symbol('paused');
const STOPPED = Symbol('stopped');

/** Through which a run goes between two chunks of steps: it can be held up there, or ended. */
export class Gate {
  #controller = new AbortController();
  #state: 'open' | 'paused' | 'stopped' = 'open';
  #wake: () => void = () => {};

  get state(): 'open' | 'paused' | 'stopped' {
    return this.#state;
  }

  /** Holds the run up at the end of a chunk. */
  pause(): void {
    if (this.#state !== 'open') return;
    this.#state = 'paused';
    this.#controller.abort(PAUSED);
  }

  /** Lets the run go on. */
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
   * Does work that a signal ends, again each time that the gate opens, until it is done.
   *
   * @param onPause called each time that the work has been held up
   * @returns whether it was done; else the gate was closed for good
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
