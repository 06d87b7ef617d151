import type { LabState } from '../../worker/lab-event.ts';
import type { LayerPulse, PulseReading } from '../../worker/pulse.ts';
import { make } from '../dom.ts';
import { fixed, percent, whole } from '../numbers.ts';
import { say } from '../words/words.ts';
import { drawHistogram, short } from './histogram-drawing.ts';
import type { Learner } from './learner.ts';
import { lesson } from './lessons.ts';
import { termButton } from './term-popover.ts';

/** Milliseconds between two looks; and at least so many times as long as a look takes, so that training has the GPU. */
const LOOK_MS = { gpu: 400, software: 4000 } as const;
const SHARE = 20;

const head = (text: string, ...more: readonly HTMLElement[]): HTMLElement =>
  make('th', { scope: 'col' }, text, ...more);

/** What happens in the layers while the network trains. Looks only while somebody can see it. */
export class PulseView {
  readonly element = make('div', { class: 'pulse', translate: 'no' });
  readonly #learner: Learner;
  readonly #when = make('p', { class: 'help' });
  readonly #rows = make('tbody');
  #state: LabState = 'ended';
  #open = false;
  #reading: PulseReading | undefined;
  #looking = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(learner: Learner) {
    this.#learner = learner;
    document.addEventListener('visibilitychange', () => this.#lookSoon(0));
    this.speak();
  }

  /** Says all again, in another language. */
  speak(): void {
    const table = make(
      'table',
      {},
      make(
        'thead',
        {},
        make(
          'tr',
          {},
          head(say('Layer')),
          head(say('Activations'), termButton('activation')),
          head(say('Dead units'), termButton('dead-units')),
          head(say('Gradients'), termButton('gradients')),
          head(say('Weight norm'), termButton('weight-norm')),
          head(say('Movement'), termButton('movement')),
        ),
      ),
      this.#rows,
    );
    const region = { class: 'scroll', tabindex: '0', 'aria-label': say('Live values') };
    this.element.replaceChildren(
      make('h3', {}, say('While it trains')),
      this.#when,
      make('section', region, table),
    );
    this.#draw();
  }

  /** @param rows layers with weights, for which there is room from the start */
  open(open: boolean, rows: number): void {
    this.#rows.style.setProperty('--rows', String(rows));
    if (open === this.#open) return;
    this.#open = open;
    if (open) this.#lookSoon(0);
    else this.#rest();
  }

  state(state: LabState): void {
    if (state === 'preparing') this.#reading = undefined;
    this.#state = state;
    if (this.#open) {
      this.#draw();
      this.#lookSoon(0);
    }
  }

  get #seen(): boolean {
    return this.#open && !document.hidden && this.element.checkVisibility();
  }

  /** Ends looking; the worker frees what it needs. */
  #rest(): void {
    clearTimeout(this.#timer);
    lesson(this.#learner.remote, 'drop').catch(() => {});
  }

  #lookSoon(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#look(), ms);
  }

  async #look(): Promise<void> {
    if (this.#looking || !this.#open || this.#state === 'preparing') return;
    if (!this.#seen) {
      // Another panel is shown: ask again later.
      if (this.#state === 'running') this.#lookSoon(LOOK_MS.software);
      return;
    }
    this.#looking = true;
    const begun = performance.now();
    // The first look compiles, which the next ones do not.
    const again = this.#reading !== undefined;
    const reading = await lesson(this.#learner.remote, 'pulse').catch(() => undefined);
    this.#looking = false;
    if (reading) this.#reading = reading;
    if (!this.#open) return;
    this.#draw();
    if (this.#state !== 'running') return;
    const least = LOOK_MS[this.#reading?.software ? 'software' : 'gpu'];
    this.#lookSoon(again ? Math.max(least, SHARE * (performance.now() - begun)) : least);
  }

  #draw(): void {
    const reading = this.#reading;
    this.#when.textContent = reading
      ? say(
          'After epoch {epoch} (step {step}). Learning rate {rate}. Seen on {samples} training images, always the same ones, without dropout.',
          {
            epoch: fixed(reading.epochs, 2),
            step: whole(reading.step),
            rate: short(reading.rate),
            samples: whole(reading.samples),
          },
        )
      : this.#state !== 'ended'
        ? say(
            'The first look takes a moment. Of several networks that are trained at once, there is none.',
          )
        : say('There is nothing to see before a run: start one, and the layers come to life.');
    this.#rows.replaceChildren(...(reading?.layers ?? []).map((layer) => this.#row(layer)));
  }

  #row({ name, kind, activations, gradients, dead, norm, movement }: LayerPulse): HTMLElement {
    const share =
      dead && dead.of > 0 ? `${whole(dead.count)} · ${percent(dead.count / dead.of)}` : '–';
    return make(
      'tr',
      {},
      make('th', { scope: 'row' }, make('span', { class: 'help' }, `${name} `), kind),
      make('td', {}, activations ? drawHistogram(activations) : '–'),
      make('td', {}, share),
      make('td', {}, gradients ? drawHistogram(gradients) : '–'),
      make('td', {}, short(norm)),
      make('td', {}, movement === undefined ? '–' : short(movement)),
    );
  }
}
