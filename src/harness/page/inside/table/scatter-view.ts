import { make, onScheme } from '../../dom.ts';
import { whole } from '../../numbers.ts';
import { say } from '../../words/words.ts';
import { drawCross, drawScatter, sized } from './scatter-drawing.ts';
import { MANY, nearest, neighbour, type ScatterScale, scaleFor } from './scatter-scale.ts';
import type { ShownNumbers } from './shown-numbers.ts';

/** CSS pixels around the plot, how high it is at most, and how far from a point somebody may point. */
const EDGES = { left: 66, top: 10, right: 14, bottom: 44 } as const;
const HEIGHT = 420;
const NEAR = 24;

/** Predicted against true values of the held-out rows, with a crosshair that the pointer and the arrow keys move. */
export class ScatterView {
  readonly element: HTMLElement;
  readonly #choose: (index: number) => void;
  readonly #ground = make('canvas', { class: 'scatter-points', 'aria-hidden': 'true' });
  readonly #cross = make('canvas', { class: 'scatter-cross', tabindex: '0', role: 'img' });
  readonly #readout = make('p', { class: 'scatter-readout', role: 'status', translate: 'no' });
  readonly #about = make('p', { class: 'help' });
  #shown: ShownNumbers | undefined;
  #scale: ScatterScale | undefined;
  /** The row under the crosshair; -1 for none. */
  #at = -1;
  #open = false;

  /** @param choose called with a held-out row, from 0 */
  constructor(choose: (index: number) => void) {
    this.#choose = choose;
    const place = make('div', { class: 'scatter' }, this.#ground, this.#cross);
    this.element = make('div', {}, place, this.#readout, this.#about);
    const cross = this.#cross;
    cross.addEventListener('pointermove', (event) => this.#point(event));
    cross.addEventListener('pointerdown', (event) => this.#point(event));
    cross.addEventListener('click', (event) => {
      // A click that has a point under it.
      if (this.#at >= 0 && this.#near(event) === this.#at) choose(this.#at);
    });
    cross.addEventListener('keydown', (event) => this.#key(event));
    cross.addEventListener('focus', () => {
      if (this.#at < 0) this.#key({ key: 'Home', preventDefault: () => {} });
    });
    onScheme(() => this.#draw());
    let timer: ReturnType<typeof setTimeout> | undefined;
    new ResizeObserver(() => {
      clearTimeout(timer);
      timer = setTimeout(() => this.#draw(), 150);
    }).observe(place);
  }

  /** Whether the panel is visible. Only then is anything drawn. */
  set open(open: boolean) {
    this.#open = open;
    this.#draw();
  }

  show(shown: ShownNumbers | undefined): void {
    // Other rows are another table's.
    if (shown?.truth.length !== this.#shown?.truth.length) this.#at = -1;
    this.#shown = shown;
    this.#draw();
  }

  #draw(): void {
    const { clientWidth } = this.#ground.parentElement ?? this.#ground;
    if (!this.#open || clientWidth === 0) return;
    const size = { width: clientWidth, height: Math.min(HEIGHT, Math.max(260, clientWidth)) };
    const shown = this.#shown;
    const scale = shown && scaleFor(shown, size, EDGES);
    this.#scale = scale;
    const ground = sized(this.#ground, size);
    if (ground && shown && scale) drawScatter(ground, size, shown, scale);
    this.#tell();
    this.#drawCross();
  }

  #drawCross(): void {
    const { clientWidth: width, clientHeight: height } = this.#ground;
    const context = sized(this.#cross, { width, height });
    const [shown, scale] = [this.#shown, this.#scale];
    if (context && shown && scale && this.#at >= 0) drawCross(context, shown, scale, this.#at);
  }

  /** Says what is under the crosshair, and what the picture shows. */
  #tell(): void {
    const shown = this.#shown;
    this.#readout.textContent = shown && this.#at >= 0 ? rowText(shown, this.#at) : '';
    if (!shown) {
      this.#about.textContent = '';
      this.#cross.setAttribute('aria-label', say('Predicted against true values'));
      return;
    }
    const { column } = shown.text;
    const count = shown.truth.length;
    const odd = shown.predicted.reduce((sum, y) => sum + (Number.isFinite(y) ? 0 : 1), 0);
    this.#about.textContent = [
      count > MANY
        ? say('{count} rows: the stronger the blue, the more of them.', { count: whole(count) })
        : '',
      odd > 0 ? say('Of {count} rows, the prediction is no number.', { count: whole(odd) }) : '',
    ]
      .filter(Boolean)
      .join(' ');
    const about = say(
      'Predicted against true values of {column} for {count} rows. Left and right go on by the true value, up and down by the error. The rows are a table below.',
      { column, count: whole(count) },
    );
    this.#cross.setAttribute('aria-label', `${about} ${this.#readout.textContent}`);
  }

  #near({ offsetX, offsetY }: MouseEvent): number {
    const [shown, scale] = [this.#shown, this.#scale];
    return shown && scale ? nearest(shown, scale, { x: offsetX, y: offsetY }, NEAR) : -1;
  }

  #point(event: PointerEvent): void {
    const found = this.#near(event);
    if (found >= 0) this.#go(found);
  }

  #go(at: number): void {
    if (at === this.#at) return;
    this.#at = at;
    this.#tell();
    this.#drawCross();
  }

  #key(event: Pick<KeyboardEvent, 'key' | 'preventDefault'>): void {
    const shown = this.#shown;
    if (!shown) return;
    const { truth, errors } = shown;
    const count = truth.length;
    if (event.key === 'Enter' && this.#at >= 0) {
      event.preventDefault();
      this.#choose(this.#at);
      return;
    }
    const byTruth = (i: number): number => truth[i];
    const byError = (i: number): number => errors[i];
    const moves: Readonly<Record<string, () => number>> = {
      ArrowRight: () => neighbour(count, byTruth, Math.max(0, this.#at), 1),
      ArrowLeft: () => neighbour(count, byTruth, Math.max(0, this.#at), -1),
      ArrowUp: () => neighbour(count, byError, Math.max(0, this.#at), 1),
      ArrowDown: () => neighbour(count, byError, Math.max(0, this.#at), -1),
      Home: () => truth.reduce((best: number, value, i) => (value < truth[best] ? i : best), 0),
      End: () => truth.reduce((best: number, value, i) => (value > truth[best] ? i : best), 0),
    };
    const move = moves[event.key];
    if (!move) return;
    event.preventDefault();
    this.#go(move());
  }
}

/** A row, and what the network says of it. */
const rowText = ({ numbers, truth, predicted, errors, text }: ShownNumbers, i: number): string =>
  say('Row {row}: true {truth}, predicted {predicted}, error {error}', {
    row: whole(numbers[i]),
    truth: text.exact(truth[i]),
    predicted: text.near(predicted[i]),
    error: text.signed(errors[i]),
  });
