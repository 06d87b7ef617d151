import { OptionError } from '../errors.ts';
import type { Gpu } from '../gpu/gpu.ts';
import type { AnySplit } from './dataset.ts';
import type { GivenSources, GivenSplit } from './given.ts';
import { mostResidentBytes, paddedBytes, ResidentSplit } from './resident.ts';
import { StreamedSplit } from './streamed.ts';

/**
 * Where a data set is while it is trained on: on the GPU for good, or on the host, from where the
 * images of the next steps are brought over while the GPU works. `auto`: resident where the images
 * are in memory and fit one binding of the device.
 */
export type DataPlace = 'auto' | 'resident' | 'streamed';

/** A split that a session can be made for. */
export type PlacedSplit = ResidentSplit | StreamedSplit | GivenSplit;

/** Where the samples of a split come from that are no images. */
export const sourcesOf = (split: PlacedSplit): GivenSources | undefined =>
  'sources' in split ? split.sources : undefined;

/** Numbers of one sample. */
export const featuresOf = (split: PlacedSplit): number =>
  'sources' in split ? split.columns : split.pixels;

/**
 * Brings a split to the GPU, or prepares to stream it.
 *
 * @param streamBytes bytes of images that are streamed at a time, and of the memory for them
 * @throws DataError where the split is empty or not of the size that it says, or shall be resident and
 *   does not fit; OptionError where a source shall be resident.
 */
export function placeSplit(
  engine: Gpu,
  split: AnySplit,
  place: DataPlace,
  streamBytes: number,
): PlacedSplit {
  if (place === 'resident' && !('images' in split)) {
    throw new OptionError(
      "data: 'resident' was given with a source of images, which is streamed; use 'streamed' or 'auto', or give the images as one array",
    );
  }
  const bytes = split.count * paddedBytes(split.height * split.width);
  const fits = place === 'resident' || bytes <= mostResidentBytes(engine);
  if (place !== 'streamed' && 'images' in split && fits) return new ResidentSplit(engine, split);
  return new StreamedSplit(split, split.labels, streamBytes);
}
