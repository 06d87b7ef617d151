import type { Ended } from './stop.ts';
import type { Origin } from './timetable.ts';

/** Loss (mean over the samples) and accuracy of one pass over a split. */
export interface Metrics {
  /** Mean loss of a sample. */
  readonly loss: number;
  /** Share of samples whose largest output is the true class, 0 to 1; null without classes. */
  readonly accuracy: number | null;
  /** Values of the metrics that were asked for, by name; absent if none were. */
  readonly metrics?: Readonly<Record<string, number>>;
}

/** What is known after one epoch of training. */
export interface EpochRecord {
  /** 1 for the first epoch. */
  readonly epoch: number;
  /** Summed while training, so with dropout on and with the weights of each step. */
  readonly train: Metrics;
  /** Over the test or validation split after the epoch; absent when none was asked for. */
  readonly test?: Metrics;
  /** Wall-clock seconds of the epoch's training, without the evaluation. */
  readonly seconds: number;
  /** Why `fit` ended behind this epoch before its epochs were done; absent if it did not. */
  readonly ended?: Ended;
  /** The epoch whose parameters `fit` put back behind this one, see `restoreBest`. */
  readonly restored?: number;
}

/** What is known after an epoch that was evaluated. */
export interface TestedEpochRecord extends EpochRecord {
  readonly test: Metrics;
}

/** The record of an epoch with a data set: with `test` if it has a test split, or holds one out. */
export type EpochRecordOf<Data> = [Data] extends [
  { readonly test: object } | { readonly validation: number },
]
  ? TestedEpochRecord
  : EpochRecord;

/** Where a run is. */
export interface RunState {
  /** Steps done. */
  readonly step: number;
  readonly history: readonly EpochRecord[];
  /** Of training in the epoch that was begun. */
  readonly seconds: number;
  /** Whether the epoch of the last step is still to be put on record. */
  readonly open: boolean;
  /** From where on epochs have so many samples: not step 0 if the data have changed. */
  readonly origin: Origin;
}
