import { DeviceLostError } from '../errors.ts';
import type { Engine } from '../gpu/engine.ts';
import type { Lifetime } from '../gpu/lifetime.ts';
import { Workspace } from '../gpu/workspace.ts';
import type { FitOptions } from './fit-options.ts';
import type { ResolvedOptions } from './options.ts';
import { Rig } from './rig.ts';
import type { Snapshot } from './snapshot.ts';

/** Losses without a copy of the run between them, after which the run ends. */
export const LOSSES = 3;

/** On the same adapter the same kernels are used, because the run's bits must not depend on timings. */
export function takeTunings(engine: Engine, before: Engine): void {
  const own = Object.values(engine.adapter).join();
  if (own !== Object.values(before.adapter).join()) return;
  engine.tunings.add(before.tunings);
}

/** Requests engines to replace lost ones. */
export class Renewals {
  readonly #renew: FitOptions['renew'];
  readonly #lifetime: Lifetime;
  #step = -1;
  #tries = 0;

  /** @param lifetime the trainer's; after its end no device is requested */
  constructor(renew: FitOptions['renew'], lifetime: Lifetime) {
    this.#renew = renew;
    this.#lifetime = lifetime;
  }

  /**
   * @param before the lost engine
   * @param kept the run's last state
   * @returns the run's resources on another engine
   * @throws DeviceLostError with that state if there is no other engine, or it is lost too; DestroyedError if the
   *   trainer is destroyed meanwhile
   */
  async after(
    error: DeviceLostError,
    before: Engine,
    options: ResolvedOptions,
    kept: Snapshot | undefined,
  ): Promise<Rig> {
    if (!kept) throw error;
    const steps = `${kept.step} ${kept.step === 1 ? 'step' : 'steps'}`;
    const text = `${error.message}; this error's snapshot has the run after ${steps}, for resume() or checkpointOf()`;
    const lost = new DeviceLostError(text, kept);
    if (!this.#renew) throw lost;
    if (kept.step > this.#step) this.#tries = 0;
    this.#step = kept.step;
    while (++this.#tries <= LOSSES) {
      try {
        const engine = await this.#lifetime.until(this.#renew(lost));
        this.#lifetime.moveTo(engine.lifetime);
        takeTunings(engine, before);
        return await Rig.create(new Workspace(engine, this.#lifetime), options);
      } catch (cause) {
        this.#lifetime.assert();
        if (cause instanceof DeviceLostError) continue;
        // Whatever the error is, the run's state must not be lost.
        const why = cause instanceof Error ? cause.message : String(cause);
        throw new DeviceLostError(`${text}. There is no other device: ${why}`, kept, { cause });
      }
    }
    throw lost;
  }
}
