import type { ImagesAttributes } from '../ops/images.ts';
import { isColumnScale, type Normalization } from './standardise.ts';

/** How bytes of images become numbers, for each channel: byte / 255 · scale + shift. */
export function channelScales(
  normalize: Normalization | null,
  channels: number,
): Pick<ImagesAttributes, 'scale' | 'shift'> {
  const { mean, deviation } = isColumnScale(normalize)
    ? normalize
    : {
        mean: new Array<number>(channels).fill(normalize?.[0] ?? 0),
        deviation: new Array<number>(channels).fill(normalize?.[1] ?? 1),
      };
  // A channel with deviation 0 becomes 0.
  const scale = deviation.map((by) => (by > 0 ? 1 / by : 0));
  return { scale, shift: mean.map((value, channel) => -value * scale[channel]) };
}
