import type { Insides, TestFacts } from '../../insides.ts';
import type { ViewName } from '../../worker/gallery.ts';
import type { Look } from '../../worker/views.ts';
import { byId } from '../dom.ts';
import { onLanguage } from '../words/words.ts';
import type { InsideHost, NetworkFact } from './inside-host.ts';
import { KernelsView } from './kernels-view.ts';
import { MapsView } from './maps-view.ts';
import { rgbOf } from './pictures.ts';
import { UnitDialog } from './unit-dialog.ts';
import type { ChosenImage } from './unit-drawing.ts';

const VIEWS = ['weights', 'maps', 'reconstruction'] as const;

/** What the drawn pictures ask of the panel. */
export interface LookPanel {
  /** A test image was chosen by its number, from 0. */
  choose(index: number): void;
  fail(error: unknown): void;
}

const coloursNow = () => ({
  ground: rgbOf('--card'),
  negative: rgbOf('--negative'),
  none: rgbOf('--none'),
  positive: rgbOf('--positive'),
});

/** The pictures that the worker draws: weights, feature maps, reconstructions; and their units enlarged. */
export class LookView {
  readonly #host: InsideHost;
  readonly #panel: LookPanel;
  readonly #kernels: KernelsView;
  readonly #maps: MapsView;
  readonly #unit: UnitDialog;
  #insides: Insides | undefined;
  #test: TestFacts | undefined;
  #width = 0;
  #open = false;
  #chosen: ChosenImage | undefined;
  /** Drawings of pictures that have changed their size or their colours and are not done. */
  #stale = 0;
  #index: number | undefined = 0;

  constructor(host: InsideHost, panel: LookPanel) {
    this.#host = host;
    this.#panel = panel;
    const { remote, way } = host;
    for (const name of VIEWS) {
      const canvas = byId(`canvas-${name}`, HTMLCanvasElement).transferControlToOffscreen();
      void remote.call('attach', [name, canvas, coloursNow(), way], [canvas]);
    }
    this.#unit = new UnitDialog(remote);
    const own = {
      look: (choice: Partial<Look>) => void this.#look(choice),
      enlarge: (layer: string, unit: number) => this.#unit.open(layer, unit, this.#chosen),
    };
    this.#kernels = new KernelsView(own);
    this.#maps = new MapsView({ ...own, choose: panel.choose });
    onLanguage(() => this.#lay());
    let timer: ReturnType<typeof setTimeout> | undefined;
    new ResizeObserver(() => {
      clearTimeout(timer);
      timer = setTimeout(() => void this.#fit(), 150);
    }).observe(byId('inside-body'));
  }

  /** The views that the network has. */
  get views(): ViewName[] {
    const { kernels = [], maps = [] } = this.#insides ?? {};
    return [
      ...(kernels.length > 0 ? ['weights' as const] : []),
      ...(maps.length > 0 ? ['maps' as const] : []),
    ];
  }

  get test(): TestFacts | undefined {
    return this.#test;
  }

  /** The chosen test image's number, from 0; undefined for the visitor's own image. */
  get index(): number | undefined {
    return this.#index;
  }

  /** Whether the panel is visible. */
  set open(open: boolean) {
    this.#open = open;
    void this.#fit();
  }

  /** Shows the pictures that another network has. */
  network(insides: Insides, test: TestFacts | undefined): void {
    this.#insides = insides;
    this.#test = test;
    this.#chosen = undefined;
    const kernels = this.#kernels.network(insides);
    this.#maps.network(insides, test);
    this.#unit.network(test && { insides, test });
    void this.#look({ kernels, all: this.#maps.all });
  }

  /**
   * Shows the feature maps of an image.
   *
   * @param title what it is
   * @param index its number among the test images, from 0; undefined for the visitor's own
   */
  choose(image: Uint8Array, title: () => string, index?: number): void {
    if (!this.#test) return;
    this.#chosen = { image, title };
    this.#index = index;
    this.#maps.of(image, this.#test, title, index);
    if (this.#maps.some) void this.#look({ image });
  }

  /** Says what is drawn while the panel is visible: nothing without a network. */
  async show(open: boolean, network: NetworkFact | undefined, recolour = false): Promise<void> {
    const own: ViewName[] = network?.kind === 'input' ? ['reconstruction'] : [];
    const names = open && network ? [...this.views, ...own] : [];
    try {
      const shown = this.#host.remote.call('show', [names, recolour ? coloursNow() : undefined]);
      await (recolour ? this.#hideUntil(shown) : shown);
    } catch (error) {
      this.#panel.fail(error);
    }
  }

  async #look(choice: Partial<Look>): Promise<void> {
    try {
      const looked = this.#host.remote.call('look', [choice]);
      const isSame = Object.keys(choice).every((key) => key === 'image');
      await (isSame ? looked : this.#hideUntil(looked));
    } catch (error) {
      this.#panel.fail(error);
    }
  }

  /** Hides the pictures while they are of another size, or in other colours: they would be stretched. */
  async #hideUntil(drawn: Promise<unknown>): Promise<void> {
    const { classList } = byId('inside-body');
    this.#stale++;
    classList.add('stale');
    try {
      await drawn;
    } finally {
      this.#stale--;
      if (this.#stale === 0) classList.remove('stale');
    }
  }

  #lay(): void {
    this.#kernels.lay(this.#width);
    this.#maps.lay(this.#width);
  }

  /** Arranges the pictures for the page's width. */
  async #fit(): Promise<void> {
    // The cards' padding and borders.
    const width = Math.floor(byId('inside-body').clientWidth) - 34;
    if (!this.#open || width <= 0 || width === this.#width) return;
    this.#width = width;
    this.#lay();
    await this.#look({ width });
  }
}
