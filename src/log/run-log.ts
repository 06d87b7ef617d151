import { checkFlag, checkKeys, describe } from '../check.ts';
import { BusyError, OptionError } from '../errors.ts';
import { checkFitOptions, type FitOptions, type FitRecord } from '../train/fit-options.ts';
import { isTrainer } from '../train/is-trainer.ts';
import type { ResolvedOptions, TrainingData } from '../train/options.ts';
import type { Trainer } from '../train/trainer.ts';
import { checkJson } from './check-record.ts';
import { Recorder } from './recorder.ts';
import type { EndRecord, Facts, LogRecord } from './records.ts';
import { type Append, checkAppend, RunFiles } from './run-files.ts';

/** How {@link RunLog} logs. */
export interface RunLogOptions {
  /** Stores bytes, see {@link Append}. If it throws or rejects, nothing more is logged, and `end()` rejects. */
  readonly append: Append;
  /** For `run.json`, beside the run's options: a name, a version, what you like. Default none. */
  readonly facts?: Readonly<Record<string, unknown>>;
  /**
   * Histograms of all weights and of their gradients, after each epoch. The gradients are those of the batch that the next step
   * takes; they are computed beside the run, with the plain plan, which takes memory and time. Default false.
   */
  readonly histograms?: boolean;
  /** A picture of the first layer's weights after each epoch. Default false. */
  readonly images?: boolean;
}

/**
 * Logs a trainer's runs as files: JSON lines, a table, and an event file for TensorBoard; see {@link RunFiles}. Where the bytes
 * go is up to you: to a folder with `logFolder` of `gradweave/node`, or into blobs on a page.
 *
 * The training loop does nothing for it, and the run keeps its bits: losses of steps are read back after an epoch.
 *
 * @example
 * const parts = new Map();
 * const append = (file, bytes) => parts.set(file, [...(parts.get(file) ?? []), bytes]);
 * const log = new RunLog(trainer, { append });
 * await log.fit({ epochs: 5 });
 * await log.end();
 * const csv = new Blob(parts.get('epochs.csv'));
 */
export class RunLog<Data extends TrainingData = TrainingData> {
  readonly #trainer: Trainer<Data>;
  readonly #recorder: Recorder;
  readonly #files: RunFiles;
  readonly #waited = new Set<Promise<unknown>>();
  #failure: { readonly reason: unknown } | undefined;
  #state: 'new' | 'open' | 'fitting' | 'ended' = 'new';

  /** @throws OptionError if it is not a trainer, or an option is invalid. */
  constructor(trainer: Trainer<Data>, options: RunLogOptions) {
    if (!isTrainer(trainer)) {
      throw new OptionError(`RunLog takes a trainer first; ${describe(trainer)} was given`);
    }
    checkKeys('RunLog', options, ['append', 'facts', 'histograms', 'images']);
    const { histograms = false, images = false, append, facts } = options;
    checkFlag('histograms', histograms);
    checkFlag('images', images);
    checkAppend('RunLog', append);
    this.#trainer = trainer;
    this.#files = new RunFiles({
      append: (file, bytes) => this.#appended(append, file, bytes),
      ...(facts ? { facts } : {}),
    });
    const put = (record: LogRecord): void => this.#files.add(record);
    // The recorder reads a trainer whatever its data are.
    this.#recorder = new Recorder(trainer as unknown as Trainer, { histograms, images }, put);
  }

  /**
   * Trains like `Trainer.fit`, and logs. Your own callbacks are called after the log's. A run may have several calls. If one
   * fails, the log ends: as killed if a signal was aborted, else as failed.
   *
   * @returns the history, including epochs of earlier calls
   * @throws OptionError after the end; BusyError if it is called twice at once; what `Trainer.fit` throws
   */
  async fit<const Validate extends boolean = true>(
    options: FitOptions<Data, Validate>,
  ): Promise<readonly FitRecord<Data, Validate>[]> {
    if (this.#state === 'ended') throw new OptionError('fit(): the log has ended; make a new one');
    if (this.#state === 'fitting')
      throw new BusyError('fit(): the log is in another call of fit()');
    // A wrong call begins nothing, and ends nothing.
    checkFitOptions(options as unknown as FitOptions, this.#trainer.options as ResolvedOptions);
    if (this.#state === 'new') this.#recorder.start({ epochs: options.epochs });
    this.#state = 'fitting';
    const recorder = this.#recorder;
    const { onEpoch, onProgress } = options;
    const progress = recorder.needsProgress
      ? {
          onProgress: (given: Parameters<NonNullable<typeof onProgress>>[0]) => {
            recorder.progress();
            return onProgress?.(given);
          },
        }
      : {};
    try {
      const history = await this.#trainer.fit({
        ...options,
        ...progress,
        onEpoch: async (record: FitRecord<Data, Validate>) => {
          await recorder.epoch(record);
          await onEpoch?.(record);
        },
      });
      this.#state = 'open';
      return history;
    } catch (error) {
      this.#state = 'open';
      if (error instanceof BusyError || error instanceof OptionError) throw error;
      const state = options.signal?.aborted ? 'killed' : 'failed';
      const message = error instanceof Error ? error.message : String(error);
      await this.#end(state, { error: message });
      throw error;
    }
  }

  /**
   * Ends the log: writes the steps of an unfinished epoch, and `end.json`. A second call does nothing.
   *
   * @param facts for `end.json`. Default none
   * @throws OptionError unless they are names and values; BusyError during `fit()`; what `append` threw
   */
  async end(facts: Facts = {}): Promise<void> {
    checkJson('end(): facts', facts);
    if (this.#state === 'fitting') throw new BusyError('end() during fit(); await fit() first');
    if (this.#state !== 'ended') await this.#end('finished', facts);
    await Promise.all(this.#waited);
    if (this.#failure) throw this.#failure.reason;
  }

  async #end(state: EndRecord['state'], facts: Facts): Promise<void> {
    if (this.#state === 'new') this.#recorder.start();
    this.#state = 'ended';
    await this.#recorder.rest();
    this.#files.add({ type: 'end', time: Date.now() / 1000, state, facts });
  }

  /** What `append` does wrong must not end the training. */
  #appended(append: Append, file: string, bytes: Uint8Array): void {
    if (this.#failure) return;
    const fail = (reason: unknown): void => {
      this.#failure ??= { reason };
    };
    try {
      const made = Promise.resolve(append(file, bytes)).catch(fail);
      this.#waited.add(made);
      void made.finally(() => this.#waited.delete(made));
    } catch (reason) {
      fail(reason);
    }
  }
}
