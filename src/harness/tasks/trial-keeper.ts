import type { TrialStart } from '../../trial/line.ts';
import type { TrialEpoch } from '../../trial/result.ts';

/** Keeps a trial's checkpoint, and hears how far it is. */
export interface TrialKeeper {
  /** The last checkpoint that was stored; undefined if there is none. */
  load(): Promise<Uint8Array | undefined>;
  /** Stores a checkpoint in the place of the one before. If it fails, the trial ends with its error. */
  save(bytes: Uint8Array): Promise<void>;
  /** Seconds from one checkpoint to the next, in the middle of an epoch, too. Default 60. */
  readonly everySeconds?: number;
  /** Whether the state at the end is stored: it has the trained weights. Default false. */
  readonly last?: boolean;
  onStart?(start: TrialStart): void;
  /** `stop` ends the trial here with a result: it is pruned. What is reported twice, after a loss, is the same. */
  onEpoch?(epoch: TrialEpoch): 'on' | 'stop' | Promise<'on' | 'stop'>;
  onCheckpoint?(at: { readonly epoch: number; readonly step: number }): void;
  /** Stops the trial at the end of a chunk of steps, with a checkpoint. */
  readonly signal?: AbortSignal;
}
