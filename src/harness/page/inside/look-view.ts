import type { Insides, Kernels } from '../../insides.ts';
import { kernelLayout, MAP_GAP, mapsLayout, sizeOfPictures } from '../../picture-layout.ts';
import type { ViewName } from '../../worker/gallery.ts';
import type { Look } from '../../worker/views.ts';
import { byId, make } from '../dom.ts';
import type { Remote } from '../remote.ts';
import { drawImage } from './pictures.ts';

const NOTHING: Insides = { kernels: [], maps: [], attention: [], units: [] };

/** A layer's kind without its options and its inner layers. */
const short = (kind: string): string =>
  kind.replace(/\(.*\)$/, '').replace(/, (padding|stride|no bias|bias|dilation).*$/, '');

const SIGNS = 'Positive weights are blue, negative ones red.';

/** What the picture of weights shows, in words. */
function wordsOf({ inputs, outputs, side, name }: Kernels): readonly [title: string, help: string] {
  const square = `${side}×${side}`;
  if (inputs > 1) {
    return [
      'Kernels',
      `A column for each of ${outputs} output channels, a row for each of ${inputs} input channels: kernels of ${square}. ${SIGNS} Each column has its own scale.`,
    ];
  }
  return /^\d+\.weight$/.test(name) && side < 20
    ? [
        'Kernels',
        `A kernel of ${square} for each of ${outputs} output channels. ${SIGNS} Each has its own scale.`,
      ]
    : [
        'First layer',
        `One picture for each unit, with its weight of each pixel. ${SIGNS} Each picture has its own scale.`,
      ];
}

/** The pictures of kernels and feature maps: what is chosen, and where it is on the page. The worker draws them. */
export class LookView {
  readonly #remote: Remote;
  readonly #failed: (error: unknown) => void;
  /** Called with a test image's number, from 0. */
  readonly #chosen: (index: number) => void;
  #insides = NOTHING;
  #width = 0;
  #open = false;
  /** The chosen test image's number, from 0. */
  #index: number | undefined = 0;

  constructor(remote: Remote, failed: (error: unknown) => void, chosen: (index: number) => void) {
    this.#remote = remote;
    this.#failed = failed;
    this.#chosen = chosen;
    this.#kernelList.addEventListener('change', () => {
      this.#layKernels();
      void this.#look({ kernels: this.#kernelList.value });
    });
    this.#inner.addEventListener('change', () => {
      this.#layMaps();
      void this.#look({ all: this.#inner.checked });
    });
    const number = byId('maps-number', HTMLInputElement);
    number.addEventListener('change', () => {
      const most = Number(number.max);
      const wanted = Math.min(Math.max(1, Math.round(Number(number.value) || 1)), most);
      number.value = String(wanted);
      this.#chosen(wanted - 1);
    });
    for (const [id, told] of [
      ['canvas-weights', (x: number, y: number) => this.#kernelAt(x, y)],
      ['canvas-maps', (x: number, y: number) => this.#mapAt(x, y)],
    ] as const) {
      const canvas = byId(id);
      canvas.addEventListener('pointermove', ({ offsetX, offsetY }) => {
        canvas.title = told(offsetX, offsetY);
      });
    }
    let timer: ReturnType<typeof setTimeout> | undefined;
    new ResizeObserver(() => {
      clearTimeout(timer);
      timer = setTimeout(() => void this.#fit(), 150);
    }).observe(byId('inside-body'));
  }

  get #kernelList(): HTMLSelectElement {
    return byId('weights-layer', HTMLSelectElement);
  }

  get #inner(): HTMLInputElement {
    return byId('maps-inner', HTMLInputElement);
  }

  /** The views that the network has. */
  get views(): ViewName[] {
    const { kernels, maps } = this.#insides;
    return [
      ...(kernels.length > 0 ? ['weights' as const] : []),
      ...(maps.length > 0 ? ['maps' as const] : []),
    ];
  }

  /** Whether the panel is visible. */
  set open(open: boolean) {
    this.#open = open;
    void this.#fit();
  }

  /** Shows the pictures that a new network has. */
  network(insides: Insides): void {
    const { kernels, maps } = insides;
    this.#insides = insides;
    byId('figure-weights').hidden = kernels.length === 0;
    byId('figure-maps').hidden = maps.length === 0;
    byId('weights-choice').hidden = kernels.length < 2;
    byId('maps-inner-label').hidden = maps.every(({ main }) => main);
    this.#kernelList.replaceChildren(
      ...kernels.map(
        ({ name, kind }) => new Option(`${name.replace(/\.weight$/, '')}: ${short(kind)}`, name),
      ),
    );
    this.#layKernels();
    this.#layMaps();
    void this.#look({ kernels: this.#kernelList.value, all: this.#inner.checked });
  }

  /**
   * Shows the feature maps of an image.
   *
   * @param title what it is
   * @param index its number among the test images, from 0; undefined for the user's own
   */
  choose(image: Uint8Array, title: string, index?: number): void {
    const number = byId('maps-number', HTMLInputElement);
    this.#index = index;
    if (index !== undefined) number.value = String(index + 1);
    byId('maps-title').textContent = title;
    const canvas = byId('maps-image', HTMLCanvasElement);
    drawImage(canvas, image);
    if (this.#insides.maps.length > 0) void this.#look({ image });
  }

  /** Test images were classified: so many, whose classes are known now. */
  set count(count: number) {
    if (this.#index !== undefined) this.#chosen(this.#index);
    byId('maps-number', HTMLInputElement).max = String(count);
    byId('maps-count').textContent = `of ${count.toLocaleString('en')}`;
  }

  async #look(choice: Partial<Look>): Promise<void> {
    try {
      await this.#remote.call('look', [choice]);
    } catch (error) {
      this.#failed(error);
    }
  }

  /** Arranges the pictures for the page's width. */
  async #fit(): Promise<void> {
    // The cards' padding and borders.
    const width = Math.floor(byId('inside-body').clientWidth) - 34;
    if (!this.#open || width <= 0 || width === this.#width) return;
    this.#width = width;
    this.#layKernels();
    this.#layMaps();
    await this.#look({ width });
  }

  /** The chosen kernels; undefined if the network has none. */
  get #kernels(): Kernels | undefined {
    const { kernels } = this.#insides;
    return kernels.find(({ name }) => name === this.#kernelList.value) ?? kernels[0];
  }

  /** The layers whose maps are shown. */
  get #maps(): Insides['maps'] {
    return this.#insides.maps.filter(({ main }) => main || this.#inner.checked);
  }

  /** What is at a place of the kernels' canvas; nothing between two. */
  #kernelAt(x: number, y: number): string {
    const shown = this.#kernels;
    if (!shown) return '';
    const { columns, rows, side, gap } = kernelLayout(shown, this.#width);
    const [column, row] = [x, y].map((at) => Math.floor(at / (side + gap)));
    if (column >= columns || row >= rows) return '';
    if (shown.inputs > 1) return `output channel ${column + 1}, input channel ${row + 1}`;
    const unit = row * columns + column;
    return unit < shown.outputs ? `output ${unit + 1}` : '';
  }

  /** What is at a place of the maps' canvas. */
  #mapAt(x: number, y: number): string {
    const { blocks } = mapsLayout(this.#maps, this.#width);
    const block = blocks.findLast(({ top }) => top <= y);
    if (!block) return '';
    const { part, top, columns, scale } = block;
    const [down, across, channels] = part.shape;
    const column = Math.floor(x / (across * scale + MAP_GAP));
    const map = Math.floor((y - top) / (down * scale + MAP_GAP)) * columns + column;
    return column < columns && map < channels
      ? `${part.name}: ${short(part.kind)}, map ${map + 1}`
      : '';
  }

  #layKernels(): void {
    const shown = this.#kernels;
    if (!shown || this.#width === 0) return;
    const [title, help] = wordsOf(shown);
    byId('weights-title').textContent = title;
    byId('weights-help').textContent = help;
    const canvas = byId('canvas-weights');
    const [width, height] = sizeOfPictures(kernelLayout(shown, this.#width));
    canvas.style.width = `${width}px`;
    canvas.style.height = `${height}px`;
    canvas.setAttribute('aria-label', `${title} of layer ${shown.kind}. ${help}`);
  }

  #layMaps(): void {
    const shown = this.#maps;
    if (shown.length === 0 || this.#width === 0) return;
    const { blocks, width, height } = mapsLayout(shown, this.#width);
    const canvas = byId('canvas-maps');
    canvas.style.width = `${width}px`;
    canvas.style.height = `${height}px`;
    const captions = blocks.map(({ part: { name, kind, shape } }) => {
      const [down, across, channels] = shape;
      return [`${name}: ${short(kind)}`, `${channels} maps of ${down}×${across}`];
    });
    canvas.setAttribute(
      'aria-label',
      `Feature maps by layer. ${captions.map((words) => words.join(', ')).join('; ')}`,
    );
    byId('maps-captions').replaceChildren(
      ...blocks.map(({ top }, i) => {
        const [layer, size] = captions[i];
        const line = make(
          'p',
          {},
          make('strong', {}, layer),
          make('span', { class: 'help' }, size),
        );
        line.style.top = `${top}px`;
        return line;
      }),
    );
  }
}
