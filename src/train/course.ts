import { describe } from '../check.ts';
import { OptionError } from '../errors.ts';
import type { FitOptions } from './fit-options.ts';
import type { Ended, EpochRecord } from './history.ts';
import type { Snapshot } from './snapshot.ts';
import type { Stopper } from './stop.ts';

/** What a course needs from the run. */
export interface Stage {
  /** Copies the run. */
  take(): Promise<Snapshot>;
  /** Awaits the caller's callback. */
  call<R>(callback: (record: EpochRecord) => R | PromiseLike<R>, record: EpochRecord): Promise<R>;
}

/** What `fit` does after each epoch: reports it, decides whether to continue, keeps the best one. */
export class Course {
  readonly #options: FitOptions;
  readonly #stopper: Stopper | undefined;
  /** Epochs that were reported. */
  readonly #told: Set<number>;
  #goal: number;
  #ended: Ended | undefined;
  #best: Snapshot | undefined;

  /** @param goal total number of epochs in the end */
  constructor(
    options: FitOptions,
    goal: number,
    history: readonly EpochRecord[],
    stopper?: Stopper,
  ) {
    this.#options = options;
    this.#goal = goal;
    this.#told = new Set(history.map(({ epoch }) => epoch));
    this.#stopper = stopper;
  }

  /** Total number of epochs in the end; fewer after an early stop. */
  get goal(): number {
    return this.#goal;
  }

  /** The run after the best epoch, if it is to be restored. */
  get best(): Snapshot | undefined {
    return this.#best;
  }

  /**
   * Handles the last recorded epoch. An epoch that is repeated on another device was handled before.
   *
   * @throws OptionError; what the callbacks throw
   */
  async after(history: EpochRecord[], { take, call }: Stage): Promise<void> {
    const last = history[history.length - 1];
    const { onEpoch, until, stop } = this.#options;
    const told = this.#told.has(last.epoch);
    this.#told.add(last.epoch);
    const taken = told ? undefined : this.#stopper?.take(last);
    if (taken?.better && stop?.restoreBest) this.#best = await take();
    if (taken?.ended) this.#end(taken.ended, last);
    this.#write(history);
    if (told) return;
    if (onEpoch) await call(onEpoch, history[history.length - 1]);
    if (!until || this.#ended) return;
    const enough: unknown = await call(until, last);
    if (typeof enough !== 'boolean') {
      throw new OptionError(`until returned ${describe(enough)}; return true or false`);
    }
    if (enough) this.#end({ by: 'until' }, last);
    this.#write(history);
  }

  #end(ended: Ended, { epoch }: EpochRecord): void {
    this.#ended = ended;
    this.#goal = epoch;
  }

  /** Adds the decision to the record of the last epoch, if it is the last of all. */
  #write(history: EpochRecord[]): void {
    const at = history.length - 1;
    const last = history[at];
    if (last.epoch !== this.#goal) return;
    const restored = this.#options.stop?.restoreBest && this.#stopper?.best.epoch;
    history[at] = Object.freeze({
      ...last,
      ...(this.#ended ? { ended: this.#ended } : {}),
      ...(restored ? { restored } : {}),
    });
  }
}
