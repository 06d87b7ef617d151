import type { Engine } from '../../gpu/engine.ts';
import type { Trainer } from '../../train/trainer.ts';
import type { Job } from '../tasks/job.ts';
import { insidesOf } from './insides-of.ts';
import { mapsView } from './maps-view.ts';
import { type Colours, type Way, wayFor } from './painter.ts';
import { type Look, reconstructionView, type View, weightsView } from './views.ts';

const VIEWS = { weights: weightsView, maps: mapsView, reconstruction: reconstructionView } as const;

/** The pictures that are drawn during training. */
export type ViewName = keyof typeof VIEWS;

/** A run's network on the GPU, with its data and settings. */
export interface Run {
  readonly engine: Engine;
  readonly trainer: Trainer;
  readonly job: Job;
}

/** A canvas of the page, and how to draw on it. */
interface Attached {
  readonly canvas: OffscreenCanvas;
  readonly way: Way | undefined;
  colours: Colours;
}

/** Milliseconds between two pictures of the weights: long enough to be negligible. */
const DRAW_MS = { present: 100, copy: 4000 } as const;

function isAlive(engine: Engine): boolean {
  try {
    engine.assertAlive();
    return true;
  } catch {
    return false;
  }
}

/** The pictures of a run's network: drawn when they are wanted, and now and then while it trains. */
export class Gallery {
  readonly #run: () => Run | undefined;
  readonly #canvases = new Map<ViewName, Attached>();
  readonly #views = new Map<ViewName, Promise<View>>();
  readonly #shown = new Set<ViewName>();
  #look: Look = { width: 960 };
  #drawnAt = 0;
  /** Drawings that are wanted and not done, and the end of the last one. */
  #waiting = 0;
  #turn: Promise<void> = Promise.resolve();

  /** @param run the present run, if there is one */
  constructor(run: () => Run | undefined) {
    this.#run = run;
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
    const engine = this.#run()?.engine;
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
        const run = this.#run();
        try {
          await this.#drawAll(run);
        } catch (error) {
          // Of a lost device the run tells, and draws again on the next one.
          if (run && isAlive(run.engine)) throw error;
        }
      })
      .finally(() => {
        this.#waiting--;
      });
    this.#turn = turn.catch(() => {});
    return turn;
  }

  async #drawAll(run: Run | undefined): Promise<void> {
    if (run?.job.data !== 'images') return;
    const { settings, dataset } = run.job;
    const { kernels, maps } = insidesOf(run.trainer.options.model);
    const fits: Readonly<Record<ViewName, boolean>> = {
      weights: kernels.length > 0,
      maps: maps.length > 0,
      // Only an autoencoder's outputs are images.
      reconstruction: settings.target === 'input',
    };
    for (const name of this.#shown) {
      const attached = this.#canvases.get(name);
      if (!attached || !fits[name]) continue;
      let view = this.#views.get(name);
      if (!view) {
        const way = attached.way ?? wayFor(run.engine);
        view = VIEWS[name]({ ...run, settings, dataset, ...attached, way, look: this.#look });
        this.#views.set(name, view);
        // The next drawing tries again.
        view.catch(() => this.#views.delete(name));
      }
      await (await view).draw();
    }
  }
}
