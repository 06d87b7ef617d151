import {
  checkFlag,
  checkFunction,
  checkInteger,
  checkKeys,
  checkSignal,
  describe,
} from '../check.ts';
import { type DeviceLostError, OptionError } from '../errors.ts';
import type { Engine } from '../gpu/engine.ts';
import type { ParameterStore } from '../graph/store.ts';
import type { EpochRecord, EpochRecordOf } from './history.ts';
import type { ChunkSize } from './loop.ts';
import { checkMetrics, type Metric } from './metrics.ts';
import { type Complete, isTensors, isTested, type TrainingData } from './options.ts';
import type { Progress } from './progress.ts';
import { checkStop, type StopOptions } from './stop.ts';

/**
 * What `Trainer.fit` does and tells.
 *
 * @typeParam Data what the trainer learns from
 * @typeParam Validate whether epochs are evaluated, if there is a test split
 */
export interface FitOptions<
  Data extends TrainingData = TrainingData,
  Validate extends boolean = boolean,
> {
  /**
   * Whole epochs to train, from 1 up, at most if `stop` or `until` ends the training before; one that was begun
   * is finished first and counts.
   */
  readonly epochs: number;
  /** Evaluate on the test split after each epoch. Default true where there is one. */
  readonly validate?: Validate;
  /** What is computed over the test split beside loss and accuracy, and stands in each record. Default none. */
  readonly metrics?: readonly Metric[];
  /**
   * Ends the training when a number has not got better for some epochs. Counts the epochs of this call alone.
   * Default: all epochs are done.
   */
  readonly stop?: StopOptions;
  /**
   * Ends the training behind an epoch if it gives true. Asked after `onEpoch`, and awaited. Default: all epochs
   * are done.
   */
  readonly until?: (record: FitRecord<Data, Validate>) => boolean | Promise<boolean>;
  /** Steps per submit. Default `auto`. The result does not depend on it. */
  readonly chunk?: ChunkSize;
  /** Stops at the end of a chunk; `fit` then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /**
   * Where numbers stop being finite, look for the first step and the first tensor, op by op, and leave the
   * run before that step. Costs a copy of the parameters, on the GPU and from it, an epoch, and memory for
   * them once more. Default false: an epoch whose loss is not finite ends the run, and no more is known
   * than the step.
   */
  readonly watch?: boolean;
  /**
   * Copy the run to the CPU now and then, while steps go on. Should the device be lost, the last copy is the
   * error's `snapshot`. A number: seconds from one copy to the next, from 0 up. `true`: a second, or longer,
   * so that copies take at most 1% of the time. Default `true` where parameters and the optimizer's state
   * take up to 64 MiB, else `false`.
   */
  readonly keep?: boolean | number;
  /**
   * Asked for another engine if the device is lost: on it the run goes on from the last copy, to the
   * same bits on the same adapter. A device or an engine that was destroyed is not lost, but an end. What this fails with ends the run, and so do three losses without a copy
   * between them. The trainer's `engine` is the new one, which the caller destroys in the end; what was
   * made of the old one, such as `inference()`, is of no use any more. Default: the run ends.
   */
  readonly renew?: (error: DeviceLostError) => Engine | Promise<Engine>;
  /**
   * Called after each epoch and its evaluation, and awaited: the next epoch begins when its promise is
   * settled. What it throws or rejects with ends the training. The run rests meanwhile: `load()` is allowed.
   */
  readonly onEpoch?: (record: FitRecord<Data, Validate>) => unknown;
  /**
   * Called a few times a second, and awaited. Asking for progress reads a few numbers back while training.
   * What it throws or rejects with ends the training.
   */
  readonly onProgress?: (progress: Progress) => unknown;
}

/** The record of an epoch of a call of `fit`; without `test` if `validate` is false. */
export type FitRecord<Data extends TrainingData, Validate extends boolean> = [Validate] extends [
  true,
]
  ? EpochRecordOf<Data>
  : EpochRecord;

/** A run of more bytes is kept where that is asked for. */
const KEPT_BYTES = 64 * 2 ** 20;

/** Whether the run is copied to the CPU now and then, or after how many seconds. */
export const keepOf = (
  { keep, renew }: FitOptions,
  { bytes, kinds }: ParameterStore,
): boolean | number => keep ?? (renew !== undefined || bytes * kinds.length <= KEPT_BYTES);

const KEYS: Readonly<Record<keyof FitOptions, true>> = {
  epochs: true,
  validate: true,
  metrics: true,
  stop: true,
  until: true,
  chunk: true,
  signal: true,
  watch: true,
  keep: true,
  renew: true,
  onEpoch: true,
  onProgress: true,
};

/** @throws OptionError */
export function checkFitOptions(options: FitOptions, complete: Complete): void {
  const { dataset, target } = complete;
  checkKeys('fit()', options, Object.keys(KEYS));
  const {
    epochs,
    chunk = 'auto',
    keep,
    renew,
    signal,
    validate,
    metrics = [],
    stop,
    until,
    watch,
    onEpoch,
    onProgress,
  } = options;
  checkInteger('epochs', epochs, 1);
  checkChunk(chunk);
  checkFlag('validate', validate);
  if (validate && !isTested(complete)) {
    throw new OptionError('validate: true was given; the data set has no test split');
  }
  checkFlag('watch', watch);
  const tested = (validate ?? true) && isTested(complete);
  checkMetrics(metrics, target);
  if (metrics.length > 0 && !tested) {
    throw new OptionError(
      "metrics were given, which are computed over the test split; give the data set one and leave validate on, or evaluate('train', { metrics })",
    );
  }
  if (stop !== undefined) checkStop(stop, { target, tested, metrics });
  for (const [name, given] of Object.entries({ renew, until, onEpoch, onProgress })) {
    checkFunction(name, given);
  }
  checkSignal(signal);
  if (keep !== undefined && typeof keep !== 'boolean' && !(typeof keep === 'number' && keep >= 0)) {
    throw new OptionError(
      `keep ${describe(keep)} was given; it is a number of seconds from 0 up, or a boolean`,
    );
  }
  if (renew && keep === false) {
    throw new OptionError('renew was given with keep: false; a run goes on from what was kept');
  }
  if (renew && isTensors(dataset)) {
    throw new OptionError(
      'renew was given for tensors on the GPU, which are lost with their device; make a new trainer, and goOn() from the snapshot of the DeviceLostError',
    );
  }
}

/** @throws OptionError for what is no number of steps a submit. */
export function checkChunk(chunk: unknown): void {
  if (chunk === 'auto' || (Number.isInteger(chunk) && Number(chunk) >= 1)) return;
  throw new OptionError(
    `chunk ${describe(chunk)} was given; it must be a positive integer or "auto"`,
  );
}
