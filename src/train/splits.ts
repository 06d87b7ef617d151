import type { AnySplit } from '../data/dataset.ts';
import { GivenSplit, type TensorSplit } from '../data/given.ts';
import { type PlacedSplit, placeSplit } from '../data/place.ts';
import type { Gpu } from '../gpu/gpu.ts';
import { sizeOf } from '../graph/tensor.ts';
import { type Complete, isTensors } from './options.ts';

/** A run's splits, ready to be bound. */
export interface Splits {
  readonly train: PlacedSplit;
  readonly test: PlacedSplit | undefined;
}

/**
 * Brings both splits to the GPU, prepares to stream them, or checks those that are there. Where one cannot
 * be had, whoever asks frees the other's buffers (`Buffers.allOrNone`).
 *
 * @throws DataError, OptionError, MemoryError
 */
export function placeBoth(engine: Gpu, { dataset, data, streamBytes, model }: Complete): Splits {
  if (isTensors(dataset)) {
    const { train, test } = dataset;
    const columns = sizeOf(model.inputShape);
    const placed = (split: TensorSplit) => new GivenSplit(engine, split, columns, model.outputs);
    return { train: placed(train), test: test && placed(test) };
  }
  const placed = (split: AnySplit) => placeSplit(engine, split, data, streamBytes);
  const { train, test } = dataset;
  return { train: placed(train), test: test && placed(test) };
}
