/** From where on epochs are as long as they are: data that change make a new one. */
export interface Origin {
  /** The first step. */
  readonly step: number;
  /** The epoch, from 0, that it begins. */
  readonly epoch: number;
  /** Samples of each epoch from there on. */
  readonly samples: number;
}

/** Which steps make up which epoch. */
export class Timetable {
  readonly origin: Origin;
  /** Steps of an epoch. */
  readonly batches: number;

  /** @param batch samples of a step; the last one of an epoch may have fewer */
  constructor(origin: Origin, batch: number) {
    this.origin = origin;
    this.batches = Math.ceil(origin.samples / batch);
  }

  /** The epoch of a step; for a step between two others, how far the epoch is. */
  #at(step: number): number {
    const { origin } = this;
    return origin.epoch + (step - origin.step) / this.batches;
  }

  /** The epoch that a step is of, from 0. */
  epochOf(step: number): number {
    return Math.floor(this.#at(step));
  }

  /** The epoch that would begin if this step were the first of one: a part of an epoch counts as one. */
  epochFrom(step: number): number {
    return Math.ceil(this.#at(step));
  }

  /** The first step of an epoch, as if all before were as long. */
  firstOf(epoch: number): number {
    return this.origin.step + (epoch - this.origin.epoch) * this.batches;
  }

  /** A step's place in its epoch, from 0. */
  placeOf(step: number): number {
    return (step - this.origin.step) % this.batches;
  }
}
