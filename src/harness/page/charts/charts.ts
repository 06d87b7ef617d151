import { byId } from '../dom.ts';
import type { Measure } from '../measure.ts';
import type { RunRecord } from '../notebook/run-store.ts';
import { onLanguage, say } from '../words/words.ts';
import type { Stroke } from './colours.ts';
import { beyondText, goBeyond, haveAccuracy } from './kept.ts';
import { mixedTexts } from './mixed.ts';
import type { Plots } from './plots.ts';
import { PLAIN, type View } from './view.ts';

/** What the charts tell the page. */
export interface ChartsHost {
  /** The list is to be drawn: colours have changed. */
  draw(): void;
  /** A run's curve is under the pointer. */
  over(key: string | undefined): void;
  fail(error: Error): void;
}

const NAMES = ['loss', 'accuracy'] as const;

const button = (id: string): HTMLButtonElement => byId(id, HTMLButtonElement);

/** The charts of the runs, and what stands around them. The charting library is loaded when there is a run to show. */
export class Charts {
  readonly #host: ChartsHost;
  #view: View = PLAIN;
  #runs: readonly RunRecord[] = [];
  #plots: Plots | undefined;
  #loading = false;
  /** Whether the next run will have accuracies. */
  #expected = true;

  constructor(host: ChartsHost) {
    this.#host = host;
    const window = byId('smoothing', HTMLSelectElement);
    window.addEventListener('change', () => this.#set({ window: Number(window.value) }));
    const box = (id: string, name: 'log' | 'grouped'): void => {
      const input = byId(id, HTMLInputElement);
      input.addEventListener('change', () => this.#set({ [name]: input.checked }));
    };
    box('log-loss', 'log');
    box('by-seed', 'grouped');
    button('zoom-in').addEventListener('click', () => this.#plots?.zoom(1 / 2));
    button('zoom-out').addEventListener('click', () => this.#plots?.zoom(2));
    button('zoom-all').addEventListener('click', () => this.#set({ zoom: undefined }));
    for (const name of NAMES) {
      for (const kind of ['png', 'svg'] as const) {
        button(`${kind}-${name}`).addEventListener('click', () => void this.#save(name, kind));
      }
    }
    onLanguage(() => this.draw(this.#runs));
    this.#around();
  }

  /** How the curves of the runs that are shown are drawn, by their keys. */
  get strokes(): ReadonlyMap<string, Stroke> {
    return this.#plots?.strokes ?? new Map();
  }

  /** Draws runs that differ in their seeds alone as one. */
  group(): void {
    byId('by-seed', HTMLInputElement).checked = true;
    this.#set({ grouped: true });
  }

  /** Lets a run stand out. */
  light(key: string | undefined): void {
    const lit = this.#runs.some((run) => run.key === key) ? key : undefined;
    if (lit === this.#view.lit) return;
    this.#view = { ...this.#view, lit };
    this.#plots?.light(this.#view);
  }

  /** Without a run, shows the charts that the next one will have. */
  expect(measure: Measure): void {
    this.#expected = measure === 'class';
    this.#around();
  }

  draw(runs: readonly RunRecord[]): void {
    this.#runs = runs.filter((run) => run.shown);
    // A run that is gone, or hidden, cannot stand out.
    const { lit } = this.#view;
    if (!this.#runs.some(({ key }) => key === lit)) this.#view = { ...this.#view, lit: undefined };
    if (this.#runs.length > 0 && !this.#plots) void this.#load();
    this.#plots?.draw(this.#runs, this.#view);
    this.#around();
  }

  #set(change: Partial<View>): void {
    this.#view = { ...this.#view, ...change };
    this.draw(this.#runs);
    if ('grouped' in change) this.#host.draw();
  }

  async #load(): Promise<void> {
    if (this.#loading) return;
    this.#loading = true;
    try {
      const { Plots } = await import('./plots.ts');
      this.#plots = new Plots(this.#view, {
        zoomed: (zoom) => this.#set({ zoom }),
        over: (key) => {
          this.light(key);
          this.#host.over(key);
        },
      });
      this.draw(this.#runs);
    } catch (error) {
      this.#host.fail(error as Error);
    } finally {
      this.#loading = false;
    }
  }

  /** What stands around the charts: their legend, marks and buttons. */
  #around(): void {
    const { window, zoom } = this.#view;
    const none = this.#runs.length === 0;
    const figure = byId('chart-accuracy').closest<HTMLElement>('figure');
    if (figure) figure.hidden = none ? !this.#expected : !haveAccuracy(this.#runs);
    for (const note of document.querySelectorAll<HTMLElement>('.plot-empty')) note.hidden = !none;
    const [chosen] = byId('smoothing', HTMLSelectElement).selectedOptions;
    byId('legend-smooth').textContent =
      window === 0
        ? ''
        : say(
            'Smoothed: each point is the {mean} around it. Behind it, faint, what was measured.',
            {
              mean: chosen.text,
            },
          );
    byId('legend-zoom').textContent = goBeyond(this.#runs, this.#view) ? beyondText() : '';
    const networks = this.#runs.some((run) => run.networks.length > 0);
    byId('legend-many').hidden = !networks && !this.#view.grouped;
    const synthetic = this.#runs.filter(({ dataset }) => dataset?.synthetic).length;
    const are = synthetic === this.#runs.length ? 'all' : 'some';
    for (const mark of document.querySelectorAll<HTMLElement>('[data-synthetic]')) {
      mark.hidden = synthetic === 0 || mark.dataset.synthetic !== are;
    }
    const mixed = mixedTexts(this.#runs, NAMES);
    byId('legend-mixed').textContent =
      mixed.length === 0
        ? ''
        : say('The runs shown differ: {what}. Compare those of one kind; hide the others.', {
            what: mixed.join('; '),
          });
    for (const id of ['zoom-out', 'zoom-all']) button(id).disabled = none || !zoom;
    button('zoom-in').disabled = none;
    for (const name of NAMES) {
      for (const kind of ['png', 'svg']) button(`${kind}-${name}`).disabled = none;
    }
    byId('legend-paper').hidden = !this.#plots?.compares;
  }

  async #save(name: (typeof NAMES)[number], kind: 'png' | 'svg'): Promise<void> {
    try {
      const { saveChart } = await import('./picture/save.ts');
      const scene = this.#plots?.scene(name);
      if (scene) await saveChart(scene, kind);
    } catch (error) {
      this.#host.fail(error as Error);
    }
  }
}
