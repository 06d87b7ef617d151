import { OptionError } from '../errors.ts';
import type { EpochRecord, EpochRecordOf } from '../train/history.ts';
import type { ResolvedOptions, TrainingData } from '../train/options.ts';

/** What a network of an ensemble does. */
export type MemberState = 'training' | 'stopped' | 'diverged';

/** One network of an ensemble. */
export class Member {
  readonly run: number;
  readonly options: ResolvedOptions;
  /** One record for each finished epoch. */
  readonly records: EpochRecord[] = [];
  state: MemberState = 'training';
  /** Steps done when it ended. */
  step = 0;

  constructor(run: number, options: ResolvedOptions) {
    this.run = run;
    this.options = options;
  }

  get history(): readonly EpochRecord[] {
    return [...this.records];
  }

  get last(): EpochRecord {
    const last = this.records.at(-1);
    if (last) return last;
    throw new OptionError(`runs[${this.run}] has no finished epoch yet; await fit() first`);
  }

  get ended(): boolean {
    return this.state !== 'training';
  }
}

/** One network of an {@link Ensemble}. */
export interface EnsembleMember<Data = TrainingData> {
  /** Its index in `runs`. */
  readonly run: number;
  /** The options of its run, as of a trainer. */
  readonly options: ResolvedOptions;
  /** One record for each finished epoch. Seconds are those of all networks together. */
  readonly history: readonly EpochRecordOf<Data>[];
  /** The last record. @throws OptionError before the first epoch is done */
  readonly last: EpochRecordOf<Data>;
  /** Whether it is trained on by `fit`, was stopped, or left because its loss was not finite. */
  readonly state: 'training' | 'stopped' | 'diverged';
}
