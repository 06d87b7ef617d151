import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { NewTrial, SweepState } from '../../../sweep/src/contract.ts';
import { type Left, leftIn } from './database.ts';
import { intrude } from './intruder.ts';
import { randomOf, type StormOptions } from './options.ts';
import { freePort } from './postgres.ts';
import { type Group, startServer, startWorker } from './processes.ts';
import { startProxy } from './proxy.ts';

export interface Storm {
  readonly left: Left;
  readonly kills: number;
  readonly serverKills: number;
  /** What a worker was told that had been cut off while another completed its trial; '' if there was none. */
  readonly intruder: string;
  /** Whether the worker whose line was cut lost the trial that it had. */
  readonly cutLost: boolean;
  readonly seconds: number;
}

const TOKEN = 'a-token-of-a-storm';

/**
 * Trains trials by real workers.
 *
 * @param violent kills workers and the server, and cuts lines; otherwise nothing is disturbed
 */
export async function storm(
  trials: readonly NewTrial[],
  { workers, seed, heartbeatSeconds }: StormOptions,
  place: { readonly folder: string; readonly database?: string; readonly violent: boolean },
): Promise<Storm> {
  const { folder, database, violent } = place;
  mkdirSync(folder, { recursive: true });
  const began = performance.now();
  const port = await freePort();
  const list = join(folder, 'trials.json');
  writeFileSync(list, JSON.stringify(trials));
  const serverLog = join(folder, 'server.log');
  const given = {
    folder,
    heartbeatSeconds,
    port,
    token: TOKEN,
    trials: list,
    ...(database === undefined ? {} : { database }),
  };
  let server = await startServer(given, serverLog);
  const proxy = await startProxy(port);
  const intruderLine = await startProxy(port);
  const start = (k: number): Group =>
    // The last one is behind the line that is cut.
    startWorker(
      nameOf(k),
      k === workers - 1 && violent ? proxy.port : port,
      TOKEN,
      join(folder, `worker-${k}.log`),
    );
  const crew = Array.from({ length: workers }, (_, k) => start(k));
  const tally = { kills: 0, serverKills: 0 };
  const random = randomOf(seed);
  let over = false;
  let nextKill = performance.now() + 3000;
  let cut: 'not yet' | 'now' | 'over' = 'not yet';
  let intruder = violent ? 'none' : '';
  let side: Promise<void> = Promise.resolve();
  const state = () => stateOf(port);
  const isElsewhere = async (id: string): Promise<boolean> => {
    const trial = (await state())?.trials.find((one) => one.id === id);
    return trial?.state === 'done' || (trial?.state === 'running' && trial.worker !== 'intruder');
  };
  const name = nameOf(workers - 1);
  let cutTrial: string | undefined;
  const cutWorker = async (): Promise<void> => {
    while (!over && cutTrial === undefined) {
      const trial = await until(async () => heldBy(await state(), name));
      proxy.cut();
      await delay(300);
      // Its result may just have passed.
      if (trial !== undefined && heldBy(await state(), name) === trial) cutTrial = trial;
      else proxy.mend();
    }
    await delay(heartbeatSeconds * 2500);
    proxy.mend();
  };
  try {
    while (!over) {
      await delay(300);
      const now = await state();
      if (now === null) continue;
      over = now.over;
      const done = now.trials.filter((one) => one.state === 'done').length;
      progress(done, trials.length, tally);
      if (!violent || over) {
        revive(crew, start);
        continue;
      }
      if (done >= trials.length / 8 && intruder === 'none') {
        intruder = '';
        const url = new URL(`http://127.0.0.1:${intruderLine.port}/`);
        side = intrude(url, TOKEN, intruderLine, { heartbeatSeconds, isElsewhere }).then((said) => {
          intruder = said;
        });
      }
      if (done >= trials.length / 4 && cut === 'not yet') {
        cut = 'now';
        const worker = cutWorker().then(() => {
          cut = 'over';
        });
        side = Promise.all([side, worker]).then(() => {});
      }
      if (done >= ((tally.serverKills + 1) * trials.length) / 3 && tally.serverKills < 2) {
        await server.kill('SIGKILL');
        tally.serverKills++;
        await delay(1000);
        server = await startServer(given, serverLog);
      }
      if (performance.now() < nextKill) continue;
      nextKill = performance.now() + 3000 + random() * 3000;
      // The one whose line is cut lives: it must not complete what was given to another.
      const victim = Math.floor(random() * (cut === 'now' ? workers - 1 : workers));
      await crew[victim]?.kill('SIGKILL');
      tally.kills++;
      crew[victim] = start(victim);
      revive(crew, start);
    }
    await side;
    const last = await state();
    await Promise.all(crew.map((one) => one.kill('SIGTERM')));
    await server.kill('SIGTERM');
    if (last?.trials.length !== trials.length) throw new Error('the server says other trials');
    const left = await leftIn(folder, database);
    const seconds = (performance.now() - began) / 1000;
    const cutLost = left.losses.some(([trial, worker]) => trial === cutTrial && worker === name);
    return { left, ...tally, intruder, cutLost, seconds };
  } finally {
    await Promise.all([server, ...crew].map((one) => one.kill('SIGKILL')));
    await proxy.close();
    await intruderLine.close();
  }
}

const nameOf = (k: number): string => `worker-${k}`;

/** Workers that have ended although there is work start again, as a service manager would do. */
function revive(crew: Group[], start: (k: number) => Group): void {
  for (const [k, one] of crew.entries()) if (!one.running) crew[k] = start(k);
}

/** A trial that the worker has now. */
const heldBy = (state: SweepState | null, name: string): string | undefined =>
  state?.workers.find((one) => one.name === name)?.running[0];

async function until<T>(find: () => Promise<T | undefined>): Promise<T | undefined> {
  for (let k = 0; k < 300; k++) {
    const found = await find();
    if (found !== undefined) return found;
    await delay(100);
  }
  return undefined;
}

/** Null if the server does not answer. */
async function stateOf(port: number): Promise<SweepState | null> {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/api/state`, {
      headers: { authorization: `Bearer ${TOKEN}` },
      signal: AbortSignal.timeout(10_000),
    });
    return response.ok ? ((await response.json()) as SweepState) : null;
  } catch {
    return null;
  }
}

function progress(done: number, all: number, { kills }: { readonly kills: number }): void {
  if (process.stderr.isTTY) process.stderr.write(`\r${done} of ${all} trials, ${kills} kills `);
}
