/** Attempts that end without a result: released, failed or lost. */
import type { JobAttempt } from 'pg-boss';
import type { ReleaseRequest } from '../../../src/trial/protocol.ts';
import { type Context, now } from './context.ts';
import type { Transaction } from './database.ts';
import type { Entry, Held } from './entry.ts';
import { LeaseError } from './errors.ts';
import { heldBy } from './lease.ts';
import type { Handler, Outcome } from './writer.ts';

export interface Release {
  readonly id: string;
  readonly lease: string;
  readonly why: ReleaseRequest['why'];
  readonly message: string | null;
}

export interface Loss {
  readonly id: string;
  readonly attempt: number;
  /** When it was heard last: it is not lost if it was heard since. Null: its job was taken away. */
  readonly heard: number | null;
}

type How = 'released' | 'failed' | 'lost';

/** What follows from the end of an attempt. */
interface End {
  readonly entry: Entry;
  readonly held: Held;
  readonly how: How;
  readonly next: 'waiting' | 'failed' | 'pruned';
  readonly failures: number;
  readonly failedBy: ReadonlySet<string>;
  readonly barren: number;
  readonly lost: number;
  readonly failure: string | null;
  readonly seq: number | null;
}

/** Gives trials back, as their workers ask for. */
export function releasing(context: Context): Handler<Release, null> {
  return async (transaction, releases) => {
    const ends: End[] = [];
    const outcomes: Outcome<null>[] = [];
    for (const { id, lease, why, message } of releases) {
      try {
        const entry = context.memory.get(id) as Entry;
        const held = heldBy(entry, id, lease);
        const how = why === 'failed' ? 'failed' : 'released';
        const end = endOf(context, entry, held, how, message);
        ends.push(end);
        outcomes.push({ answer: null, apply: () => applyEnd(context, end, true) });
      } catch (error) {
        outcomes.push({ error: error as Error });
      }
    }
    await storeEnds(context, transaction, ends);
    return outcomes;
  };
}

/** Takes trials from workers that are silent. */
export function losing(context: Context): Handler<Loss, boolean> {
  return async (transaction, losses) => {
    const ends: End[] = [];
    const outcomes = losses.map(({ id, attempt, heard }): Outcome<boolean> => {
      const entry = context.memory.get(id);
      const held = entry?.held ?? null;
      // It has ended, or was heard, meanwhile.
      if (entry === undefined || held?.attempt !== attempt) return { answer: false };
      if (heard !== null && held.heard !== heard) return { answer: false };
      const end = endOf(context, entry, held, 'lost', null);
      ends.push(end);
      return { answer: true, apply: () => applyEnd(context, end, false) };
    });
    await storeEnds(context, transaction, ends);
    return outcomes;
  };
}

function endOf(
  { memory, rules }: Context,
  entry: Entry,
  held: Held,
  how: How,
  message: string | null,
): End {
  const advanced = held.epoch !== null && entry.epochAttempts.includes(held.attempt);
  const failures = entry.failures + (how === 'failed' ? 1 : 0);
  const failedBy =
    how === 'failed' ? new Set([...entry.failedBy, held.worker.name]) : entry.failedBy;
  const barren = how === 'lost' && !advanced ? entry.barren + 1 : advanced ? 0 : entry.barren;
  const failure =
    failedBy.size >= rules.mostFailures || failures >= 2 * rules.mostFailures
      ? `it failed ${failures} times on ${failedBy.size} workers; the last said: ${message ?? 'nothing'}`
      : barren >= rules.mostBarrenLosses
        ? `${barren} workers in a row were lost without finishing an epoch: the trial may be what ends them`
        : null;
  const next = entry.stop ? 'pruned' : failure !== null ? 'failed' : 'waiting';
  return {
    entry,
    held,
    how,
    next,
    failures,
    failedBy,
    barren,
    lost: entry.trial.lost + (how === 'lost' ? 1 : 0),
    failure: next === 'failed' ? failure : null,
    seq: next === 'waiting' ? null : memory.next(),
  };
}

async function storeEnds(
  context: Context,
  transaction: Transaction,
  ends: readonly End[],
): Promise<void> {
  if (ends.length === 0) return;
  const { queue } = context;
  const back = ends.filter(({ next }) => next === 'waiting');
  const jobs = back.map(({ held }): JobAttempt => held.job);
  const given = jobs.length === 0 ? new Set() : await queue.giveBack(transaction, jobs);
  // Its job was taken away by something else: it gets one again, unless it is there.
  const bereft = back.filter(({ held }) => !given.has(held.job.id)).map(({ entry }) => entry);
  if (bereft.length > 0) {
    await queue.send(
      transaction,
      bereft.map(({ job, trial }) => ({ job, id: trial.id, number: trial.number })),
    );
  }
  const over = ends.filter(({ next }) => next !== 'waiting').map(({ entry }) => entry.job);
  if (over.length > 0) await queue.cancel(transaction, over);
  await update(context, transaction, ends);
}

async function update(
  { schema }: Context,
  { query }: Transaction,
  ends: readonly End[],
): Promise<void> {
  const at = now();
  const rows = ends.map(({ entry, held, failedBy: _, ...end }) => ({
    ...end,
    trial: entry.trial.id,
    attempt: held.attempt,
    at,
  }));
  await query(
    `with e as (
       select * from jsonb_to_recordset($1::jsonb) as e (trial text, attempt integer, how text, next text,
         failures integer, barren integer, lost integer, failure text, seq bigint, at double precision)),
     closed as (
       update ${schema}.attempt a set ended = e.at, how = e.how
       from e where a.trial = e.trial and a.attempt = e.attempt)
     update ${schema}.trial t set state = e.next, failures = e.failures, barren = e.barren, lost = e.lost,
       failure = e.failure, seq = e.seq, ended = case when e.next = 'waiting' then null else e.at end
     from e where t.id = e.trial`,
    [JSON.stringify(rows)],
  );
}

function applyEnd({ memory, backoff, log }: Context, end: End, spoke: boolean): void {
  const { entry, held, how, next, failures, failedBy, barren, lost, failure, seq } = end;
  entry.held = null;
  entry.failures = failures;
  entry.failedBy = failedBy;
  entry.barren = barren;
  memory.set(entry, { state: next, lost, failure, ended: next === 'waiting' ? null : now() });
  if (spoke) memory.heard(held.worker);
  if (how === 'failed') {
    const { name } = held.worker;
    const pause = backoff.failed(name);
    if (pause > 0) log(`${name} failed one trial after the other: it is given none for ${pause} s`);
  }
  if (how === 'lost') {
    log(
      `the trial ${entry.trial.id} was lost by ${held.worker.name}: nothing was heard of it. It is ${next}`,
    );
  }
  if (seq === null) return;
  memory.tell({ type: 'ended', trial: entry.trial });
}

/** For requests that need a lease but store nothing. */
export function holds(context: Context, id: string, lease: string): boolean {
  try {
    return heldBy(context.memory.get(id), id, lease) !== null;
  } catch (error) {
    if (error instanceof LeaseError) return false;
    throw error;
  }
}
