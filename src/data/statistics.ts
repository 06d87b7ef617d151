import { DataError, OptionError } from '../errors.ts';
import type { HostSplit } from './host.ts';
import { throughAll } from './pieces.ts';
import type { Normalization, PixelScale } from './standardise.ts';

/**
 * Mean and deviation of each column over a split (Welford 1962, in float64), or of each channel of its images.
 * The deviation is the population's, divided by the number of samples.
 *
 * @throws DataError if all pixels are equal; what reading the split throws.
 */
export async function statisticsOf(host: HostSplit): Promise<Normalization> {
  const { columns, channels = 1, read, inputs, live } = host;
  const count = live?.count ?? host.count;
  if (count === 0) {
    throw new OptionError(
      "normalize: 'standardise' was given for an empty live set; push() samples first, or give { mean, deviation }",
    );
  }
  if (!read) {
    const seen = Array.from({ length: channels }, () => new Float64Array(256));
    await throughAll(
      count,
      (samples) => new Uint8Array(samples * inputs.bytes),
      inputs.gather,
      (bytes) => {
        for (let i = 0; i < bytes.length; i++) {
          const byte = i % inputs.bytes;
          if (byte < columns) seen[byte % channels][bytes[i]]++;
        }
      },
    );
    if (channels === 1) return pixelScaleOf(seen[0]);
    const scales = seen.map(pixelScaleOf);
    return { mean: scales.map(([mean]) => mean), deviation: scales.map(([, by]) => by) };
  }
  const mean = new Float64Array(columns);
  const squares = new Float64Array(columns);
  let n = 0;
  await throughAll(
    count,
    (samples) => new Float64Array(samples * columns),
    read,
    (values) => {
      for (let i = 0; i < values.length; i++) {
        const c = i % columns;
        if (c === 0) n++;
        const off = values[i] - mean[c];
        mean[c] += off / n;
        squares[c] += off * (values[i] - mean[c]);
      }
    },
  );
  return { mean: [...mean], deviation: Array.from(squares, (sum) => Math.sqrt(sum / count)) };
}

/** From the number of times each byte occurs. Sums of integers do not depend on the order. */
function pixelScaleOf(seen: Float64Array): PixelScale {
  const total = seen.reduce((a, b) => a + b, 0);
  const mean = seen.reduce((sum, n, byte) => sum + n * byte, 0) / total;
  const squares = seen.reduce((sum, n, byte) => sum + n * (byte - mean) ** 2, 0);
  if (squares === 0) {
    throw new DataError(
      "normalize: 'standardise' was given for images whose pixels are all equal; leave it out",
    );
  }
  return [mean / 255, Math.sqrt(squares / total) / 255];
}
