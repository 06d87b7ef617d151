import { randomBytes } from 'node:crypto';
import type { ClaimedTrial, WorkerInfo } from '../../../src/trial/protocol.ts';
import { type Context, now } from './context.ts';
import type { Transaction } from './database.ts';
import { type Entry, kindOf } from './entry.ts';
import { StoreError } from './errors.ts';
import { hashOfLease } from './lease.ts';
import type { Taken } from './queue.ts';
import type { Handler } from './writer.ts';

export interface Claim {
  readonly worker: WorkerInfo;
  readonly most: number;
}

/** A trial with what only the worker is told. */
export type Given = Omit<ClaimedTrial, 'checkpoint'>;

interface Gift {
  readonly claim: number;
  readonly entry: Entry;
  readonly taken: Taken;
  readonly lease: string;
  readonly worker: WorkerInfo;
}

/** Gives each claim a trial that waits, of the lowest numbers, and those that want several others of the same shape. */
export function claiming(context: Context): Handler<Claim, readonly Given[]> {
  return async (transaction, claims) => {
    const { memory, queue } = context;
    if (memory.waiting === 0) return claims.map(() => ({ answer: [] }));
    const first = await queue.fetch(transaction, Math.min(claims.length, memory.waiting));
    const gifts: Gift[] = first
      .map((taken) => ({ taken, entry: entryOf(context, taken) }))
      .sort((a, b) => a.entry.trial.number - b.entry.trial.number)
      .map((one, claim) => giftOf(claims, claim, one.entry, one.taken));
    const given = new Set(gifts.map(({ entry }) => entry));
    for (const gift of gifts.slice()) {
      const wanted = (claims[gift.claim]?.most ?? 1) - 1;
      for (const entry of equals(context, gift.entry, given, wanted)) {
        const [taken] = await queue.fetchNumber(transaction, entry.trial.number);
        if (taken === undefined) continue;
        given.add(entry);
        gifts.push(giftOf(claims, gift.claim, entry, taken));
      }
    }
    const at = now();
    await insertAttempts(context, transaction, gifts, at);
    return claims.map(({ worker }, claim) => {
      const own = gifts.filter((gift) => gift.claim === claim);
      return {
        answer: own.map(({ entry, lease }) => ({
          id: entry.trial.id,
          spec: entry.trial.spec,
          lease,
          attempt: entry.trial.attempts,
        })),
        apply: () => {
          memory.heard(worker);
          for (const gift of own) hold(context, gift, at);
        },
      };
    });
  };
}

function giftOf(claims: readonly Claim[], claim: number, entry: Entry, taken: Taken): Gift {
  const { worker } = claims[claim] as Claim;
  return { claim, entry, taken, worker, lease: randomBytes(32).toString('base64url') };
}

function entryOf({ memory }: Context, { trial }: Taken): Entry {
  const entry = memory.get(trial);
  if (entry?.trial.state === 'waiting') return entry;
  throw new StoreError(
    `the queue has the trial ${trial}, which ${entry === undefined ? 'is not stored' : `is ${entry.trial.state}`}: something else has changed the database`,
  );
}

/** Other trials of the same shape that wait. */
function equals(
  { memory }: Context,
  { trial }: Entry,
  given: ReadonlySet<Entry>,
  most: number,
): Entry[] {
  if (most <= 0) return [];
  return memory.list
    .filter((one) => one.trial.state === 'waiting' && !given.has(one))
    .filter((one) => one.trial.shape === trial.shape)
    .slice(0, most);
}

async function insertAttempts(
  { schema }: Context,
  { query }: Transaction,
  gifts: readonly Gift[],
  at: number,
): Promise<void> {
  if (gifts.length === 0) return;
  const rows = gifts.map(({ entry, taken, lease, worker }) => ({
    trial: entry.trial.id,
    attempt: entry.trial.attempts,
    retry: taken.retryCount,
    lease: hashOfLease(lease),
    worker: worker.name,
    runtime: worker.runtime,
    adapter: worker.adapter,
    began: at,
  }));
  await query(
    `with given as (
       insert into ${schema}.attempt (trial, attempt, retry, lease, worker, runtime, adapter, began)
       select * from jsonb_to_recordset($1::jsonb) as a (trial text, attempt integer, retry integer,
         lease text, worker text, runtime text, adapter jsonb, began double precision)
       returning trial, worker, began)
     update ${schema}.trial t set state = 'running', attempts = t.attempts + 1, worker = given.worker,
       began = coalesce(t.began, given.began)
     from given where t.id = given.trial`,
    [JSON.stringify(rows)],
  );
}

function hold({ memory }: Context, { entry, taken, lease, worker }: Gift, at: number): void {
  const { trial } = entry;
  entry.held = {
    attempt: trial.attempts,
    lease: hashOfLease(lease),
    job: { id: taken.id, retryCount: taken.retryCount },
    worker,
    heard: performance.now(),
    epoch: null,
  };
  entry.kinds = [...entry.kinds, kindOf(worker)];
  entry.workers = [...entry.workers, worker.name];
  memory.set(entry, {
    state: 'running',
    attempts: trial.attempts + 1,
    worker: worker.name,
    began: trial.began ?? at,
  });
}
