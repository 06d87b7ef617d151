import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { fromPglite } from 'pg-boss';
import type { Database, Row, Transaction } from './database.ts';
import { StoreError } from './errors.ts';
import { lockFolder } from './lock.ts';

/**
 * Opens PostgreSQL in this process (PGlite), with its files in a folder. What is committed survives the end of the process by
 * whatever signal. PGlite does not wait for the disk, so a power cut may cost the last seconds.
 *
 * @param folder of the sweep; the database is `database/` in it
 * @throws {LockError} if another process has it open
 * @throws {StoreError} if its files cannot be used
 */
export async function openPglite(folder: string): Promise<Database> {
  const lock = await lockFolder(folder);
  const place = join(folder, 'database');
  try {
    await mkdir(place, { recursive: true });
    const pglite = await PGlite.create(place);
    return new PgliteDatabase(pglite, place, lock.release);
  } catch (cause) {
    await lock.release();
    throw new StoreError(
      `the database in ${place} cannot be opened: ${(cause as Error).message}. If its files were changed by something else, restore them or use another folder`,
      { cause },
    );
  }
}

class PgliteDatabase implements Database {
  readonly kind = 'pglite';
  readonly place: string;
  readonly bossOptions;
  readonly #pglite: PGlite;
  readonly #unlock: () => Promise<void>;

  constructor(pglite: PGlite, place: string, unlock: () => Promise<void>) {
    this.#pglite = pglite;
    this.place = place;
    this.#unlock = unlock;
    this.bossOptions = { db: fromPglite(pglite), backend: 'pglite' as const };
  }

  transaction<T>(work: (transaction: Transaction) => Promise<T>): Promise<T> {
    // PGlite's own transaction waits for others, and rolls back if `work` throws.
    return this.#pglite.transaction((one) => {
      const executeSql = async (sql: string, values?: unknown[]) => ({
        rows: (await one.query<Row>(sql, values)).rows,
      });
      return work({
        query: async <R>(sql: string, values: readonly unknown[] = []) =>
          (await one.query<R>(sql, [...values])).rows,
        forBoss: { executeSql },
      });
    }) as Promise<T>;
  }

  async close(): Promise<void> {
    try {
      await this.#pglite.close();
    } finally {
      await this.#unlock();
    }
  }
}
