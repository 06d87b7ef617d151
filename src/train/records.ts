import { structs } from '../gpu/shaders.gen.ts';

/** How many steps' and epochs' sums are kept on the GPU before they are written over. */
export const STEP_RING = 4096;
export const EPOCH_RING = 64;

export const RECORD_BYTES = structs.StepRecord.size;

/** The sums over a step or an epoch that the GPU made. */
export interface Sums {
  /** Σ of the rows' losses. */
  readonly loss: number;
  readonly hits: number;
  /** Whether a label among the rows was no class. */
  readonly mislabelled: boolean;
  readonly count: number;
}

/** Decodes an epoch's record. */
export function epochSumsOf(bytes: ArrayBuffer): Sums {
  return decode(structs.EpochRecord.members, bytes, 0);
}

/** Decodes a step's record out of the ring. */
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
