import type { AnySplit } from '../data/dataset.ts';
import { GivenSplit, type TensorSplit } from '../data/given.ts';
import { holdOut } from '../data/holdout.ts';
import {
  type HostSplit,
  hostImageSplit,
  hostRowSplit,
  standardised,
  subsetOf,
} from '../data/host.ts';
import { type PlacedSplit, placeSplit } from '../data/place.ts';
import { isColumnScale, type Normalization, statisticsOf } from '../data/standardise.ts';
import { OptionError } from '../errors.ts';
import type { Gpu } from '../gpu/gpu.ts';
import { sizeOf } from '../graph/tensor.ts';
import { ignoredOf } from '../nn/losses.ts';
import { keyOf } from '../random/domains.ts';
import { type Complete, type Filled, isImages, isTensors } from './options.ts';

/** A run's splits, ready to be bound. */
export interface Splits {
  readonly train: PlacedSplit;
  readonly test: PlacedSplit | undefined;
}

/** A run's splits on the host, checked, the inputs standardised. */
export interface HostData {
  readonly train: HostSplit;
  readonly test: HostSplit | undefined;
}

/** Checks a run's splits on the host, holds out the validation share, and finds the standardisation. */
export async function hostDataOf(
  options: Filled,
): Promise<{ readonly host: HostData | undefined; readonly normalize: Normalization | null }> {
  const { dataset, model, target, normalize, seed, loss } = options;
  if (isTensors(dataset)) return { host: undefined, normalize: null };
  const columns = sizeOf(model.inputShape);
  const wanted = target === 'label' ? 'labels' : target === 'value' ? 'targets' : undefined;
  const hostOf = (name: 'train' | 'test'): Promise<HostSplit> | undefined => {
    if (isImages(dataset)) {
      const split: AnySplit | undefined = dataset[name];
      return split && hostImageSplit(name, split);
    }
    const split = dataset[name];
    return (
      split && hostRowSplit(name, split, columns, model.outputShape[0], wanted, ignoredOf(loss))
    );
  };
  const whole = await hostOf('train');
  if (!whole) return { host: undefined, normalize: null };
  const validation = 'validation' in dataset ? dataset.validation : undefined;
  const parts = validation === undefined ? undefined : holdOut(whole, validation, keyOf(seed));
  const train = parts ? subsetOf(whole, parts.train) : whole;
  const scale = normalize === 'standardise' ? await statisticsOf(train) : normalize;
  const scaled = (host: HostSplit): HostSplit =>
    isColumnScale(scale) ? standardised(host, scale) : host;
  if (parts) {
    const [first, second] = [parts.train, parts.test].map((part) => subsetOf(scaled(whole), part));
    return { host: { train: first, test: second }, normalize: scale };
  }
  const test = await hostOf('test');
  const host = { train: scaled(train), test: test && scaled(test) };
  return { host, normalize: scale };
}

/**
 * Uploads both splits, prepares to stream them, or checks those that are on the GPU. If one fails, the caller
 * frees the other's buffers (`Buffers.allOrNone`).
 *
 * @throws DataError, OptionError, MemoryError
 */
export function placeBoth(
  engine: Gpu,
  { dataset, host, data, streamBytes, model }: Complete,
): Splits {
  if (host) {
    const placed = (split: HostSplit) => placeSplit(engine, split, data, streamBytes);
    return { train: placed(host.train), test: host.test && placed(host.test) };
  }
  if (!isTensors(dataset)) throw new OptionError('the data set was not prepared');
  const { train, test } = dataset;
  const columns = sizeOf(model.inputShape);
  const placed = (split: TensorSplit) =>
    new GivenSplit(engine, split, columns, model.outputShape[0]);
  return { train: placed(train), test: test && placed(test) };
}
