import { byId } from '../dom.ts';
import type { RunRecord } from '../notebook/run-store.ts';
import { say } from '../words/words.ts';
import { epochsOf, type Span } from './axes.ts';
import { Chart } from './chart.ts';
import { type Stroke, strokeOf } from './colours.ts';
import { lastOf } from './curves.ts';
import { type ChartName, decimal, QUANTITIES } from './kinds.ts';
import { leftOutTexts } from './left-out.ts';
import { nameOf } from './names.ts';
import type { Scene } from './plot-options.ts';
import { inFull, spoken } from './readings.ts';
import { referencesOf, tableOne } from './references.ts';
import { alone, bySeed, type Shown } from './seeds.ts';
import type { View } from './view.ts';
import { zoomBy } from './zoom.ts';

/** What the plots tell the page. */
export interface PlotsEvents {
  readonly zoomed: (zoom: View['zoom']) => void;
  /** A run's curve is under the pointer. */
  readonly over: (key: string | undefined) => void;
}

const NAMES = ['loss', 'accuracy'] as const;

/** The plots of the page, which show the same runs and epochs. */
export class Plots {
  readonly #charts: Readonly<Record<ChartName, Chart>>;
  readonly #events: PlotsEvents;
  #view: View;
  #compares = false;
  /** The drawing of the second chart, which is yet to come. */
  #second: ReturnType<typeof setTimeout> | undefined;

  constructor(view: View, events: PlotsEvents) {
    this.#view = view;
    this.#events = events;
    const chart = (name: ChartName): Chart => {
      const host = byId(`chart-${name}`);
      host.addEventListener('keydown', (event) => this.#key(event, name));
      host.addEventListener('blur', () => this.#point(undefined));
      for (const type of ['pointerdown', 'pointermove'] as const) {
        host.addEventListener(type, ({ pointerType, clientX }) => {
          // The library listens to mice alone.
          if (pointerType !== 'mouse') this.#point(this.#charts[name].epochAt(clientX));
        });
      }
      return new Chart(host, QUANTITIES[name], view, {
        zoomed: events.zoomed,
        over: (at) =>
          events.over(at === undefined ? undefined : this.scene(name).shown[at]?.run.key),
      });
    };
    this.#charts = { loss: chart('loss'), accuracy: chart('accuracy') };
  }

  /** What a chart shows. */
  scene(name: ChartName): Scene {
    return this.#charts[name].scene;
  }

  /** Whether there are lines to compare with. */
  get compares(): boolean {
    return this.#compares;
  }

  /** All epochs of the runs that are shown. */
  get epochs(): Span {
    return epochsOf(this.scene('loss').curves);
  }

  /** How the curves of runs are drawn, by their keys: those of runs that are drawn as one alike. */
  get strokes(): ReadonlyMap<string, Stroke> {
    return new Map(
      this.scene('loss').shown.flatMap(({ run, keys }) => keys.map((key) => [key, strokeOf(run)])),
    );
  }

  /** @param runs those that are shown */
  draw(runs: readonly RunRecord[], view: View): void {
    this.#view = view;
    const shown = view.grouped ? bySeed(runs) : alone(runs);
    this.#compares = NAMES.some((name) => tableOne(runs, name).length > 0);
    // One after the other, each in a task of its own: together they could make the page wait.
    this.#draw('loss', runs, shown);
    clearTimeout(this.#second);
    this.#second = setTimeout(() => this.#draw('accuracy', runs, shown));
  }

  /** Lets one run stand out, or none. */
  light(view: View): void {
    this.#view = view;
    for (const name of NAMES) this.#charts[name].light(view);
  }

  #draw(name: ChartName, runs: readonly RunRecord[], shown: readonly Shown[]): void {
    this.#charts[name].draw(shown, referencesOf(runs, name), this.#view);
    const label = descriptionOf(this.scene(name));
    const host = byId(`chart-${name}`);
    if (host.getAttribute('aria-label') !== label) host.setAttribute('aria-label', label);
  }

  /** Shows more or fewer epochs: as many times as now. */
  zoom(factor: number): void {
    const { pointed } = this.#charts.loss;
    this.#events.zoomed(zoomBy(this.#view, this.epochs, pointed, factor));
  }

  #point(epoch: number | undefined): void {
    for (const name of NAMES) this.#charts[name].point(epoch);
  }

  #key(event: KeyboardEvent, name: ChartName): void {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const [from, to] = this.#view.zoom ?? this.epochs;
    const now = this.#charts[name].pointed;
    const move = (epoch: number): void => {
      const at = Math.min(Math.max(epoch, from), to);
      this.#point(at);
      byId('chart-said').textContent = spoken(this.scene(name), at);
    };
    const step = to - from >= WHOLE_EPOCHS ? 1 : (to - from) / STEPS;
    const keys: Readonly<Record<string, () => void>> = {
      ArrowLeft: () => move(now === undefined ? to : (Math.ceil(now / step - 1e-6) - 1) * step),
      ArrowRight: () => move(now === undefined ? from : (Math.floor(now / step + 1e-6) + 1) * step),
      Home: () => move(from),
      End: () => move(to),
      Escape: () => this.#point(undefined),
      '+': () => this.zoom(1 / 2),
      '=': () => this.zoom(1 / 2),
      '-': () => this.zoom(2),
      '0': () => this.#events.zoomed(undefined),
    };
    if (!Object.hasOwn(keys, event.key)) return;
    event.preventDefault();
    keys[event.key]();
  }
}

/** From so many epochs on, the arrow keys go from epoch to epoch; else there are so many steps. */
const WHOLE_EPOCHS = 4;
const STEPS = 40;

/** Describes a chart for those who hear the page. */
export function descriptionOf({ quantity, shown, curves }: Scene): string {
  const said = shown.map((one, at) => {
    const curve = curves.find((own) => own.at === at && own.kind === 'tested' && !own.faint);
    const last = curve && lastOf(curve);
    const name = nameOf(one);
    if (!last) return say('{name}: not yet tested', { name });
    const value = inFull(quantity, one.run, last.y);
    return say('{name}: {value} after epoch {epoch}', { name, value, epoch: decimal(last.x) });
  });
  said.push(...leftOutTexts(shown));
  const text = said.length > 0 ? said.join('; ') : say('no run is shown');
  return say('{title} by epoch. {text}', { title: quantity.title(), text });
}
