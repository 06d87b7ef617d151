import type { AdapterInfo } from '../gpu/adapter-info.ts';
import type { LogRecord } from '../log/records.ts';
import type { LossKind } from '../nn/losses.ts';
import type { EpochRecord, Metrics } from '../train/history.ts';
import type { TrialLine } from '../trial/line.ts';
import type { WorkerNews } from './tasks/worker/news.ts';

/**
 * Messages between the page and its driver (the command line, a test).
 *
 * The page is opened as `harness.html?run=TASK&option=value…`. It reports through the function
 * `window.gradweaveEvent`, if the driver has defined it, with one {@link TaskEvent} a call;
 * the last event of a task is `result` or `error`. Events also go to `window.gradweaveEvents`.
 */
export type TaskName =
  | 'train'
  | 'trial'
  | 'predict'
  | 'paper'
  | 'parity'
  | 'verify'
  | 'bench'
  | 'worker';

/** A column whose numbers are learned: (x − mean) / deviation of each. */
export interface LearnedNumber {
  readonly name: string;
  readonly mean: number;
  readonly deviation: number;
  /** The table writes them with decimal commas. */
  readonly comma?: true;
}

export type TaskEvent =
  | { readonly type: 'adapter'; readonly adapter: AdapterInfo }
  /** Sent once: which data are used. */
  | {
      readonly type: 'dataset';
      readonly name: string;
      readonly synthetic: boolean;
      /** SHA-256 of the samples, in hexadecimal. Absent where nobody asks for it. */
      readonly sha256?: string;
      /** What `train` and `test` count. Default images. */
      readonly of?: 'images' | 'characters' | 'rows';
      /** Numbers of a pixel: 3 for images in colour. Absent for 1. */
      readonly channels?: number;
      readonly train: number;
      readonly test: number;
      /** The number that is learned of each row, and what its values were standardised with. */
      readonly number?: LearnedNumber;
      /** The root of the mean squared error of always saying the number's mean, on the test rows. */
      readonly ofMean?: number;
    }
  /** Short human-readable note: what is being done now. */
  | { readonly type: 'note'; readonly text: string }
  /** What a benchmark measures from now on: `peak`, or a part of `--only`. */
  | { readonly type: 'part'; readonly part: string }
  /** Live progress; several a second while training. */
  | {
      readonly type: 'progress';
      /** What is being trained, e.g. `Model 2`. */
      readonly title: string;
      readonly epoch: number;
      readonly epochs: number;
      readonly step: number;
      readonly steps: number;
      readonly loss: number | null;
      readonly accuracy: number | null;
      /** Of the samples since the last report: for curves. */
      readonly recent: Metrics | null;
      readonly samplesPerSecond: number;
      readonly secondsLeft: number;
      /** Steps that are submitted and not yet known to be done; null if that is not counted. */
      readonly inFlight: number | null;
      /** Of the engine's live buffers. */
      readonly gpuBytes: number;
    }
  /** After each epoch. */
  | {
      readonly type: 'epoch';
      readonly title: string;
      readonly loss: LossKind;
      readonly epochs: number;
      readonly record: EpochRecord;
    }
  /** What a network that learns from a text writes, after each epoch and at the end. */
  | {
      readonly type: 'written';
      readonly title: string;
      readonly epoch: number;
      readonly epochs: number;
      readonly text: string;
    }
  /** What the run's log gets, if one was asked for; `run` is the network's place among several. */
  | { readonly type: 'log'; readonly run: number; readonly record: LogRecord }
  /** What happens on a worker of a sweep. */
  | { readonly type: 'worker'; readonly news: WorkerNews }
  /** What happened to a trial; {@link TrialLine} is a line of `gradweave trial`. */
  | { readonly type: 'trial'; readonly line: TrialLine }
  /** A row of a table that grows during the task (parity, verify, bench): column → text. */
  | {
      readonly type: 'row';
      readonly table: string;
      readonly cells: Readonly<Record<string, string>>;
      readonly ok: boolean;
    }
  /** A sign of life, every few seconds, and how long the GPU has not answered. */
  | { readonly type: 'alive'; readonly gpuSilentMs: number }
  | { readonly type: 'result'; readonly value: unknown }
  | { readonly type: 'error'; readonly name: string; readonly message: string };
