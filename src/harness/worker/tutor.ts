import { BUILT_IN, builtInGarments } from '../../data/garments.ts';
import { textDataset } from '../../data/text.ts';
import { type AdapterInfo, describeAdapter } from '../../gpu/adapter-info.ts';
import type { Engine } from '../../gpu/engine.ts';
import { type LayerFacts, layerTable } from '../../nn/layer-table.ts';
import { BUILT_IN_TEXT } from '../tasks/built-in-text.ts';
import { limitOf } from '../tasks/data.ts';
import { imageJob } from '../tasks/image-job.ts';
import { type GivenData, type Job, learningOf, openJob, samplesOf } from '../tasks/job.ts';
import { runsOf } from '../tasks/many-runs.ts';
import { createTrainer } from '../tasks/run-trainer.ts';
import { type Settings, settingsOf } from '../tasks/settings.ts';
import { LiveValues } from './live-values.ts';
import type { PulseAnswer } from './pulse-reading.ts';
import { type SampleImages, sampleImages, samplesFor } from './sample-images.ts';
import { timedRound } from './step-pace.ts';
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
export interface TutorHost {
  readonly run: () => Run | undefined;
  readonly busy: () => boolean;
  readonly open: () => Promise<Engine>;
  readonly given: () => GivenData;
}

/** Images that are drawn for an estimate: a step takes as long with any. */
const DRAWN = 1000;
/** Milliseconds that the steps that tell the pace take together at least, and how many steps are done at most. */
const [ENOUGH_MS, MOST_STEPS] = [300, 8000];

const firstOf = (query: string): Settings =>
  settingsOf(runsOf(new URLSearchParams(query))[0].options);

/** Answers what the page asks to explain: the GPU, data, layers, times, and what happens inside while a network trains. */
export class Tutor {
  readonly #lab: TutorHost;
  readonly live: LiveValues;

  constructor(lab: TutorHost) {
    this.#lab = lab;
    this.live = new LiveValues(lab.run);
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

  /** The first run of a query if it learns from a text. @throws as {@link samples} */
  async #onText(query: string): Promise<Job | undefined> {
    const { options } = runsOf(new URLSearchParams(query))[0];
    const settings = settingsOf(options);
    if (settings.data !== 'text') return undefined;
    return openJob(options, settings, () => {}, this.#lab.given());
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

  /** Images of the data that a run would use, or that they are rows or a text; of the visitor's own, if the query says so. @throws as {@link layers} */
  async samples(query: string): Promise<SampleImages> {
    const own = (await this.#onOwn(query)) ?? (await this.#onText(query));
    if (own) return samplesFor(own);
    return sampleImages(new URLSearchParams(query).get('data') ?? 'auto');
  }

  /**
   * How long the run of a query would take: some of its steps are timed, on drawn images, or on the visitor's own data.
   *
   * @param samples of an epoch, if they are known and not the visitor's
   * @returns undefined if a run is in progress, or if it learns from a text, or is of several networks at once
   * @throws as {@link layers}
   */
  async estimate(query: string, samples: number = BUILT_IN.train): Promise<Estimate | undefined> {
    const [{ options }, ...others] = runsOf(new URLSearchParams(query));
    const settings = settingsOf(options);
    if (settings.data !== 'images' || others.length > 0 || this.#lab.busy()) return undefined;
    const engine = await this.#lab.open();
    const own = await this.#onOwn(query);
    const job =
      own && own.data !== 'text'
        ? own
        : imageJob(settings, builtInGarments({ train: DRAWN, test: 10 }));
    // Software adapters take seconds to compile the faster kernels: a run, too, begins with these.
    const quick = engine.adapter.software ? { family: 'portable' as const } : {};
    const short = { ...job.settings, ...quick, tuneBudget: 0, warmSteps: 0 };
    const trainer = await createTrainer(engine, { ...job, settings: short } as Job);
    try {
      const round = await timedRound(
        (steps) => trainer.steps(steps),
        { enoughMs: ENOUGH_MS, mostSteps: MOST_STEPS },
        () => this.#lab.busy(),
      );
      if (!round) return undefined;
      const { epochs, batchSize } = settings;
      const each = own ? samplesOf(own) : Math.min(samples, limitOf(options));
      const steps = epochs * Math.ceil(each / batchSize);
      const seconds = (steps * round.seconds) / round.steps;
      return { seconds, timed: round.steps, timedSeconds: round.seconds, steps, epochs };
    } finally {
      trainer.destroy();
    }
  }

  /** See {@link LiveValues.look}. */
  pulse(): Promise<PulseAnswer> {
    return this.live.look();
  }

  /** See {@link LiveValues.watch}. */
  watch(): void {
    this.live.watch();
  }

  /** See {@link LiveValues.rest}. */
  rest(): void {
    this.live.rest();
  }
}

/** What the page can ask; see {@link Tutor}. */
export type Lessons = Pick<
  Tutor,
  'gpu' | 'layers' | 'widths' | 'samples' | 'estimate' | 'pulse' | 'watch' | 'rest'
>;
