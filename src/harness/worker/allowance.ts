import type { LabState } from './lab-event.ts';

/** Of so many parts of the time that a run trains, what is done beside it has one. */
export const PARTS = 41;

/** Most milliseconds until it is noticed that the run has paused or ended. */
const NAP_MS = 200;

/** Where times come from; tests have others. Milliseconds. */
export interface Time {
  readonly now: () => number;
  readonly nap: (ms: number) => Promise<unknown>;
}

const REAL: Time = {
  now: () => performance.now(),
  nap: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
};

/**
 * What may be done beside a run, by times that were measured, on any device: while it trains, one part in 41 of the time. While it
 * does not, no step waits, and all may be done.
 */
export class Allowance {
  readonly time: Time;
  #spent = 0;
  /** Milliseconds that the run had trained when it last stopped, and when it went on; undefined while it does not train. */
  #trained = 0;
  #since: number | undefined;

  constructor(time: Time = REAL) {
    this.time = time;
  }

  /** The run's state has changed; another run begins with `preparing`. */
  state(state: LabState): void {
    const now = this.time.now();
    if (this.#since !== undefined) this.#trained += now - this.#since;
    this.#since = state === 'running' ? now : undefined;
    if (state === 'preparing') this.#trained = this.#spent = 0;
  }

  get isTraining(): boolean {
    return this.#since !== undefined;
  }

  /** Milliseconds that the run has to train before something is done that takes so long; 0 if it may be done now. */
  due(ms: number): number {
    if (this.#since === undefined) return 0;
    const trained = this.#trained + this.time.now() - this.#since;
    return Math.max(0, PARTS * (this.#spent + ms) - trained);
  }

  /** Waits until something may be done that takes so long, or until it is not wanted any more. */
  async until(ms: number, isWanted: () => boolean): Promise<void> {
    for (let due = this.due(ms); due > 0 && isWanted(); due = this.due(ms)) {
      await this.time.nap(Math.min(due, NAP_MS));
    }
  }

  /** Something has taken so long. It counts if the run trains. */
  spend(ms: number): void {
    if (this.isTraining) this.#spent += ms;
  }
}
