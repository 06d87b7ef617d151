import { say } from '../page/words/words.ts';

/** The used part of the Battery Status API, which only some browsers have. */
interface Battery extends EventTarget {
  readonly charging: boolean;
}

/** When a page that lends its GPU pauses. */
export interface PauseWishes {
  readonly hidden: boolean;
  readonly battery: boolean;
}

/** Watches for reasons to pause. */
export class Pauses {
  readonly #change: (why: string | undefined) => void;
  readonly #ending = new AbortController();
  #hidden = false;
  #battery = false;
  #said: string | undefined;

  /** @param change called with the reason to pause, or undefined to go on */
  constructor({ hidden, battery }: PauseWishes, change: (why: string | undefined) => void) {
    this.#change = change;
    const { signal } = this.#ending;
    if (hidden) {
      document.addEventListener('visibilitychange', () => this.#seen(), { signal });
      this.#seen();
    }
    if (battery) void this.#watchBattery(signal);
  }

  #seen(): void {
    this.#hidden = document.visibilityState === 'hidden';
    this.#tell();
  }

  async #watchBattery(signal: AbortSignal): Promise<void> {
    const { getBattery } = navigator as { getBattery?: () => Promise<Battery> };
    const battery = await getBattery?.call(navigator).catch(() => undefined);
    if (!battery || signal.aborted) return;
    const changed = (): void => {
      this.#battery = !battery.charging;
      this.#tell();
    };
    battery.addEventListener('chargingchange', changed, { signal });
    changed();
  }

  #tell(): void {
    const why = this.#hidden
      ? say('Paused while the page is hidden.')
      : this.#battery
        ? say('Paused on battery.')
        : undefined;
    if (why === this.#said) return;
    this.#said = why;
    this.#change(why);
  }

  /** Stops watching. */
  end(): void {
    this.#ending.abort();
  }
}
