import type { JobAttempt } from 'pg-boss';
import { adapterKind } from '../../../src/trial/agree.ts';
import type { WorkerInfo } from '../../../src/trial/protocol.ts';
import type { StoredTrial } from '../contract.ts';

/** The attempt that runs. */
export interface Held {
  readonly attempt: number;
  /** SHA-256 of the lease. */
  readonly lease: string;
  readonly job: JobAttempt;
  readonly worker: WorkerInfo;
  /** When something was heard, by {@link performance.now}. */
  heard: number;
  /** The epoch that it reported last; null before the first. */
  epoch: number | null;
}

/** A trial in memory, as its database has it. */
export interface Entry {
  /** Replaced, never changed: others keep it. */
  trial: StoredTrial;
  /** The revision of the sweep at which it changed last. */
  revision: number;
  readonly job: string;
  /** It is to end early. */
  stop: boolean;
  /** Attempts whose worker said that they failed. */
  failures: number;
  /** The names of those workers. */
  failedBy: ReadonlySet<string>;
  /** Losses since the last attempt that finished an epoch. */
  barren: number;
  /** The attempt that reported each epoch of `trial.epochs`. */
  epochAttempts: readonly number[];
  /** Adapter and runtime of each attempt, as text. */
  kinds: readonly string[];
  /** The name of the worker of each attempt. */
  workers: readonly string[];
  held: Held | null;
}

/** Adapter and runtime of a worker as one text: equal texts, equal bits. '' if it does not say its adapter. */
export function kindOf({ adapter, runtime }: Pick<WorkerInfo, 'adapter' | 'runtime'>): string {
  return adapter === null ? '' : adapterKind({ adapter, runtime, family: '-' });
}
