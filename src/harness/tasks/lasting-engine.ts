import { AdapterError, DeviceLostError } from '../../errors.ts';
import type { Engine } from '../../gpu/engine.ts';
import { openEngine } from './data.ts';
import type { Emit } from './task.ts';

/** The note when a run resumes on another device. */
export const RENEWED = 'The GPU was lost. Resuming on a new device from the last copy…';

/** How many devices a task may lose, so that it ends if it loses each one. */
const MOST_LOSSES = 5;
/** How often an adapter is requested while Chrome restarts its GPU process, and the pause between. */
const ASKS = 6;
const ASK_MS = 500;

/** An engine that is replaced if its device is lost. */
export class LastingEngine {
  readonly #emit: Emit;
  #engine: Engine;
  #losses = 0;

  private constructor(engine: Engine, emit: Emit) {
    this.#engine = engine;
    this.#emit = emit;
  }

  /** @throws AdapterError if there is no adapter, even after some retries. */
  static async open(emit: Emit): Promise<LastingEngine> {
    return new LastingEngine(await openSoon(emit), emit);
  }

  /** The engine that works. */
  get current(): Engine {
    return this.#engine;
  }

  /**
   * Opens another device.
   *
   * @throws DeviceLostError if too many were lost.
   */
  readonly renew = async (): Promise<Engine> => {
    if (++this.#losses > MOST_LOSSES) {
      throw new DeviceLostError(
        `${this.#losses} GPU devices were lost in one run: the driver crashes. Try --adapter software`,
      );
    }
    this.#emit({ type: 'note', text: RENEWED });
    this.#engine.destroy();
    this.#engine = await openSoon(this.#emit);
    return this.#engine;
  };

  /** Runs work that can be repeated from its start, on another device if one is lost. */
  async during<T>(work: (engine: Engine) => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await work(this.#engine);
      } catch (error) {
        if (!(error instanceof DeviceLostError)) throw error;
        await this.renew();
      }
    }
  }

  /** Begins to count losses anew: what is done now is a task of its own. */
  forgive(): void {
    this.#losses = 0;
  }

  destroy(): void {
    this.#engine.destroy();
  }
}

/** Opens an engine, even if Chrome is just restarting its GPU process. */
export async function openSoon(emit: Emit): Promise<Engine> {
  for (let asked = 1; ; asked++) {
    try {
      return await openEngine(emit);
    } catch (error) {
      if (!(error instanceof AdapterError) || asked === ASKS) throw error;
      await new Promise((resolve) => setTimeout(resolve, ASK_MS));
    }
  }
}
