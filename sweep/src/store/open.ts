import { mkdir } from 'node:fs/promises';
import { checkInteger, describe } from '../../../src/check.ts';
import { OptionError } from '../../../src/errors.ts';
import { Backoff } from './backoff.ts';
import type { Context, Rules } from './context.ts';
import type { Database } from './database.ts';
import { StoreError } from './errors.ts';
import { load } from './load.ts';
import { Memory } from './memory.ts';
import { openPglite } from './pglite.ts';
import { openPostgres } from './postgres.ts';
import { Queue } from './queue.ts';
import { migrate, queueSchema } from './schema.ts';
import { SweepStore } from './store.ts';

export interface StoreOptions {
  /** The sweep's own folder: the embedded database is in it, unless `database` is given. It is made if it is not there. */
  readonly folder: string;
  /** The sweep's name: a database that has another sweep is refused. */
  readonly name: string;
  /** `postgres://USER:PASSWORD@HOST:PORT/DATABASE`. Default: PGlite in `folder`. */
  readonly database?: string;
  /** Where the tables are; one for each sweep in a database. Default `gradweave`. */
  readonly schema?: string;
  /** A worker that says nothing for so long loses its trials, 1 to 3600. Default 30. */
  readonly heartbeatSeconds?: number;
  /** A trial fails if so many different workers have said that it failed, or workers at all twice as often. Default 3. */
  readonly mostFailures?: number;
  /** A trial fails after so many losses in a row without a finished epoch. Default 10. */
  readonly mostBarrenLosses?: number;
  /** Takes a line for people. Default: standard error. */
  readonly log?: (message: string) => void;
}

/**
 * Opens the trials of a sweep, with all that happened before. Attempts that ran stay with their workers, which get a full
 * heartbeat interval to speak.
 *
 * @throws {LockError} if another process has it open
 * @throws {StoreError} if the database cannot be used, or has another sweep
 * @throws {OptionError}
 */
export async function openStore(options: StoreOptions): Promise<SweepStore> {
  const { schema = 'gradweave', log = (message) => console.error(message) } = options;
  if (!/^[a-z][a-z0-9_]{0,40}$/.test(schema)) {
    throw new OptionError(
      `schema ${describe(schema)} was given; use up to 41 small letters, digits and _, a letter first`,
    );
  }
  const rules = rulesOf(options);
  await mkdir(options.folder, { recursive: true });
  const database = await openDatabase(options, schema);
  const closing: (() => Promise<void>)[] = [() => database.close()];
  try {
    await migrate(database, schema, options.name);
    const report = (error: Error) => log(`the database: ${error.message}`);
    const queue = await Queue.open(database, queueSchema(schema), rules.heartbeatSeconds, report);
    closing.unshift(() => queue.close());
    const memory = new Memory((error) =>
      log(`a listener of events failed: ${error.stack ?? error}`),
    );
    memory.restore(await database.transaction((one) => load(one, schema)));
    const context: Context = { schema, queue, memory, backoff: new Backoff(), rules, log };
    return new SweepStore(context, database);
  } catch (cause) {
    for (const close of closing) await close();
    if (cause instanceof StoreError) throw cause;
    throw new StoreError(`${database.place} cannot be used: ${(cause as Error).message}`, {
      cause,
    });
  }
}

function rulesOf(options: StoreOptions): Rules {
  const { heartbeatSeconds = 30, mostFailures = 3, mostBarrenLosses = 10 } = options;
  checkInteger('heartbeatSeconds', heartbeatSeconds, 1, 3600);
  checkInteger('mostFailures', mostFailures, 1);
  checkInteger('mostBarrenLosses', mostBarrenLosses, 1);
  return { heartbeatSeconds, mostFailures, mostBarrenLosses };
}

function openDatabase({ database, folder }: StoreOptions, schema: string): Promise<Database> {
  if (database === undefined) return openPglite(folder);
  if (/^postgres(ql)?:\/\//.test(database)) return openPostgres(database, schema);
  throw new OptionError(
    `database ${describe(database)} was given; use postgres://USER:PASSWORD@HOST:PORT/DATABASE, or leave it out for a database in the sweep's folder`,
  );
}
