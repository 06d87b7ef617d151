import { shuffleOf } from '../random/permute.ts';
import { type Origin, Timetable } from './timetable.ts';

/** The order of samples. */
export type Order =
  /** A new order each epoch from the seed, each sample once. */
  | { readonly kind: 'shuffled' }
  /** The order of the data set. */
  | { readonly kind: 'sequential' }
  /** Given for every step: indices[steps · batch]. */
  | { readonly kind: 'listed'; readonly indices: Uint32Array };

export interface OrderOptions {
  readonly order: Order;
  /** Samples of an epoch. */
  readonly samples: number;
  readonly batch: number;
  readonly key: readonly [number, number];
  /** Epochs have so many samples from here on. Default step 0, epoch 0. */
  readonly origin?: Pick<Origin, 'step' | 'epoch'>;
}

/**
 * Computes on the CPU which samples are in the rows of each step: exactly what shaders/step/tick.wgsl computes
 * with shaders/order, including the rows after the end of a partial batch.
 *
 * @returns a function that fills the rows of a step: [batch]
 */
export function samplesOf({
  order,
  samples,
  batch,
  key,
  origin,
}: OrderOptions): (step: number, rows: Uint32Array) => void {
  const timetable = new Timetable({ step: 0, epoch: 0, ...origin, samples }, batch);
  let shuffledEpoch = -1;
  let shuffled = (position: number): number => position;
  return (step, rows) => {
    if (order.kind === 'listed') {
      const last = order.indices.length - 1;
      for (let row = 0; row < batch; row++) {
        rows[row] = order.indices[Math.min(step * batch + row, last)];
      }
      return;
    }
    const epoch = timetable.epochOf(step);
    if (order.kind === 'shuffled' && epoch !== shuffledEpoch) {
      shuffled = shuffleOf(samples, epoch, key);
      shuffledEpoch = epoch;
    }
    const first = timetable.placeOf(step) * batch;
    for (let row = 0; row < batch; row++) {
      rows[row] = shuffled(Math.min(first + row, samples - 1));
    }
  };
}
