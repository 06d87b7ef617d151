import { adapterKind } from '../../../src/trial/agree.ts';
import type { ResultAnswer } from '../../../src/trial/protocol.ts';
import type { TrialResult } from '../../../src/trial/result.ts';
import { type AlarmFound, alarmUnlessKnown, insertAlarms } from './alarms.ts';
import { type Context, now } from './context.ts';
import type { Transaction } from './database.ts';
import type { Entry, Held } from './entry.ts';
import { LeaseError, ReportError } from './errors.ts';
import { hashOfLease, heldBy } from './lease.ts';
import { insertEpochs, type NewEpoch } from './metrics.ts';
import { addEpoch } from './ops-epoch.ts';
import { againOf } from './ops-witness.ts';
import { type Witness, witnessesOf } from './witness.ts';
import type { Handler, Outcome } from './writer.ts';

export interface Completion {
  readonly id: string;
  readonly lease: string;
  readonly result: TrialResult;
  readonly ended: 'done' | 'pruned';
}

/** A completion of the attempt that runs. */
interface Valid {
  readonly completion: Completion;
  readonly entry: Entry;
  readonly held: Held;
  /** Epochs of the result's history that were not reported. */
  readonly missing: readonly NewEpoch[];
  readonly seq: number;
}

/**
 * Completes trials. In one transaction the queue's job is completed, if this attempt has it still, and the result is inserted.
 * Whoever comes after another's result, or has lost the trial, completes nothing; its digest is compared.
 */
export function completing(context: Context): Handler<Completion, ResultAnswer> {
  return async (transaction, completions) => {
    const outcomes = new Map<Completion, Outcome<ResultAnswer>>();
    const valid: Valid[] = [];
    for (const completion of completions) {
      try {
        const one = await validated(context, transaction, completion);
        if ('held' in one) valid.push(one);
        else outcomes.set(completion, one);
      } catch (error) {
        outcomes.set(completion, { error: error as Error });
      }
    }
    if (valid.length > 0) await store(context, transaction, valid, outcomes);
    return completions.map((one) => outcomes.get(one) as Outcome<ResultAnswer>);
  };
}

async function validated(
  context: Context,
  transaction: Transaction,
  completion: Completion,
): Promise<Valid | Outcome<ResultAnswer>> {
  const { id, lease, result, ended } = completion;
  const entry = context.memory.get(id) as Entry;
  checkResult(entry, completion);
  if (entry.held?.lease !== hashOfLease(lease)) {
    return againOf(context, transaction, entry, completion);
  }
  const held = heldBy(entry, id, lease);
  if (ended === 'pruned' && !entry.stop) {
    throw new ReportError('the trial is not to be pruned; go on with it, or release it');
  }
  const known = new Set(entry.trial.epochs.map(({ epoch }) => epoch));
  const missing = result.history
    .filter(({ epoch }) => !known.has(epoch))
    .map((epoch) => ({ trial: id, attempt: held.attempt, seq: context.memory.next(), epoch }));
  return { completion, entry, held, missing, seq: context.memory.next() };
}

function checkResult({ trial }: Entry, { result, ended }: Completion): void {
  const { epochs } = trial.spec;
  if (result.id !== trial.id) {
    throw new ReportError(`the result is of the trial ${result.id}, not of ${trial.id}`);
  }
  const { length } = result.history;
  if (ended === 'done' ? length !== epochs : length > epochs) {
    throw new ReportError(`the result has ${length} epochs; the trial has ${epochs}`);
  }
  if (result.history.some(({ epoch }, k) => epoch !== k + 1)) {
    throw new ReportError("the result's history must have the epochs 1, 2, … in order");
  }
}

async function store(
  context: Context,
  transaction: Transaction,
  valid: readonly Valid[],
  outcomes: Map<Completion, Outcome<ResultAnswer>>,
): Promise<void> {
  const { schema, queue } = context;
  const completed = await queue.complete(
    transaction,
    valid.map(({ held }) => held.job),
  );
  const taken = valid.filter(({ held }) => completed.has(held.job.id));
  for (const one of valid) if (!taken.includes(one)) outcomes.set(one.completion, refused(one));
  const at = now();
  await insertEpochs(
    transaction,
    schema,
    taken.flatMap(({ missing }) => missing),
  );
  await insertResults(context, transaction, taken, at);
  const witnesses = await witnessesOf(
    context,
    transaction,
    taken.filter(({ held }) => held.attempt > 0).map(({ entry }) => entry.trial.id),
  );
  for (const one of taken) {
    const others = witnesses.get(one.entry.trial.id) ?? [];
    outcomes.set(one.completion, await first(context, transaction, one, others, at));
  }
}

/** The queue has given the job to somebody else. */
const refused = ({ entry }: Valid): Outcome<ResultAnswer> => ({
  error: new LeaseError(`the trial ${entry.trial.id} was given to another worker`),
});

async function insertResults(
  { schema }: Context,
  { query }: Transaction,
  taken: readonly Valid[],
  at: number,
): Promise<void> {
  if (taken.length === 0) return;
  const rows = taken.map(({ completion, held, seq }) => ({
    trial: completion.id,
    attempt: held.attempt,
    ended: completion.ended,
    digest: completion.result.digest,
    kind: adapterKind(completion.result.place),
    result: completion.result,
    at,
    seq,
  }));
  await query(
    `with r as (
       select * from jsonb_to_recordset($1::jsonb) as r (trial text, attempt integer, ended text, digest text,
         kind text, result jsonb, at double precision, seq bigint)),
     stored as (
       insert into ${schema}.result (trial, attempt, ended, digest, kind, result, at)
       select trial, attempt, ended, digest, kind, result, at from r),
     closed as (
       update ${schema}.attempt a set ended = r.at, how = r.ended
       from r where a.trial = r.trial and a.attempt = r.attempt)
     update ${schema}.trial t set state = r.ended, ended = r.at, seq = r.seq from r where t.id = r.trial`,
    [JSON.stringify(rows)],
  );
}

async function first(
  context: Context,
  transaction: Transaction,
  { completion, entry, held, missing }: Valid,
  witnesses: readonly Witness[],
  at: number,
): Promise<Outcome<ResultAnswer>> {
  const { memory } = context;
  const { id, result, ended } = completion;
  const kind = adapterKind(result.place);
  const peers = witnesses.filter(
    (one) => one.kind === kind && one.epochs === result.history.length,
  );
  const found = peers
    .filter(({ digest }) => digest !== result.digest)
    .map(
      (one): AlarmFound => ({
        trial: id,
        kind,
        digests: [one.digest, result.digest],
        attempts: [one.attempt, held.attempt],
      }),
    );
  const alarms = found.flatMap((one) => alarmUnlessKnown(context, one) ?? []);
  await insertAlarms(context, transaction, alarms);
  return {
    answer: { taken: 'first', agrees: peers.length === 0 ? null : found.length === 0 },
    apply: () => {
      for (const { epoch, attempt } of missing) {
        addEpoch(context, entry, epoch, attempt);
        memory.tell({ type: 'epoch', id, epoch });
      }
      entry.held = null;
      memory.set(entry, { state: ended, result, ended: at });
      memory.heard(held.worker, 1);
      context.backoff.completed(held.worker.name);
      for (const alarm of alarms) alarm.apply();
      memory.tell({ type: 'ended', trial: entry.trial });
    },
  };
}
