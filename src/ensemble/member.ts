import { OptionError } from '../errors.ts';
import type { EpochRecord } from '../train/history.ts';
import type { ResolvedOptions } from '../train/options.ts';

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
