import { structs } from '../gpu/shaders.gen.ts';

/** Number of steps and epochs whose sums are kept on the GPU before they are overwritten. */
export const STEP_RING = 4096;
export const EPOCH_RING = 64;

export const RECORD_BYTES = structs.StepRecord.size;

/** The GPU's sums over a step or an epoch. */
export interface Sums {
  /** Σ of the rows' losses. */
  readonly loss: number;
  readonly hits: number;
  /** Whether a row's label was not a class. */
  readonly mislabelled: boolean;
  readonly count: number;
}

/** Decodes an epoch's record. */
export function epochSumsOf(bytes: ArrayBuffer): Sums {
  return decode(structs.EpochRecord.members, bytes, 0);
}

/** Decodes a step's record in the ring. */
export function stepSumsOf(ring: ArrayBuffer, step: number): Sums {
  return decode(structs.StepRecord.members, ring, (step % STEP_RING) * RECORD_BYTES);
}

/** Offsets in bytes. */
type Members = Readonly<Record<'loss' | 'hits' | 'count', number>>;

function decode({ loss, hits, count }: Members, bytes: ArrayBuffer, at: number): Sums {
  const view = new DataView(bytes, at);
  const marked = view.getUint32(hits, true);
  return {
    loss: view.getFloat32(loss, true),
    hits: marked & 0x7fffffff,
    mislabelled: marked > 0x7fffffff,
    count: view.getUint32(count, true),
  };
}
