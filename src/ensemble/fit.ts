import { checkFlag, checkFunction, checkInteger, checkKeys, checkSignal } from '../check.ts';
import { DataError, OptionError } from '../errors.ts';
import type { Evaluation } from '../train/evaluator.ts';
import { recordOf } from '../train/evaluator.ts';
import type { EpochRecord, EpochRecordOf } from '../train/history.ts';
import { isTested, type TrainingData } from '../train/options.ts';
import { meansOf } from '../train/records.ts';
import { checkStop, type StopOptions, Stopper } from '../train/stop.ts';
import type { Crew } from './crew.ts';
import type { Member } from './member.ts';

/** How `Ensemble.fit` trains and reports. */
export interface EnsembleFitOptions<Data extends TrainingData = TrainingData> {
  /** Epochs to train, from 1 up. An unfinished epoch is finished first and counts. */
  readonly epochs: number;
  /** Evaluate all networks on the test split after each epoch. Default true if there is one. */
  readonly validate?: boolean;
  /**
   * Ends the training of each network whose own number has not improved for some epochs. `restoreBest` keeps a copy of each
   * network's best epoch on the GPU, and brings it back in the end. Default: all epochs are done.
   */
  readonly stop?: StopOptions;
  /** Stops at the end of a chunk of steps; `fit` then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Called after each epoch and its evaluation, and awaited. If it throws or rejects, the training ends. */
  readonly onEpoch?: (epoch: EnsembleEpoch<Data>) => unknown;
}

/** One epoch of all networks that were trained in it. */
export interface EnsembleEpoch<Data = TrainingData> {
  /** 1 for the first epoch. */
  readonly epoch: number;
  /** The record of each network, by the index of its run; absent for those that had ended before. */
  readonly records: ReadonlyMap<number, EpochRecordOf<Data>>;
  /** How many networks are trained in the next epoch. */
  readonly active: number;
}

/** How far the networks are which are still trained. */
export interface EnsembleProgress {
  /** Steps done. */
  step: number;
  /** Of training, in the epoch that is not finished. */
  seconds: number;
}

/** What `fit` needs of the ensemble. */
export interface Ensembling {
  readonly crew: Crew;
  readonly members: readonly Member[];
  readonly progress: EnsembleProgress;
  readonly until: <T>(waited: T | PromiseLike<T>) => Promise<T>;
}

const KEYS = ['epochs', 'validate', 'stop', 'signal', 'onEpoch'];

/** Trains an ensemble; see `Ensemble.fit`. */
export async function fitEnsemble(
  { crew, members, progress, until }: Ensembling,
  options: EnsembleFitOptions,
): Promise<void> {
  checkKeys('Ensemble.fit()', options, KEYS);
  const { epochs, stop, signal, onEpoch } = options;
  const [{ options: first }] = members;
  const tested = isTested(first);
  const { validate = tested } = options;
  checkInteger('epochs', epochs, 1);
  checkFlag('validate', validate);
  if (validate && !tested) {
    throw new OptionError('validate: true was given; the data set has no test split');
  }
  checkFunction('onEpoch', onEpoch);
  checkSignal(signal);
  if (stop !== undefined) checkStop(stop, { target: first.target, tested: validate });
  const stoppers = new Map(members.map(({ run }) => [run, stop && new Stopper(stop)]));
  const { session, splits } = crew;
  const per = session.stepsPerEpoch;
  const begun = Math.floor(progress.step / per);
  for (let epoch = begun; epoch < begun + epochs && session.slots.length > 0; epoch++) {
    signal?.throwIfAborted();
    const start = performance.now();
    const from = progress.step;
    try {
      await session.run((epoch + 1) * per - from, {
        signal,
        onChunk: (done) => {
          progress.step = from + done;
        },
      });
    } finally {
      progress.seconds += (performance.now() - start) / 1000;
    }
    if (progress.step < (epoch + 1) * per) signal?.throwIfAborted();
    const { seconds } = progress;
    progress.seconds = 0;
    const sums = await session.sums(epoch);
    if (sums.some(({ mislabelled }) => mislabelled)) {
      throw new DataError('a label is not a class; a trainer with these data says which');
    }
    const tests =
      validate && splits.test
        ? await crew.evaluate(splits.test, session.slots.length)
        : new Map<number, Evaluation>();
    const records = new Map<number, EpochRecord>();
    const done = new Set<number>();
    const better: number[] = [];
    for (const [slot, run] of session.slots.entries()) {
      const member = members[run];
      const test = tests.get(run);
      const own: EpochRecord = {
        epoch: epoch + 1,
        train: Object.freeze(meansOf(sums[slot], first.target)),
        ...(test ? { test: Object.freeze(recordOf(test)) } : {}),
        seconds,
      };
      const stopper = stoppers.get(run);
      const taken = stopper?.take(own);
      if (taken?.better && stop?.restoreBest) better.push(run);
      if (!Number.isFinite(own.train.loss)) member.state = 'diverged';
      else if (taken?.ended) member.state = 'stopped';
      const over = member.ended || epoch + 1 === begun + epochs;
      const restored = over && stop?.restoreBest ? stopper?.best.epoch : undefined;
      const record = Object.freeze({
        ...own,
        ...(taken?.ended ? { ended: taken.ended } : {}),
        ...(restored ? { restored } : {}),
      });
      member.records.push(record);
      records.set(run, record);
      if (!member.ended) continue;
      member.step = progress.step;
      done.add(run);
    }
    crew.keepBest(better);
    if (stop?.restoreBest) {
      crew.restoreBest([...records].flatMap(([run, { restored }]) => (restored ? [run] : [])));
    }
    if (done.size > 0) crew.leaveOut(done, progress.step);
    if (onEpoch) {
      const report = { epoch: epoch + 1, records, active: session.slots.length };
      await until(onEpoch(report as never));
    }
  }
}
