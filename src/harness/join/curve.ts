/** A small curve of a trial's loss. */
import { loss as lossText } from '../page/numbers.ts';
import { say } from '../page/words/words.ts';

/** The curve's own units; CSS gives the size on the page. */
const WIDTH = 600;
const HEIGHT = 120;
const EDGE = 6;

const SVG = 'http://www.w3.org/2000/svg';

/** A moment of a run. */
export interface Moment {
  /** In epochs. */
  readonly at: number;
  readonly loss: number;
}

/** The points of a curve over so many epochs; the largest loss is at the top, 0 at the bottom. */
export function pointsOf(moments: readonly Moment[], epochs: number): string {
  const most = Math.max(...moments.map(({ loss }) => loss), 1e-9);
  return moments
    .map(({ at, loss }) => {
      const x = EDGE + (at / epochs) * (WIDTH - 2 * EDGE);
      const y = HEIGHT - EDGE - (loss / most) * (HEIGHT - 2 * EDGE);
      return `${x.toFixed(1)},${y.toFixed(1)}`;
    })
    .join(' ');
}

/** Draws the loss of a trial while it is trained. */
export class Curve {
  readonly element: SVGSVGElement;
  readonly #line: SVGPolylineElement;
  #moments: Moment[] = [];
  #epochs = 1;

  constructor() {
    this.element = document.createElementNS(SVG, 'svg');
    this.#line = document.createElementNS(SVG, 'polyline');
    const attributes = { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, class: 'curve', role: 'img' };
    for (const [name, value] of Object.entries(attributes)) this.element.setAttribute(name, value);
    this.element.append(this.#line);
    this.clear(1);
  }

  /** Begins another trial. */
  clear(epochs: number): void {
    this.#moments = [];
    this.#epochs = epochs;
    this.#draw(say('No loss yet'));
  }

  add(moment: Moment): void {
    // As many as can be told apart.
    if (this.#moments.length >= WIDTH) this.#moments = this.#moments.filter((_, i) => i % 2 === 0);
    this.#moments.push(moment);
    const [first] = this.#moments;
    this.#draw(
      say('Training loss: {first} at first, {now} now', {
        first: lossText(first.loss),
        now: lossText(moment.loss),
      }),
    );
  }

  #draw(label: string): void {
    this.element.setAttribute('aria-label', label);
    this.#line.setAttribute('points', pointsOf(this.#moments, this.#epochs));
  }
}
