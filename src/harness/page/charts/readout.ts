import type uPlot from 'uplot';
import { make } from '../dom.ts';
import { say } from '../words/words.ts';
import { swatchBackground } from './colours.ts';
import { decimal } from './kinds.ts';
import type { Scene } from './plot-options.ts';
import { readingsAt } from './readings.ts';
import { placeBox } from './readout-place.ts';

type Plot = Pick<uPlot, 'over' | 'valToPos'>;

/** Rows that fit in a chart. */
const MOST_ROWS = 10;

/** Of more runs, only the values on held-out data are shown: the box must not cover half of the chart. */
const MOST_WIDE = 5;

/** The box at the crosshair with the values of all shown runs. */
export class Readout {
  readonly #box = make('div', { class: 'readout', 'aria-hidden': 'true', hidden: true });

  constructor(host: HTMLElement) {
    host.append(this.#box);
  }

  hide(): void {
    this.#box.hidden = true;
  }

  /**
   * @param left of the crosshair within the drawing, in pixels
   * @param plot what it stands over
   */
  show(scene: Scene, epoch: number, left: number, plot: Plot): void {
    const readings = readingsAt(scene, epoch);
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
    const head = make(
      'tr',
      {},
      make('th', {}, say('epoch {epoch}', { epoch: decimal(epoch) })),
      make('th', {}, say('held out')),
      make('th', {}, readings.some(({ training }) => training !== '') ? say('training') : ''),
    );
    const more = readings.length - rows.length;
    this.#box.replaceChildren(
      make('table', {}, head, ...rows),
      ...(more > 0 ? [make('p', {}, say('and {count} more', { count: more }))] : []),
    );
    this.#box.classList.toggle('narrow', readings.length > MOST_WIDE);
    this.#box.hidden = false;
    const host = this.#box.parentElement;
    if (!host) return;
    const { offsetWidth: width, offsetHeight: height } = this.#box;
    const { offsetLeft, offsetTop, offsetWidth, offsetHeight } = plot.over;
    const at = placeBox(
      { width, height },
      offsetLeft + left,
      { left: offsetLeft, top: offsetTop, width: offsetWidth, height: offsetHeight },
      host.clientWidth,
      spotsOf(scene, plot),
    );
    this.#box.style.transform = `translate(${at.left}px, ${at.top}px)`;
  }
}

/** So many points of a curve, or fewer, say where it is. */
const SPOTS = 60;

/** Points of the curves that are seen, in pixels of the chart. */
function spotsOf({ curves }: Scene, { over, valToPos }: Plot): [number, number][] {
  return curves.flatMap(({ x, y }) => {
    const every = Math.max(1, Math.floor(x.length / SPOTS));
    return x.flatMap((epoch, i): [number, number][] => {
      const value = y[i];
      if (i % every > 0 || value === null) return [];
      return [[over.offsetLeft + valToPos(epoch, 'x'), over.offsetTop + valToPos(value, 'y')]];
    });
  });
}
