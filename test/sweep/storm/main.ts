/**
 * `npm run sweep:storm`: real trials by real workers, which are killed all the time, with a server that is killed too and lines
 * that are cut. In the end every trial must have exactly one result, with the digest of an undisturbed run.
 *
 * Options: `--trials 200`, `--database both|pglite|postgres`, `--workers 4`, `--seed 1`, `--heartbeat 4`.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { optionsOf, type StormOptions } from './options.ts';
import { type Postgres, startPostgres } from './postgres.ts';
import { type Storm, storm } from './storm.ts';
import { smallTrials } from './trials.ts';

/** What is wrong after a storm, in words; empty if nothing is. */
function faultsOf(
  { left, intruder, ...found }: Storm,
  calm: Storm,
  { trials }: StormOptions,
): string[] {
  const { digests } = calm.left;
  const differing = [...left.digests].filter(([id, digest]) => digests.get(id) !== digest).length;
  const faults: readonly (readonly [boolean, string])[] = [
    [left.trials !== trials, `${left.trials} trials instead of ${trials}`],
    [left.results !== trials, `${left.results} results instead of ${trials}`],
    [left.lost > 0, `${left.lost} lost`],
    [left.twice > 0, `${left.twice} completed twice`],
    [left.alarms > 0, `${left.alarms} alarms`],
    [left.openJobs > 0, `${left.openJobs} jobs left in the queue`],
    [left.wrongEpochs > 0, `${left.wrongEpochs} trials with missing epochs`],
    [differing > 0, `${differing} digests differ`],
    [intruder === 'TAKEN', 'a result of a worker that had lost its trial was taken'],
    [!/^(refused|taken as)/.test(intruder), `the intruder was not tried: ${intruder}`],
    [found.serverKills < 2, `the server was killed ${found.serverKills} times instead of 2`],
    [!found.cutLost, 'the worker whose line was cut did not lose its trial'],
  ];
  return faults.flatMap(([is, words]) => (is ? [words] : []));
}

async function main(options: StormOptions): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'gradweave-storm-'));
  const { trials, databases } = options;
  let postgres: Postgres | null = null;
  try {
    console.log(
      `${trials} trials, ${options.workers} workers, seed ${options.seed}; logs in ${folder}`,
    );
    const all = await smallTrials(trials);
    if (databases.includes('postgres')) {
      postgres = await startPostgres();
      console.log(postgres.version);
    }
    const calm = await storm(all, options, { folder: join(folder, 'calm'), violent: false });
    console.log(`undisturbed: ${calm.left.results} results in ${calm.seconds.toFixed(0)} s`);
    let [results, lost, twice] = [0, 0, 0];
    const faults: string[] =
      calm.left.results === trials ? [] : ['the undisturbed run is not complete'];
    for (const database of databases) {
      const place = {
        folder: join(folder, database),
        violent: true,
        ...(database === 'postgres' && postgres !== null ? { database: postgres.url } : {}),
      };
      const found = await storm(all, options, place);
      const { left } = found;
      results += left.results;
      lost += left.lost;
      twice += left.twice;
      const wrong = faultsOf(found, calm, options);
      faults.push(...wrong.map((one) => `${database}: ${one}`));
      console.log(
        `${database}: ${left.results} results; ${found.kills} workers and ${found.serverKills} servers killed; attempts ${JSON.stringify(left.attempts)}; the worker whose line was cut ${found.cutLost ? 'lost its trial' : 'lost nothing'}; the intruder was ${found.intruder}; ${found.seconds.toFixed(0)} s${wrong.length === 0 ? '' : `; WRONG: ${wrong.join(', ')}`}`,
      );
    }
    const count = trials * databases.length;
    const agree = !faults.some((one) => one.includes('digests differ')) && results === count;
    if (faults.length > 0) console.log(`wrong: ${faults.join('; ')}`);
    console.log(
      `trials ${count}, results ${results}, lost ${lost}, twice ${twice}, digests ${agree ? 'agree' : 'DO NOT AGREE'}${faults.length === 0 ? '' : ' – FAILED'}`,
    );
    if (faults.length === 0) rmSync(folder, { recursive: true, force: true });
    return faults.length === 0 ? 0 : 1;
  } finally {
    await postgres?.stop();
  }
}

process.exitCode = await main(optionsOf(process.argv.slice(2)));
