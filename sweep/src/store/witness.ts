import type { Context } from './context.ts';
import type { Transaction } from './database.ts';
import { groupBy } from './group.ts';

/** A digest of a worker that completed nothing. */
export interface Witness {
  readonly trial: string;
  readonly attempt: number;
  readonly digest: string;
  readonly kind: string;
  readonly epochs: number;
}

export async function witnessesOf(
  { schema }: Context,
  { query }: Transaction,
  ids: readonly string[],
): Promise<Map<string, Witness[]>> {
  if (ids.length === 0) return new Map();
  const rows = await query<Witness>(
    `select trial, attempt, digest, kind, epochs from ${schema}.witness where trial = any($1::text[]) order by attempt`,
    [ids],
  );
  return groupBy(rows, ({ trial }) => trial);
}

/** Stores what a worker came to. Its first word counts. */
export async function insertWitness(
  { schema }: Context,
  { query }: Transaction,
  { trial, attempt, digest, kind, epochs }: Witness,
  at: number,
): Promise<void> {
  await query(
    `insert into ${schema}.witness (trial, attempt, digest, kind, epochs, at) values ($1, $2, $3, $4, $5, $6)
     on conflict do nothing`,
    [trial, attempt, digest, kind, epochs, at],
  );
}
