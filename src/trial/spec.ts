/** A value of an option, as a number, a text, a flag or a list of numbers. */
export type TrialValue = string | number | boolean | readonly number[];

/** The data of a trial. */
export interface TrialData {
  /** Fashion-MNIST's files, the built-in images, or a text. */
  readonly kind: 'files' | 'built-in' | 'text';
  /** SHA-256 of the samples, in hexadecimal; see {@link hashOfImages} and {@link hashOfText}. */
  readonly sha256: string;
}

/**
 * Everything that determines a training run. Two runs of one specification on one kind of adapter end in the same bits.
 */
export interface TrialSpec {
  readonly format: 'gradweave-trial-1';
  /** The version of this package; others may change bits. */
  readonly engine: string;
  /** A network, as of `gradweave train --model`. */
  readonly model: string;
  readonly data: TrialData;
  /** Options of `gradweave train` that determine the bits, by name, without those that have a field of their own. */
  readonly options: Readonly<Record<string, TrialValue>>;
  readonly seed: number;
  readonly epochs: number;
}
