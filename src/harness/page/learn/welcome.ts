import type { NetworkFacts } from '../../tasks/network-facts.ts';
import type { SampleImages } from '../../worker/sample-images.ts';
import { className, classNames } from '../class-names.ts';
import { byId, make } from '../dom.ts';
import { bytesOf, drawImage } from '../inside/pictures.ts';
import { said } from '../words/said.ts';
import { onLanguage, put, sayOf } from '../words/words.ts';
import { ComingRun } from './coming-run.ts';
import { dataText, stepsText, timeText } from './coming-run-text.ts';
import { leadText } from './lead-text.ts';
import type { Learner } from './learner.ts';
import { drawNetwork } from './network-drawing.ts';
import { rememberVisit } from './visits.ts';

/** Images in front of the network. */
const IMAGES = 20;
/** Classes whose names fit beside the network. */
const NAMED = 10;

/** What is drawn of a network: a perceptron that tells classes apart, one that gives its images back, or what is said of others. */
function pictureOf(facts: NetworkFacts): 'classes' | 'input' | 'images' | 'text' {
  if (facts.data === 'text') return 'text';
  if (!facts.widths) return 'images';
  return facts.target === 'input' ? 'input' : 'classes';
}

/** The greeting: what the page is for, what will happen, and how long it takes here. */
export class Welcome {
  readonly #run: ComingRun;
  readonly #card = byId('welcome');
  /** The samples whose images are drawn. */
  #drawn: SampleImages | undefined;
  /** Those that are drawn as the network's outputs, too. */
  #again: SampleImages | undefined;

  /**
   * @param tour begins the tour
   * @param pause milliseconds after a change of the settings until steps are timed anew. Default as of {@link ComingRun}
   */
  constructor(learner: Learner, tour: () => void, pause?: number) {
    this.#run = new ComingRun(learner, () => this.#show(), pause);
    byId('welcome-open').addEventListener('click', () => this.#toggle());
    byId('welcome-close').addEventListener('click', () => this.#close());
    byId('welcome-tour').addEventListener('click', () => {
      this.#close();
      tour();
    });
    byId('welcome-start').addEventListener('click', () => {
      this.#close();
      byId('start').click();
      // Where the numbers are, and what is to be pressed next.
      byId('start').closest('.card')?.scrollIntoView({ block: 'nearest' });
    });
    new ResizeObserver(() => this.#draw()).observe(byId('welcome-net', SVGSVGElement));
    onLanguage(() => this.#show());
    if (this.#open) this.#run.ask();
  }

  get #open(): boolean {
    return document.documentElement.dataset.visit === 'first';
  }

  #toggle(): void {
    if (this.#open) {
      this.#close();
      return;
    }
    byId('tab-train').click();
    document.documentElement.dataset.visit = 'first';
    this.#run.ask();
    this.#card.scrollIntoView({ block: 'nearest' });
    byId('welcome-title').focus({ preventScroll: true });
  }

  #close(): void {
    const inside = this.#card.contains(document.activeElement);
    delete document.documentElement.dataset.visit;
    rememberVisit();
    if (inside) byId('welcome-open').focus();
  }

  /** A run makes it somebody who knows the page. */
  known(): void {
    if (this.#open) this.#close();
    else rememberVisit();
  }

  /** The settings have changed. */
  settings(): void {
    if (this.#open) this.#run.ask();
  }

  #show(): void {
    const { facts, samples } = this.#run;
    this.#card.dataset.picture = pictureOf(facts);
    put(byId('welcome-about'), () => sayOf(facts.about));
    this.#draw();
    if (samples) this.#images(samples);
    put(byId('welcome-lead'), () => leadText(this.#run.facts, this.#run.samples));
    byId('welcome-what').textContent = stepsText(this.#run);
    byId('welcome-time').textContent = timeText(this.#run);
    byId('welcome-data').textContent = dataText(this.#run);
  }

  #draw(): void {
    // To ask for its size costs an arrangement of the page.
    if (!this.#open) return;
    const place = byId('welcome-net', SVGSVGElement);
    const { clientWidth: width, clientHeight: height } = place;
    const { widths } = this.#run;
    if (widths && width > 0) drawNetwork(place, widths, width, height);
  }

  /** Images in front of the network; behind it the names of their classes, or what it is to draw again. */
  #images(samples: SampleImages): void {
    if (samples !== this.#drawn) {
      this.#drawn = samples;
      const { classes } = samples;
      const names = classes.length <= NAMED ? classes : [];
      byId('welcome-classes').replaceChildren(
        ...names.map((_, i) => said('li', {}, () => className(classes, i))),
      );
      byId('welcome-images').replaceChildren(...itemsOf(samples));
    }
    if (this.#card.dataset.picture !== 'input' || samples === this.#again) return;
    this.#again = samples;
    byId('welcome-again').replaceChildren(...itemsOf(samples));
  }
}

/** Images, with the names of their classes for those who do not see them. */
function itemsOf({ images, labels, classes, size }: SampleImages): HTMLElement[] {
  const bytes = bytesOf(size);
  const count = Math.min(IMAGES, images.length / bytes);
  return Array.from({ length: count }, (_, i) => {
    const canvas = make('canvas', {});
    drawImage(canvas, images.subarray(i * bytes, (i + 1) * bytes), size);
    const label = labels[i] ?? '';
    const at = classes.indexOf(label);
    return make(
      'li',
      { translate: 'no' },
      said('span', { class: 'unseen' }, () => classNames(classes)[at] ?? label),
      canvas,
    );
  });
}
