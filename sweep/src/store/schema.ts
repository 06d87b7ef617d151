import type { Database, Transaction } from './database.ts';
import { StoreError } from './errors.ts';

/**
 * The tables of a sweep, by version: each entry brings the version before it to its own. `$S` is the schema.
 *
 * - `trial`: what was queued, and how it stands. `job` is its job of pg-boss.
 * - `attempt`: each time a trial was given to a worker. Only one of a trial runs at a time, which the index
 *   `attempt_running` says too. `lease` is the SHA-256 of the secret.
 * - `metric`: one number of an epoch, stored once. `seq` orders what happened.
 * - `result`: what a trial ended in, stored once.
 * - `witness`: digests of workers that came after another, or had lost the trial; only compared.
 * - `alarm`: digests of one trial on one kind of adapter that differ.
 */
const VERSIONS: readonly string[] = [
  `
  create table $S.trial (
    id text primary key check (id ~ '^[0-9a-f]{64}$'),
    number integer not null unique,
    job uuid not null unique,
    spec jsonb not null,
    point integer not null,
    values jsonb not null,
    shape text not null,
    state text not null default 'waiting' check (state in ('waiting', 'running', 'done', 'pruned', 'failed')),
    stop boolean not null default false,
    attempts integer not null default 0,
    lost integer not null default 0,
    failures integer not null default 0,
    barren integer not null default 0,
    worker text,
    failure text,
    began double precision,
    ended double precision,
    seq bigint
  );
  create table $S.attempt (
    trial text not null references $S.trial (id),
    attempt integer not null,
    retry integer not null,
    lease text not null unique,
    worker text not null,
    runtime text not null,
    adapter jsonb,
    began double precision not null,
    ended double precision,
    how text check (how in ('done', 'pruned', 'lost', 'released', 'failed')),
    primary key (trial, attempt),
    check ((ended is null) = (how is null))
  );
  create unique index attempt_running on $S.attempt (trial) where ended is null;
  create table $S.metric (
    trial text not null references $S.trial (id),
    step integer not null check (step > 0),
    name text not null,
    value double precision,
    attempt integer not null,
    seq bigint not null,
    primary key (trial, step, name)
  );
  create table $S.result (
    trial text primary key references $S.trial (id),
    attempt integer not null,
    ended text not null check (ended in ('done', 'pruned')),
    digest text not null check (digest ~ '^[0-9a-f]{64}$'),
    kind text not null,
    result jsonb not null,
    at double precision not null,
    foreign key (trial, attempt) references $S.attempt (trial, attempt)
  );
  create table $S.witness (
    trial text not null,
    attempt integer not null,
    digest text not null,
    kind text not null,
    epochs integer not null,
    at double precision not null,
    primary key (trial, attempt),
    foreign key (trial, attempt) references $S.attempt (trial, attempt)
  );
  create table $S.alarm (
    trial text not null references $S.trial (id),
    kind text not null,
    first_digest text not null,
    second_digest text not null,
    first_worker text not null,
    second_worker text not null,
    at double precision not null,
    primary key (trial, kind, first_digest, second_digest)
  );
  `,
];

/** The schema of pg-boss beside ours. */
export const queueSchema = (schema: string): string => `${schema}_queue`;

/**
 * Makes the tables, or brings those of an older version up to date, in one transaction.
 *
 * @param name of the sweep; a database has one sweep in a schema
 * @throws {StoreError} if the tables are of a newer version, or of another sweep
 */
export async function migrate(database: Database, schema: string, name: string): Promise<void> {
  await database.transaction(async (transaction) => {
    await transaction.query(`create schema if not exists ${schema}`);
    await transaction.query(
      `create table if not exists ${schema}.sweep (one boolean primary key default true check (one), version integer not null, name text not null, began double precision not null)`,
    );
    const found = await transaction.query<{ version: number; name: string }>(
      `select version, name from ${schema}.sweep`,
    );
    const version = found[0]?.version ?? 0;
    if (version > VERSIONS.length) {
      throw new StoreError(
        `the sweep in ${database.place} was written by a newer version (tables of version ${version}; this one knows ${VERSIONS.length}). Update gradweave-sweep`,
      );
    }
    if (found[0] !== undefined && found[0].name !== name) {
      throw new StoreError(
        `${database.place} has the sweep '${found[0].name}', not '${name}'. Give another folder with --folder DIR, or another database`,
      );
    }
    for (const statements of VERSIONS.slice(version)) await apply(transaction, schema, statements);
    await transaction.query(
      `insert into ${schema}.sweep (version, name, began) values ($1, $2, $3) on conflict (one) do update set version = $1`,
      [VERSIONS.length, name, Date.now() / 1000],
    );
  });
}

async function apply(transaction: Transaction, schema: string, statements: string): Promise<void> {
  const each = statements.replaceAll('$S', schema).split(';');
  for (const statement of each) if (statement.trim() !== '') await transaction.query(statement);
}
