import { DeviceLostError } from '../../errors.ts';
import type { Engine } from '../../gpu/engine.ts';
import { openEngine } from '../tasks/data.ts';
import { openSoon } from '../tasks/lasting-engine.ts';
import type { Emit } from '../tasks/task.ts';
import type { LabEvent } from './lab-event.ts';

/** What a {@link LabDevice} asks of the lab. */
interface DeviceHost {
  readonly emit: (event: LabEvent) => void;
  /** Whether a run goes on: it reports a lost device by itself. */
  readonly isTraining: () => boolean;
  /** Whether there is a run that goes on, or is paused: it will ask for another device by itself. */
  readonly isBusy: () => boolean;
  /** The device was lost: what was on it ends, but for such a run. */
  readonly left: (isBusy: boolean) => void;
}

/** The device of the page's worker: requested when it is needed, and again after it was lost. */
export class LabDevice {
  readonly #host: DeviceHost;
  #engine: Engine | undefined;
  #opening: Promise<Engine> | undefined;

  constructor(host: DeviceHost) {
    this.#host = host;
  }

  /** The device in use. */
  get engine(): Engine | undefined {
    return this.#engine;
  }

  /**
   * Requests a device if there is none or the last one was lost. Several calls at once have the same one.
   *
   * @throws AdapterError
   */
  open(request: (emit: Emit) => Promise<Engine> = openEngine): Promise<Engine> {
    this.#opening ??= this.#open(request).finally(() => {
      this.#opening = undefined;
    });
    return this.#opening;
  }

  async #open(request: (emit: Emit) => Promise<Engine>): Promise<Engine> {
    const { emit, isTraining, isBusy, left } = this.#host;
    try {
      this.#engine?.assertAlive();
    } catch {
      left(isBusy());
      this.#drop();
    }
    if (this.#engine) {
      emit({ type: 'adapter', adapter: this.#engine.adapter });
      return this.#engine;
    }
    const engine = await request(emit);
    this.#engine = engine;
    engine.device.lost.then(() => {
      // While nothing runs, nothing else reports it.
      if (this.#engine === engine && !isTraining()) this.#sayLost(engine);
    });
    return engine;
  }

  /**
   * Opens another device for a run whose own was lost, unless a view has asked for one meanwhile. It may take a browser some time
   * to have one.
   *
   * @throws AdapterError
   */
  async renew(request: (emit: Emit) => Promise<Engine> = openSoon): Promise<Engine> {
    // A view does not wait for a browser.
    await this.#opening?.catch(() => {});
    return this.open(request);
  }

  #drop(): void {
    this.#engine?.destroy();
    this.#engine = undefined;
  }

  #sayLost(engine: Engine): void {
    try {
      engine.assertAlive();
    } catch (error) {
      if (!(error instanceof DeviceLostError)) return;
      this.#host.emit({ type: 'error', name: error.name, message: error.message });
    }
  }
}
