import { DeviceLostError } from '../errors.ts';
import type { Engine } from '../gpu/engine.ts';
import type { Lifetime } from '../gpu/lifetime.ts';
import { Workspace } from '../gpu/workspace.ts';
import type { FitOptions } from './fit-options.ts';
import type { Complete } from './options.ts';
import { Rig } from './rig.ts';
import type { Snapshot } from './snapshot.ts';

/** Losses without a copy of the run between them, after which another device is not asked for. */
const TRIES = 3;

/** On the same adapter the same kernels go on, untried: the run's bits shall not hang on timings. */
function takeTunings(engine: Engine, before: Engine): void {
  const own = Object.values(engine.adapter).join();
  if (own !== Object.values(before.adapter).join()) return;
  engine.tunings.add(before.tunings);
}

/** Asks for engines in the place of those that are lost. */
export class Renewals {
  readonly #renew: FitOptions['renew'];
  readonly #lifetime: Lifetime;
  #step = -1;
  #tries = 0;

  /** @param lifetime the trainer's, which no other device is asked for once it has ended */
  constructor(renew: FitOptions['renew'], lifetime: Lifetime) {
    this.#renew = renew;
    this.#lifetime = lifetime;
  }

  /**
   * @param before the engine that is gone
   * @param kept the run's last state
   * @returns all that the run needs, on another engine
   * @throws DeviceLostError with that state if no other is asked for or had, or it is lost as well;
   *   DestroyedError if the trainer is destroyed meanwhile
   */
  async after(
    error: DeviceLostError,
    before: Engine,
    options: Complete,
    kept: Snapshot | undefined,
  ): Promise<Rig> {
    if (!kept) throw error;
    const steps = `${kept.step} ${kept.step === 1 ? 'step' : 'steps'}`;
    const text = `${error.message}; this error's snapshot is the run after ${steps}, for goOn() or checkpointOf()`;
    const lost = new DeviceLostError(text, kept);
    if (!this.#renew) throw lost;
    if (kept.step > this.#step) this.#tries = 0;
    this.#step = kept.step;
    while (++this.#tries <= TRIES) {
      try {
        const engine = await this.#lifetime.until(this.#renew(lost));
        this.#lifetime.moveTo(engine.lifetime);
        takeTunings(engine, before);
        return await Rig.create(new Workspace(engine, this.#lifetime), options);
      } catch (cause) {
        this.#lifetime.assert();
        if (cause instanceof DeviceLostError) continue;
        // Whatever it is, the run's state must not be lost over it.
        const why = cause instanceof Error ? cause.message : String(cause);
        throw new DeviceLostError(`${text}. No other device was had: ${why}`, kept, { cause });
      }
    }
    throw lost;
  }
}
