import type { Insides, TestFacts } from '../../insides.ts';
import { mapAt, mapsLayout } from '../../picture-layout.ts';
import { byId, make } from '../dom.ts';
import { whole } from '../numbers.ts';
import { put, say } from '../words/words.ts';
import type { LookHost } from './kernels-view.ts';
import { layerText } from './layer-words.ts';
import { drawImage } from './pictures.ts';

/** What the maps ask of the panel, besides other pictures. */
export interface MapsHost extends LookHost {
  /** Called with a test image's number, from 0. */
  choose(index: number): void;
}

/** The feature maps of an image: which image and layers are chosen, and where they are on the page. The worker draws them. */
export class MapsView {
  #maps: Insides['maps'] = [];
  #width = 0;

  constructor(host: MapsHost) {
    this.#inner.addEventListener('change', () => {
      this.lay(this.#width);
      host.look({ all: this.#inner.checked });
    });
    const number = byId('maps-number', HTMLInputElement);
    number.addEventListener('change', () => {
      const most = Number(number.max) || 1;
      const wanted = Math.min(Math.max(1, Math.round(Number(number.value) || 1)), most);
      number.value = String(wanted);
      host.choose(wanted - 1);
    });
    const canvas = byId('canvas-maps');
    canvas.addEventListener('pointermove', ({ offsetX, offsetY }) => {
      const found = mapAt(this.#layout, offsetX, offsetY);
      canvas.title = found
        ? say('{layer}, map {number}', {
            layer: layerText(found.part.name, found.part.kind),
            number: found.channel + 1,
          })
        : '';
    });
    canvas.addEventListener('click', ({ offsetX, offsetY }) => {
      const found = mapAt(this.#layout, offsetX, offsetY);
      if (found) host.enlarge(found.part.name, found.channel);
    });
    byId('maps-unit').addEventListener('click', () => {
      const [first] = this.#shown;
      if (first) host.enlarge(first.name, 0);
    });
  }

  get #inner(): HTMLInputElement {
    return byId('maps-inner', HTMLInputElement);
  }

  /** Whether layers inside of blocks are shown, too. */
  get all(): boolean {
    return this.#inner.checked;
  }

  /** Whether the network has maps. */
  get some(): boolean {
    return this.#maps.length > 0;
  }

  get #shown(): Insides['maps'] {
    return this.#maps.filter(({ main }) => main || this.all);
  }

  get #layout(): ReturnType<typeof mapsLayout> {
    return mapsLayout(this.#shown, this.#width);
  }

  /** Shows the maps that a network has. */
  network({ maps }: Insides, test: TestFacts | undefined): void {
    this.#maps = maps;
    byId('figure-maps').hidden = maps.length === 0;
    byId('maps-inner-label').hidden = maps.every(({ main }) => main);
    if (test) {
      byId('maps-number', HTMLInputElement).max = String(test.count);
      put(byId('maps-count'), () => say('of {count}', { count: whole(test.count) }));
    }
    this.lay(this.#width);
  }

  /**
   * Says which image the maps are of.
   *
   * @param index its number among the test images, from 0; undefined for the visitor's own
   */
  of(image: Uint8Array, test: TestFacts, title: () => string, index?: number): void {
    const number = byId('maps-number', HTMLInputElement);
    if (index !== undefined) number.value = String(index + 1);
    put(byId('maps-title'), title);
    drawImage(byId('maps-image', HTMLCanvasElement), image, test);
  }

  /**
   * Arranges the pictures, and says what they are.
   *
   * @param page pixels that there are on the page
   */
  lay(page: number): void {
    this.#width = page;
    const shown = this.#shown;
    if (shown.length === 0 || page === 0) return;
    const { blocks, width, height } = this.#layout;
    const canvas = byId('canvas-maps');
    canvas.style.width = `${width}px`;
    canvas.style.height = `${height}px`;
    const captions = blocks.map(({ part: { name, kind, shape } }) => {
      const [down, across, channels] = shape;
      const size = `${down}×${across}`;
      return [layerText(name, kind), say('{channels} maps of {size}', { channels, size })];
    });
    const all = captions.map((words) => words.join(', ')).join('; ');
    canvas.setAttribute('aria-label', `${say('Feature maps by layer.')} ${all}`);
    byId('maps-captions').replaceChildren(
      ...blocks.map(({ top }, i) => {
        const [layer, size] = captions[i];
        const text = make('strong', { translate: 'no' }, layer);
        const line = make('p', {}, make('span', {}, text, make('span', { class: 'help' }, size)));
        line.style.top = `${top}px`;
        return line;
      }),
    );
  }
}
