import type { Ensemble, EnsembleEpoch } from '../ensemble/ensemble.ts';
import { RECORD_BYTES, STEP_RING, type Sums, sumsOf } from '../train/records.ts';
import { factsOf } from './facts.ts';
import { imageRecord } from './image-record.ts';
import type { Facts, LogRecord } from './records.ts';
import { stepNumbers } from './step-numbers.ts';

/** Seconds since 1970. */
const now = (): number => Date.now() / 1000;

/**
 * Reports what the networks of an ensemble do as records, as `Recorder` does for a trainer. Of a long epoch, the last 4,096 steps
 * are known. If a network ends, the last step of that epoch is not known of some networks.
 */
export class EnsembleRecorder {
  #ensemble: Ensemble;
  readonly #put: (run: number, record: LogRecord) => void;
  #next: number;
  #last = now();
  /** The runs of the present epoch by slot: after it, `leaveOut` gives slots to other runs, but does not move the records. */
  #slots: readonly number[];

  constructor(ensemble: Ensemble, put: (run: number, record: LogRecord) => void) {
    this.#ensemble = ensemble;
    this.#put = put;
    this.#next = ensemble.step;
    this.#slots = ensemble.session.slots;
  }

  /** @param more options that the networks do not know, such as the number of epochs */
  start(more: Facts = {}): void {
    for (const { run, options } of this.#ensemble.members) {
      this.#put(run, { type: 'start', time: now(), options: { ...factsOf(options), ...more } });
    }
    this.#last = now();
  }

  /** Goes on with the same networks on another device, from where they are there. */
  follow(ensemble: Ensemble): void {
    this.#ensemble = ensemble;
    this.#slots = ensemble.session.slots;
  }

  /** Reports the steps since the last report: a device that is lost has them no more. Between two calls of `fit`. */
  async steps(): Promise<void> {
    const { session, step, members } = this.#ensemble;
    const first = Math.max(this.#next, step - STEP_RING);
    if (first >= step) return;
    const slots = this.#slots;
    const sums = await this.#sums(first, step, slots.length);
    this.#next = step;
    const [from, to] = [this.#last, now()];
    this.#last = to;
    const epoch = session.timetable.epochOf(step - 1) + 1;
    for (const [slot, run] of slots.entries()) {
      const { options } = members[run];
      const numbers = stepNumbers(sums[slot], first, options, options.optimizer.learningRate);
      this.#put(run, { type: 'steps', epoch, first, ...numbers, from, to });
    }
  }

  /** For `onEpoch`. */
  readonly epoch = async ({ records }: EnsembleEpoch): Promise<void> => {
    await this.steps();
    const { session, step } = this.#ensemble;
    this.#slots = session.slots;
    for (const [run, record] of records) {
      this.#put(run, { type: 'epoch', record, step, time: this.#last });
    }
  };

  /** After the training: a picture of each network's first layer. */
  async images(): Promise<void> {
    for (const { run, options, history } of this.#ensemble.members) {
      const parameters = await this.#ensemble.parameters(run);
      const record = imageRecord(options.model, parameters, history.length, now());
      if (record) this.#put(run, record);
    }
  }

  /** Sums of steps by slot. The ring that holds them has an end. */
  async #sums(first: number, last: number, slots: number): Promise<Sums[][]> {
    const { session } = this.#ensemble;
    const found: Sums[][] = Array.from({ length: slots }, () => []);
    for (let step = first; step < last; ) {
      const place = step % STEP_RING;
      const count = Math.min(last - step, STEP_RING - place);
      const parts = await session.records(place * RECORD_BYTES, count * RECORD_BYTES, slots);
      for (const [slot, bytes] of parts.entries()) {
        for (let i = 0; i < count; i++) found[slot].push(sumsOf(bytes, i * RECORD_BYTES));
      }
      step += count;
    }
    return found;
  }
}
