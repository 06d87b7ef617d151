import {
  checkChoice,
  checkInteger,
  checkKeys,
  checkNumber,
  describe,
  isA,
  isObject,
  isPlain,
  optionsOf,
} from '../check.ts';
import type { ArrayDataset } from '../data/arrays.ts';
import { checkDataset } from '../data/check.ts';
import type { LabelledImages } from '../data/dataset.ts';
import type { TensorDataset } from '../data/given.ts';
import { areOfShape, type HostData, sizeText } from '../data/host.ts';
import { checkLabels } from '../data/labels.ts';
import { isRows } from '../data/pieces.ts';
import { type DataPlace, STREAM_BYTES } from '../data/place.ts';
import { checkColumnScale, checkPixelScale, type Normalization } from '../data/standardise.ts';
import type { TokenDataset } from '../data/token-split.ts';
import { OptionError } from '../errors.ts';
import type { PlanKind } from '../fusion/index.ts';
import { checkFamily, type KernelFamily, type OldKernelFamily } from '../gpu/family.ts';
import { sizeOf } from '../graph/tensor.ts';
import { type Clip, clipOf } from '../nn/clip.ts';
import {
  checkLoss,
  checkLossFits,
  ignoredOf,
  type LossKind,
  type TargetKind,
} from '../nn/losses.ts';
import { checkModel, type Model, rowsOf } from '../nn/model.ts';
import { ruleOf } from '../nn/optimizers/rule.ts';
import { type Schedule, scheduleOf } from '../nn/schedules/rule.ts';
import type { Augmentation } from '../ops/augment.ts';
import type { Loss } from '../ops/loss.ts';
import { type Every, METHOD, MOST_STATES, type OptimizerRule } from '../ops/update.ts';
import type { AugmentOptions } from './augment.ts';
import type { Frozen } from './frozen.ts';
import type { Samples } from './network.ts';
import type { Order } from './order.ts';
import { PRECISIONS, type Precision, type WarmStart } from './session-options.ts';
import type { Share } from './share.ts';

/** Data to train on: images, arrays of numbers, sources of either, tokens, or tensors that are already on the GPU. */
export type TrainingData = LabelledImages | ArrayDataset | TokenDataset | TensorDataset;

/** Everything that determines a training run. */
export interface TrainerOptions<Data extends TrainingData = TrainingData> {
  /** Its input is a sample of the data set. It has an output for each class, or for each value of a target. */
  readonly model: Model;
  /**
   * Images or arrays of numbers in memory, sources of either, which are streamed, sequences of tokens, or tensors that are
   * already on the GPU.
   */
  readonly dataset: Data;
  /**
   * Whether the data stay on the GPU or are streamed as needed; the result is the same. Default `auto`: resident
   * if they fit one binding of the device.
   */
  readonly data?: DataPlace;
  /**
   * Bytes of inputs that are streamed at a time, at least one batch; they take three times as much memory.
   * Default 16 MiB.
   */
  readonly streamBytes?: number;
  /**
   * The loss to minimise, as the mean over the batch: what {@link huber}, {@link crossEntropy} and the like return, or
   * `mse` or `cross_entropy`.
   */
  readonly loss: Loss | LossKind;
  /** What the outputs learn. Default `value` for data with targets, else `label`. */
  readonly target?: TargetKind;
  /** What `sgd()`, `adam()` or another optimizer returns. */
  readonly optimizer: OptimizerRule;
  /**
   * A factor of the optimizer's learning rate for each step, computed on the GPU: what `warmup()`, `cosineRate()` or
   * another schedule returns. Default none: the learning rate stays.
   */
  readonly schedule?: Schedule;
  /** How gradients are clipped: what `clipNorm()` or `clipValue()` returns. Default not. */
  readonly clip?: Clip;
  /**
   * Batches whose gradients are averaged for an update of the optimizer, from 1 to 10⁶, as PyTorch's loop with
   * `(loss / n).backward()`. A step of the trainer is still a batch; schedules, clipping and averages of the weights see
   * updates. The count continues across epochs, and the sums of an unfinished update are part of snapshots. It takes as much
   * memory as the parameters. Default 1.
   */
  readonly accumulate?: number;
  /** Samples per step, at most those of the training split. Default 100, or all if there are fewer. */
  readonly batchSize?: number;
  /** An integer from 0 to 2⁵³ − 1 that determines initial weights, dropout masks and order. Default 0. */
  readonly seed?: number;
  /**
   * How to standardise the inputs: the network sees (x − mean) / deviation, in training, evaluation and
   * prediction. For images `[mean, deviation]` of all pixels, byte / 255, or `{ mean, deviation }` with a number for each
   * channel. For arrays `{ mean, deviation }` with a number for each column, or for each channel if samples are [height,
   * width, channels]; what has deviation 0 becomes 0. An autoencoder learns the standardised input. `standardise`
   * computes the numbers from the training split, without the samples that `validation` holds out; the trainer's
   * `options.normalize` has them. Default null: inputs stay as they are, pixels from 0 to 1.
   */
  readonly normalize?: Normalization | 'standardise' | null;
  /**
   * Random changes of images in training: flips, shifts, crops, cut-outs, brightness, contrast. They are a function of the seed, the
   * step and the sample's place in the batch, and computed on the GPU when the batch is read. Evaluation and predictions see
   * images as they are. Default none.
   */
  readonly augment?: AugmentOptions;
  /** `fused`: few dispatches, fast; `plain`: one dispatch per op, to compare with. Default `fused`. */
  readonly plan?: PlanKind;
  /**
   * `mixed`: products of matrices, thus linear layers and convolutions, round their operands to float16 where they multiply them,
   * forward and backward; products, sums, weights and everything else stay float32. Gradients are scaled before they are
   * rounded, within each product. Needs the fused plan and the family `tiled`, and works on every adapter; each product is first
   * compared with the same one in float32. `trainer.precision` and `explain()` tell what is used. Evaluation and predictions are
   * in full precision. Default `full`.
   */
  readonly precision?: Precision;
  /** The family of kernels. Default the engine's, which suits the adapter. */
  readonly family?: KernelFamily | OldKernelFamily;
  /** The order of samples. Default shuffled again each epoch. */
  readonly order?: Order;
  /**
   * Milliseconds for timing the possible kernels of each product against each other before the run. All of them
   * give the same bits. With 0, `engine.tunings` or else what is known of the adapter decides. Default 400 on a
   * GPU, 0 on a software adapter, on which compiling a kernel takes longer than it saves in a short run.
   */
  readonly tuneBudget?: number;
  /** Kernels that compile fast, for the first steps. Default none. */
  readonly start?: WarmStart;
  /**
   * Uses parameters of another trainer on this engine: both use the same memory, and see each other's steps. Each
   * has its own optimizer state. Only one of them trains at a time, else a BusyError names the other. Weight and
   * bias of a layer are shared together. The memory is freed when neither needs it. Default none.
   */
  readonly share?: Share;
  /**
   * Parameters that training does not change: their gradients are not computed. For example, a generator trains
   * through a frozen discriminator. As with `requires_grad` in PyTorch, running statistics change nevertheless: for these
   * see the option `frozen` of the batch norm. Default none.
   */
  readonly frozen?: Frozen;
  /** Ends the creation: it rejects with the signal's reason, and what was made is destroyed. Default none. */
  readonly signal?: AbortSignal;
}

/** Options with the defaults that need no look at the data. */
export type Filled<Data extends TrainingData = TrainingData> = Required<
  Omit<TrainerOptions<Data>, Optional | 'batchSize' | 'signal'>
> &
  Pick<TrainerOptions<Data>, Optional | 'batchSize'>;

/** Options with their defaults filled in. */
export type ResolvedOptions<Data extends TrainingData = TrainingData> = Omit<
  Filled<Data>,
  'normalize' | 'batchSize' | 'frozen' | 'augment'
> & {
  /** Complete; absent if images stay as they are. */
  readonly augment?: Augmentation;
  /**
   * How graphs read images that are changed, or whose channels are scaled.
   *
   * @internal
   */
  readonly samples?: Samples;
  readonly batchSize: number;
  /** Names of the parameters that are not trained, and of all state. */
  readonly frozen: readonly string[];
  /** The numbers that the inputs are standardised with; null if they are not. */
  readonly normalize: Normalization | null;
  /**
   * The data as they are uploaded; undefined if they are already on the GPU.
   *
   * @internal
   */
  readonly host: HostData | undefined;
};

/**
 * The name of {@link ResolvedOptions} before.
 *
 * @deprecated Use `ResolvedOptions`. This name is kept for one more release.
 */
export type Complete<Data extends TrainingData = TrainingData> = ResolvedOptions<Data>;

/** Options, and how often the optimizer updates; undefined: after every batch. */
export type TrainedOptions = ResolvedOptions & { readonly every: Every | undefined };

type Optional = 'augment' | 'family' | 'tuneBudget' | 'start' | 'share' | 'schedule' | 'clip';

/** Whether a data set is of tensors on the GPU. */
export function isTensors(dataset: TrainingData): dataset is TensorDataset {
  return 'inputs' in dataset.train && !isRows(dataset.train.inputs);
}

/** Whether there is a test split, given or held out. */
export const isTested = ({ dataset, host }: ResolvedOptions): boolean =>
  (host ? host.test : dataset.test) !== undefined;

/** Whether a data set is of images. */
export function isImages(dataset: TrainingData): dataset is LabelledImages {
  return 'height' in dataset.train;
}

/**
 * Checks each option and fills in the defaults. The result is frozen.
 *
 * @throws OptionError, DataError if an option is unknown or its value is invalid.
 */
export function complete<Data extends TrainingData>(given: TrainerOptions<Data>): Filled<Data> {
  checkKeys('Trainer.create()', given, optionsOf('Trainer.create()'));
  const { model, dataset, loss, order = { kind: 'shuffled' }, start, signal: _, ...rest } = given;
  const { schedule, clip } = rest;
  checkModel('model', model);
  checkDataset(dataset);
  checkLoss(loss);
  const optimizer = ruleOf(given.optimizer);
  const { train }: TrainingData = dataset;
  // An undefined value counts as not given.
  const said = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
  const options: Filled<Data> = {
    target: 'targets' in train && train.targets ? 'value' : 'label',
    seed: 0,
    normalize: null,
    frozen: [],
    plan: 'fused',
    precision: 'full',
    data: 'auto',
    streamBytes: STREAM_BYTES,
    accumulate: 1,
    ...said,
    model,
    dataset: frozen(dataset),
    loss,
    optimizer: optimizer[METHOD].resolve?.(model.parameters.map(({ name }) => name)) ?? optimizer,
    ...(schedule === undefined ? {} : { schedule: scheduleOf('schedule', schedule) }),
    ...(clip === undefined ? {} : { clip: clipOf(clip) }),
    order: orderOf(order),
    ...(start === undefined ? {} : { start: startOf(start) }),
  };
  const { normalize, target, plan, precision, data, family, accumulate } = options;
  checkInteger('accumulate', accumulate, 1, 1e6);
  const { states } = optimizer[METHOD];
  if (accumulate > 1 && states.length >= MOST_STATES) {
    throw new OptionError(
      `accumulate ${accumulate} was given, which keeps a sum beside the optimizer's states, ${states.join(', ')}; there can be ${MOST_STATES} in all`,
    );
  }
  checkChoice('target', target, ['label', 'input', 'value']);
  checkChoice('plan', plan, ['fused', 'plain']);
  checkChoice('precision', precision, PRECISIONS);
  checkChoice('data', data, ['auto', 'resident', 'streamed']);
  const named = family === undefined ? {} : { family: checkFamily('family', family) };
  return Object.freeze({ ...options, ...named, normalize: normalizeOf(normalize, options) });
}

/** @throws OptionError if the inputs cannot be standardised with it. */
function normalizeOf(given: unknown, { dataset, model }: Filled): Filled['normalize'] {
  if (given === null || given === 'standardise' || isTensors(dataset)) return given as null;
  if (!isImages(dataset)) return checkColumnScale(given, model.inputShape);
  const { channels = 1 } = dataset.train;
  return isObject(given) ? checkColumnScale(given, [channels]) : checkPixelScale(given);
}

/** A copy that cannot be changed after the checks; the arrays stay the caller's. */
function frozen<Data extends TrainingData>(dataset: Data): Data {
  const copy = <T extends object>(given: T): T =>
    isPlain(given) ? Object.freeze({ ...given }) : given;
  const { train, test }: TrainingData = dataset;
  const splits = { train: copy<object>(train), ...(test ? { test: copy<object>(test) } : {}) };
  const all: object = { ...dataset, ...splits };
  return isPlain(dataset) ? (Object.freeze(all) as Data) : dataset;
}

/** @throws OptionError unless it is an order. */
function orderOf(order: unknown): Order {
  checkKeys('order', order, ['kind', 'indices']);
  const { kind, indices } = order as { kind?: unknown; indices?: unknown };
  checkChoice('order.kind', kind, ['shuffled', 'sequential', 'listed']);
  if (kind !== 'listed') return Object.freeze({ kind: kind as 'shuffled' });
  if (!isA(indices, Uint32Array) || indices.length === 0) {
    throw new OptionError(
      `order.indices ${describe(indices)} was given; use a Uint32Array of samples, batch by batch`,
    );
  }
  return Object.freeze({ kind, indices: indices.slice() });
}

/** Default batch size. */
const BATCH = 100;

/**
 * The batch size for a number of training samples.
 *
 * @throws OptionError if it is larger than that, or the order goes beyond the samples.
 */
export function batchFor({ batchSize, order }: Filled, samples: number): number {
  const size: unknown = batchSize === undefined ? Math.min(BATCH, samples) : batchSize;
  checkInteger('batch size', size, 1, samples, 'training samples');
  if (order.kind !== 'listed') return size;
  const { indices } = order;
  const beyond = indices.findIndex((index) => index >= samples);
  if (beyond < 0) return size;
  throw new OptionError(
    `order.indices has ${indices[beyond]} at ${beyond}; the training split has ${samples} samples, from 0 to ${samples - 1}`,
  );
}

/** @throws OptionError unless it is a warm start. */
function startOf(start: unknown): WarmStart {
  checkKeys('start', start, ['family', 'steps']);
  const { family, steps } = start as Partial<WarmStart>;
  const named = checkFamily('start.family', family);
  if (steps !== Infinity && !(Number.isInteger(steps) && Number(steps) >= 0)) {
    throw new OptionError(
      `start.steps ${describe(steps)} was given; use an integer from 0 up, or Infinity`,
    );
  }
  return Object.freeze({ family: named, steps }) as WarmStart;
}

/** @throws OptionError, DataError if the model, the data and the options do not fit together. */
export function checkFit(options: Filled): void {
  const { dataset, streamBytes, tuneBudget = 0, loss, target, model } = options;
  if (isImages(dataset)) checkImages(dataset, options);
  checkNumber('tuneBudget', tuneBudget);
  const share = 'validation' in dataset ? dataset.validation : undefined;
  if (share !== undefined && 'test' in dataset && dataset.test) {
    throw new OptionError(
      `validation ${describe(share)} was given beside a test split; give only one`,
    );
  }
  if (typeof streamBytes !== 'number' || !(streamBytes > 0)) {
    throw new OptionError(`streamBytes ${describe(streamBytes)} was given; use a number above 0`);
  }
  checkLossFits(loss, target, rowsOf(model, target).width);
}

function checkImages(dataset: LabelledImages, options: Filled): void {
  const { name = 'the data set', train, test, classes } = dataset;
  const { model, target, augment } = options;
  const pixels = sizeOf(model.inputShape);
  const size = sizeText(train);
  // With changes, which may cut images, this is checked later.
  if (!augment && !areOfShape(train, model.inputShape)) {
    throw new OptionError(
      `the model takes samples of [${model.inputShape.join(', ')}]; the images of ${name} are ${size}`,
    );
  }
  if (target === 'value') {
    throw new OptionError(
      "target 'value' was given; images have labels: use 'label', or 'input' for an autoencoder",
    );
  }
  const outputs = target === 'input' ? pixels : classes.length;
  const { positions, width: found } = rowsOf(model, target);
  if (found !== outputs || positions > 1) {
    throw new OptionError(
      `the model has ${model.outputShape.join('×')} outputs; ${target === 'input' ? 'an autoencoder of these images' : name} needs ${outputs}`,
    );
  }
  for (const [which, split] of Object.entries({ train, ...(test ? { test } : {}) })) {
    if (sizeText(split) !== size) {
      throw new OptionError(
        `the images of ${which} are ${sizeText(split)}, those of train ${size}; use one size`,
      );
    }
    if (target === 'label') {
      checkLabels(`${name}, ${which}`, split.labels, classes.length, ignoredOf(options.loss));
    }
  }
}
