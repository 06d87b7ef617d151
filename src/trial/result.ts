import type { AdapterInfo } from '../gpu/adapter-info.ts';

/** Loss and accuracy; null where they are not finite, or there are no classes. */
export interface TrialMetrics {
  readonly loss: number | null;
  readonly accuracy: number | null;
}

/** One epoch of a trial. */
export interface TrialEpoch {
  /** From 1. */
  readonly epoch: number;
  readonly train: TrialMetrics;
  readonly test: TrialMetrics;
  /** Of training, without the evaluation. */
  readonly seconds: number;
}

/** Where a trial ran. */
export interface TrialPlace {
  readonly adapter: AdapterInfo;
  /** Browser or runtime with its version, as `Chrome 156`. */
  readonly runtime: string;
  /** The family of kernels. */
  readonly family: string;
}

/** What a trial ended in. Plain JSON. */
export interface TrialResult {
  /** The id of the specification. */
  readonly id: string;
  /** SHA-256 of the trained weights, in hexadecimal. */
  readonly digest: string;
  readonly test: TrialMetrics;
  readonly history: readonly TrialEpoch[];
  /** Of training, without evaluations. */
  readonly seconds: number;
  readonly place: TrialPlace;
  /** How many times the run was resumed from a checkpoint. */
  readonly resumed: number;
}
