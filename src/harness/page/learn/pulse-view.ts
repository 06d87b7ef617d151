import type { LabState } from '../../worker/lab-event.ts';
import type {
  LayerPulse,
  PulseAnswer,
  PulseReading,
  PulseWait,
} from '../../worker/pulse-reading.ts';
import { make } from '../dom.ts';
import { percent, whole } from '../numbers.ts';
import { say } from '../words/words.ts';
import { drawHistogram, short } from './histogram-drawing.ts';
import { type LayerRow, labelsOf } from './layer-rows.ts';
import type { Learner } from './learner.ts';
import { lesson } from './lessons.ts';
import { pulseText } from './pulse-text.ts';
import { termButton } from './term-popover.ts';

/** Milliseconds between two looks, if the run's time allows; and at most between two questions. */
const LOOK_MS = 400;
const LATEST_MS = 4000;

/** Of the table. */
const COLUMNS = 6;

const head = (text: string, ...more: readonly HTMLElement[]): HTMLElement =>
  make('th', { scope: 'col' }, text, ...more);

/** The place of a layer that nothing is known of yet. */
const emptyRow = (): HTMLElement =>
  make('tr', { class: 'empty' }, ...Array.from({ length: COLUMNS }, () => make('td', {}, '–')));

/** What happens in the layers while the network trains. Looks only while somebody can see it. */
export class PulseView {
  readonly element = make('div', { class: 'pulse', translate: 'no' });
  readonly #learner: Learner;
  readonly #when = make('p', { class: 'help' });
  readonly #rows = make('tbody');
  /** Layers with weights. */
  #count = 0;
  #state: LabState = 'ended';
  #open = false;
  #reading: PulseReading | undefined;
  /** What the first look waits for. */
  #waits: PulseWait | undefined;
  #looking = false;
  /** Whether there was a run since the page was opened. */
  #ran = false;
  /** Whether the last look, in this state, found nothing that can be seen. */
  #none = false;
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
    const more = rows !== this.#count && open;
    this.#count = rows;
    if (more && !this.#reading) this.#draw();
    if (open === this.#open) return;
    this.#open = open;
    if (open) {
      // Much may have happened since it was closed.
      this.#none = false;
      this.#draw();
      this.#lookSoon(0);
    } else this.#rest();
  }

  state(state: LabState): void {
    // Another run; or the same one goes on, on another device and from an earlier step.
    if (state === 'preparing' || (state === 'running' && this.#state === 'running')) {
      this.#reading = undefined;
    }
    this.#waits = undefined;
    this.#none = false;
    if (state !== 'ended') this.#ran = true;
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
    lesson(this.#learner.remote, 'rest').catch(() => {});
  }

  #lookSoon(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#look(), ms);
  }

  async #look(): Promise<void> {
    if (this.#looking || !this.#open) return;
    if (this.#state === 'preparing') {
      // What looks need is made before the first step.
      lesson(this.#learner.remote, this.#seen ? 'watch' : 'rest').catch(() => {});
      return;
    }
    if (!this.#seen) {
      // Another panel is shown: ask again later.
      if (this.#state === 'running') this.#lookSoon(LATEST_MS);
      return;
    }
    this.#looking = true;
    let answer: PulseAnswer;
    let failed = false;
    try {
      answer = await lesson(this.#learner.remote, 'pulse');
    } catch {
      failed = true;
    }
    this.#looking = false;
    // While another run is prepared, what was seen is another network's.
    if (this.#is('preparing')) {
      this.#lookSoon(0);
      return;
    }
    const waits = answer && 'wait' in answer ? answer : undefined;
    this.#waits = waits;
    if (answer && !('wait' in answer)) this.#reading = answer;
    // After a device was lost the run goes on from an earlier step. What was seen of one that has ended stays.
    else if (failed && this.#state !== 'ended') this.#reading = undefined;
    this.#none = !answer && (!failed || this.#is('ended'));
    if (!this.#open) return;
    // What was seen stays while the next look waits.
    if (!waits || !this.#reading) this.#draw();
    const ms = Math.min(Math.max(LOOK_MS, waits?.ask ?? 0), LATEST_MS);
    if (waits || this.#is('running')) this.#lookSoon(ms);
  }

  /** Asked anew: the state may have changed during a look. */
  #is(state: LabState): boolean {
    return this.#state === state;
  }

  #draw(): void {
    const reading = this.#reading;
    this.#when.textContent = pulseText({
      ...{ state: this.#state, ran: this.#ran, none: this.#none },
      ...{ reading, waits: this.#waits },
    });
    this.#rows.replaceChildren(
      ...(reading ? this.#named(reading.layers) : Array.from({ length: this.#count }, emptyRow)),
    );
  }

  #named(layers: readonly LayerPulse[]): HTMLElement[] {
    const labels = labelsOf(layers);
    return layers.map((layer, i) => this.#row(layer, labels[i]));
  }

  #row(
    { activations, gradients, dead, norm, movement }: LayerPulse,
    { label, shape }: Pick<LayerRow, 'label' | 'shape'>,
  ): HTMLElement {
    const share =
      dead && dead.of > 0 ? `${whole(dead.count)} · ${percent(dead.count / dead.of)}` : '–';
    return make(
      'tr',
      {},
      make('th', { scope: 'row' }, label, ' ', make('span', { class: 'help' }, shape)),
      make('td', {}, activations ? drawHistogram(activations) : '–'),
      make('td', {}, share),
      make('td', {}, gradients ? drawHistogram(gradients) : '–'),
      make('td', {}, short(norm)),
      make('td', {}, movement === undefined ? '–' : short(movement)),
    );
  }
}
