import type { Validation } from '../data/validation.ts';
import type { Origin } from './timetable.ts';

/** Why `fit` ended early. */
export type Ended =
  | {
      readonly by: 'stop';
      /** The number that did not improve; `function` for a function. */
      readonly on: string;
      /** The best epoch, and its value; 0 and NaN if it never was a number. */
      readonly best: { readonly epoch: number; readonly value: number };
    }
  | { readonly by: 'until' };

/** Loss (mean over the samples) and accuracy of one pass over a split. */
export interface Metrics {
  /** Mean loss of a sample; NaN if no sample counts, see `crossEntropy`. */
  readonly loss: number;
  /** Share of samples whose largest output is the true class, 0 to 1; null without classes, NaN if no sample counts. */
  readonly accuracy: number | null;
  /** Values of the requested metrics, by name; absent if there are none. */
  readonly metrics?: Readonly<Record<string, number>>;
}

/** The record of one epoch of training. */
export interface EpochRecord {
  /** 1 for the first epoch. */
  readonly epoch: number;
  /** Summed while training, so with dropout on and with the weights of each step. */
  readonly train: Metrics;
  /** Over the test or validation split after the epoch; absent without an evaluation. */
  readonly test?: Metrics;
  /** Wall-clock seconds of the epoch's training, without the evaluation. */
  readonly seconds: number;
  /** Why `fit` ended early after this epoch; absent if it did not. */
  readonly ended?: Ended;
  /** The epoch whose parameters `fit` restored after this one, see `restoreBest`. */
  readonly restored?: number;
}

/** The record of an epoch with an evaluation. */
export interface TestedEpochRecord extends EpochRecord {
  readonly test: Metrics;
}

/** The record of an epoch with a data set: with `test` if it has a test split, or holds one out. */
export type EpochRecordOf<Data> = [Data] extends [
  { readonly test: object } | { readonly validation: Validation },
]
  ? TestedEpochRecord
  : EpochRecord;

/** The progress of a run. */
export interface RunState {
  /** Steps done. */
  readonly step: number;
  readonly history: readonly EpochRecord[];
  /** Training time of the unfinished epoch. */
  readonly seconds: number;
  /** Whether the epoch of the last step has no record yet. */
  readonly open: boolean;
  /** Epochs have so many samples from here on: not from step 0 if the data have changed. */
  readonly origin: Origin;
  /** The optimizer's learning rate; not that of its options after `setLearningRate`. Absent in older snapshots. */
  readonly learningRate?: number;
}
