import type { TrialEpoch, TrialMetrics, TrialResult } from '../../src/trial/result.ts';
import type { NewTrial, Store, StoredTrial, TrialEvent } from '../../sweep/src/contract.ts';

/** A store in memory, whose trials a test trains itself. */
export class MemoryStore implements Store {
  readonly rows: StoredTrial[] = [];
  /** Ids of running trials that were told to stop. */
  readonly stopped = new Set<string>();
  /** How many trials each `add` was given. */
  readonly parts: number[] = [];
  /** Left out for a store that keeps no order of events. */
  history?: () => Promise<readonly TrialEvent[]>;
  readonly #events: TrialEvent[] = [];
  readonly #listeners = new Set<(event: TrialEvent) => void>();

  constructor({ order = true } = {}) {
    if (order) this.history = async () => [...this.#events];
  }

  async add(trials: readonly NewTrial[]): Promise<void> {
    this.parts.push(trials.length);
    for (const trial of trials) {
      if (this.rows.some(({ id }) => id === trial.id)) continue;
      this.rows.push({
        ...trial,
        number: this.rows.length,
        state: 'waiting',
        attempts: 0,
        lost: 0,
        worker: null,
        epochs: [],
        result: null,
        failure: null,
        began: null,
        ended: null,
      });
    }
  }

  async prune(ids: readonly string[]): Promise<void> {
    for (const id of ids) {
      const { state } = this.row(id);
      if (state === 'waiting') this.#end(id, { state: 'pruned' });
      else this.stopped.add(id);
    }
  }

  async trials(): Promise<readonly StoredTrial[]> {
    return [...this.rows];
  }

  listen(listener: (event: TrialEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  row(id: string): StoredTrial {
    const row = this.rows.find((one) => one.id === id);
    if (row === undefined) throw new Error(`there is no trial ${id}`);
    return row;
  }

  /** The next trial that waits. */
  claim(): StoredTrial | undefined {
    const row = this.rows.find(({ state }) => state === 'waiting');
    if (row) this.#change(row.id, { state: 'running', attempts: row.attempts + 1 });
    return row;
  }

  /** @returns whether to go on */
  epoch(id: string, epoch: TrialEpoch): boolean {
    this.#change(id, { epochs: [...this.row(id).epochs, epoch] });
    this.#tell({ type: 'epoch', id, epoch });
    return !this.stopped.has(id);
  }

  finish(id: string, state: 'done' | 'pruned', test: TrialMetrics): void {
    this.#end(id, { state, result: resultOf(this.row(id), test) });
  }

  fail(id: string): void {
    this.#end(id, { state: 'failed', failure: 'it failed' });
  }

  #end(id: string, change: Partial<StoredTrial>): void {
    this.#change(id, change);
    this.#tell({ type: 'ended', trial: this.row(id) });
  }

  #change(id: string, change: Partial<StoredTrial>): void {
    const at = this.rows.indexOf(this.row(id));
    this.rows[at] = { ...this.rows[at], ...change };
  }

  #tell(event: TrialEvent): void {
    this.#events.push(event);
    for (const listener of this.#listeners) listener(event);
  }
}

function resultOf({ id, epochs }: StoredTrial, test: TrialMetrics): TrialResult {
  return {
    id,
    digest: id,
    test,
    history: epochs,
    seconds: epochs.length,
    place: { adapter: ADAPTER, runtime: 'none', family: 'portable' },
    resumed: 0,
  };
}

export const ADAPTER: TrialResult['place']['adapter'] = {
  vendor: 'test',
  architecture: '',
  device: '',
  description: 'none',
  software: true,
} as TrialResult['place']['adapter'];

/** Metrics with this accuracy. */
export const metrics = (accuracy: number | null): TrialMetrics => ({
  accuracy,
  loss: accuracy === null ? null : 1 - accuracy,
});

export const epochOf = (epoch: number, accuracy: number | null): TrialEpoch => ({
  epoch,
  train: metrics(accuracy),
  test: metrics(accuracy),
  seconds: 1,
});
