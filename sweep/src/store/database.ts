import type { ConstructorOptions, Db } from 'pg-boss';

/** A row of an answer. */
export type Row = Record<string, unknown>;

/** What statements of one transaction are given to. */
export interface Transaction {
  /** @param values for `$1`, `$2`, … */
  query<T = Row>(sql: string, values?: readonly unknown[]): Promise<T[]>;
  /** The same for pg-boss: what it does with this is part of the transaction. */
  readonly forBoss: Db;
}

/** A PostgreSQL database that this process alone writes to. */
export interface Database {
  readonly kind: 'pglite' | 'postgres';
  /** Where it is, for messages; without a password. */
  readonly place: string;
  /** What pg-boss is given to reach it outside of transactions. */
  readonly bossOptions: Pick<ConstructorOptions, 'db' | 'backend'>;
  /**
   * Runs statements as one transaction: all or none. Transactions do not overlap.
   *
   * @throws whatever `work` throws, after the transaction was rolled back; an error of the commit leaves open whether it took
   *   effect
   */
  transaction<T>(work: (transaction: Transaction) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}
