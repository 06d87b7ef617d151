import { factsNamed, type NetworkFacts, widthsOf } from '../../tasks/network-facts.ts';
import type { SampleImages } from '../../worker/sample-images.ts';
import type { Estimate } from '../../worker/tutor.ts';
import { ownRound } from '../data/own-round.ts';
import type { Learner } from './learner.ts';
import { lesson } from './lessons.ts';
import { widthsIn } from './widths.ts';

/** Milliseconds after a change of the settings until steps are timed anew: others may follow. */
const PAUSE_MS = 500;

/** Stand for a text, and for the built-in images, among the data. */
const [TEXT, BUILT_IN] = [-1, -2];

interface Asked {
  readonly query: string;
  readonly wrong: string;
  readonly data: number;
  readonly round: number;
}

/** The run that the form describes: samples of its data, and how long it takes here. The worker is asked for both. */
export class ComingRun {
  readonly #learner: Learner;
  readonly #changed: () => void;
  readonly #pause: number;
  #samples: SampleImages | undefined;
  #estimate: Estimate | null | undefined;
  /**
   * What was asked for last: the settings, and which are wrong; which data, {@link TEXT}, {@link BUILT_IN}, or 0 if not the visitor's own, else another number for each that
   * they gave; and how often was asked.
   */
  #asked: Asked | undefined;
  /** The steps that are timed. */
  #measuring: Promise<unknown> | undefined;

  /**
   * @param changed called when something of it is known, or not any more
   * @param pause see {@link PAUSE_MS}
   */
  constructor(learner: Learner, changed: () => void, pause = PAUSE_MS) {
    this.#learner = learner;
    this.#changed = changed;
    this.#pause = pause;
  }

  /** Its settings, as the address has them. */
  get settings(): URLSearchParams {
    return new URLSearchParams(this.#learner.query());
  }

  /** What is known of its network before it is made. */
  get facts(): NetworkFacts {
    return factsNamed(this.settings.get('model') ?? '2');
  }

  /** Names of settings that are wrong: then there is no such run. */
  get wrong(): readonly string[] {
    return this.#learner.wrong();
  }

  /** Undefined until they come, and if there are none. */
  get samples(): SampleImages | undefined {
    return this.#samples;
  }

  /** Undefined while it is measured; null if it could not be measured. */
  get estimate(): Estimate | null | undefined {
    return this.#estimate;
  }

  /** Widths of its layers; undefined of a network that is no perceptron. */
  get widths(): readonly number[] | undefined {
    const usual = widthsOf(this.facts);
    return usual && (this.#samples?.widths ?? widthsIn(this.settings.get('layers') ?? '') ?? usual);
  }

  /** Asks for what the settings have changed. */
  ask(): void {
    const query = this.#learner.query();
    const isText = this.facts.data === 'text';
    const wish = new URLSearchParams(query).get('data');
    const own = wish === 'own';
    const images = wish === 'built-in' ? BUILT_IN : 0;
    const data = isText ? TEXT : own ? ownRound() + 1 : images;
    const before = this.#asked;
    const wrong = this.wrong.join();
    if (before?.data === data && before.query === query && before.wrong === wrong) {
      this.#changed();
      return;
    }
    const round = (before?.round ?? 0) + 1;
    this.#asked = { query, wrong, data, round };
    // The time was that of other settings.
    this.#estimate = undefined;
    // What is shown would be of other data.
    if (before?.data !== data) this.#samples = undefined;
    this.#changed();
    if (before?.data === data && this.#samples) {
      // The widths of a network on the visitor's own data come with their samples; a text has pieces by the settings.
      const again = (): Promise<void> =>
        own || isText ? this.#sample(round) : this.#measure(round);
      setTimeout(() => void again(), this.#pause);
    } else void this.#sample(round);
  }

  /** Asks for samples, then how long the run takes. */
  async #sample(round: number): Promise<void> {
    if (this.#asked?.round !== round) return;
    const { remote, query } = this.#learner;
    const samples = (await lesson(remote, 'samples', query()).catch(() => undefined)) ?? undefined;
    // Other data were chosen meanwhile.
    if (this.#asked?.round !== round) return;
    this.#samples = samples;
    this.#changed();
    await this.#measure(round);
  }

  /** Asks how long the run takes. */
  async #measure(round: number): Promise<void> {
    // Two at once would slow each other down.
    await this.#measuring;
    if (this.#asked?.round !== round || this.#asked.wrong !== '') return;
    const { remote, query } = this.#learner;
    const { training } = this.#samples ?? {};
    const asked = lesson(remote, 'estimate', query(), ...(training ? [training] : [])).catch(
      () => null,
    );
    this.#measuring = asked;
    const estimate = (await asked) ?? null;
    if (this.#asked?.round !== round) return;
    this.#estimate = estimate;
    this.#changed();
  }
}
