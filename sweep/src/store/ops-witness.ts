import { adapterKind } from '../../../src/trial/agree.ts';
import type { ResultAnswer } from '../../../src/trial/protocol.ts';
import type { TrialResult } from '../../../src/trial/result.ts';
import { alarmUnlessKnown, insertAlarms } from './alarms.ts';
import { type Context, now } from './context.ts';
import type { Transaction } from './database.ts';
import type { Entry } from './entry.ts';
import { LeaseError } from './errors.ts';
import { hashOfLease } from './lease.ts';
import { insertWitness, type Witness, witnessesOf } from './witness.ts';
import type { Outcome } from './writer.ts';

interface PastAttempt {
  readonly attempt: number;
  readonly worker: string;
  readonly how: string;
}

/**
 * A result by a lease that is not held any more: it completes nothing. If the lease was held once, its digest is a witness of the
 * trial's bits.
 */
export async function againOf(
  context: Context,
  transaction: Transaction,
  entry: Entry,
  { lease, result }: { readonly lease: string; readonly result: TrialResult },
): Promise<Outcome<ResultAnswer>> {
  const { id } = entry.trial;
  const past = await pastAttempt(context, transaction, id, lease);
  if (past === undefined) {
    return { error: new LeaseError(`no worker was ever given the trial ${id} with this lease`) };
  }
  const own = entry.trial.result;
  // The answer to its own result was lost on the way: it asks again.
  if (
    own !== null &&
    (past.how === 'done' || past.how === 'pruned') &&
    own.digest === result.digest
  ) {
    return { answer: { taken: 'first', agrees: null } };
  }
  const witness: Witness = {
    trial: id,
    attempt: past.attempt,
    digest: result.digest,
    kind: adapterKind(result.place),
    epochs: result.history.length,
  };
  const peers = await peersOf(context, transaction, entry, witness);
  await insertWitness(context, transaction, witness, now());
  const differing = peers.filter(({ digest }) => digest !== witness.digest);
  const alarms = differing.flatMap(
    (one) =>
      alarmUnlessKnown(context, {
        trial: id,
        kind: witness.kind,
        digests: [one.digest, witness.digest],
        attempts: [one.attempt, witness.attempt],
      }) ?? [],
  );
  await insertAlarms(context, transaction, alarms);
  const apply = () => {
    for (const alarm of alarms) alarm.apply();
  };
  if (own === null) {
    const error = new LeaseError(
      `the trial ${id} was taken from this worker; what it came to is noted, and completes nothing`,
    );
    return { error, apply };
  }
  const agrees = peers.length === 0 ? null : differing.length === 0;
  return { answer: { taken: 'again', agrees }, apply };
}

async function pastAttempt(
  { schema }: Context,
  { query }: Transaction,
  id: string,
  lease: string,
): Promise<PastAttempt | undefined> {
  const [row] = await query<PastAttempt>(
    `select attempt, worker, how from ${schema}.attempt where trial = $1 and lease = $2 and ended is not null`,
    [id, hashOfLease(lease)],
  );
  return row;
}

/** Other digests of the same trial on the same kind of adapter, after as many epochs. */
async function peersOf(
  context: Context,
  transaction: Transaction,
  entry: Entry,
  { trial, attempt, kind, epochs }: Witness,
): Promise<Witness[]> {
  const witnesses = (await witnessesOf(context, transaction, [trial])).get(trial) ?? [];
  const { result } = entry.trial;
  const completed: Witness[] =
    result === null
      ? []
      : [
          {
            trial,
            // The last: who completed it had it last.
            attempt: entry.trial.attempts - 1,
            digest: result.digest,
            kind: adapterKind(result.place),
            epochs: result.history.length,
          },
        ];
  return [...completed, ...witnesses].filter(
    (one) => one.attempt !== attempt && one.kind === kind && one.epochs === epochs,
  );
}
