import { DeviceLostError } from '../errors.ts';
import type { EpochRecord } from '../train/history.ts';
import { STEP_RING, type Sums } from '../train/records.ts';
import { stepSums } from '../train/tally.ts';
import type { Trainer } from '../train/trainer.ts';
import { factsOf } from './facts.ts';
import { GradientProbe } from './gradients.ts';
import { type Histogram, histogramOf } from './histogram.ts';
import { imageRecord } from './image-record.ts';
import type { Facts, LogRecord } from './records.ts';
import { stepNumbers } from './step-numbers.ts';

/** What is looked at after each epoch, beside the losses. */
export interface Looked {
  /** Histograms of all weights and of their gradients. */
  readonly histograms: boolean;
  /** A picture of the first layer's weights. */
  readonly images: boolean;
}

/** Seconds since 1970. */
const now = (): number => Date.now() / 1000;

/**
 * Reports what a trainer does as records. The losses of steps stay on the GPU and are read after an epoch, and of long epochs
 * also in between, without waiting: the training loop does nothing for it.
 */
export class Recorder {
  readonly #trainer: Trainer;
  readonly #looked: Looked;
  readonly #put: (record: LogRecord) => void;
  /** The first step that was not read. */
  #next: number;
  #last = now();
  #reading: Promise<void> = Promise.resolve();
  #probe: GradientProbe | undefined;

  constructor(trainer: Trainer, looked: Looked, put: (record: LogRecord) => void) {
    this.#trainer = trainer;
    this.#looked = looked;
    this.#put = put;
    this.#next = trainer.step;
  }

  /** @param more options that the trainer does not know, such as the number of epochs */
  start(more: Facts = {}): void {
    this.#trainer.copying.add(this.#copied);
    this.#put({
      type: 'start',
      time: now(),
      options: { ...factsOf(this.#trainer.options), ...more },
    });
    this.#last = now();
  }

  /** Whether {@link progress} has to be called: whether an epoch has more steps than the GPU remembers. */
  get needsProgress(): boolean {
    return this.#trainer.stepsPerEpoch > STEP_RING / 2 || this.#trainer.session.live;
  }

  /** For `onProgress`: begins to read steps if enough were submitted. */
  readonly progress = (): void => {
    if (this.#trainer.step - this.#next >= STEP_RING / 4) void this.#read();
  };

  /** Reads the steps that a copy of the run is of: if its device is lost, the run goes on after them on another one. */
  readonly #copied = (): void => void this.#read();

  /** For `onEpoch`. */
  readonly epoch = async (record: EpochRecord): Promise<void> => {
    await this.#read();
    const { step } = this.#trainer;
    this.#put({ type: 'epoch', record, step, time: now() });
    const { histograms, images } = this.#looked;
    if (!histograms && !images) return;
    const parameters = await this.#trainer.parameters();
    const common = { epoch: record.epoch, time: now() };
    if (histograms) {
      const tensors: Record<string, Histogram> = {};
      const add = (tag: string, values: ArrayLike<number>): void => {
        const found = histogramOf(values);
        if (found) tensors[tag] = found;
      };
      for (const [name, { data }] of parameters) add(`weights/${name}`, data);
      for (const [name, values] of await this.#gradients()) add(`gradients/${name}`, values);
      this.#put({ type: 'histograms', ...common, tensors });
    }
    const { model } = this.#trainer.options;
    const image = images && imageRecord(model, parameters, record.epoch, common.time);
    if (image) this.#put(image);
  };

  /** Of the step that would follow. */
  async #gradients(): Promise<Map<string, Float32Array>> {
    const probe = this.#probe?.fits(this.#trainer)
      ? this.#probe
      : await GradientProbe.create(this.#trainer);
    this.#probe = probe;
    return probe.at(this.#trainer.step);
  }

  /** Reads the steps of an epoch that did not end, if the device still answers. */
  async rest(): Promise<void> {
    this.#trainer.copying.delete(this.#copied);
    await this.#read().catch(() => {});
    this.#probe?.destroy();
    this.#probe = undefined;
  }

  #read(): Promise<void> {
    const { session, step, options } = this.#trainer;
    const first = Math.max(this.#next, step - STEP_RING);
    if (first >= step) return this.#reading;
    this.#next = step;
    const [from, to] = [this.#last, now()];
    this.#last = to;
    const { rate, timetable } = session;
    // Copied at the call, so that later steps may overwrite them.
    const read: Promise<Sums[] | undefined> = stepSums(session, first, step).catch((error) => {
      // Those after the last copy are done once more, on another device.
      if (error instanceof DeviceLostError) this.#next = Math.min(this.#next, first);
      // What is wrong with the device or the labels, `fit` says.
      return undefined;
    });
    const before = this.#reading;
    this.#reading = (async () => {
      await before;
      const sums = await read;
      if (!sums) return;
      for (let at = first; at < step; ) {
        const epoch = timetable.epochOf(at);
        const end = Math.min(step, timetable.firstOf(epoch + 1));
        const numbers = stepNumbers(sums.slice(at - first, end - first), at, options, rate);
        this.#put({ type: 'steps', epoch: epoch + 1, first: at, ...numbers, from, to });
        at = end;
      }
    })();
    return this.#reading;
  }
}
