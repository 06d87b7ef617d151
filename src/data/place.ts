import { OptionError } from '../errors.ts';
import type { Gpu } from '../gpu/gpu.ts';
import type { GivenSplit } from './given.ts';
import type { HostSplit } from './host.ts';
import { mostResidentBytes, ResidentSplit } from './resident.ts';
import { StreamedSplit } from './streamed.ts';

/**
 * Where a data set is during training: resident on the GPU, or streamed from the host while the GPU works on
 * the steps before. `auto`: resident if the samples are in memory and fit one binding of the device.
 */
export type DataPlace = 'auto' | 'resident' | 'streamed';

/** A split that a session can be made for. */
export type PlacedSplit = ResidentSplit | StreamedSplit | GivenSplit;

/**
 * Uploads a split, or prepares to stream it.
 *
 * @param streamBytes bytes of samples that are streamed at a time, and of the memory for them
 * @throws DataError if the split is to be resident and does not fit; OptionError if a source is to be resident
 */
export function placeSplit(
  engine: Gpu,
  split: HostSplit,
  place: DataPlace,
  streamBytes: number,
): PlacedSplit {
  if (split.live) {
    if (place !== 'streamed') return new ResidentSplit(engine, split);
    throw new OptionError("data: 'streamed' was given with a live set, which is on the GPU");
  }
  if (place === 'resident' && !split.inMemory) {
    throw new OptionError(
      "data: 'resident' was given with a source, which is streamed; use 'streamed' or 'auto', or give arrays",
    );
  }
  const most = Math.max(split.inputs.bytes, ...split.others.map(({ bytes }) => bytes));
  const fits = place === 'resident' || split.count * most <= mostResidentBytes(engine);
  if (place !== 'streamed' && split.inMemory && fits) return new ResidentSplit(engine, split);
  return new StreamedSplit(split, streamBytes);
}
