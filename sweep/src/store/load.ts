import type { WorkerInfo } from '../../../src/trial/protocol.ts';
import type { TrialEpoch, TrialResult } from '../../../src/trial/result.ts';
import type { Alarm, StoredTrial, TrialState } from '../contract.ts';
import type { Transaction } from './database.ts';
import { type Entry, type Held, kindOf } from './entry.ts';
import { groupBy } from './group.ts';
import { epochsOf, type MetricRow } from './metrics.ts';

/** Everything that the tables say. */
export interface Loaded {
  /** By number. */
  readonly entries: readonly Entry[];
  readonly alarms: readonly Alarm[];
  /** Where each event stands in the order of events: `ID` for an end, `ID EPOCH` for an epoch. */
  readonly order: ReadonlyMap<string, number>;
  readonly began: number;
  /** When each worker was given something, or ended something, last; and how many trials it has completed. */
  readonly workers: ReadonlyMap<string, { info: WorkerInfo; seen: number; done: number }>;
}

interface TrialRow {
  readonly id: string;
  readonly number: number;
  readonly job: string;
  readonly spec: StoredTrial['spec'];
  readonly point: number;
  readonly values: StoredTrial['values'];
  readonly shape: string;
  readonly state: TrialState;
  readonly stop: boolean;
  readonly attempts: number;
  readonly lost: number;
  readonly failures: number;
  readonly barren: number;
  readonly worker: string | null;
  readonly failure: string | null;
  readonly began: number | null;
  readonly ended: number | null;
  readonly seq: string | number | null;
  readonly result: TrialResult | null;
}

interface AttemptRow {
  readonly trial: string;
  readonly attempt: number;
  readonly retry: number;
  readonly lease: string;
  readonly worker: string;
  readonly runtime: string;
  readonly adapter: WorkerInfo['adapter'];
  readonly began: number;
  readonly ended: number | null;
  readonly how: string | null;
}

interface AlarmRow {
  readonly trial: string;
  readonly kind: string;
  readonly first_digest: string;
  readonly second_digest: string;
  readonly first_worker: string;
  readonly second_worker: string;
  readonly at: number;
}

/** The key of an epoch in {@link Loaded.order}. */
export const epochKey = (id: string, epoch: number): string => `${id} ${epoch}`;

export async function load({ query }: Transaction, schema: string): Promise<Loaded> {
  const trials = await query<TrialRow>(
    `select t.*, r.result from ${schema}.trial t left join ${schema}.result r on r.trial = t.id order by t.number`,
  );
  const attempts = await query<AttemptRow>(
    `select * from ${schema}.attempt order by trial, attempt`,
  );
  const metrics = await query<MetricRow>(
    `select trial, step, name, value, attempt, seq from ${schema}.metric order by trial, step`,
  );
  const alarms = await query<AlarmRow>(`select * from ${schema}.alarm order by at`);
  const sweep = await query<{ began: number }>(`select began from ${schema}.sweep`);
  const order = new Map<string, number>();
  for (const { id, seq } of trials) if (seq !== null) order.set(id, Number(seq));
  for (const { trial, step, seq } of metrics) order.set(epochKey(trial, step), Number(seq));
  const attemptsOf = groupBy(attempts, ({ trial }) => trial);
  const metricsOf = groupBy(metrics, ({ trial }) => trial);
  return {
    entries: trials.map((row) =>
      entryOf(row, attemptsOf.get(row.id) ?? [], metricsOf.get(row.id) ?? []),
    ),
    alarms: alarms.map(alarmOf),
    order,
    began: sweep[0]?.began ?? 0,
    workers: workersOf(attempts),
  };
}

function entryOf(row: TrialRow, attempts: AttemptRow[], metrics: MetricRow[]): Entry {
  const { job, stop, failures, barren, seq: _, ...rest } = row;
  const epochs: readonly { epoch: TrialEpoch; attempt: number }[] = epochsOf(metrics);
  const running = attempts.find(({ ended }) => ended === null);
  return {
    revision: 0,
    trial: Object.freeze({ ...rest, epochs: epochs.map(({ epoch }) => epoch) }),
    job,
    stop,
    failures,
    failedBy: new Set(attempts.filter(({ how }) => how === 'failed').map(({ worker }) => worker)),
    barren,
    epochAttempts: epochs.map(({ attempt }) => attempt),
    kinds: attempts.map(kindOf),
    workers: attempts.map(({ worker }) => worker),
    held: running === undefined ? null : heldOf(running, job),
  };
}

function heldOf(row: AttemptRow, job: string): Held {
  return {
    attempt: row.attempt,
    lease: row.lease,
    job: { id: job, retryCount: row.retry },
    worker: infoOf(row),
    // Nobody could hear it while no server was there.
    heard: performance.now(),
    epoch: null,
  };
}

const infoOf = ({ worker, runtime, adapter }: AttemptRow): WorkerInfo => ({
  name: worker,
  runtime,
  adapter,
});

export function alarmOf(row: AlarmRow): Alarm {
  return {
    id: row.trial,
    kind: row.kind,
    digests: [row.first_digest, row.second_digest],
    workers: [row.first_worker, row.second_worker],
    at: row.at,
  };
}

function workersOf(attempts: readonly AttemptRow[]): Loaded['workers'] {
  const workers = new Map<string, { info: WorkerInfo; seen: number; done: number }>();
  for (const row of attempts) {
    const before = workers.get(row.worker);
    workers.set(row.worker, {
      info: infoOf(row),
      // What it did itself; a loss is nothing that was heard.
      seen: Math.max(before?.seen ?? 0, row.began, row.how === 'lost' ? 0 : (row.ended ?? 0)),
      done: (before?.done ?? 0) + (row.how === 'done' || row.how === 'pruned' ? 1 : 0),
    });
  }
  return workers;
}
