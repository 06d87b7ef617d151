import { BUILT_IN, builtInGarments } from '../../data/garments.ts';
import { textDataset } from '../../data/text.ts';
import { type AdapterInfo, describeAdapter } from '../../gpu/adapter-info.ts';
import type { Engine } from '../../gpu/engine.ts';
import { type LayerFacts, layerTable } from '../../nn/layer-table.ts';
import { BUILT_IN_TEXT } from '../tasks/built-in-text.ts';
import { type GivenData, type Job, learningOf, openJob } from '../tasks/job.ts';
import { runsOf } from '../tasks/many-runs.ts';
import { createTrainer } from '../tasks/run-trainer.ts';
import { type Settings, settingsOf } from '../tasks/settings.ts';
import { Pulse } from './pulse.ts';
import type { PulseReading } from './pulse-reading.ts';
import { type SampleImages, sampleImages } from './sample-images.ts';
import type { Run } from './subject.ts';

/** How long a run is likely to take, from steps that were timed. */
export interface Estimate {
  /** Of all epochs, without the tests after each. */
  readonly seconds: number;
  /** Steps that were timed, and how long they took together. */
  readonly timed: number;
  readonly timedSeconds: number;
  /** Steps and epochs of the run. */
  readonly steps: number;
  readonly epochs: number;
}

/** What the tutor may ask of the lab. */
export interface LabParts {
  readonly run: () => Run | undefined;
  readonly busy: () => boolean;
  readonly open: () => Promise<Engine>;
  readonly given: () => GivenData;
}

/** Images that are drawn for an estimate: a step takes as long with any. */
const DRAWN = 1000;
/** Steps before those that are timed, milliseconds that these take at least, and how many they are at most. */
const [WARM, ENOUGH_MS, MOST_STEPS] = [2, 300, 4000];

const firstOf = (query: string): Settings =>
  settingsOf(runsOf(new URLSearchParams(query))[0].options);

/** Answers what the page asks to explain: the GPU, data, layers, times, and what happens inside while a network trains. */
export class Tutor {
  readonly #lab: LabParts;
  #pulse: Promise<Pulse | undefined> | undefined;

  constructor(lab: LabParts) {
    this.#lab = lab;
  }

  /** The GPU that a run would have; null if there is none. No device is opened. */
  async gpu(): Promise<AdapterInfo | null> {
    const adapter = await navigator.gpu?.requestAdapter({ powerPreference: 'high-performance' });
    return adapter ? describeAdapter(adapter.info) : null;
  }

  /** The first run of a query on the visitor's own data; undefined if it learns from others. @throws DataError if there are none */
  async #onOwn(query: string): Promise<Job | undefined> {
    const { options } = runsOf(new URLSearchParams(query))[0];
    if (options.get('data') !== 'own') return undefined;
    return openJob(options, settingsOf(options), () => {}, this.#lab.given());
  }

  /** The layers of the network of a query. @throws OptionError if there is no such network, DataError without its data */
  async layers(query: string): Promise<readonly LayerFacts[]> {
    const settings = firstOf(query);
    if (settings.data === 'images') {
      const own = await this.#onOwn(query);
      return layerTable(own ? learningOf(own).model : settings.model([28, 28]));
    }
    const { length } = settings;
    const { vocabulary } = textDataset(BUILT_IN_TEXT.text, { length, stride: length });
    return layerTable(settings.model(vocabulary.length));
  }

  /** The widths that a perceptron has on the visitor's own data; undefined for other data and networks. @throws as {@link layers} */
  async widths(query: string): Promise<readonly number[] | undefined> {
    const own = await this.#onOwn(query);
    return own && own.data !== 'text' ? own.settings.widths : undefined;
  }

  /** Images of the data that a run would use. */
  async samples(): Promise<SampleImages> {
    return sampleImages();
  }

  /**
   * How long the run of a query would take: some of its steps are timed, on drawn images.
   *
   * @param samples of an epoch, if they are known
   * @returns undefined if a run is in progress, or if it learns from a text
   */
  async estimate(query: string, samples: number = BUILT_IN.train): Promise<Estimate | undefined> {
    const settings = firstOf(query);
    if (settings.data !== 'images' || this.#lab.busy()) return undefined;
    const engine = await this.#lab.open();
    const dataset = builtInGarments({ train: DRAWN, test: 10 });
    // Software adapters take seconds to compile the faster kernels: a run, too, begins with these.
    const quick = engine.adapter.software ? { family: 'portable' as const } : {};
    const short = { ...settings, ...quick, tuneBudget: 0, warmSteps: 0 };
    const trainer = await createTrainer(engine, { data: 'images', settings: short, dataset });
    try {
      await trainer.steps(WARM);
      let timed = 0;
      const begun = performance.now();
      const since = (): number => performance.now() - begun;
      while (since() < ENOUGH_MS && timed < MOST_STEPS) {
        if (this.#lab.busy()) return undefined;
        // Twice as many each time: long steps are few, short ones are not counted one by one.
        const each = Math.max(1, timed);
        await trainer.steps(each);
        timed += each;
      }
      const timedSeconds = since() / 1000;
      const { epochs, batchSize } = settings;
      const steps = epochs * Math.ceil(samples / batchSize);
      return { seconds: (steps * timedSeconds) / timed, timed, timedSeconds, steps, epochs };
    } finally {
      trainer.destroy();
    }
  }

  /** A look into the present network; undefined if there is none, or if its layers are not known. */
  async pulse(): Promise<PulseReading | undefined> {
    const run = this.#lab.run();
    if (!run) return undefined;
    const known = await this.#pulse?.catch(() => undefined);
    if (known && !known.fits(run.trainer)) this.drop();
    this.#pulse ??= Pulse.create(run.trainer);
    const pulse = this.#pulse;
    pulse.catch(() => {
      // The next look tries again.
      if (this.#pulse === pulse) this.#pulse = undefined;
    });
    return (await pulse)?.look();
  }

  /** Frees what looks need. The next one makes it again. */
  drop(): void {
    this.#pulse?.then((made) => made?.destroy()).catch(() => {});
    this.#pulse = undefined;
  }
}

/** What the page can ask; see {@link Tutor}. */
export type Lessons = Pick<
  Tutor,
  'gpu' | 'layers' | 'widths' | 'samples' | 'estimate' | 'pulse'
> & {
  /** Ends the looks of {@link Tutor.pulse}. */
  readonly drop: () => void;
};
