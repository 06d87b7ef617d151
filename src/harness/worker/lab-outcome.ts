import type { TrainOutcome } from '../tasks/run-trainer.ts';
import type { NetworkEnds } from './many-state.ts';

/** The outcome of a run; of several networks that of their means, and which one is the best. */
export type LabOutcome = TrainOutcome & {
  readonly best?: number;
  readonly ends?: NetworkEnds;
  /** Whether it had ended by early stopping before it went on, which counted the added epochs from 0. Absent: no. */
  readonly anew?: boolean;
};
