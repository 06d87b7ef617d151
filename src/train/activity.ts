import { BusyError } from '../errors.ts';

/** What a trainer is doing, so that calls that exclude each other are refused, and readers see one state. */
export class Activity {
  #doing: string | undefined;
  #resting = false;
  readonly #reading = new Set<Promise<unknown>>();

  /**
   * @param call what is asked for, for the message
   * @throws BusyError if the trainer is doing something that excludes it
   */
  assertIdle(call: string): void {
    if (this.#doing === undefined) return;
    throw new BusyError(
      `${call} was called while ${this.#doing} of this trainer goes on. Await ${this.#doing} first, or end it by its signal`,
    );
  }

  /** @throws BusyError unless the trainer is idle, or awaits a callback between two epochs */
  assertRests(call: string): void {
    if (!this.#resting) this.assertIdle(call);
  }

  /**
   * Does what excludes all else that trains.
   *
   * @throws BusyError
   */
  async during<T>(call: string, work: () => Promise<T>): Promise<T> {
    this.assertIdle(call);
    this.#doing = call;
    try {
      return await work();
    } finally {
      this.#doing = undefined;
    }
  }

  /** Waits between two epochs for what may change the run. */
  async rest<T>(work: () => Promise<T>): Promise<T> {
    this.#resting = true;
    try {
      return await work();
    } finally {
      this.#resting = false;
    }
  }

  /** Reads the weights in more than one submit: no step is submitted before it is done. */
  read<T>(work: () => Promise<T>): Promise<T> {
    const reading = work();
    const done = reading.then(
      () => {},
      () => {},
    );
    this.#reading.add(done);
    done.then(() => this.#reading.delete(done));
    return reading;
  }

  /** Settled when those that read now are done; undefined if nobody reads. */
  readonly reading = (): Promise<unknown> | undefined =>
    this.#reading.size > 0 ? Promise.all(this.#reading) : undefined;
}
