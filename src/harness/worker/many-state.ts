import type { EpochRecord } from '../../train/history.ts';
import type { Job } from '../tasks/job.ts';
import type { Copies } from '../tasks/many-copies.ts';
import type { Settings } from '../tasks/settings.ts';

/** How networks that were trained at once have ended, by the index of their runs. */
export interface NetworkEnds {
  /** Those that ended for the lack of a lower test loss. */
  readonly early: ReadonlySet<number>;
  /** The epoch whose weights a network has, if those of the best one were to be kept. */
  readonly kept: ReadonlyMap<number, number>;
  /** Those that can be given more epochs. */
  readonly going: ReadonlySet<number>;
}

/** What several networks go on from, on any device. */
export interface ManyState {
  readonly job: Job;
  readonly settings: readonly Settings[];
  readonly copies: Copies;
  /** The means of their epochs. */
  readonly history: readonly EpochRecord[];
  readonly ends: NetworkEnds;
}
