import { structs } from '../gpu/shaders.gen.ts';
import type { TargetKind } from '../nn/losses.ts';
import type { Metrics } from './history.ts';

/** Number of steps and epochs whose sums are kept on the GPU before they are overwritten. */
export const STEP_RING = 4096;
export const EPOCH_RING = 64;

const { size, members } = structs.Record;

export const RECORD_BYTES = size;

/** Where an epoch's record is, in bytes: behind those of the steps. */
export const epochRecordAt = (epoch: number): number =>
  (STEP_RING + (epoch % EPOCH_RING)) * RECORD_BYTES;

/** The GPU's sums over a step or an epoch. */
export interface Sums {
  /** Σ of the rows' losses times their weights. */
  readonly loss: number;
  readonly hits: number;
  /** Whether a row's label was not a class. */
  readonly mislabelled: boolean;
  /** Rows that count. */
  readonly count: number;
  /** What the mean loss divides by: Σ of the weights of these rows. */
  readonly weight: number;
}

/** Mean loss and accuracy; NaN if no row counts: nothing must not look like the best. */
export function meansOf(
  { loss, hits, count, weight }: Omit<Sums, 'mislabelled'>,
  target: TargetKind,
): Metrics {
  return { loss: loss / weight, accuracy: target === 'label' ? hits / count : null };
}

/** Decodes a record. */
export function sumsOf(record: ArrayBufferLike, at = 0): Sums {
  const view = new DataView(record, at);
  const f32 = (name: keyof typeof members, more = 0): number =>
    view.getFloat32(members[name] + more, true);
  const marked = view.getUint32(members.hits, true);
  return {
    loss: f32('loss'),
    hits: marked & 0x7fffffff,
    mislabelled: marked > 0x7fffffff,
    count: view.getUint32(members.count, true),
    // The sum, and what rounding has lost of it.
    weight: f32('weight') - f32('weight', 4),
  };
}

/** Decodes a step's record in the ring. */
export const stepSumsOf = (ring: ArrayBuffer, step: number): Sums =>
  sumsOf(ring, (step % STEP_RING) * RECORD_BYTES);
