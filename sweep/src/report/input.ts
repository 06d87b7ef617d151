import type { TrialResult } from '../../../src/trial/result.ts';
import type { Alarm, StoredTrial } from '../contract.ts';
import type { CheckedPlan } from '../plan/checked.ts';

/** What a report is made of. */
export interface ReportInput {
  readonly plan: CheckedPlan;
  readonly trials: readonly StoredTrial[];
  readonly alarms: readonly Alarm[];
  /** Results of trials that were trained once more to compare their digests. Default none. */
  readonly again?: readonly TrialResult[];
  readonly data: {
    /** For people, as `Fashion-MNIST`. */
    readonly name: string;
    readonly sha256: string;
  };
  /** The version of gradweave. */
  readonly engine: string;
  /** The command that repeats it. */
  readonly command: string;
}
