import type { EpochRecord } from '../train/history.ts';
import type { Histogram } from './histogram.ts';

/** A number, text or flag; null if it is not known. */
export type Fact = string | number | boolean | null;

/** The options of a run by name, those of an optimizer and the like as `optimizer.learningRate`. */
export type Facts = Readonly<Record<string, Fact>>;

/** A number of a step: null if it is not finite, if no sample counted, or if it was overwritten before it was read. */
export type StepNumbers = readonly (number | null)[];

/** Steps that were read at once. */
export interface StepsRecord {
  readonly type: 'steps';
  /** The epoch that they belong to, from 1. */
  readonly epoch: number;
  /** The number of the first step, from 0: as many steps were done before it. */
  readonly first: number;
  /** Mean loss of each step's batch. */
  readonly loss: StepNumbers;
  /** Share of right classes in each step's batch, 0 to 1; null without classes. */
  readonly accuracy: StepNumbers | null;
  /** Learning rate of each step; null if its schedule consists of your own WGSL. */
  readonly learningRate: StepNumbers | null;
  /** When the steps before were read, or the training began, and when these were; seconds since 1970. */
  readonly from: number;
  readonly to: number;
}

/** A finished epoch. */
export interface EpochLogRecord {
  readonly type: 'epoch';
  readonly record: EpochRecord;
  /** Steps done after it. */
  readonly step: number;
  /** Seconds since 1970. */
  readonly time: number;
}

/** How the numbers of tensors are spread after an epoch. */
export interface HistogramsRecord {
  readonly type: 'histograms';
  readonly epoch: number;
  readonly time: number;
  /** By tag: `weights/0.weight`, `gradients/0.weight`. */
  readonly tensors: Readonly<Record<string, Histogram>>;
}

/** A picture after an epoch: a PNG file as base64. */
export interface ImageRecord {
  readonly type: 'image';
  readonly epoch: number;
  readonly time: number;
  /** Such as `first layer/0.weight`. */
  readonly tag: string;
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  readonly png: string;
}

/** What a run says of itself before the first step. */
export interface StartRecord {
  readonly type: 'start';
  readonly time: number;
  readonly options: Facts;
}

/** How a run ended. */
export interface EndRecord {
  readonly type: 'end';
  readonly time: number;
  /** `killed`: somebody stopped it. */
  readonly state: 'finished' | 'failed' | 'killed';
  /** What else is known, such as the last test loss, or why it failed. */
  readonly facts: Facts;
}

/** What is known of a run at one moment. Plain JSON: it crosses threads and processes as it is. */
export type LogRecord =
  | StartRecord
  | StepsRecord
  | EpochLogRecord
  | HistogramsRecord
  | ImageRecord
  | EndRecord;

/** When a step was done: between two readings, steps are taken to be of one length. Seconds since 1970. */
export function timeOf({ from, to, loss }: StepsRecord, i: number): number {
  return from + ((to - from) * (i + 1)) / loss.length;
}

/** The numbers of an epoch by name: `train_loss`, `test_accuracy`, `test_f1`. What is not finite is null. */
export function numbersOf({ train, test, seconds }: EpochRecord): Record<string, number | null> {
  const found: Record<string, number | null> = {};
  for (const [split, metrics] of Object.entries({ train, test })) {
    if (!metrics) continue;
    found[`${split}_loss`] = finite(metrics.loss);
    if (metrics.accuracy !== null) found[`${split}_accuracy`] = finite(metrics.accuracy);
    for (const [name, value] of Object.entries(metrics.metrics ?? {})) {
      found[`${split}_${name}`] = finite(value);
    }
  }
  return { ...found, seconds };
}

/** Null instead of a number that JSON cannot have. */
export const finite = (value: number | null): number | null =>
  value !== null && Number.isFinite(value) ? value : null;
