import type { Insides, Kernels } from '../../insides.ts';
import { kernelAt, kernelLayout, sizeOfPictures } from '../../picture-layout.ts';
import { byId } from '../dom.ts';
import { say } from '../words/words.ts';
import { layerText, wordsOf } from './layer-words.ts';

/** What the pictures ask of the panel. */
export interface LookHost {
  /** Other weights, or other maps, shall be drawn. */
  look(choice: { readonly kernels?: string; readonly all?: boolean }): void;
  /** A unit was pointed at: from 0. */
  enlarge(layer: string, unit: number): void;
}

/** The pictures of weights: which layer is chosen, and where they are on the page. The worker draws them. */
export class KernelsView {
  readonly #host: LookHost;
  #kernels: Insides['kernels'] = [];
  #width = 0;

  constructor(host: LookHost) {
    this.#host = host;
    this.#list.addEventListener('change', () => {
      this.lay(this.#width);
      host.look({ kernels: this.#list.value });
    });
    const canvas = byId('canvas-weights');
    canvas.addEventListener('pointermove', ({ offsetX, offsetY }) => {
      canvas.title = this.#textAt(offsetX, offsetY);
    });
    canvas.addEventListener('click', ({ offsetX, offsetY }) => {
      const place = this.#placeAt(offsetX, offsetY);
      if (place) this.#enlarge(place.output);
    });
    byId('weights-unit').addEventListener('click', () => this.#enlarge(0));
  }

  get #list(): HTMLSelectElement {
    return byId('weights-layer', HTMLSelectElement);
  }

  /** Shows the weights that a network has. @returns the parameter that is chosen */
  network({ kernels }: Insides): string {
    this.#kernels = kernels;
    byId('figure-weights').hidden = kernels.length === 0;
    byId('weights-choice').hidden = kernels.length < 2;
    const before = this.#list.value;
    this.#list.replaceChildren(
      ...kernels.map(
        ({ name, kind }) => new Option(layerText(name.replace(/\.weight$/, ''), kind), name),
      ),
    );
    if (kernels.some(({ name }) => name === before)) this.#list.value = before;
    this.lay(this.#width);
    return this.#list.value;
  }

  /** The chosen kernels; undefined if the network has none. */
  get #chosen(): Kernels | undefined {
    return this.#kernels.find(({ name }) => name === this.#list.value) ?? this.#kernels[0];
  }

  #enlarge(unit: number): void {
    const shown = this.#chosen;
    if (shown) this.#host.enlarge(shown.name.replace(/\.weight$/, ''), unit);
  }

  #placeAt(x: number, y: number): ReturnType<typeof kernelAt> {
    const shown = this.#chosen;
    return shown && kernelAt(shown, kernelLayout(shown, this.#width), x, y);
  }

  #textAt(x: number, y: number): string {
    const place = this.#placeAt(x, y);
    if (!place) return '';
    const [output, input] = [place.output + 1, place.input + 1];
    return (this.#chosen?.inputs ?? 1) > 1 && !this.#chosen?.rgb
      ? say('output channel {output}, input channel {input}', { output, input })
      : say('unit {unit}', { unit: output });
  }

  /**
   * Arranges the pictures, and says what they are.
   *
   * @param width pixels that there are on the page
   */
  lay(width: number): void {
    this.#width = width;
    const shown = this.#chosen;
    if (!shown || width === 0) return;
    const layout = kernelLayout(shown, width);
    const { title, help } = wordsOf(shown, layout.shown);
    byId('weights-title').textContent = title;
    byId('weights-help').textContent = help;
    const canvas = byId('canvas-weights');
    const [across, down] = sizeOfPictures(layout);
    canvas.style.width = `${across}px`;
    canvas.style.height = `${down}px`;
    const text = say('{title}, {layer}.', { title, layer: shown.kind });
    canvas.setAttribute('aria-label', `${text} ${help}`);
  }
}
