/** What the parts of a sweep know of each other: the search, the store, the server and the views. */

import type { WorkerInfo } from '../../src/trial/protocol.ts';
import type { TrialEpoch, TrialResult } from '../../src/trial/result.ts';
import type { TrialSpec, TrialValue } from '../../src/trial/spec.ts';

/** A point of the space: an option's value by its name; options whose condition does not hold are absent. */
export type Point = Readonly<Record<string, TrialValue>>;

/** A trial to be queued. */
export interface NewTrial {
  /** The id of `spec`. */
  readonly id: string;
  readonly spec: TrialSpec;
  /** Which point of the search it belongs to, from 0; the trials of a point differ in their seeds. */
  readonly point: number;
  readonly values: Point;
  /** Trials that may be trained in one plan have the same text; see `--pack`. */
  readonly shape: string;
}

/** The state of a trial. `lost` trials wait again. */
export type TrialState = 'waiting' | 'running' | 'done' | 'pruned' | 'failed';

/** A trial as the store has it. */
export interface StoredTrial extends NewTrial {
  /** In the order of queueing, from 0. */
  readonly number: number;
  readonly state: TrialState;
  /** How many times it was given to a worker. */
  readonly attempts: number;
  /** How many of these ended without a word of the worker. */
  readonly lost: number;
  /** Who has it, or had it last. */
  readonly worker: string | null;
  readonly epochs: readonly TrialEpoch[];
  readonly result: TrialResult | null;
  /** Why it failed. */
  readonly failure: string | null;
  /** Seconds since 1970. */
  readonly began: number | null;
  readonly ended: number | null;
}

/** Two results of one trial on one kind of adapter with different digests. */
export interface Alarm {
  readonly id: string;
  readonly kind: string;
  readonly digests: readonly [string, string];
  readonly workers: readonly [string, string];
  /** Seconds since 1970. */
  readonly at: number;
}

/** A worker that was heard from. */
export interface SeenWorker extends WorkerInfo {
  /** Seconds since 1970. */
  readonly seen: number;
  /** Trials that it has now. */
  readonly running: readonly string[];
  readonly done: number;
}

/**
 * The answer of `GET /api/state`, which views show. To `GET /api/state?since=REVISION`, `trials` has only those that changed
 * after the answer with that revision.
 */
export interface SweepState {
  /** Grows whenever a trial changes, and stays if the server is started again. */
  readonly revision: number;
  readonly name: string;
  /** What is compared, and whether small or large is good. */
  readonly objective: Objective;
  /** Names of the options of the space, in the plan's order. */
  readonly dimensions: readonly string[];
  /** How many trials there will be; null if the search has not decided. */
  readonly planned: number | null;
  readonly over: boolean;
  readonly trials: readonly StoredTrial[];
  readonly workers: readonly SeenWorker[];
  readonly alarms: readonly Alarm[];
  /** Seconds since 1970. */
  readonly began: number;
  readonly now: number;
}

export interface Objective {
  readonly metric: 'test.accuracy' | 'test.loss';
  readonly direction: 'maximize' | 'minimize';
}

/** What happened to a trial; told to the search, in this order, once each. */
export type TrialEvent =
  | { readonly type: 'epoch'; readonly id: string; readonly epoch: TrialEpoch }
  | { readonly type: 'ended'; readonly trial: StoredTrial };

/** The trials of a sweep in its database, with their queue. Every method is one transaction. */
export interface Store {
  /** Queues trials; those whose id is there already are left as they are. */
  add(trials: readonly NewTrial[]): Promise<void>;
  /** A running trial is told to stop at its next word; a waiting one becomes `pruned` without a result. */
  prune(ids: readonly string[]): Promise<void>;
  trials(): Promise<readonly StoredTrial[]>;
  /** All events so far, in the order in which they were stored and told; the same after a restart. */
  history?(): Promise<readonly TrialEvent[]>;
  /** Calls `listener` after each event is stored. @returns stops calling */
  listen(listener: (event: TrialEvent) => void): () => void;
}

/** Decides which trials there are: the search of a plan with the store's history. */
export interface Coordinator {
  /** Takes up the history of the store, and queues the first trials. */
  start(): Promise<void>;
  /** Resolves when all trials have ended and none will follow. */
  readonly over: Promise<void>;
  /** How many trials there will be; null if not decided. */
  readonly planned: number | null;
  close(): Promise<void>;
}
