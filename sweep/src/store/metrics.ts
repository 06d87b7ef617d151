import type { TrialEpoch } from '../../../src/trial/result.ts';
import type { Transaction } from './database.ts';
import { groupBy } from './group.ts';

export interface MetricRow {
  readonly trial: string;
  readonly step: number;
  readonly name: string;
  readonly value: number | null;
  readonly attempt: number;
  readonly seq: string | number;
}

/** An epoch to be stored. */
export interface NewEpoch {
  readonly trial: string;
  readonly attempt: number;
  readonly seq: number;
  readonly epoch: TrialEpoch;
}

/** The numbers of an epoch by the names of their rows. */
function numbersOf({ train, test, seconds }: TrialEpoch): Readonly<Record<string, number | null>> {
  return {
    'train.loss': train.loss,
    'train.accuracy': train.accuracy,
    'test.loss': test.loss,
    'test.accuracy': test.accuracy,
    seconds,
  };
}

/** Stores epochs. What is there of (trial, step, name) stays. */
export async function insertEpochs(
  { query }: Transaction,
  schema: string,
  epochs: readonly NewEpoch[],
): Promise<void> {
  if (epochs.length === 0) return;
  const rows = epochs.flatMap(({ trial, attempt, seq, epoch }) =>
    Object.entries(numbersOf(epoch)).map(([name, value]) => ({
      trial,
      step: epoch.epoch,
      name,
      value,
      attempt,
      seq,
    })),
  );
  await query(
    `insert into ${schema}.metric (trial, step, name, value, attempt, seq)
     select * from jsonb_to_recordset($1::jsonb)
       as m (trial text, step integer, name text, value double precision, attempt integer, seq bigint)
     on conflict do nothing`,
    [JSON.stringify(rows)],
  );
}

/** Epochs of one trial from its rows, which are ordered by step. */
export function epochsOf(rows: readonly MetricRow[]): { epoch: TrialEpoch; attempt: number }[] {
  const steps = groupBy(rows, ({ step }) => step);
  return [...steps].map(([step, some]) => {
    const values = new Map(some.map(({ name, value }) => [name, value]));
    const of = (name: string): number | null => values.get(name) ?? null;
    return {
      attempt: some[0]?.attempt ?? 0,
      epoch: {
        epoch: step,
        train: { loss: of('train.loss'), accuracy: of('train.accuracy') },
        test: { loss: of('test.loss'), accuracy: of('test.accuracy') },
        seconds: of('seconds') ?? 0,
      },
    };
  });
}
