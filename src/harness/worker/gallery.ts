import { insidesOf } from './insides-of.ts';
import { mapsView } from './maps-view.ts';
import { type Colours, type Way, wayFor } from './painter.ts';
import { reconstructionView } from './reconstruction-view.ts';
import { isAlive, type Subject } from './subject.ts';
import type { Look, View } from './views.ts';
import { weightsView } from './weights-view.ts';

const VIEWS = { weights: weightsView, maps: mapsView, reconstruction: reconstructionView } as const;

/** The pictures that are drawn during training. */
export type ViewName = keyof typeof VIEWS;

/** A canvas of the page, and how to draw on it. */
interface Attached {
  readonly canvas: OffscreenCanvas;
  readonly way: Way | undefined;
  colours: Colours;
}

/** Milliseconds between two pictures of the weights: long enough to be negligible. */
const DRAW_MS = { present: 100, copy: 4000 } as const;

/** The pictures of a network: drawn when they are wanted, and now and then while it trains. */
export class Gallery {
  readonly #subject: () => Subject | undefined;
  /** Called with the network's epochs whenever all that is shown was drawn. */
  readonly #drawn: (epochs: number) => void;
  readonly #canvases = new Map<ViewName, Attached>();
  readonly #views = new Map<ViewName, Promise<View>>();
  readonly #shown = new Set<ViewName>();
  #look: Look = { width: 960 };
  #drawnAt = 0;
  /** Drawings that are wanted and not done, and the end of the last one. */
  #waiting = 0;
  #turn: Promise<void> = Promise.resolve();

  /** @param subject the network that is looked into, if there is one */
  constructor(subject: () => Subject | undefined, drawn: (epochs: number) => void = () => {}) {
    this.#subject = subject;
    this.#drawn = drawn;
  }

  /**
   * Gives a view its canvas, once.
   *
   * @param way how pictures get there; default depends on the adapter
   */
  attach(name: ViewName, canvas: OffscreenCanvas, colours: Colours, way?: Way): void {
    this.#canvases.set(name, { canvas, colours, way });
  }

  /** Chooses what is shown. What is not given stays as it is. */
  async look(choice: Partial<Look>): Promise<void> {
    const { image, ...others } = choice;
    const before = this.#look;
    this.#look = { ...before, ...choice };
    const seen = image ? await this.#views.get('maps')?.catch(() => undefined) : undefined;
    if (image) seen?.see?.(image);
    const changed = (key: keyof typeof others): boolean =>
      others[key] !== undefined && others[key] !== before[key];
    await this.draw(() => {
      if (changed('width') || changed('kernels')) this.#drop('weights');
      if (changed('width') || changed('all')) this.#drop('maps');
    });
  }

  /** Starts or stops drawing views during training. */
  async show(names: readonly ViewName[], colours?: Colours): Promise<void> {
    this.#shown.clear();
    for (const name of names) this.#shown.add(name);
    await this.draw(() => {
      if (!colours) return;
      for (const entry of this.#canvases.values()) entry.colours = colours;
      this.drop();
    });
  }

  /** Frees all views. They are made again at their next drawing. */
  drop(): void {
    for (const name of this.#views.keys()) this.#drop(name);
  }

  #drop(name: ViewName): void {
    this.#views
      .get(name)
      ?.then((made) => made.destroy())
      .catch(() => {});
    this.#views.delete(name);
  }

  /** Draws if the last pictures are old. Called between steps, a few times a second. */
  drawNow(): void {
    const now = performance.now();
    const due = now - this.#drawnAt > this.#pause();
    if (this.#shown.size === 0 || this.#waiting > 0 || !due) return;
    this.#drawnAt = now;
    void this.draw().catch(() => {});
  }

  /** Milliseconds between two drawings: the longest that a view asks for. */
  #pause(): number {
    const engine = this.#subject()?.engine;
    if (!engine) return DRAW_MS.copy;
    const ways = [...this.#canvases.values()].map(({ way }) => way ?? wayFor(engine));
    return Math.max(...ways.map((way) => DRAW_MS[way]));
  }

  /**
   * Draws what is shown when earlier drawings are done.
   *
   * @param before what to do first, while nothing is drawn
   */
  draw(before: () => void = () => {}): Promise<void> {
    this.#waiting++;
    const turn = this.#turn
      .then(async () => {
        before();
        const subject = this.#subject();
        try {
          await this.#drawAll(subject);
        } catch (error) {
          // Of a lost device the run tells, and draws again on the next one.
          if (subject && isAlive(subject.engine)) throw error;
        }
      })
      .finally(() => {
        this.#waiting--;
      });
    this.#turn = turn.catch(() => {});
    return turn;
  }

  async #drawAll(subject: Subject | undefined): Promise<void> {
    const job = subject?.job;
    if (job?.data !== 'images' || !subject) return;
    const { settings, dataset } = job;
    const { kernels, maps } = insidesOf(subject.model);
    const fits: Readonly<Record<ViewName, boolean>> = {
      weights: kernels.length > 0,
      maps: maps.length > 0,
      // Only an autoencoder's outputs are images.
      reconstruction: settings.target === 'input',
    };
    const { epochs } = subject;
    let drawn = false;
    for (const name of this.#shown) {
      const attached = this.#canvases.get(name);
      if (!attached || !fits[name]) continue;
      let view = this.#views.get(name);
      if (!view) {
        const way = attached.way ?? wayFor(subject.engine);
        view = VIEWS[name]({ subject, settings, dataset, ...attached, way, look: this.#look });
        this.#views.set(name, view);
        // The next drawing tries again.
        view.catch(() => this.#views.delete(name));
      }
      await (await view).draw();
      drawn = true;
    }
    if (drawn) this.#drawn(epochs);
  }
}
