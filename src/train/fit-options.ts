import {
  checkFlag,
  checkFunction,
  checkInteger,
  checkKeys,
  checkSignal,
  describe,
  optionsOf,
} from '../check.ts';
import { type DeviceLostError, OptionError } from '../errors.ts';
import type { Engine } from '../gpu/engine.ts';
import type { ParameterStore } from '../graph/store.ts';
import type { WeightsChoice } from './averages.ts';
import type { EpochRecord, EpochRecordOf } from './history.ts';
import type { ChunkSize } from './loop.ts';
import type { Metric } from './metrics.ts';
import { isTensors, isTested, type ResolvedOptions, type TrainingData } from './options.ts';
import type { Progress } from './progress.ts';
import type { StopOptions } from './stop.ts';

/**
 * How `Trainer.fit` trains and reports.
 *
 * @typeParam Data the trainer's data
 * @typeParam Validate whether epochs are evaluated, if there is a test split
 */
export interface FitOptions<
  Data extends TrainingData = TrainingData,
  Validate extends boolean = boolean,
> {
  /**
   * Epochs to train, from 1 up; fewer if `stop` or `until` ends the training. An unfinished epoch is finished
   * first and counts.
   */
  readonly epochs: number;
  /** Evaluate on the test split after each epoch. Default true if there is one. */
  readonly validate?: Validate;
  /** What to compute over the test split beside loss and accuracy, for each record. Default none. */
  readonly metrics?: readonly Metric[];
  /**
   * `average`: evaluate with the averages of the weights, see {@link averaged}. Training itself does not change, and
   * `restoreBest` brings back both. Default `last`, the present weights.
   */
  readonly weights?: WeightsChoice;
  /**
   * Ends the training when a number has not improved for some epochs. Only epochs of this call count.
   * Default: all epochs are done.
   */
  readonly stop?: StopOptions;
  /**
   * Ends the training after an epoch if it returns true. Called after `onEpoch`, and awaited. Default: all epochs
   * are done.
   */
  readonly until?: (record: FitRecord<Data, Validate>) => boolean | Promise<boolean>;
  /** Steps per submit. Default `auto`. The result does not depend on it. */
  readonly chunk?: ChunkSize;
  /** Stops at the end of a chunk; `fit` then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /**
   * If numbers stop being finite, find the first step and the first tensor, op by op, and put the run back before
   * that step. Each epoch costs a copy of the parameters on the GPU and one to the CPU, and the copy takes memory.
   * Default false: an epoch whose loss is not finite ends the run, and only the step is known.
   */
  readonly watch?: boolean;
  /**
   * Copy the run to the CPU from time to time, while training continues. If the device is lost, the last copy is
   * the error's `snapshot`. A number: seconds between copies, from 0 up. `true`: one second, or longer, so that
   * copies take at most 1% of the time. Default `true` if parameters and the optimizer's state take up to 64 MiB,
   * else `false`.
   */
  readonly keep?: boolean | number;
  /**
   * Called for another engine if the device is lost: the run resumes on it from the last copy, bit-identically on
   * the same adapter. It is not called if a device or an engine was destroyed; that ends the run. The run also
   * ends if this fails, or after three losses without a copy between them. The trainer's `engine` is then the new
   * one, which the caller destroys in the end. Objects of the old engine, such as inferences, no longer work.
   * Default: the run ends.
   */
  readonly renew?: (error: DeviceLostError) => Engine | Promise<Engine>;
  /**
   * Called after each epoch and its evaluation, and awaited: the next epoch begins when its promise is
   * settled. If it throws or rejects, the training ends. The run rests meanwhile: `load()` is allowed.
   */
  readonly onEpoch?: (record: FitRecord<Data, Validate>) => unknown;
  /**
   * Called a few times a second, and awaited. It makes training read a few numbers back. If it throws or rejects,
   * the training ends.
   */
  readonly onProgress?: (progress: Progress) => unknown;
}

/** The record of an epoch of one `fit` call; without `test` if `validate` is false. */
export type FitRecord<Data extends TrainingData, Validate extends boolean> = [Validate] extends [
  true,
]
  ? EpochRecordOf<Data>
  : EpochRecord;

/** A larger run is only kept on request. */
const KEPT_BYTES = 64 * 2 ** 20;

/** Whether the run is copied to the CPU from time to time, or the seconds between copies. */
export const keepOf = (
  { keep, renew }: FitOptions,
  { bytes, kinds }: ParameterStore,
): boolean | number => keep ?? (renew !== undefined || bytes * kinds.length <= KEPT_BYTES);

/** Checks what {@link stopperFor} does not. @throws OptionError */
export function checkFitOptions(options: FitOptions, complete: ResolvedOptions): void {
  checkKeys('fit()', options, optionsOf('fit()'));
  const {
    epochs,
    chunk = 'auto',
    keep,
    renew,
    signal,
    validate,
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
  for (const [name, given] of Object.entries({ renew, until, onEpoch, onProgress })) {
    checkFunction(name, given);
  }
  checkSignal(signal);
  if (keep !== undefined && typeof keep !== 'boolean' && !(typeof keep === 'number' && keep >= 0)) {
    throw new OptionError(`keep ${describe(keep)} was given; use seconds from 0 up, or a boolean`);
  }
  if (renew && keep === false) {
    throw new OptionError('renew was given with keep: false; a run resumes from the last copy');
  }
  if (renew && isTensors(complete.dataset)) {
    throw new OptionError(
      "renew was given for tensors on the GPU, which are lost with their device; make a new trainer, and resume() from the error's snapshot",
    );
  }
}

/** @throws OptionError unless it is a number of steps per submit. */
export function checkChunk(chunk: unknown): void {
  if (chunk === 'auto' || (Number.isInteger(chunk) && Number(chunk) >= 1)) return;
  throw new OptionError(`chunk ${describe(chunk)} was given; use an integer from 1 up, or 'auto'`);
}
