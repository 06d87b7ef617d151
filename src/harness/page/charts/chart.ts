import uPlot from 'uplot';
import { cssValue, onPaper, onScheme } from '../dom.ts';
import { onLanguage } from '../words/words.ts';
import { colourOf } from './colours.ts';
import { curvesOf, pointsOf, shapeOf, tableOf } from './curves.ts';
import { keptValue } from './kept.ts';
import type { Quantity } from './kinds.ts';
import { type EndLabel, endLabels } from './labels.ts';
import { drawMargin } from './margin.ts';
import { nameOf } from './names.ts';
import { isLit, isLog, type PlotEvents, plotOptions, type Scene } from './plot-options.ts';
import { Readout } from './readout.ts';
import type { Reference } from './references.ts';
import type { Shown } from './seeds.ts';
import type { View } from './view.ts';

/** What a chart tells the others. */
export type ChartEvents = Pick<PlotEvents, 'over' | 'zoomed'>;

/**
 * Of a chart on paper, in pixels of CSS: on an A4 page that stands, and on one that lies, where two are side by side. Which one it will be is
 * not known when they are drawn; the style shows one.
 */
const PAPERS = {
  upright: { width: 690, height: 240, between: 24 },
  lying: { width: 510, height: 240, between: 24 },
} as const;

/** A chart by epoch: thin curves for training, points after each epoch for test images. */
export class Chart {
  readonly #host: HTMLElement;
  readonly #events: ChartEvents;
  readonly #readout: Readout;
  #scene: Scene;
  #plot: uPlot | undefined;
  /** What the plot was made for, and the points that it shows. */
  #shape: string | undefined;
  #points: string | undefined;
  #hidden = false;
  /** Its drawings for paper, while the page is printed. */
  #papers: readonly uPlot[] = [];
  /** Whether something has changed while it was hidden. */
  #stale = false;

  constructor(host: HTMLElement, quantity: Quantity, view: View, events: ChartEvents) {
    this.#host = host;
    this.#events = events;
    this.#scene = { quantity, view, shown: [], curves: [], references: [] };
    this.#readout = new Readout(host);
    this.#hidden = host.offsetWidth === 0;
    new ResizeObserver(() => this.#resize()).observe(host);
    onScheme(() => this.#again());
    onPaper((isPaper) => this.#print(isPaper));
    onLanguage(() => this.#again());
    // A GPU process that ends loses the drawings, and the library's cached stroke colour is then wrong.
    host.addEventListener('contextrestored', () => this.#again(), true);
  }

  /** What is drawn. */
  get scene(): Scene {
    return this.#scene;
  }

  #again(): void {
    this.#shape = undefined;
    const { shown, references, view } = this.#scene;
    this.draw(shown, references, view);
  }

  /** Shows runs; cheap if only their points have changed, and nothing if nothing has, or if it cannot be seen. */
  draw(shown: readonly Shown[], references: readonly Reference[], view: View): void {
    const { quantity } = this.#scene;
    const curves = curvesOf(shown, quantity.of, { ...view, log: isLog({ quantity, view }) });
    this.#scene = { quantity, view, shown, curves, references };
    this.#stale ||= this.#hidden;
    if (this.#hidden) return;
    const shape = shown.length === 0 ? '' : `${shapeOf(curves, shown)} ${isLog(this.#scene)}`;
    const best = shown.map(({ run }) => keptValue(run, quantity.of));
    const around = [view.window, view.zoom, references, shown.map(nameOf), best];
    const points = `${pointsOf(curves)} ${JSON.stringify(around)}`;
    if (shape !== this.#shape) {
      const { pointed } = this;
      this.#plot?.destroy();
      this.#readout.hide();
      this.#plot = shape === '' ? undefined : this.#made();
      // A plot has no scales before its first drawing, which is the next microtask.
      if (pointed !== undefined) queueMicrotask(() => this.point(pointed));
    } else if (points !== this.#points) {
      this.#plot?.setData(this.#data());
    }
    this.#shape = shape;
    this.#points = points;
  }

  /** Lets one run stand out, or none. */
  light(view: View): void {
    this.#scene = { ...this.#scene, view };
    if (!this.#hidden) this.#plot?.redraw(false);
  }

  #data(): uPlot.AlignedData {
    return tableOf(this.#scene.curves) as uPlot.AlignedData;
  }

  #made(): uPlot {
    const { width, height } = this.#host.getBoundingClientRect();
    const size = { width: Math.max(200, width), height: Math.max(120, height) };
    const options = plotOptions(() => this.#scene, size, {
      ...this.#events,
      drawn: (plot) => this.#readout.drawn(this.#margin(plot)),
      pointed: (plot) => this.#point(plot),
    });
    return new uPlot(options, this.#data(), this.#host);
  }

  /** Draws it for paper beside the drawing for the screen, or takes that away again. */
  #print(isPaper: boolean): void {
    for (const plot of this.#papers) plot.destroy();
    const isDrawn = isPaper && this.#plot !== undefined && !this.#hidden;
    this.#papers = !isDrawn
      ? []
      : Object.entries(PAPERS).map(([layout, size]) => {
          const nothing = () => {};
          const options = plotOptions(() => this.#scene, size, {
            ...{ over: nothing, zoomed: nothing, pointed: nothing },
            drawn: (plot) => this.#margin(plot),
          });
          const plot = new uPlot(options, this.#data(), this.#host);
          plot.root.classList.add('paper', layout);
          return plot;
        });
    // What was drawn for the screen in the meantime has the colours of paper.
    if (!isPaper) this.#again();
  }

  /** Draws what stands beside the curves. */
  #margin(plot: uPlot): readonly EndLabel[] {
    const { quantity, view, shown, curves, references } = this.#scene;
    const { bbox } = plot;
    const ratio = devicePixelRatio;
    const labels = endLabels(shown, curves, references, quantity, view, {
      right: (bbox.left + bbox.width) / ratio,
      top: bbox.top / ratio,
      bottom: (bbox.top + bbox.height) / ratio,
      xOf: (epoch) => plot.valToPos(epoch, 'x', true) / ratio,
      yOf: (value) => plot.valToPos(value, 'y', true) / ratio,
    });
    const soft = cssValue('--text-soft');
    const colours = shown.map(
      (one) => `${cssValue(colourOf(one.run))}${isLit(one, view) ? '' : '60'}`,
    );
    const colour = ({ at }: EndLabel): string => (at === undefined ? soft : colours[at]);
    drawMargin(plot, { references, labels, colour, font: cssValue('--font'), soft });
    return labels;
  }

  #point(plot: uPlot): void {
    const { left = -1 } = plot.cursor;
    if (left < 0) this.#readout.hide();
    else this.#readout.show(this.#scene, plot.posToVal(left, 'x'), left, plot);
  }

  /** Puts the crosshair at an epoch, or takes it away. */
  point(epoch: number | undefined): void {
    const plot = this.#plot;
    if (!plot) return;
    const left = epoch === undefined ? -10 : plot.valToPos(epoch, 'x');
    plot.setCursor({ left, top: epoch === undefined ? -10 : plot.over.clientHeight / 2 });
  }

  /** The epoch at a place of the window; undefined outside of the drawing. */
  epochAt(clientX: number): number | undefined {
    if (!this.#plot) return undefined;
    const { left, width } = this.#plot.over.getBoundingClientRect();
    const at = clientX - left;
    return at >= 0 && at <= width ? this.#plot.posToVal(at, 'x') : undefined;
  }

  /** The epoch of the crosshair, if there is one. */
  get pointed(): number | undefined {
    const { left = -1 } = this.#plot?.cursor ?? {};
    return this.#plot && left >= 0 ? this.#plot.posToVal(left, 'x') : undefined;
  }

  #resize(): void {
    if (this.#papers.length > 0) return;
    const { width, height } = this.#host.getBoundingClientRect();
    // Hidden panels have no size to draw to.
    this.#hidden = width === 0 || height === 0;
    if (this.#hidden) return;
    const { width: before, height: high } = this.#plot ?? {};
    if (this.#plot && (before !== width || high !== height)) {
      const { pointed } = this;
      this.#plot.setSize({ width, height });
      // The crosshair stays at its epoch, and its box within the chart.
      if (pointed !== undefined) queueMicrotask(() => this.point(pointed));
    }
    if (this.#stale) this.#again();
    this.#stale = false;
  }
}
