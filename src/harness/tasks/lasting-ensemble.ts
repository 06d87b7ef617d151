import type { Ensemble } from '../../ensemble/ensemble.ts';
import { DeviceLostError, GradweaveError, MemoryError } from '../../errors.ts';
import type { Engine } from '../../gpu/engine.ts';
import { LOSSES, takeTunings } from '../../train/renewals.ts';
import { type Copies, copiesOf, copyBytesOf, putCopies } from './many-copies.ts';

/** Least time between copies, and the share of the time that they take: as of `Trainer.fit`. */
const LEAST_MS = 1000;
const SHARE = 0.01;
/** Most time between copies, unless they then took more than this share of it: on a busy machine one can take far longer than others. */
const MOST_MS = 10_000;
const MOST_SHARE = 0.1;
/** Most bytes that are kept for networks to go on from. */
const MOST_BYTES = 2 ** 30;

/** Milliseconds from a copy that took so many to the next one. */
export const pauseAfter = (milliseconds: number): number =>
  Math.max(LEAST_MS, Math.min(milliseconds / SHARE, Math.max(MOST_MS, milliseconds / MOST_SHARE)));

/** How the networks are made, and made again on another device. */
export interface LastingOptions {
  readonly make: (engine: Engine) => Promise<Ensemble>;
  /** Sets what they begin with. */
  readonly prepare?: (ensemble: Ensemble) => void;
  /** Replaces a lost engine. Default: what is done ends, and nothing is copied. */
  readonly renew?: (() => Promise<Engine>) | undefined;
  /** Milliseconds between copies. Default a second; longer, so that they take at most 1% of the time; but 10 s, if they take at most 10%. */
  readonly everyMs?: number;
}

/**
 * Several networks that go on with another device if theirs is lost: from the last copy on the CPU, as a trainer's run, to the same
 * bits. Networks that take more than a GiB are not copied: as long as they are trained, they begin again.
 */
export class LastingEnsemble {
  readonly #options: LastingOptions;
  #engine: Engine;
  #ensemble: Ensemble | undefined;
  /** What they go on from; `start`: from what they began with. Undefined: they cannot. */
  #from: Copies | 'start' | undefined = 'start';
  #due: number;
  /** Losses without a newer copy, of the step that the last one is of. */
  #losses = 0;
  #step = 0;
  #isReleased = false;

  private constructor(engine: Engine, options: LastingOptions) {
    this.#engine = engine;
    this.#options = options;
    this.#due = performance.now() + (options.everyMs ?? LEAST_MS);
  }

  /** @throws what `make` and `prepare` throw, but for the loss of a device that `renew` replaces */
  static async create(engine: Engine, options: LastingOptions): Promise<LastingEnsemble> {
    const lasting = new LastingEnsemble(engine, options);
    try {
      await lasting.#lasting(async () => {
        // Unless it was made after a loss.
        if (!lasting.#ensemble) await lasting.#make();
      });
      return lasting;
    } catch (error) {
      lasting.destroy();
      throw error;
    }
  }

  /** The networks, on the device that works. */
  get current(): Ensemble {
    if (this.#ensemble) return this.#ensemble;
    throw new GradweaveError('the networks were released');
  }

  /** The last copies; undefined if there are none. */
  get copies(): Copies | undefined {
    return this.#from === 'start' ? undefined : this.#from;
  }

  /** Milliseconds until they should be copied again. */
  get untilDue(): number {
    return this.#isCopied ? this.#due - performance.now() : Infinity;
  }

  get #isCopied(): boolean {
    return this.#options.renew !== undefined && copyBytesOf(this.current) <= MOST_BYTES;
  }

  /** Copies them, between two calls that train. Without memory for it, they keep the copies before. @throws DeviceLostError and other errors than MemoryError */
  async keep(): Promise<void> {
    if (!this.#isCopied) return;
    const begun = performance.now();
    try {
      this.#from = await copiesOf(this.current);
    } catch (error) {
      if (!(error instanceof MemoryError)) throw error;
    } finally {
      const now = performance.now();
      this.#due = now + (this.#options.everyMs ?? pauseAfter(now - begun));
    }
  }

  /** Sets them to copies, and goes on from these. */
  put(copies: Copies): void {
    putCopies(this.current, copies);
    if (this.#isCopied) this.#from = copies;
  }

  /**
   * Works with the networks; again, if the device is lost, with those that go on on another one. Work finds out from them how far
   * they are.
   *
   * @throws DeviceLostError if there is no other device, or after three losses without a copy between them; what `work` throws
   */
  during<T>(work: (ensemble: Ensemble) => Promise<T>): Promise<T> {
    return this.#lasting(() => work(this.current));
  }

  /** Says that nothing is trained any more: what follows goes on from here, or ends. @throws DeviceLostError */
  async settle(): Promise<void> {
    const before = this.#from;
    await this.keep();
    if (this.#from === before) this.#from = undefined;
  }

  /** Frees the networks, then does work that needs their memory; again, if the device is lost, on another one. */
  async release<T>(work: (engine: Engine) => Promise<T>): Promise<T> {
    const ensemble = this.#ensemble;
    this.#ensemble = undefined;
    this.#isReleased = true;
    await ensemble?.[Symbol.asyncDispose]();
    return this.#lasting(() => work(this.#engine));
  }

  destroy(): void {
    this.#ensemble?.destroy();
    this.#ensemble = undefined;
  }

  async #lasting<T>(work: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await work();
      } catch (error) {
        if (!(error instanceof DeviceLostError)) throw error;
        await this.#goOn(error);
      }
    }
  }

  async #make(): Promise<void> {
    const { make, prepare } = this.#options;
    const ensemble = await make(this.#engine);
    this.#ensemble = ensemble;
    if (this.copies) putCopies(ensemble, this.copies);
    else prepare?.(ensemble);
  }

  /** Goes on with another device. */
  async #goOn(lost: DeviceLostError): Promise<void> {
    const { renew } = this.#options;
    if (!renew || (!this.#from && !this.#isReleased)) throw lost;
    const step = Math.max(0, ...(this.copies?.networks ?? []).map((copy) => copy.step));
    if (step > this.#step) this.#losses = 0;
    this.#step = step;
    while (++this.#losses <= LOSSES) {
      this.destroy();
      try {
        const before = this.#engine;
        this.#engine = await renew();
        takeTunings(this.#engine, before);
        if (!this.#isReleased) await this.#make();
        return;
      } catch (cause) {
        if (cause instanceof DeviceLostError) continue;
        const why = cause instanceof Error ? cause.message : String(cause);
        const text = `${lost.message}. There is no other device: ${why}`;
        throw new DeviceLostError(text, undefined, { cause });
      }
    }
    throw lost;
  }
}
