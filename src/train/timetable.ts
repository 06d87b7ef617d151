/** The point from which epochs have their present length: a change of data sets a new one. */
export interface Origin {
  /** The first step. */
  readonly step: number;
  /** The epoch, from 0, that it begins. */
  readonly epoch: number;
  /** Samples of each epoch from there on. */
  readonly samples: number;
}

/** The mapping between steps and epochs. */
export class Timetable {
  readonly origin: Origin;
  /** Steps of an epoch. */
  readonly batches: number;

  /** @param batch samples of a step; the last one of an epoch may have fewer */
  constructor(origin: Origin, batch: number) {
    this.origin = origin;
    this.batches = Math.ceil(origin.samples / batch);
  }

  /** The epoch of a step, with its fraction. */
  #at(step: number): number {
    const { origin } = this;
    return origin.epoch + (step - origin.step) / this.batches;
  }

  /** The epoch of a step, from 0. */
  epochOf(step: number): number {
    return Math.floor(this.#at(step));
  }

  /** The epoch that begins if this step is the first of one: a part of an epoch counts as one. */
  epochFrom(step: number): number {
    return Math.ceil(this.#at(step));
  }

  /** The first step of an epoch, if all epochs had this length. */
  firstOf(epoch: number): number {
    return this.origin.step + (epoch - this.origin.epoch) * this.batches;
  }

  /** A step's place in its epoch, from 0. */
  placeOf(step: number): number {
    return (step - this.origin.step) % this.batches;
  }
}
