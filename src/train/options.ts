import type { AnySplit, ImageDataset } from '../data/dataset.ts';
import type { TensorDataset } from '../data/given.ts';
import type { DataPlace } from '../data/place.ts';
import { STREAM_BYTES } from '../data/streamed.ts';
import { OptionError } from '../errors.ts';
import type { PlanKind } from '../fusion/index.ts';
import type { KernelFamily } from '../gpu/family.ts';
import { sizeOf } from '../graph/tensor.ts';
import type { Sequential } from '../nn/layers.ts';
import type { LossKind, TargetKind } from '../nn/losses.ts';
import type { OptimizerRule } from '../ops/update.ts';
import type { Order, WarmStart } from './session.ts';

/** What can be trained on: images in memory, sources of images, tensors that are on the GPU already. */
export type TrainingData = ImageDataset<AnySplit> | TensorDataset;

/** All that a training run is a function of. */
export interface TrainerOptions<Data extends TrainingData = TrainingData> {
  /** Takes a sample of the data set; has an output for each class, or for each value of a target. */
  readonly model: Sequential;
  /** Images in memory, or sources of images, which are streamed; or tensors that are on the GPU already. */
  readonly dataset: Data;
  /**
   * Whether the images lie on the GPU for good or are brought over as they are needed; the result is
   * the same. Default `auto`: resident where they fit one binding of the device.
   */
  readonly data?: DataPlace;
  /**
   * Bytes of images that are brought over at a time, at least a batch; three times as much memory is
   * used for them. Default 16 MiB.
   */
  readonly streamBytes?: number;
  /** What is minimised, mean over the batch. */
  readonly loss: LossKind;
  /** What the outputs shall be. Default `value` for tensors that come with targets, else `label`. */
  readonly target?: TargetKind;
  /** What {@link sgd}, {@link adam} or {@link adamw} return. */
  readonly optimizer: OptimizerRule;
  /** Samples a step, from 1 to those of the training split. Default 100. */
  readonly batchSize?: number;
  /** An integer from 0 to 2⁵³ − 1: weights, masks and order all come from it. Default 0. */
  readonly seed?: number;
  /**
   * (mean, deviation) that the pixels, byte / 255, are standardised with at the network's input: the
   * network sees (x − mean) / deviation. Default null: they stay from 0 to 1.
   */
  readonly normalize?: readonly [mean: number, deviation: number] | null;
  /** `fused`: few dispatches, fast; `plain`: one an op, to compare with. Default `fused`. */
  readonly plan?: PlanKind;
  /** Which kernels. Default the engine's family, which suits the adapter. */
  readonly family?: KernelFamily;
  /** In which order samples make up batches. Default shuffled anew each epoch. */
  readonly order?: Order;
  /**
   * Milliseconds for which the kernels that may serve each product are timed against each other before
   * the run. All of them give the same bits. 0 leaves the choice to what is known of the adapter and to
   * `engine.tunings`, which pins it. Default 400 on a GPU, 0 on a software adapter, where compiling a
   * kernel takes longer than it saves in a short run.
   */
  readonly tuneBudget?: number;
  /** Kernels that compile fast, for the first steps. Default none. */
  readonly start?: WarmStart;
}

/** Options with their defaults filled in. */
export type Complete = Required<Omit<TrainerOptions, Optional>> & Pick<TrainerOptions, Optional>;

type Optional = 'family' | 'tuneBudget' | 'start';

/** Whether a data set is of tensors on the GPU. */
export function isTensors(dataset: TrainingData): dataset is TensorDataset {
  return 'inputs' in dataset.train;
}

/** Fills in the defaults. */
export function complete(given: TrainerOptions): Complete {
  const { dataset } = given;
  return {
    target: isTensors(dataset) && dataset.train.targets ? 'value' : 'label',
    batchSize: 100,
    seed: 0,
    normalize: null,
    plan: 'fused',
    order: { kind: 'shuffled' },
    data: 'auto',
    streamBytes: STREAM_BYTES,
    ...given,
  };
}

/** @throws OptionError where the model, the data and the options do not fit together. */
export function checkFit(options: Complete): void {
  const { dataset, batchSize, normalize, data, streamBytes } = options;
  const { count } = dataset.train;
  if (isTensors(dataset)) checkTensors(dataset, options);
  else checkImages(dataset, options);
  const { tuneBudget = 0, start } = options;
  if (!(tuneBudget >= 0) || !Number.isFinite(tuneBudget)) {
    throw new OptionError(`tuneBudget ${tuneBudget} was given; use milliseconds from 0 up`);
  }
  if (start && !((Number.isInteger(start.steps) || start.steps === Infinity) && start.steps >= 0)) {
    throw new OptionError(
      `start.steps ${start.steps} was given; it is the number of steps to begin with, from 0 up, or Infinity`,
    );
  }
  if (!Number.isInteger(batchSize) || batchSize < 1 || batchSize > count) {
    throw new OptionError(
      `batch size ${batchSize} was given; use an integer from 1 to ${count}, the number of training samples`,
    );
  }
  if (normalize && !(normalize.every(Number.isFinite) && normalize[1] > 0)) {
    throw new OptionError(
      `normalize ${normalize.join(',')} was given; it is a mean and a deviation above 0`,
    );
  }
  if (!(['auto', 'resident', 'streamed'] as const).includes(data)) {
    throw new OptionError(`data: '${data}' was given; it is 'auto', 'resident' or 'streamed'`);
  }
  if (!(streamBytes > 0)) {
    throw new OptionError(`streamBytes ${streamBytes} was given; it is a number above 0`);
  }
}

function checkImages({ name, train, classes }: ImageDataset<AnySplit>, options: Complete): void {
  const { model, target } = options;
  const { height, width } = train;
  const pixels = height * width;
  if (sizeOf(model.inputShape) !== pixels) {
    throw new OptionError(
      `the model takes samples of [${model.inputShape.join(', ')}]; the images of ${name} are ${height}×${width}`,
    );
  }
  if (target === 'value') {
    throw new OptionError(
      "target 'value' was given; images come with a class each: use 'label', or 'input' for an autoencoder",
    );
  }
  const outputs = target === 'input' ? pixels : classes.length;
  if (model.outputs !== outputs) {
    throw new OptionError(
      `the model has ${model.outputs} outputs; ${target === 'input' ? 'an autoencoder of these images' : name} needs ${outputs}`,
    );
  }
}

function checkTensors({ train, test }: TensorDataset, options: Complete): void {
  const { model, target, normalize, data } = options;
  const inputs = sizeOf(model.inputShape);
  if (target === 'input' && model.outputs !== inputs) {
    throw new OptionError(
      `the model has ${model.outputs} outputs; an autoencoder of ${inputs} inputs needs as many`,
    );
  }
  const wanted = target === 'label' ? 'labels' : target === 'value' ? 'targets' : 'inputs';
  for (const [name, split] of Object.entries({ train, ...(test ? { test } : {}) })) {
    if (split[wanted] !== undefined) continue;
    throw new OptionError(
      `target '${target}' needs ${wanted} in every split; ${name} has ${Object.keys(split).join(', ')}`,
    );
  }
  if (normalize || data === 'streamed') {
    throw new OptionError(
      `${normalize ? 'normalize' : "data: 'streamed'"} was given, which is for images; tensors are taken from the GPU as they are`,
    );
  }
}
