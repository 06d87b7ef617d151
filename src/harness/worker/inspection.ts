import { OptionError } from '../../errors.ts';
import type { LossKind } from '../../nn/losses.ts';
import type { Insides, TableInsides, TestFacts } from '../insides.ts';
import { imagesOf } from '../tasks/job.ts';
import { testOf } from './held-out.ts';
import { insidesOf } from './insides-of.ts';
import type { InspectionHost } from './inspection-host.ts';
import { openStored, type StoredNetwork } from './stored-network.ts';
import { isAlive, type Run, type StoredSubject, type Subject, subjectOf } from './subject.ts';
import { TableStudy, tableIn } from './table-study.ts';
import { type UnitFacts, UnitStudy, type UnitWish } from './unit-study.ts';

/** A network's outputs for the whole test split. */
export interface TestOutputs {
  /** [count, classes], row by row. */
  readonly outputs: Float32Array;
  readonly labels: ArrayLike<number>;
  readonly classes: readonly string[];
  /** Epochs that the network had been trained for: 2.5 in the middle of the third. */
  readonly epochs: number;
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
      const stored = openStored(wish, this.#host);
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
