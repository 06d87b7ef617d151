import { byId } from '../dom.ts';
import { put, sayOf } from '../words/words.ts';
import type { Ink } from './raster.ts';
import { WHITE } from './sheet.ts';

/** `#ff8000` as red, green and blue. */
export function inkOf(text: string): Ink {
  const [red, green, blue] = [1, 3, 5].map((at) => Number.parseInt(text.slice(at, at + 2), 16));
  return [red, green, blue];
}

/** The colours of the pen, for networks that learned images in colour. The pen of others is white. */
export class PadInk {
  readonly #place = byId('pad-colours');
  readonly #chosen: () => void;

  /** @param chosen called when somebody chooses another one */
  constructor(chosen: () => void) {
    this.#chosen = chosen;
    for (const radio of this.#place.querySelectorAll('input')) {
      radio.style.backgroundColor = radio.value;
    }
    this.#name();
    this.#place.addEventListener('change', () => {
      this.#name();
      this.#chosen();
    });
  }

  /** Whether there are colours to choose from. */
  set offered(isOffered: boolean) {
    this.#place.hidden = !isOffered;
  }

  /** The colour that is chosen; white if there is none to choose. */
  get ink(): Ink {
    return this.#place.hidden ? WHITE : inkOf(this.#radio?.value ?? '#ffffff');
  }

  get #radio(): HTMLInputElement | null {
    return this.#place.querySelector<HTMLInputElement>('input:checked');
  }

  /** Says the chosen colour: not everybody sees it. */
  #name(): void {
    // Its name is translated in place, by its English.
    const name = this.#radio?.dataset.name ?? '';
    put(byId('pad-colour'), () => sayOf(name));
  }
}
