import type uPlot from 'uplot';
import { make } from '../dom.ts';
import { say } from '../words/words.ts';
import { swatchBackground } from './colours.ts';
import type { EndLabel } from './labels.ts';
import { leftOutTexts } from './left-out.ts';
import { LEADER } from './margin.ts';
import { MOST_WIDE } from './places.ts';
import type { Scene } from './plot-options.ts';
import { pointsAt, readingsAt } from './readings.ts';
import { type Box, placeBox, type Spot, spotsAlong } from './readout-place.ts';

type Plot = Pick<uPlot, 'over' | 'valToPos'>;

/** Rows that fit in a chart. */
const MOST_ROWS = 10;

/** In a chart of less width, in pixels, the names of runs have less room. */
const NARROW = 380;

/** The box at the crosshair with the values of all shown runs. */
export class Readout {
  readonly #box = make('div', { class: 'readout', 'aria-hidden': 'true', hidden: true });
  /** What the box is not to cover; undefined after a drawing, until the box is shown. */
  #spots: readonly Spot[] | undefined;
  #labels: readonly EndLabel[] = [];

  constructor(host: HTMLElement) {
    host.append(this.#box);
  }

  hide(): void {
    this.#box.hidden = true;
  }

  /** The chart was drawn, with these labels. */
  drawn(labels: readonly EndLabel[]): void {
    this.#spots = undefined;
    this.#labels = labels;
  }

  /**
   * @param left of the crosshair within the drawing, in pixels
   * @param plot what it stands over
   */
  show(scene: Scene, epoch: number, left: number, plot: Plot): void {
    const host = this.#box.parentElement;
    if (!host) return;
    this.#fill(scene, epoch, host.clientWidth < NARROW ? 12 : 26);
    this.#box.hidden = false;
    const { offsetWidth: width, offsetHeight: height } = this.#box;
    const { offsetLeft, offsetTop, offsetWidth, offsetHeight } = plot.over;
    const drawing = { left: offsetLeft, top: offsetTop, width: offsetWidth, height: offsetHeight };
    const { top } = host.getBoundingClientRect();
    const chart = { width: host.clientWidth, height: host.clientHeight };
    const spotOf = (x: number, y: number): Spot => [
      offsetLeft + plot.valToPos(x, 'x'),
      offsetTop + plot.valToPos(y, 'y'),
    ];
    this.#spots ??= [
      ...curveSpots(scene, spotOf, drawing),
      ...labelSpots(this.#labels, offsetLeft + offsetWidth, chart.width),
    ];
    const read = pointsAt(scene, epoch).flatMap(({ tested, training }) =>
      [tested, training].flatMap((point): Spot[] => (point ? [spotOf(point.x, point.y)] : [])),
    );
    const at = placeBox(
      { width, height },
      {
        line: offsetLeft + left,
        ...{ drawing, chart, read, spots: this.#spots },
        window: { top: -top, bottom: innerHeight - top },
      },
    );
    this.#box.style.transform = `translate(${at.left}px, ${at.top}px)`;
  }

  #fill(scene: Scene, epoch: number, letters: number): void {
    const { epochs, rows: readings } = readingsAt(scene, epoch, letters);
    const rows = readings.slice(0, MOST_ROWS).map(({ name, stroke, tested, error, training }) => {
      const swatch = make('span', { class: 'swatch' });
      swatch.style.background = swatchBackground(stroke);
      return make(
        'tr',
        {},
        make('td', {}, swatch, name),
        make('td', {}, tested || '–', ...(error ? [make('small', {}, error)] : [])),
        make('td', {}, training),
      );
    });
    const row = (...texts: readonly string[]): HTMLElement =>
      make('tr', {}, ...texts.map((text) => make('th', {}, text)));
    const more = readings.length - rows.length;
    const notes = [
      ...(more > 0 ? [say('and {count} more', { count: more })] : []),
      ...leftOutTexts(scene.shown),
    ];
    this.#box.replaceChildren(
      make(
        'table',
        {},
        row('', say('held out'), epochs.training === '' ? '' : say('training')),
        row(say('epoch'), epochs.tested || '–', epochs.training),
        ...rows,
      ),
      ...notes.map((text) => make('p', {}, text)),
    );
    this.#box.classList.toggle('narrow', readings.length > MOST_WIDE);
  }
}

/** So many points of a curve, or fewer, say where it is. */
const POINTS = 60;

type SpotOf = (x: number, y: number) => Spot;

/** Spots along the curves. */
function curveSpots({ curves }: Scene, spotOf: SpotOf, drawing: Box): Spot[] {
  return curves.flatMap(({ x, y }) => {
    const every = Math.max(1, Math.floor(x.length / POINTS));
    const points = x.flatMap((epoch, i): (Spot | null)[] => {
      if (i % every > 0) return [];
      const value = y[i];
      return [value === null ? null : spotOf(epoch, value)];
    });
    return spotsAlong(points, drawing);
  });
}

/** Between two spots of a label, in pixels. */
const LETTERS = 16;

/** Spots along the labels at the right of the drawing. */
const labelSpots = (labels: readonly EndLabel[], right: number, width: number): Spot[] =>
  labels.flatMap(({ place }) => {
    const count = Math.max(0, Math.ceil((width - right - LEADER) / LETTERS));
    return Array.from({ length: count }, (_, i): Spot => [right + LEADER + i * LETTERS, place]);
  });
