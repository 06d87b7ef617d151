import { type HostData, hostImages } from '../data/host.ts';
import { type PlacedSplit, placeOf } from '../data/place.ts';
import { ResidentSplit } from '../data/resident.ts';
import type { Normalization } from '../data/standardise.ts';
import { OptionError } from '../errors.ts';
import type { Gpu } from '../gpu/gpu.ts';
import { sizeOf } from '../graph/tensor.ts';
import { rowsOf } from '../nn/model.ts';
import { type Filled, isImages, isTensors, type ResolvedOptions } from './options.ts';

/** A run's splits, ready to be bound. */
export interface Splits {
  readonly train: PlacedSplit;
  readonly test: PlacedSplit | undefined;
}

/** A run's data before they are brought to the GPU. */
export interface Prepared {
  /** Undefined for data on the GPU. */
  readonly host: HostData | undefined;
  readonly normalize: Normalization | null;
}

/** Checks a run's splits on the host, holds out the validation share, and finds the standardisation. */
export async function hostDataOf(options: Filled): Promise<Prepared> {
  const { dataset, normalize } = options;
  if (isTensors(dataset)) return { host: undefined, normalize: null };
  if (isImages(dataset) && normalize !== 'standardise' && dataset.validation === undefined) {
    const { train, test } = dataset;
    if (!train.weights && !test?.weights) {
      const host = {
        train: hostImages(train, train.labels),
        test: test && hostImages(test, test.labels),
      };
      return { host, normalize };
    }
  }
  const { anyHostData } = await import('./later.ts');
  return anyHostData(options);
}

/**
 * Uploads both splits, prepares to stream them, or checks those that are on the GPU.
 *
 * @throws DataError, OptionError, MemoryError; nothing is left then
 */
export async function placeBoth(
  gpu: Gpu,
  { dataset, host, data, streamBytes, model, target }: ResolvedOptions,
): Promise<Splits> {
  if (host) {
    const streamed = ({ train, test }: HostData): boolean =>
      [train, test].some((split) => split && placeOf(gpu, split, data) === 'streamed');
    if (!streamed(host) && !host.train.tokens) {
      return both(gpu, host, (split) => new ResidentSplit(gpu, split));
    }
    const { ResidentTokens, StreamedSplit } = await import('./later.ts');
    return both(gpu, host, (split) =>
      placeOf(gpu, split, data) === 'streamed'
        ? new StreamedSplit(split, streamBytes)
        : split.tokens
          ? new ResidentTokens(gpu, split.tokens, split.count)
          : new ResidentSplit(gpu, split),
    );
  }
  if (!isTensors(dataset)) throw new OptionError('the data set was not prepared');
  const columns = sizeOf(model.inputShape);
  const { GivenSplit, positionLabels } = await import('./later.ts');
  const rows = rowsOf(model, target);
  return both(gpu, dataset, (split) => new GivenSplit(gpu, split, columns, rows, positionLabels));
}

function both<T>(
  gpu: Gpu,
  { train, test }: { readonly train: T; readonly test?: T | undefined },
  placed: (split: T) => PlacedSplit,
): Splits {
  gpu.assertAlive();
  return gpu.buffers.allOrNone(() => ({ train: placed(train), test: test && placed(test) }));
}
