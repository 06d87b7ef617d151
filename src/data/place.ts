import { OptionError } from '../errors.ts';
import type { Gpu } from '../gpu/gpu.ts';
import type { GivenSplit } from './given.ts';
import type { HostSplit } from './host.ts';
import { mostResidentBytes, ResidentSplit } from './resident.ts';
import { StreamedSplit } from './streamed.ts';

/**
 * Where a data set is while it is trained on: on the GPU for good, or on the host, from where the
 * samples of the next steps are brought over while the GPU works. `auto`: resident where the samples
 * are in memory and fit one binding of the device.
 */
export type DataPlace = 'auto' | 'resident' | 'streamed';

/** A split that a session can be made for. */
export type PlacedSplit = ResidentSplit | StreamedSplit | GivenSplit;

/**
 * Brings a split to the GPU, or prepares to stream it.
 *
 * @param streamBytes bytes of samples that are streamed at a time, and of the memory for them
 * @throws DataError where the split shall be resident and does not fit; OptionError where a source shall be
 *   resident.
 */
export function placeSplit(
  engine: Gpu,
  split: HostSplit,
  place: DataPlace,
  streamBytes: number,
): PlacedSplit {
  if (split.live) {
    if (place !== 'streamed') return new ResidentSplit(engine, split);
    throw new OptionError("data: 'streamed' was given with a live set, which lies on the GPU");
  }
  if (place === 'resident' && !split.inMemory) {
    throw new OptionError(
      "data: 'resident' was given with a source of images or numbers, which is streamed; use 'streamed' or 'auto', or give the samples as one array",
    );
  }
  const most = Math.max(split.inputs.bytes, ...split.others.map(({ bytes }) => bytes));
  const fits = place === 'resident' || split.count * most <= mostResidentBytes(engine);
  if (place !== 'streamed' && split.inMemory && fits) return new ResidentSplit(engine, split);
  return new StreamedSplit(split, streamBytes);
}
