import type { Alarm } from '../contract.ts';
import { type Context, now } from './context.ts';
import type { Transaction } from './database.ts';

/** Two runs of one trial that should be equal, and are not. */
export interface AlarmFound {
  readonly trial: string;
  readonly kind: string;
  readonly digests: readonly [string, string];
  readonly attempts: readonly [number, number];
}

export interface NewAlarm extends AlarmFound {
  readonly at: number;
  /** After it was stored. */
  apply(): void;
}

/** Null if the same difference is known. */
export function alarmUnlessKnown(context: Context, found: AlarmFound): NewAlarm | null {
  const { memory, log } = context;
  // Whichever came first.
  const same = ({ id, kind, digests }: Alarm) =>
    id === found.trial &&
    kind === found.kind &&
    digests.every((one) => found.digests.includes(one));
  if (memory.alarms.some(same)) return null;
  const at = now();
  return {
    ...found,
    at,
    apply: () => {
      if (memory.alarms.some(same)) return;
      const { trial: id, kind, digests } = found;
      memory.alarms.push({ id, kind, digests, workers: namesOf(context, found), at });
      log(
        `ALARM: two runs of the trial ${id} on ${kind} differ: ${digests.join(' and ')} (${namesOf(context, found).join(', ')})`,
      );
    },
  };
}

/** Stores alarms. */
export async function insertAlarms(
  context: Context,
  { query }: Transaction,
  alarms: readonly AlarmFound[],
): Promise<void> {
  if (alarms.length === 0) return;
  const rows = alarms.map((alarm) => {
    const [first_worker, second_worker] = namesOf(context, alarm);
    const [first_digest, second_digest] = alarm.digests;
    return {
      trial: alarm.trial,
      kind: alarm.kind,
      first_digest,
      second_digest,
      first_worker,
      second_worker,
      at: now(),
    };
  });
  await query(
    `insert into ${context.schema}.alarm (trial, kind, first_digest, second_digest, first_worker, second_worker, at)
     select * from jsonb_to_recordset($1::jsonb) as a (trial text, kind text, first_digest text, second_digest text,
       first_worker text, second_worker text, at double precision)
     on conflict do nothing`,
    [JSON.stringify(rows)],
  );
}

function namesOf({ memory }: Context, { trial, attempts }: AlarmFound): [string, string] {
  const names = memory.get(trial)?.workers ?? [];
  const of = (attempt: number) => names[attempt] ?? '?';
  return [of(attempts[0]), of(attempts[1])];
}
