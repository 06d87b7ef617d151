import { randomUUID } from 'node:crypto';
import type { EndRecord, LogRecord } from '../../log/records.ts';
import { type MlflowClient, MlflowError } from './client.ts';
import {
  type Metric,
  MOST_METRICS,
  MOST_PARAMS,
  metricsOf,
  missingOf,
  type Newest,
  type Pair,
  pairsOf,
} from './values.ts';

const STATUS = { finished: 'FINISHED', failed: 'FAILED', killed: 'KILLED' } as const;

/** By which a run is found that was made before a connection broke. */
const TAG = 'gradweave.id';

/** Most metrics that wait for a server that does not answer. */
const MOST_WAITING = 1_000_000;

/**
 * What a run sends next.
 *
 * @param experiment its number
 * @param again whether it was tried before: then it may have been carried out
 */
type Work = (experiment: string, again: boolean, signal: AbortSignal) => Promise<void>;

/** One run on a tracking server, and what is not sent of it yet. Every request may be repeated without a double. */
export class MlflowRun {
  readonly #client: MlflowClient;
  readonly #name: string;
  readonly #tags: readonly Pair[];
  readonly #uuid = randomUUID();
  #id: string | undefined;
  #begun: number | undefined;
  #params: Pair[] = [];
  #metrics: Metric[] = [];
  #end: EndRecord | undefined;

  constructor(client: MlflowClient, name: string, tags: readonly Pair[]) {
    this.#client = client;
    this.#name = name;
    this.#tags = tags;
  }

  /** Keeps what is to be sent of a record. */
  add(record: LogRecord): void {
    if (record.type === 'start') {
      this.#begun = record.time;
      this.#params = pairsOf(record.options);
    }
    if (record.type === 'end') this.#end = record;
    if (this.#metrics.length < MOST_WAITING) this.#metrics.push(...metricsOf(record));
  }

  /** What to send next; undefined if there is nothing. */
  get work(): Work | undefined {
    if (this.#begun === undefined) return undefined;
    if (this.#id === undefined) return (...given) => this.#create(...given);
    if (this.#params.length > 0) return (_, __, signal) => this.#sendParams(signal);
    if (this.#metrics.length > 0) return (_, again, signal) => this.#sendMetrics(again, signal);
    const end = this.#end;
    return end && ((_, __, signal) => this.#update(end, signal));
  }

  async #create(experiment: string, again: boolean, signal: AbortSignal): Promise<void> {
    const found = again ? await this.#find(experiment, signal) : undefined;
    if (found !== undefined) {
      this.#id = found;
      return;
    }
    const made = await this.#client.call(
      'POST',
      'runs/create',
      {
        experiment_id: experiment,
        run_name: this.#name,
        start_time: Math.round(1000 * (this.#begun ?? 0)),
        tags: [...this.#tags, { key: TAG, value: this.#uuid }],
      },
      signal,
    );
    this.#id = idOf(made.run);
  }

  async #find(experiment: string, signal: AbortSignal): Promise<string | undefined> {
    const body = {
      experiment_ids: [experiment],
      filter: `tags."${TAG}" = '${this.#uuid}'`,
      max_results: 1,
    };
    const { runs } = await this.#client.call('POST', 'runs/search', body, signal);
    return Array.isArray(runs) && runs.length > 0 ? idOf(runs[0]) : undefined;
  }

  async #sendParams(signal: AbortSignal): Promise<void> {
    const params = this.#params.slice(0, MOST_PARAMS);
    // A param that is there with the same value stays as it is.
    await this.#client.call('POST', 'runs/log-batch', { run_id: this.#id, params }, signal);
    this.#params = this.#params.slice(params.length);
  }

  async #sendMetrics(again: boolean, signal: AbortSignal): Promise<void> {
    const batch = this.#metrics.slice(0, MOST_METRICS);
    const metrics = again ? missingOf(batch, await this.#newest(signal)) : batch;
    if (metrics.length > 0) {
      await this.#client.call('POST', 'runs/log-batch', { run_id: this.#id, metrics }, signal);
    }
    this.#metrics = this.#metrics.slice(batch.length);
  }

  async #newest(signal: AbortSignal): Promise<Newest> {
    const { run } = await this.#client.call('GET', 'runs/get', { run_id: this.#id }, signal);
    const { data } = run as { readonly data?: { readonly metrics?: readonly Metric[] } };
    return new Map(
      (data?.metrics ?? []).map(({ key, step = 0, timestamp }) => [
        key,
        // Numbers of 64 bits may be texts.
        { step: Number(step), timestamp: Number(timestamp) },
      ]),
    );
  }

  async #update({ state, time }: EndRecord, signal: AbortSignal): Promise<void> {
    const end = { status: STATUS[state], end_time: Math.round(1000 * time) };
    await this.#client.call('POST', 'runs/update', { run_id: this.#id, ...end }, signal);
    this.#end = undefined;
  }
}

function idOf(run: unknown): string {
  const id = (run as { info?: { run_id?: unknown } } | undefined)?.info?.run_id;
  if (typeof id === 'string') return id;
  throw new MlflowError('its answer to runs/create has no run: is it an MLflow server?', '', false);
}
