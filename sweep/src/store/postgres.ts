import pg from 'pg';
import type { Database, Row, Transaction } from './database.ts';
import { LockError, StoreError } from './errors.ts';

/** How long a server waits for its predecessor's connection to be noticed as dead. */
const PATIENCE_MS = 15_000;
const RETRY_MS = 500;
/** A statement that takes longer has no connection any more. */
const STATEMENT_MS = 60_000;

/**
 * Opens a PostgreSQL database. One connection does all that is written, and holds an advisory lock: if the connection goes, the
 * lock goes, and nothing can be written until another connection has it. So two servers never write one sweep.
 *
 * @param url `postgres://USER:PASSWORD@HOST:PORT/DATABASE`
 * @param schema the lock is one for each
 * @throws {LockError} if another server has the sweep open
 * @throws {StoreError} if there is no connection
 */
export async function openPostgres(url: string, schema: string): Promise<Database> {
  const database = new PostgresDatabase(url, schema);
  try {
    await database.connect(PATIENCE_MS);
    return database;
  } catch (error) {
    await database.close();
    throw error;
  }
}

/** The address without its password. */
export function withoutPassword(url: string): string {
  try {
    const parsed = new URL(url);
    parsed.password = '';
    parsed.search = '';
    return parsed.href;
  } catch {
    return 'postgres://…';
  }
}

class PostgresDatabase implements Database {
  readonly kind = 'postgres';
  readonly place: string;
  readonly bossOptions;
  readonly #settings: pg.ClientConfig;
  readonly #schema: string;
  /** For pg-boss's own statements; it must not speak into a transaction. */
  readonly #pool: pg.Pool;
  /** Has the lock. Null if the connection was lost. */
  #writer: pg.Client | null = null;
  #turn: Promise<unknown> = Promise.resolve();
  #closed = false;

  constructor(url: string, schema: string) {
    this.place = withoutPassword(url);
    this.#schema = schema;
    this.#settings = {
      connectionString: url,
      application_name: 'gradweave-sweep',
      connectionTimeoutMillis: 10_000,
      query_timeout: STATEMENT_MS,
      keepAlive: true,
    };
    this.#pool = new pg.Pool({ ...this.#settings, max: 2 });
    // A lost idle connection is replaced by the pool.
    this.#pool.on('error', () => {});
    const executeSql = async (sql: string, values?: unknown[]) => ({
      rows: rowsOf(await this.#pool.query(sql, values)),
    });
    this.bossOptions = { db: { executeSql }, backend: 'postgres' as const };
  }

  /** Connects, and takes the lock. */
  async connect(patience: number): Promise<void> {
    const until = Date.now() + patience;
    const client = new pg.Client(this.#settings);
    client.on('error', () => this.#lost(client));
    client.on('end', () => this.#lost(client));
    try {
      await client.connect();
    } catch (cause) {
      throw new StoreError(
        `no connection to ${this.place}: ${(cause as Error).message || (cause as NodeJS.ErrnoException).code}. Check the address, the user and that the database is there`,
        { cause },
      );
    }
    // Two keys: the first says that it is ours.
    while (!(await locked(client, this.#schema))) {
      if (Date.now() > until) {
        await client.end().catch(() => {});
        throw new LockError(
          `the sweep in ${this.place}, schema ${this.#schema}, is open in another server. End that one first, or use another database`,
        );
      }
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
    this.#writer = client;
  }

  transaction<T>(work: (transaction: Transaction) => Promise<T>): Promise<T> {
    const run = this.#turn.then(() => this.#run(work));
    this.#turn = run.catch(() => {});
    return run;
  }

  async #run<T>(work: (transaction: Transaction) => Promise<T>): Promise<T> {
    if (this.#closed) throw new StoreError('the store is closed');
    if (this.#writer === null) await this.connect(0);
    const client = this.#writer;
    if (client === null) throw new StoreError(`the connection to ${this.place} was lost`);
    const query = async <R>(sql: string, values: readonly unknown[] = []): Promise<R[]> =>
      rowsOf(await client.query(sql, [...values])) as R[];
    const executeSql = async (sql: string, values?: unknown[]) => ({
      rows: rowsOf(await client.query(sql, values)),
    });
    await query('begin');
    try {
      const value = await work({ query, forBoss: { executeSql } });
      await query('commit');
      return value;
    } catch (error) {
      // A connection that cannot roll back is given up, and its transaction with it.
      await query('rollback').catch(() => this.#lost(client));
      throw error;
    }
  }

  #lost(client: pg.Client): void {
    if (this.#writer !== client) return;
    this.#writer = null;
    client.end().catch(() => {});
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    await this.#turn;
    this.#closed = true;
    const writer = this.#writer;
    this.#writer = null;
    await writer?.end().catch(() => {});
    await this.#pool.end();
  }
}

async function locked(client: pg.Client, schema: string): Promise<boolean> {
  const { rows } = await client.query(
    "select pg_try_advisory_lock(hashtext('gradweave-sweep'), hashtext($1)) as locked",
    [schema],
  );
  return rows[0]?.locked === true;
}

/** Several statements give a list of answers; the rows of all are wanted, as pg-boss takes them of PGlite. */
function rowsOf(answer: pg.QueryResult | pg.QueryResult[]): Row[] {
  return Array.isArray(answer) ? answer.flatMap(({ rows }) => rows) : answer.rows;
}
