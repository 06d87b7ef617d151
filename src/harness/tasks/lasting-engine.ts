import { AdapterError, DeviceLostError } from '../../errors.ts';
import type { Engine } from '../../gpu/engine.ts';
import { openEngine } from './data.ts';
import type { Emit } from './task.ts';

/** What is said when a run goes on with another device. */
export const RENEWED = 'The GPU was lost. Going on with a new device from the last copy…';

/** How many devices a task may lose: one that loses each would go on for ever. */
const MOST_LOSSES = 5;
/** How often an adapter is asked for while Chrome starts its GPU process anew, and how long between. */
const ASKS = 6;
const ASK_MS = 500;

/** An engine with another one behind it, for when its device is lost. */
export class LastingEngine {
  readonly #emit: Emit;
  #engine: Engine;
  #losses = 0;

  private constructor(engine: Engine, emit: Emit) {
    this.#engine = engine;
    this.#emit = emit;
  }

  /** @throws AdapterError where there is no adapter, nor one soon after. */
  static async open(emit: Emit): Promise<LastingEngine> {
    return new LastingEngine(await openSoon(emit), emit);
  }

  /** The one that lives. */
  get current(): Engine {
    return this.#engine;
  }

  /**
   * Takes another device.
   *
   * @throws DeviceLostError where too many were lost.
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

  /** Does work that can be done again from its beginning, on another device where one is lost. */
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

  destroy(): void {
    this.#engine.destroy();
  }
}

async function openSoon(emit: Emit): Promise<Engine> {
  for (let asked = 1; ; asked++) {
    try {
      return await openEngine(emit);
    } catch (error) {
      if (!(error instanceof AdapterError) || asked === ASKS) throw error;
      await new Promise((resolve) => setTimeout(resolve, ASK_MS));
    }
  }
}
