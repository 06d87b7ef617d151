import type {
  HeartbeatAnswer,
  ReleaseRequest,
  ResultAnswer,
  WorkerInfo,
} from '../../../src/trial/protocol.ts';
import type { TrialEpoch, TrialResult } from '../../../src/trial/result.ts';
import type { Alarm, NewTrial, SeenWorker, Store, StoredTrial, TrialEvent } from '../contract.ts';
import type { Context, Rules } from './context.ts';
import type { Database } from './database.ts';
import { heldBy } from './lease.ts';
import { load } from './load.ts';
import type { Memory } from './memory.ts';
import { adding, checkTrials } from './ops-add.ts';
import { claiming, type Given } from './ops-claim.ts';
import { holds, losing, releasing } from './ops-end.ts';
import { reporting } from './ops-epoch.ts';
import { pruning } from './ops-prune.ts';
import { completing } from './ops-result.ts';
import { watch } from './watch.ts';
import { Writer } from './writer.ts';

/** The trials of a sweep, with what the server needs for workers. */
export class SweepStore implements Store {
  readonly rules: Rules;
  /** Where the database is, for messages. */
  readonly place: string;
  readonly #context: Context;
  readonly #memory: Memory;
  readonly #database: Database;
  readonly #writer: Writer;
  readonly #handlers;
  readonly #lose: ReturnType<typeof losing>;
  readonly #unwatch: () => Promise<void>;
  readonly #waiters = new Set<() => void>();

  /** Use {@link openStore}. */
  constructor(context: Context, database: Database) {
    this.#context = context;
    this.#memory = context.memory;
    this.#database = database;
    this.rules = context.rules;
    this.place = database.place;
    const lose = losing(context);
    this.#lose = async (transaction, losses) =>
      (await lose(transaction, losses)).map((one) => ({
        ...one,
        apply: () => {
          one.apply?.();
          this.#wake();
        },
      }));
    const handlers = {
      claim: claiming(context),
      report: reporting(context),
      complete: completing(context),
      release: releasing(context),
      lose: this.#lose,
    };
    this.#handlers = { ...handlers, add: adding(context), prune: pruning(context) };
    const restore = async () => {
      const loaded = await database.transaction((one) => load(one, context.schema));
      context.memory.restore(loaded);
    };
    this.#writer = new Writer(database, Object.values(handlers), restore);
    this.#unwatch = watch(context, this.#writer, this.#lose);
  }

  async add(trials: readonly NewTrial[]): Promise<void> {
    await checkTrials(trials);
    await this.#writer.run(this.#handlers.add, trials);
    this.#wake();
  }

  async prune(ids: readonly string[]): Promise<void> {
    await this.#writer.run(this.#handlers.prune, ids);
  }

  async trials(): Promise<readonly StoredTrial[]> {
    return this.#memory.list.map(({ trial }) => trial);
  }

  /** Grows with every change of a trial. */
  get revision(): number {
    return this.#memory.revision;
  }

  /** The trials that changed after a revision; all if it is null or none of ours. */
  trialsSince(revision: number | null): readonly StoredTrial[] {
    const { list } = this.#memory;
    const all = revision === null || revision > this.#memory.revision;
    const some = all ? list : list.filter((one) => one.revision > revision);
    return some.map(({ trial }) => trial);
  }

  /** All events so far, in the order in which they were stored. */
  async history(): Promise<readonly TrialEvent[]> {
    return this.#memory.history;
  }

  listen(listener: (event: TrialEvent) => void): () => void {
    return this.#memory.listen(listener);
  }

  get alarms(): readonly Alarm[] {
    return this.#memory.alarms.slice();
  }

  get workers(): readonly SeenWorker[] {
    return this.#memory.workers;
  }

  /** Seconds since 1970: when the sweep was made. */
  get began(): number {
    return this.#memory.began;
  }

  /** How many trials wait. */
  get waiting(): number {
    return this.#memory.waiting;
  }

  has(id: string): boolean {
    return this.#memory.get(id) !== undefined;
  }

  get(id: string): StoredTrial | undefined {
    return this.#memory.get(id)?.trial;
  }

  /** Calls `listener` when trials may be claimed that could not before. @returns stops calling */
  onWaiting(listener: () => void): () => void {
    this.#waiters.add(listener);
    return () => this.#waiters.delete(listener);
  }

  /**
   * Gives trials to a worker.
   *
   * @param most more than 1 gives only trials of one shape
   * @returns none if none waits, or the worker has failed one trial after the other
   */
  async claim(worker: WorkerInfo, most = 1): Promise<readonly Given[]> {
    if (this.#context.backoff.pauses(worker.name)) return [];
    return this.#writer.run(this.#handlers.claim, { worker, most });
  }

  /** A worker has said that it is there. */
  greet(worker: WorkerInfo): void {
    this.#memory.heard(worker);
  }

  /** @throws {LeaseError} if the lease is not held */
  heartbeat(id: string, lease: string): HeartbeatAnswer {
    const entry = this.#memory.get(id);
    const held = heldBy(entry, id, lease);
    held.heard = performance.now();
    this.#memory.heard(held.worker);
    return { go: entry?.stop ? 'stop' : 'on' };
  }

  holds(id: string, lease: string): boolean {
    return holds(this.#context, id, lease);
  }

  /** @throws {LeaseError | ReportError | StoreError} */
  async report(id: string, lease: string, epoch: TrialEpoch): Promise<HeartbeatAnswer> {
    this.heartbeat(id, lease);
    return this.#writer.run(this.#handlers.report, { id, lease, epoch }, id);
  }

  /** @throws {LeaseError | ReportError | StoreError} */
  async complete(
    id: string,
    lease: string,
    result: TrialResult,
    ended: 'done' | 'pruned' = 'done',
  ): Promise<ResultAnswer> {
    const request = { id, lease, result, ended };
    return this.#writer.run(this.#handlers.complete, request, id);
  }

  /** @throws {LeaseError | StoreError} */
  async release(
    id: string,
    lease: string,
    why: ReleaseRequest['why'],
    message: string | null = null,
  ): Promise<void> {
    await this.#writer.run(this.#handlers.release, { id, lease, why, message }, id);
    this.#wake();
  }

  /**
   * Takes a running trial from its worker, as if that had been silent.
   *
   * @returns whether it was running
   */
  async take(id: string): Promise<boolean> {
    const held = this.#memory.get(id)?.held ?? null;
    if (held === null) return false;
    const loss = { id, attempt: held.attempt, heard: null };
    return this.#writer.run(this.#lose, loss, id);
  }

  /** Stores what was asked for, and closes the database. Trials that run stay with their workers. */
  async close(): Promise<void> {
    await this.#unwatch();
    await this.#writer.close();
    await this.#context.queue.close();
    await this.#database.close();
  }

  #wake(): void {
    for (const waiter of this.#waiters) waiter();
  }
}
