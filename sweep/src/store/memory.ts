import type { WorkerInfo } from '../../../src/trial/protocol.ts';
import type { Alarm, SeenWorker, StoredTrial, TrialEvent } from '../contract.ts';
import type { Entry } from './entry.ts';
import { epochKey, type Loaded } from './load.ts';

/** More names than these are forgotten, the longest unheard first. */
const MOST_WORKERS = 10_000;

interface Seen {
  info: WorkerInfo;
  seen: number;
  done: number;
}

/** What the tables say, in memory: only this process writes them. It is changed after each transaction. */
export class Memory {
  /** By number. */
  readonly list: Entry[] = [];
  readonly #byId = new Map<string, Entry>();
  readonly #workers = new Map<string, Seen>();
  readonly #listeners = new Set<(event: TrialEvent) => void>();
  readonly #report: (error: Error) => void;
  /** In the order in which they were stored, each once. */
  #history: TrialEvent[] = [];
  #known = new Set<string>();
  alarms: Alarm[] = [];
  began = 0;
  waiting = 0;
  #seq = 0;
  #revision = 0;

  constructor(report: (error: Error) => void) {
    this.#report = report;
  }

  /** Takes what the tables say. Events that were not told yet are told. */
  restore(loaded: Loaded): void {
    this.list.length = 0;
    this.#byId.clear();
    for (const entry of loaded.entries) this.insert(entry);
    this.waiting = this.list.filter(({ trial }) => trial.state === 'waiting').length;
    this.alarms = [...loaded.alarms];
    this.began = loaded.began;
    for (const [name, seen] of loaded.workers) {
      const before = this.#workers.get(name);
      this.#workers.set(name, { ...seen, seen: Math.max(seen.seen, before?.seen ?? 0) });
    }
    const events = this.list.flatMap((entry) => eventsOf(entry, loaded.order));
    events.sort((a, b) => a.seq - b.seq || a.rank - b.rank);
    this.#seq = Math.max(this.#seq, events.at(-1)?.seq ?? 0);
    for (const { event } of events) this.tell(event);
  }

  /** The number of the next event. Those of transactions that fail are left out. */
  next(): number {
    this.#seq++;
    return this.#seq;
  }

  /**
   * The number of the last change. Numbers are milliseconds since 1970 or more, so that they go on growing after a start, at which
   * all trials count as changed.
   */
  get revision(): number {
    return this.#revision;
  }

  #change(entry: Entry): void {
    this.#revision = Math.max(this.#revision + 1, Date.now());
    entry.revision = this.#revision;
  }

  insert(entry: Entry): void {
    this.#change(entry);
    this.list.push(entry);
    this.#byId.set(entry.trial.id, entry);
  }

  get(id: string): Entry | undefined {
    return this.#byId.get(id);
  }

  /** Changes a trial. */
  set(entry: Entry, change: Partial<StoredTrial>): void {
    const before = entry.trial.state;
    entry.trial = Object.freeze({ ...entry.trial, ...change });
    if (before === 'waiting') this.waiting--;
    if (entry.trial.state === 'waiting') this.waiting++;
    this.#change(entry);
  }

  listen(listener: (event: TrialEvent) => void): () => void {
    // Each call is one listener, also with the same function.
    const one = (event: TrialEvent) => listener(event);
    this.#listeners.add(one);
    return () => this.#listeners.delete(one);
  }

  get history(): readonly TrialEvent[] {
    return this.#history.slice();
  }

  /** Tells an event, if it was not told before. */
  tell(event: TrialEvent): void {
    const key = event.type === 'ended' ? event.trial.id : epochKey(event.id, event.epoch.epoch);
    if (this.#known.has(key)) return;
    this.#known.add(key);
    this.#history.push(event);
    for (const listener of this.#listeners) {
      try {
        listener(event);
      } catch (error) {
        // One listener's mistake is not another's, and what is stored stays.
        this.#report(error as Error);
      }
    }
  }

  heard(info: WorkerInfo, done = 0): void {
    const before = this.#workers.get(info.name);
    // At the end: the order is that of being heard.
    this.#workers.delete(info.name);
    this.#workers.set(info.name, {
      info,
      seen: Date.now() / 1000,
      done: (before?.done ?? 0) + done,
    });
    for (const name of this.#workers.keys()) {
      if (this.#workers.size <= MOST_WORKERS) break;
      this.#workers.delete(name);
    }
  }

  get workers(): SeenWorker[] {
    const running = new Map<string, string[]>();
    for (const { trial, held } of this.list) {
      if (held === null) continue;
      const some = running.get(held.worker.name) ?? [];
      some.push(trial.id);
      running.set(held.worker.name, some);
    }
    return [...this.#workers].map(([name, { info, seen, done }]) => ({
      ...info,
      seen,
      running: running.get(name) ?? [],
      done,
    }));
  }
}

function eventsOf(
  entry: Entry,
  order: ReadonlyMap<string, number>,
): { seq: number; rank: number; event: TrialEvent }[] {
  const { trial } = entry;
  const { id } = trial;
  const epochs = trial.epochs.map((epoch) => ({
    seq: order.get(epochKey(id, epoch.epoch)) ?? 0,
    rank: epoch.epoch,
    event: { type: 'epoch' as const, id, epoch },
  }));
  const seq = order.get(id);
  const end =
    seq === undefined
      ? []
      : [{ seq, rank: Number.POSITIVE_INFINITY, event: { type: 'ended' as const, trial } }];
  return [...epochs, ...end];
}
