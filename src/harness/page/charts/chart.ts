import uPlot from 'uplot';
import type { Spread } from '../../../ensemble/spread.ts';
import { cssValue, onScheme, save } from '../dom.ts';
import type { Point, RunRecord } from '../notebook/run-store.ts';

/** The curves that a chart shows of a run. */
export interface ChartOptions {
  readonly title: string;
  readonly of: (point: Point) => number | null;
  readonly format: (value: number) => string;
  /** Horizontal lines to compare with. */
  readonly references: (runs: readonly RunRecord[]) => readonly Reference[];
}

export interface Reference {
  readonly y: number;
  readonly label: string;
}

/** Colours of runs, in turn. CSS defines them for light and dark. */
export const RUN_COLOURS = 6;

export const colourOf = ({ id }: RunRecord): string => `--run-${((id - 1) % RUN_COLOURS) + 1}`;

/** Dashes of the lines to compare with, in CSS pixels. */
const DASH = [5, 5];

type Column = (number | null)[];
type Of = ChartOptions['of'];

/** More lines than these are a surface. */
const MOST_LINES = 100;

/** The networks of a run that have a line of their own. */
const drawn = ({ networks }: RunRecord) => networks.slice(0, MOST_LINES);

/** The curve of a history's tests. */
function tested(history: RunRecord['history'], of: Of): uPlot.AlignedData {
  const own = history.flatMap(({ epoch, test }) => (test ? [{ epoch, ...test }] : []));
  return [own.map(({ epoch }) => epoch), own.map(of)];
}

/** The mean of a run's networks and its deviation, above or below. */
function edge({ spreads }: RunRecord, of: Of, side: 1 | -1): uPlot.AlignedData {
  const at = ({ mean, deviation }: Spread): number => mean + side * deviation;
  const points = spreads.map(({ epoch, loss, accuracy }) => ({
    ...{ epoch, loss: at(loss), accuracy: accuracy && at(accuracy) },
  }));
  return [points.map(({ epoch }) => epoch), points.map(of)];
}

/** A chart by epoch: thin curves for training, points after each epoch for test images. */
export class Chart {
  readonly #host: HTMLElement;
  readonly #options: ChartOptions;
  #plot: uPlot | undefined;
  /** The runs that the plot was made for. */
  #made: string | undefined;
  #references: readonly Reference[] = [];
  #runs: readonly RunRecord[] = [];

  constructor(host: HTMLElement, options: ChartOptions) {
    this.#host = host;
    this.#options = options;
    new ResizeObserver(() => this.#resize()).observe(host);
    onScheme(() => this.#redraw());
    // A GPU process that ends loses the drawings, and uPlot's cached stroke colour is then wrong.
    host.addEventListener('contextrestored', () => this.#redraw(), true);
    this.draw([]);
  }

  #redraw(): void {
    this.#made = undefined;
    this.draw(this.#runs);
  }

  /** Shows runs; cheap if only their points have changed. */
  draw(runs: readonly RunRecord[]): void {
    this.#runs = runs;
    this.#references = this.#options.references(runs);
    const data = this.#data(runs);
    const made = runs.map(({ id }) => id).join();
    if (!this.#plot || made !== this.#made) {
      this.#plot?.destroy();
      this.#plot = new uPlot(this.#config(runs), data, this.#host);
      this.#made = made;
    } else {
      this.#plot.setData(data);
    }
    this.#describe(runs);
  }

  #data(runs: readonly RunRecord[]): uPlot.AlignedData {
    const { of } = this.#options;
    const tables = runs.flatMap((run): uPlot.AlignedData[] => {
      const { live, history } = run;
      const means = tested(history, of);
      if (run.networks.length > 0) {
        return [
          ...drawn(run).map((network) => tested(network.history, of)),
          edge(run, of, 1),
          edge(run, of, -1),
          means,
        ];
      }
      return [[live.map(({ epoch }) => epoch), live.map(of)], means];
    });
    return tables.length > 0 ? uPlot.join(tables) : [[0, 1], [null, null] as Column];
  }

  #config(runs: readonly RunRecord[]): uPlot.Options {
    const text = cssValue('--text-soft');
    const grid = { stroke: cssValue('--line'), width: 1 };
    const font = `12px ${cssValue('--font')}`;
    const axis = { stroke: text, grid, ticks: grid, font };
    const { format } = this.#options;
    const { width, height } = this.#host.getBoundingClientRect();
    const series = runs.flatMap((run): uPlot.Series[] => {
      const stroke = cssValue(colourOf(run));
      if (run.networks.length > 0) {
        const none = { width: 0, points: { show: false } };
        return [
          ...drawn(run).map(() => ({ stroke, width: 1, alpha: 0.45, points: { show: false } })),
          none,
          none,
          { stroke, width: 2, points: { show: true, size: 5, fill: stroke }, spanGaps: true },
        ];
      }
      return [
        { stroke, width: 1, alpha: 0.6, points: { show: false }, spanGaps: true },
        { stroke, width: 2, points: { show: true, size: 5, fill: stroke }, spanGaps: true },
      ];
    });
    // The place of each run's mean, behind the edges of its band.
    let at = 0;
    const bands = runs.flatMap((run): uPlot.Band[] => {
      at += run.networks.length > 0 ? drawn(run).length + 3 : 2;
      const fill = `${cssValue(colourOf(run))}38`;
      return run.networks.length > 0 ? [{ series: [at - 2, at - 1], fill }] : [];
    });
    return {
      bands,
      width: Math.max(200, width),
      height: Math.max(120, height),
      padding: [12, 12, 0, 0],
      legend: { show: false },
      cursor: { show: false },
      scales: {
        x: { time: false, range: (_, min, max) => [Math.min(0, min), Math.max(1, max)] },
        y: { range: (_, min, max) => this.#range(min, max) },
      },
      axes: [
        { ...axis, label: 'epoch', labelFont: font, labelSize: 22, size: 32 },
        { ...axis, size: 56, values: (_, ticks) => ticks.map(format) },
      ],
      series: [{}, ...(series.length > 0 ? series : [{}])],
      hooks: { draw: [(plot) => this.#drawReferences(plot)] },
    };
  }

  #range(min: number | null, max: number | null): uPlot.Range.MinMax {
    const values = this.#references.map(({ y }) => y);
    const seen = [min, max].filter((y): y is number => y !== null && Number.isFinite(y));
    const all = [...values, ...seen];
    if (all.length === 0) return [0, 1];
    const low = Math.min(...all);
    const high = Math.max(...all);
    const room = Math.max((high - low) * 0.06, 1e-3);
    return [Math.max(0, low - room), high + room];
  }

  #drawReferences(plot: uPlot): void {
    const { ctx, bbox } = plot;
    ctx.save();
    ctx.strokeStyle = cssValue('--text-soft');
    ctx.fillStyle = cssValue('--text-soft');
    ctx.setLineDash(DASH.map((length) => length * devicePixelRatio));
    ctx.lineWidth = devicePixelRatio;
    ctx.font = `${11 * devicePixelRatio}px ${cssValue('--font')}`;
    ctx.textBaseline = 'bottom';
    ctx.textAlign = 'right';
    for (const { y, label } of this.#references) {
      const at = Math.round(plot.valToPos(y, 'y', true));
      ctx.beginPath();
      ctx.moveTo(bbox.left, at);
      ctx.lineTo(bbox.left + bbox.width, at);
      ctx.stroke();
      ctx.fillText(label, bbox.left + bbox.width - 4 * devicePixelRatio, at - 2);
    }
    ctx.restore();
  }

  #resize(): void {
    const { width, height } = this.#host.getBoundingClientRect();
    // Hidden panels have no size to draw to.
    if (width > 0 && height > 0) this.#plot?.setSize({ width, height });
  }

  /** Describes the chart for screen readers. */
  #describe(runs: readonly RunRecord[]): void {
    const { title, of, format } = this.#options;
    const said = runs.map(({ title: name, history }) => {
      const last = history.at(-1);
      const value = last?.test ? of({ epoch: last.epoch, ...last.test }) : null;
      const where = last ? `after epoch ${last.epoch}` : 'not yet tested';
      return value === null ? `${name}: ${where}` : `${name}: ${format(value)} ${where}`;
    });
    const text = said.length > 0 ? said.join('; ') : 'no run yet';
    this.#host.setAttribute('aria-label', `${title} by epoch. ${text}`);
  }

  /** Offers the chart as a PNG, with the page's background and marks. */
  savePng(): void {
    const plot = this.#plot;
    if (!plot) return;
    const { width, height } = plot.ctx.canvas;
    const top = Math.round(28 * devicePixelRatio);
    const canvas = new OffscreenCanvas(width, height + top);
    const context = canvas.getContext('2d');
    if (!context) return;
    context.fillStyle = cssValue('--card');
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.drawImage(plot.ctx.canvas, 0, top);
    context.fillStyle = cssValue('--text');
    context.font = `600 ${13 * devicePixelRatio}px ${cssValue('--font')}`;
    const names = this.#runs.map(({ title, dataset }) =>
      dataset?.synthetic ? `${title} (built-in garments, synthetic)` : title,
    );
    const text = [this.#options.title, ...names].join(' · ');
    context.fillText(text, 12 * devicePixelRatio, 18 * devicePixelRatio);
    void canvas
      .convertToBlob({ type: 'image/png' })
      .then((blob) => save(`gradweave-${this.#options.title.toLowerCase()}.png`, blob.type, blob));
  }
}
