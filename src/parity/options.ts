import type { ArraySplit } from '../data/arrays.ts';
import type { ImageDataset, ImageSplit } from '../data/dataset.ts';
import { textDataset } from '../data/text.ts';
import { DataError } from '../errors.ts';
import type { PlanKind } from '../fusion/index.ts';
import { sizeOf } from '../graph/tensor.ts';
import type { TrainerOptions } from '../train/trainer.ts';
import type { Trace } from './trace.ts';

/**
 * The options of a trainer that repeats a trace.
 *
 * @param text of a trace of tokens
 * @throws DataError if the data set or the text does not have the trace's samples
 */
export function trainerOptions(
  trace: Trace,
  dataset: ImageDataset,
  plan: PlanKind,
  text?: string,
): TrainerOptions<ImageDataset> {
  if (trace.tokens !== undefined) return ofText(trace, trace.tokens, plan, text);
  const beyond = trace.indices.find((index) => index >= dataset.train.count);
  if (beyond !== undefined) {
    throw new DataError(
      `${trace.name} uses training image ${beyond}; ${dataset.name} has ${dataset.train.count}. Give the data set that the trace was made with`,
    );
  }
  const common = commonOf(trace, plan);
  const { normalize, target } = trace;
  if (target === 'label' || target === 'input') {
    const order = { kind: 'listed', indices: trace.indices } as const;
    return { ...common, dataset, normalize, target, order };
  }
  // The targets are computed here, so the inputs are numbers: of those samples alone that the trace uses.
  const used = [...new Set(trace.indices)];
  const place = new Map(used.map((index, i) => [index, i]));
  const indices = trace.indices.map((index) => place.get(index) ?? 0);
  const all = Array.from({ length: dataset.test.count }, (_, i) => i);
  return {
    ...common,
    dataset: {
      name: dataset.name,
      train: computed(dataset.train, used, trace),
      test: computed(dataset.test, all, trace),
    },
    order: { kind: 'listed', indices },
    // Its data are arrays, not images.
  } as TrainerOptions as TrainerOptions<ImageDataset>;
}

/** What any data have. */
function commonOf(trace: Trace, plan: PlanKind) {
  const { model, loss, optimizer, batch, schedule, clip, frozen = [], accumulate = 1 } = trace;
  return {
    model,
    loss,
    optimizer,
    batchSize: batch,
    accumulate,
    plan,
    frozen,
    ...(schedule ? { schedule } : {}),
    ...(clip ? { clip } : {}),
  };
}

/** @throws DataError if there is no text, or it is not that of the trace */
function ofText(
  trace: Trace,
  length: number,
  plan: PlanKind,
  text: string | undefined,
): TrainerOptions<ImageDataset> {
  if (text === undefined) {
    throw new DataError(`${trace.name} learned from a text; give it with --text FILE`);
  }
  const { data, vocabulary } = textDataset(text, { length });
  const classes = trace.model.outputShape.at(-1);
  const samples = data.train.tokens.length - length;
  const last = trace.indices.reduce((most, index) => Math.max(most, index), 0);
  if (classes !== vocabulary.length || last >= samples) {
    throw new DataError(
      `${trace.name} has ${classes} characters and uses sample ${last}; the text has ${vocabulary.length} and ${samples} samples. Give the text that the trace was made with`,
    );
  }
  return {
    ...commonOf(trace, plan),
    dataset: data,
    order: { kind: 'listed', indices: trace.indices },
    // Its data are tokens, not images.
  } as TrainerOptions as TrainerOptions<ImageDataset>;
}

/** The inputs of some samples with their targets: the mean of each, or the inputs again. */
function computed(split: ImageSplit, samples: readonly number[], trace: Trace): ArraySplit {
  const columns = sizeOf(trace.model.inputShape);
  const [mean, deviation] = trace.normalize ?? [0, 1];
  const inputs = new Float32Array(samples.length * columns);
  const means = new Float32Array(samples.length);
  if (!('images' in split)) throw new DataError(`${trace.name} needs images in memory`);
  samples.forEach((sample, row) => {
    let sum = 0;
    for (let i = 0; i < columns; i++) {
      const value = Math.fround((split.images[sample * columns + i] / 255 - mean) / deviation);
      inputs[row * columns + i] = value;
      sum += value;
    }
    means[row] = sum / columns;
  });
  return { inputs, targets: trace.target === 'normalised' ? inputs : means };
}
