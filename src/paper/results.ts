import type { AdapterInfo } from '../gpu/adapter-info.ts';
import type { EpochRecord, Metrics } from '../train/history.ts';

/** One training run of one of the paper's classifiers. */
export interface ClassifierRun {
  /** 1, 2 or 3, as in the paper's section III. */
  readonly model: 1 | 2 | 3;
  /** `mse` as the paper's text says; `cross_entropy` (standardised pixels) as its Table I suggests. */
  readonly loss: 'mse' | 'cross_entropy';
  /** Mean and deviation for standardising the pixels (0 to 1), or null. */
  readonly normalize: readonly [number, number] | null;
  readonly optimizer: 'sgd' | 'adam';
  readonly learningRate: number;
  readonly epochs: number;
  readonly batchSize: number;
  readonly seed: number;
  readonly history: readonly EpochRecord[];
  readonly test: Metrics;
  /** Seconds of training, all epochs. Of runs that were trained at once, each has an equal share. */
  readonly seconds: number;
  /** Runs that were trained at once, in the same dispatches. Default 1. */
  readonly together?: number;
}

/** One training run of the autoencoder (784 – hidden – 784, mean squared error against the input). */
export interface AutoencoderRun {
  readonly hidden: number;
  readonly learningRate: number;
  readonly epochs: number;
  readonly batchSize: number;
  readonly seed: number;
  readonly history: readonly EpochRecord[];
  readonly test: Metrics;
  readonly seconds: number;
  readonly together?: number;
}

/** Everything that `gradweave paper` measured. The report depends only on this. */
export interface PaperResults {
  /** ISO date of the run. */
  readonly date: string;
  /** The command that made it. */
  readonly command: string;
  readonly adapter: AdapterInfo;
  /** The browser's name and version. */
  readonly browser: string;
  readonly dataset: {
    readonly name: string;
    readonly synthetic: boolean;
    readonly classes: readonly string[];
  };
  readonly classifiers: readonly ClassifierRun[];
  readonly autoencoders: readonly AutoencoderRun[];
  /** Rows are true classes, columns predictions: test images of Model 2 (cross-entropy, first seed). */
  readonly confusion: readonly (readonly number[])[];
  /** The first test image of the class Ankle boot (the paper's Figure 3): its pixels and the ten outputs. */
  readonly ankleBoot: {
    readonly index: number;
    readonly pixels: readonly number[];
    readonly outputs: readonly number[];
    readonly predicted: number;
  };
  /** One test image of each class: its pixels (0–255) and the autoencoder's output for it (0–1). */
  readonly reconstructions: readonly {
    readonly label: number;
    readonly index: number;
    readonly pixels: readonly number[];
    readonly output: readonly number[];
  }[];
}
