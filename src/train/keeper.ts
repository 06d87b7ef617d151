import type { Snapshot } from './snapshot.ts';

/** Default least time between copies. */
const LEAST_MS = 1000;
/** Copies, including their wait for steps, take at most this share of the time. */
const SHARE = 0.01;

/** Keeps a copy of a run's last state on the CPU, in case the device is lost. */
export class Keeper {
  readonly #take: () => Promise<Snapshot>;
  #last: Snapshot | undefined;
  #taking: Promise<void> | undefined;
  #due = 0;
  #round = 0;
  #seconds: number | undefined;

  /** @param take copies the current state of the run */
  constructor(take: () => Promise<Snapshot>) {
    this.#take = take;
  }

  /** The last copy; undefined if the run was set to something else since. */
  get last(): Snapshot | undefined {
    return this.#last;
  }

  /** @param every seconds between copies; `true`: as often as copies allow */
  pace(every: true | number): void {
    this.#seconds = every === true ? undefined : every;
    this.#due = 0;
  }

  /** Drops the copy, because the run was set to something else. */
  drop(): void {
    this.#last = undefined;
    this.#round++;
  }

  /** Starts a copy if it is due. A failure is ignored; the next use of the device reports it. */
  offer(): void {
    if (!this.#taking && performance.now() >= this.#due) this.now().catch(() => {});
  }

  /** Copies, after a copy in progress. */
  async now(): Promise<void> {
    await this.#taking?.catch(() => {});
    const taking = this.#keep();
    this.#taking = taking;
    try {
      await taking;
    } finally {
      if (this.#taking === taking) this.#taking = undefined;
    }
  }

  async #keep(): Promise<void> {
    const round = this.#round;
    const begun = performance.now();
    const taken = await this.#take();
    if (round === this.#round) this.#last = taken;
    const ended = performance.now();
    const pause = Math.max(LEAST_MS, (ended - begun) / SHARE);
    this.#due = ended + (this.#seconds === undefined ? pause : 1000 * this.#seconds);
  }

  /** Waits for a copy in progress. */
  async settle(): Promise<void> {
    await this.#taking?.catch(() => {});
  }
}
