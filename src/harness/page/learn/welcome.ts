import { factsNamed, widthsOf } from '../../tasks/network-facts.ts';
import type { SampleImages } from '../../worker/sample-images.ts';
import type { Estimate } from '../../worker/tutor.ts';
import { className, classNames } from '../class-names.ts';
import { ownRound } from '../data/own-round.ts';
import { byId, make } from '../dom.ts';
import { bytesOf, drawImage } from '../inside/pictures.ts';
import { duration, fixed, whole } from '../numbers.ts';
import { said } from '../words/said.ts';
import { onLanguage, say, sayOf } from '../words/words.ts';
import { rowsOfWidths, sumOf } from './layer-rows.ts';
import type { Learner } from './learner.ts';
import { lesson } from './lessons.ts';
import { drawNetwork } from './network-drawing.ts';
import { rememberVisit } from './visits.ts';
import { widthsIn } from './widths.ts';

/** Milliseconds after a change of the settings until steps are timed anew: others may follow. */
const PAUSE_MS = 500;

/** The greeting: what the page is for, what will happen, and how long it takes here. */
export class Welcome {
  readonly #learner: Learner;
  readonly #card = byId('welcome');
  readonly #tour: () => void;
  #samples: SampleImages | undefined;
  /** Null if it could not be measured. */
  #estimate: Estimate | null | undefined;
  /** The samples whose images are drawn. */
  #drawn: SampleImages | undefined;
  /**
   * What was asked for last: the settings; which data, 0 if not the visitor's own, else another number for each that they gave; and how
   * often was asked.
   */
  #asked: { readonly query: string; readonly data: number; readonly round: number } | undefined;
  readonly #pause: number;
  /** The steps that are timed. */
  #measuring: Promise<unknown> | undefined;

  /**
   * @param tour begins the tour
   * @param pause see {@link PAUSE_MS}
   */
  constructor(learner: Learner, tour: () => void, pause = PAUSE_MS) {
    this.#pause = pause;
    this.#learner = learner;
    this.#tour = tour;
    byId('welcome-open').addEventListener('click', () => this.#toggle());
    byId('welcome-close').addEventListener('click', () => this.#close());
    byId('welcome-tour').addEventListener('click', () => {
      this.#close();
      this.#tour();
    });
    byId('welcome-start').addEventListener('click', () => {
      this.#close();
      byId('start').click();
      // Where the numbers are, and what is to be pressed next.
      byId('start').closest('.card')?.scrollIntoView({ block: 'nearest' });
    });
    new ResizeObserver(() => this.#draw()).observe(byId('welcome-net', SVGSVGElement));
    onLanguage(() => this.#show());
    if (this.#open) this.#begin();
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
    this.#begin();
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

  settings(): void {
    if (this.#open) this.#begin();
  }

  #begin(): void {
    const query = this.#learner.query();
    const own = new URLSearchParams(query).get('data') === 'own';
    const data = own ? ownRound() + 1 : 0;
    const before = this.#asked;
    if (before?.data === data && before.query === query) {
      this.#show();
      return;
    }
    const round = (before?.round ?? 0) + 1;
    this.#asked = { query, data, round };
    // The time was that of other settings.
    this.#estimate = undefined;
    this.#show();
    if (before?.data === data && this.#samples) {
      // The widths of a network on the visitor's own data come with their samples.
      const again = (): Promise<void> => (own ? this.#ask(round) : this.#measure(round));
      setTimeout(() => void again(), this.#pause);
    } else void this.#ask(round);
  }

  async #ask(round: number): Promise<void> {
    if (this.#asked?.round !== round) return;
    const { remote, query } = this.#learner;
    const samples = (await lesson(remote, 'samples', query()).catch(() => undefined)) ?? undefined;
    // Other data were chosen meanwhile.
    if (this.#asked?.round !== round) return;
    this.#samples = samples;
    this.#show();
    await this.#measure(round);
  }

  /** Asks how long the run takes. */
  async #measure(round: number): Promise<void> {
    // Two at once would slow each other down.
    await this.#measuring;
    if (this.#asked?.round !== round) return;
    const { remote, query } = this.#learner;
    const { training } = this.#samples ?? {};
    const asked = lesson(remote, 'estimate', query(), ...(training ? [training] : [])).catch(
      () => null,
    );
    this.#measuring = asked;
    const estimate = (await asked) ?? null;
    if (this.#asked?.round !== round) return;
    this.#estimate = estimate;
    this.#show();
  }

  #show(): void {
    this.#draw();
    this.#images();
    byId('welcome-what').textContent = this.#what();
    byId('welcome-time').textContent = this.#time();
    byId('welcome-data').textContent = this.#data();
  }

  get #widths(): readonly number[] | undefined {
    const values = new URLSearchParams(this.#learner.query());
    const usual = widthsOf(factsNamed(values.get('model') ?? '2'));
    return usual && (this.#samples?.widths ?? widthsIn(values.get('layers') ?? '') ?? usual);
  }

  #draw(): void {
    // To ask for its size costs an arrangement of the page.
    if (!this.#open) return;
    const place = byId('welcome-net', SVGSVGElement);
    const { clientWidth: width, clientHeight: height } = place;
    const widths = this.#widths ?? [784, 128, 64, 10];
    if (width > 0) drawNetwork(place, widths, width, height);
  }

  /** Images in front of the network, with the names of their classes. */
  #images(): void {
    const list = byId('welcome-images');
    const samples = this.#samples;
    if (!samples || samples === this.#drawn) return;
    this.#drawn = samples;
    list.replaceChildren();
    const { images, labels, classes, size } = samples;
    const bytes = bytesOf(size);
    // More would not fit beside the network.
    const names = classes.length <= 10 ? classes : [];
    byId('welcome-classes').replaceChildren(
      ...names.map((_, i) => said('li', {}, () => className(classes, i))),
    );
    for (let i = 0; i < Math.min(20, images.length / bytes); i++) {
      const canvas = make('canvas', {});
      drawImage(canvas, images.subarray(i * bytes, (i + 1) * bytes), size);
      const label = labels[i] ?? '';
      const at = classes.indexOf(label);
      list.append(
        make(
          'li',
          { translate: 'no' },
          said('span', { class: 'unseen' }, () => classNames(classes)[at] ?? label),
          canvas,
        ),
      );
    }
  }

  #what(): string {
    const values = new URLSearchParams(this.#learner.query());
    const facts = factsNamed(values.get('model') ?? '2');
    const epochs = whole(Number(values.get('epochs') ?? facts.epochs));
    const batch = whole(Number(values.get('batch-size') ?? facts.batchSize));
    const widths = this.#widths;
    if (!widths || this.#samples?.rows) {
      return say(
        'It sees all training data {epochs} times, {batch} samples at a time, and changes its weights after each of these batches.',
        { epochs, batch },
      );
    }
    const weights = whole(sumOf(rowsOfWidths(widths)).parameters);
    return say(
      'It sees all training images {epochs} times, {batch} at a time, and after each of these batches changes its {weights} weights a little. After each epoch it is tested on images that it has not seen.',
      { epochs, batch, weights },
    );
  }

  #time(): string {
    const found = this.#estimate;
    if (found === undefined) return say('Timing a few steps on this GPU…');
    if (found === null)
      return say('It could not be measured here. The time left is shown once training runs.');
    return say(
      'About {time}: an estimate from {steps} steps that were just timed here, in {seconds} s. Tests after each epoch come on top.',
      {
        time: duration(found.seconds),
        steps: whole(found.timed),
        seconds: fixed(found.timedSeconds, 1),
      },
    );
  }

  #data(): string {
    const samples = this.#samples;
    if (!samples) return '…';
    const name = sayOf(samples.name);
    const limit = Number(new URLSearchParams(this.#learner.query()).get('train-limit')) || Infinity;
    const count = whole(Math.min(samples.training ?? 0, limit));
    if (samples.rows) return say('{name}: {count} rows to train on.', { name, count });
    return samples.training
      ? say('{name}: {count} images to train on.', { name, count })
      : `${name}.`;
  }
}
