import type { Snapshot } from './snapshot.ts';

/** Nothing is kept more often than this, where nothing else is said. */
const LEAST_MS = 1000;
/** What a copy takes, its wait behind steps included, is at most this share of the time. */
const SHARE = 0.01;

/** Keeps a run's last state on the CPU, where a lost device leaves it. */
export class Keeper {
  readonly #take: () => Promise<Snapshot>;
  #last: Snapshot | undefined;
  #taking: Promise<void> | undefined;
  #due = 0;
  #round = 0;
  #seconds: number | undefined;

  /** @param take copies the run as it is at the time of the call */
  constructor(take: () => Promise<Snapshot>) {
    this.#take = take;
  }

  /** The last state that was kept, of which nothing is older than what the run was set to. */
  get last(): Snapshot | undefined {
    return this.#last;
  }

  /** @param every seconds from one copy to the next; `true`: as copies allow */
  pace(every: true | number): void {
    this.#seconds = every === true ? undefined : every;
    this.#due = 0;
  }

  /** Forgets: the run was set to something else. */
  drop(): void {
    this.#last = undefined;
    this.#round++;
  }

  /** Begins to copy where it is time to. What fails is not kept; whoever needs the device hears of it. */
  offer(): void {
    if (!this.#taking && performance.now() >= this.#due) this.now().catch(() => {});
  }

  /** Copies, behind a copy that goes on. */
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

  /** Waits for a copy that goes on. */
  async settle(): Promise<void> {
    await this.#taking?.catch(() => {});
  }
}
