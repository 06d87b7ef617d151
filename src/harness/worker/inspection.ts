import { DataError, OptionError } from '../../errors.ts';
import type { Engine } from '../../gpu/engine.ts';
import type { LossKind } from '../../nn/losses.ts';
import type { Insides, TableInsides, TestFacts } from '../insides.ts';
import { type GivenData, imagesOf, type Job, openJob } from '../tasks/job.ts';
import { runsOf } from '../tasks/many-runs.ts';
import { settingsOf } from '../tasks/settings.ts';
import { testOf } from './held-out.ts';
import { insidesOf } from './insides-of.ts';
import { hashOf } from './job-hash.ts';
import {
  isAlive,
  type Run,
  type StoredSubject,
  type Subject,
  storedSubject,
  subjectOf,
} from './subject.ts';
import { TableStudy, tableIn } from './table-study.ts';
import { type UnitFacts, UnitStudy, type UnitWish } from './unit-study.ts';

/** A network whose weights were stored. */
export interface StoredNetwork {
  /** The query of its run. */
  readonly query: string;
  /** Which of the query's networks, from 0. */
  readonly run: number;
  readonly bytes: Uint8Array;
  readonly step: number;
  /** The name of the run's data, and their SHA-256; undefined if the run does not say. */
  readonly dataset: string | undefined;
  readonly sha256: string | undefined;
}

/** A network's outputs for the whole test split. */
export interface TestOutputs {
  /** [count, classes], row by row. */
  readonly outputs: Float32Array;
  readonly labels: ArrayLike<number>;
  readonly classes: readonly string[];
  /** Epochs that the network had been trained for: 2.5 in the middle of the third. */
  readonly epochs: number;
}

/** What the inspection asks of the lab. */
export interface InspectionHost {
  /** The run that is trained, or was trained last. */
  run(): Run | undefined;
  engine(): Promise<Engine>;
  /** Data from the user. */
  given(): GivenData;
}

/** What of a network can be shown. */
export interface InsideFacts extends Insides {
  /** Undefined without classes. */
  readonly test: TestFacts | undefined;
  /** Undefined if it learns from no table. */
  readonly table: TableInsides | undefined;
}

/** An answer to one image. */
export interface Classified {
  /** [classes]. */
  readonly outputs: Float32Array;
  readonly epochs: number;
  /** The data that the network learned from. */
  readonly data: {
    readonly name: string;
    readonly classes: readonly string[];
    readonly channels: number;
  };
  /** The loss that it was trained with. */
  readonly loss: LossKind;
}

/** @param isImages whether the page has images now, of which only the size or the colours may differ */
function otherData({ dataset }: StoredNetwork, isImages: boolean): DataError {
  const load = isImages
    ? '. If only the size or the colours of its images differ, load its settings'
    : '';
  return new DataError(
    `this run was trained on other data than the page has now${dataset === undefined ? '' : `: ${dataset}`}; give its files to the page again, then choose the run again${load}`,
  );
}

/** Looks into one network: that of the run, or one whose weights were stored. */
export class Inspection {
  readonly #host: InspectionHost;
  readonly #units = new UnitStudy();
  /** What a network makes of the rows of a table. */
  readonly table = new TableStudy(() => this.current());
  /** The run's network, as long as it is the same. */
  #running: { readonly run: Run; readonly subject: Subject } | undefined;
  #wish: StoredNetwork | undefined;
  #stored: Promise<StoredSubject> | undefined;
  /** What is looked into at the moment, if it is there. */
  #present: StoredSubject | undefined;

  constructor(host: InspectionHost) {
    this.#host = host;
  }

  /** The network that is looked into; undefined if there is none at the moment. */
  get subject(): Subject | undefined {
    if (this.#wish) return this.#present;
    const run = this.#host.run();
    if (run && this.#running?.run !== run) this.#running = { run, subject: subjectOf(run) };
    return run && this.#running?.subject;
  }

  /**
   * Chooses a stored network, or the run's. The run goes on.
   *
   * @throws DataError if the data that it was trained on are not there, or the weights are not the network's
   */
  async choose(wish: StoredNetwork | undefined): Promise<void> {
    this.drop();
    this.#wish = wish;
    if (wish) await this.current();
  }

  /** Frees what is on the device, which may be lost. It is made again when it is asked for. */
  drop(): void {
    this.#units.drop();
    this.table.drop();
    this.#stored?.then((stored) => stored.destroy()).catch(() => {});
    this.#stored = undefined;
    this.#present = undefined;
  }

  /** Frees what is on a device that was lost. One that is being opened now is not: it opens the next device. */
  leaveLost(): void {
    this.#units.drop();
    this.table.drop();
    this.#leave();
  }

  #leave(): void {
    if (this.#present && !isAlive(this.#present.engine)) this.drop();
  }

  /** @throws OptionError if there is no network yet; DataError as of {@link choose} */
  async current(): Promise<Subject> {
    const wish = this.#wish;
    if (!wish) {
      const { subject } = this;
      if (!subject) throw new OptionError('there is no network yet; start a run first');
      return subject;
    }
    // A lost device took it away.
    this.#leave();
    if (!this.#stored) {
      const stored = this.#open(wish);
      this.#stored = stored;
      stored.then(
        (present) => {
          if (this.#stored === stored) this.#present = present;
        },
        () => {
          if (this.#stored === stored) this.#stored = undefined;
        },
      );
    }
    return this.#stored;
  }

  async #open(stored: StoredNetwork): Promise<StoredSubject> {
    const { query, run, bytes, step, sha256 } = stored;
    const isImages = (): boolean => this.#host.given().own?.data === 'images';
    const runs = runsOf(new URLSearchParams(query));
    const { options } = runs[run] ?? runs[0];
    const settings = settingsOf(options);
    const now = this.#host.run()?.job;
    const isSame = now && sha256 !== undefined && (await hashOf(now)) === sha256;
    // What is on the page says which data are used for training: this is not.
    const job =
      isSame && now.settings.data === settings.data
        ? ({ ...now, settings } as Job)
        : await openJob(options, settings, () => {}, this.#host.given()).catch((error) => {
            // Data of another kind do not go with its settings.
            const isOther = error instanceof OptionError && options.get('data') === 'own';
            throw isOther && sha256 !== undefined ? otherData(stored, isImages()) : error;
          });
    if (!isSame && sha256 !== undefined && (await hashOf(job)) !== sha256) {
      throw otherData(stored, options.get('data') === 'own' && job.data === 'images');
    }
    return storedSubject(await this.#host.engine(), job, bytes, step);
  }

  /** @returns what of the network can be shown */
  async insides(): Promise<InsideFacts> {
    const { model, job } = await this.current();
    return { ...insidesOf(model), test: testOf(job)?.facts, table: tableIn(job) };
  }

  /**
   * @returns the network's outputs for every test image, or every row of a table that is held out
   * @throws OptionError if it learns no classes
   */
  async outputs(): Promise<TestOutputs> {
    const subject = await this.current();
    const test = testOf(subject.job);
    if (!test) throw new OptionError('the network learns no classes');
    const { labels, samples, facts } = test;
    const { epochs } = subject;
    const outputs = await subject.predict(samples);
    return { outputs, labels, classes: facts.classes, epochs };
  }

  /** @returns test images, height × width × channels bytes each, one after the other */
  async images(indices: readonly number[]): Promise<Uint8Array> {
    const { test } = imagesOf((await this.current()).job);
    const size = test.images.length / test.count;
    const out = new Uint8Array(indices.length * size);
    indices.forEach((index, i) => {
      out.set(test.images.subarray(index * size, (index + 1) * size), i * size);
    });
    return out;
  }

  /** @returns the outputs for one image in bytes, of the test images' size; 0 is black */
  async classify(image: Uint8Array): Promise<Classified> {
    const subject = await this.current();
    const { name, classes, test } = imagesOf(subject.job);
    const { height, width, channels = 1 } = test;
    const { epochs } = subject;
    const outputs = await subject.predict({ images: image, count: 1, height, width, channels });
    const data = { name, classes, channels };
    return { outputs, epochs, data, loss: subject.job.settings.loss };
  }

  /** See {@link UnitStudy.look}. */
  async unit(wish: UnitWish): Promise<UnitFacts | undefined> {
    return this.#units.look(await this.current(), wish);
  }
}
