import { make } from '../dom.ts';
import { say } from '../words/words.ts';
import { decimal } from './kinds.ts';
import type { Scene } from './plot-options.ts';
import { readingsAt } from './readings.ts';

/** Rows that fit in a chart. */
const MOST_ROWS = 10;

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
   * @param drawing what it stands over
   */
  show(scene: Scene, epoch: number, left: number, drawing: HTMLElement): void {
    const readings = readingsAt(scene, epoch);
    const rows = readings.slice(0, MOST_ROWS).map(({ name, colour, tested, training }) => {
      const swatch = make('span', { class: 'swatch' });
      swatch.style.background = `var(${colour})`;
      return make(
        'tr',
        {},
        make('td', {}, swatch, name),
        make('td', {}, tested || '–'),
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
    this.#box.hidden = false;
    // Beside the line, on the side that has more room, and within the chart.
    const host = this.#box.parentElement;
    if (!host) return;
    const line = drawing.offsetLeft + left;
    const { offsetWidth } = this.#box;
    const isRight = left < drawing.offsetWidth / 2;
    const wanted = isRight ? line + 12 : line - 12 - offsetWidth;
    const most = host.clientWidth - offsetWidth;
    // Where curves mostly are not: losses fall, accuracies rise.
    const room = drawing.offsetHeight - this.#box.offsetHeight - 4;
    const down = scene.quantity.name === 'accuracy' ? Math.max(4, room) : 4;
    this.#box.style.transform = `translate(${Math.max(0, Math.min(wanted, most))}px, ${drawing.offsetTop + down}px)`;
  }
}
