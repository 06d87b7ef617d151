import { DestroyedError } from '../../errors.ts';
import type { Session } from '../../train/session.ts';
import type { Pace } from '../../train/session-options.ts';
import type { Trainer } from '../../train/trainer.ts';
import type { Allowance } from './allowance.ts';
import type { Pulse } from './pulse.ts';
import type { PulseWait } from './pulse-reading.ts';

/** What looks. */
export type Looking = Pick<Pulse, 'look' | 'destroy'>;

/** Makes it; see {@link Pulse.create}. */
export type MakesLooking = (trainer: Trainer, pace?: Pace) => Promise<Looking | undefined>;

/**
 * Makes what looks into a trainer's network. While the run trains, its kernels are compiled one after the other, each when the
 * run's allowance has room for one that takes as long as those before did on average; else all at once.
 */
export class PulseOpening {
  readonly #trainer: Trainer;
  readonly #of: Session;
  readonly #allowance: Allowance;
  /** Undefined for a model whose layers are not known. Rejects as {@link Pulse.create}. */
  readonly made: Promise<Looking | undefined>;
  #kernels: PulseWait['kernels'] = { done: 0, all: 0 };
  /** Milliseconds that the compiled ones took. */
  #took = 0;
  #left = false;

  constructor(trainer: Trainer, allowance: Allowance, create: MakesLooking) {
    this.#trainer = trainer;
    this.#of = trainer.session;
    this.#allowance = allowance;
    this.made = allowance.isTraining ? this.#inTurn(create) : create(trainer);
    // Whoever looks is told.
    this.made.catch(() => {});
  }

  /** Whether it is of this trainer, which still has the same kernels, data and device. */
  fits(trainer: Trainer): boolean {
    return trainer === this.#trainer && trainer.session === this.#of;
  }

  get kernels(): PulseWait['kernels'] {
    return this.#kernels;
  }

  /** Milliseconds of a kernel. */
  get #each(): number {
    return this.#took / Math.max(1, this.#kernels.done);
  }

  /** Milliseconds until all are compiled, by what they took so far, and until the next one. */
  get waits(): Pick<PulseWait, 'wait' | 'ask'> {
    const { done, all } = this.#kernels;
    const each = this.#each;
    return {
      wait: this.#allowance.due(each * Math.max(1, all - done)),
      ask: this.#allowance.due(each),
    };
  }

  async #inTurn(create: MakesLooking): Promise<Looking | undefined> {
    const allowance = this.#allowance;
    const { now } = allowance.time;
    let from = now();
    const pulse = await create(this.#trainer, async (done, all) => {
      const ms = now() - from;
      allowance.spend(ms);
      // What came before the first one is planning.
      if (done > 0) this.#took += ms;
      this.#kernels = { done, all };
      await allowance.until(this.#each, () => !this.#left);
      if (this.#left) throw new DestroyedError('nobody looks any more');
      from = now();
    });
    allowance.spend(now() - from);
    return pulse;
  }

  /** Frees all. */
  leave(): void {
    this.#left = true;
    this.made.then((pulse) => pulse?.destroy()).catch(() => {});
  }
}
