import { OptionError } from '../errors.ts';
import type { Gpu } from '../gpu/gpu.ts';
import type { GivenSplit } from './given.ts';
import type { HostSplit } from './host.ts';
import { mostResidentBytes, type ResidentSplit } from './resident.ts';
import type { ResidentTokens } from './resident-tokens.ts';
import type { StreamedSplit } from './streamed.ts';

/**
 * Where a data set is during training: resident on the GPU, or streamed from the host while the GPU works on
 * the steps before. `auto`: resident if the samples are in memory and fit one binding of the device.
 */
export type DataPlace = 'auto' | 'resident' | 'streamed';

/** A split that a session can be made for. */
export type PlacedSplit = ResidentSplit | StreamedSplit | GivenSplit | ResidentTokens;

/** Whether the samples stay on the host. */
export const isStreamed = (split: PlacedSplit): split is StreamedSplit => 'windowBytes' in split;

/** Default bytes of samples that are uploaded at a time: 16 MiB. */
export const STREAM_BYTES = 16 * 2 ** 20;

/**
 * Where a split goes.
 *
 * @throws OptionError if a source is to be resident, or a live set streamed
 */
export function placeOf(gpu: Gpu, split: HostSplit, place: DataPlace): 'resident' | 'streamed' {
  if (split.live) {
    if (place !== 'streamed') return 'resident';
    throw new OptionError("data: 'streamed' was given with a live set, which is on the GPU");
  }
  if (place === 'resident' && !split.inMemory) {
    throw new OptionError(
      "data: 'resident' was given with a source, which is streamed; use 'streamed' or 'auto', or give arrays",
    );
  }
  const most = Math.max(split.inputs.bytes, ...split.others.map(({ bytes }) => bytes));
  const bytes = split.tokens?.tokens.byteLength ?? split.count * most;
  const fits = place === 'resident' || bytes <= mostResidentBytes(gpu);
  return place !== 'streamed' && split.inMemory && fits ? 'resident' : 'streamed';
}
