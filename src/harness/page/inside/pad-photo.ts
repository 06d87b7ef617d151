import { saidError } from '../alert.ts';
import { byId } from '../dom.ts';
import { say } from '../words/words.ts';
import { hasLightGround } from './raster.ts';
import { type PhotoChoice, Sheet } from './sheet.ts';

/** What a photo asks of the pad. */
export interface PhotoHost {
  /** Whether the network's images are grey: then they are light on dark. */
  isGrey(): boolean;
  draw(raster: ImageData, choice: PhotoChoice): void;
  failed(error: Error): void;
}

/** A photo that was chosen for the pad, or dropped there, and how it is prepared. */
export class PadPhoto {
  readonly #host: PhotoHost;
  #raster: ImageData | undefined;

  constructor(host: PhotoHost) {
    this.#host = host;
    const pad = byId('pad');
    for (const kind of ['dragover', 'drop'] as const) {
      pad.addEventListener(kind, (event) => {
        event.preventDefault();
        const file = event.dataTransfer?.files[0];
        if (kind !== 'drop' || !file) return;
        // What is dropped elsewhere on the page is data.
        event.stopPropagation();
        void this.#take(file);
      });
    }
    const input = byId('pad-file', HTMLInputElement);
    input.addEventListener('change', () => {
      const file = input.files?.[0];
      input.value = '';
      if (file) void this.#take(file);
    });
    for (const box of [this.#invert, this.#centre]) {
      box.addEventListener('change', () => this.#draw());
    }
  }

  get #invert(): HTMLInputElement {
    return byId('pad-invert', HTMLInputElement);
  }

  get #centre(): HTMLInputElement {
    return byId('pad-centre', HTMLInputElement);
  }

  /** Something else is on the pad. */
  leave(): void {
    this.#raster = undefined;
    byId('pad-photo').hidden = true;
  }

  async #take(file: File): Promise<void> {
    try {
      const bitmap = await createImageBitmap(file);
      const raster = Sheet.rasterOf(bitmap);
      bitmap.close();
      if (!raster) return;
      this.#raster = raster;
      // Colours are as they are: only grey images are known to be light on dark.
      const isGrey = this.#host.isGrey();
      this.#invert.checked = isGrey && hasLightGround(raster);
      this.#centre.checked = isGrey;
      byId('pad-photo').hidden = false;
      this.#draw();
    } catch {
      const text = (): string =>
        say('This browser cannot read {name} as an image. Use a PNG, JPEG or WebP', {
          name: file.name,
        });
      this.#host.failed(saidError('DataError', text));
    }
  }

  /** Draws the photo as the boxes say. */
  #draw(): void {
    if (!this.#raster) return;
    this.#host.draw(this.#raster, {
      invert: this.#invert.checked,
      centre: this.#centre.checked,
    });
  }
}
