/** What a storm has left in the database, read without the store. */
import { join } from 'node:path';
import { PACKAGE_ROOT } from '../../../src/cli/paths.ts';

export interface Left {
  readonly trials: number;
  readonly results: number;
  /** Trials without a result. */
  readonly lost: number;
  /** Trials that were completed more than once. */
  readonly twice: number;
  readonly alarms: number;
  /** Attempts by how they ended. */
  readonly attempts: Readonly<Record<string, number>>;
  /** Trial and worker of each attempt that was lost. */
  readonly losses: readonly (readonly [string, string])[];
  readonly digests: ReadonlyMap<string, string>;
  /** Jobs of pg-boss that are not completed. */
  readonly openJobs: number;
  /** Epochs that are missing or too many. */
  readonly wrongEpochs: number;
}

type Query = (sql: string) => Promise<Record<string, unknown>[]>;

export async function leftIn(folder: string, database?: string): Promise<Left> {
  const modules = join(PACKAGE_ROOT, 'sweep', 'node_modules');
  if (database !== undefined) {
    const { default: pg } = await import(join(modules, 'pg', 'lib', 'index.js'));
    const client = new pg.Client({ connectionString: database });
    await client.connect();
    try {
      return await read(async (sql) => (await client.query(sql)).rows);
    } finally {
      await client.end();
    }
  }
  const { PGlite } = await import(join(modules, '@electric-sql', 'pglite', 'dist', 'index.js'));
  const pglite = await PGlite.create(join(folder, 'database'));
  try {
    return await read(async (sql) => (await pglite.query(sql)).rows);
  } finally {
    await pglite.close();
  }
}

async function read(query: Query): Promise<Left> {
  const count = async (sql: string): Promise<number> => Number((await query(sql))[0]?.count);
  const S = 'gradweave';
  const ends = await query(`select how, count(*) from ${S}.attempt group by how`);
  const losses = await query(`select trial, worker from ${S}.attempt where how = 'lost'`);
  const results = await query(`select trial, digest from ${S}.result`);
  return {
    trials: await count(`select count(*) from ${S}.trial`),
    results: results.length,
    lost: await count(
      `select count(*) from ${S}.trial t left join ${S}.result r on r.trial = t.id where r.trial is null or t.state <> 'done'`,
    ),
    twice: await count(
      `select count(*) from (select trial from ${S}.attempt where how = 'done' group by trial having count(*) > 1) as twice`,
    ),
    alarms: await count(`select count(*) from ${S}.alarm`),
    attempts: Object.fromEntries(ends.map(({ how, count: n }) => [String(how), Number(n)])),
    losses: losses.map(({ trial, worker }) => [String(trial), String(worker)] as const),
    digests: new Map(results.map(({ trial, digest }) => [String(trial), String(digest)])),
    openJobs: await count(
      `select count(*) from ${S}_queue.job where name = 'trials' and state <> 'completed'`,
    ),
    wrongEpochs: await count(
      `select count(*) from ${S}.trial t where (select count(*) from ${S}.metric m where m.trial = t.id) <> 5 * (t.spec->>'epochs')::int`,
    ),
  };
}
