import type { TrialEpoch, TrialPlace, TrialResult } from './result.ts';

/** Where a trial is. */
interface At {
  readonly id: string;
  /** Epochs that are done. */
  readonly epoch: number;
  /** Steps that are done, of all epochs. */
  readonly step: number;
}

/** What a trial begins with: at epoch 0, or where its checkpoint was. */
export interface TrialStart extends At {
  readonly place: TrialPlace;
  /** How many times it was resumed, with this time. */
  readonly resumed: number;
}

/** A line of `gradweave trial`'s standard output. */
export type TrialLine =
  | ({ readonly event: 'start' } & TrialStart)
  | ({ readonly event: 'epoch'; readonly id: string } & TrialEpoch)
  | ({ readonly event: 'checkpoint' } & At)
  | ({ readonly event: 'stopped'; readonly id: string } & Partial<At>)
  | ({ readonly event: 'result' } & TrialResult)
  /** Two results that differ. */
  | {
      readonly event: 'alarm';
      readonly id: string;
      /** The kind of adapter. */
      readonly kind: string;
      readonly digests: readonly [string, string];
    };
