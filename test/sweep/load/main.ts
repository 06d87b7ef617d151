/**
 * `npm run sweep:queue`: how much a trial costs that takes no work. Simulated workers claim trials over HTTP, report an epoch and
 * give the result, on both databases.
 *
 * Options: `--trials 10000`, `--workers 100`, `--database both|pglite|postgres`, `--seconds 0` (what a trial takes).
 */
import { fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { PACKAGE_ROOT } from '../../../src/cli/paths.ts';
import type { ClaimAnswer } from '../../../src/trial/protocol.ts';
import { startPostgres } from '../storm/postgres.ts';
import { ADAPTER, epochOf, idleResult } from './trials.ts';

const TOKEN = 'a-token-of-a-load';

interface Memory {
  readonly start: number;
  readonly peak: number;
  readonly now: number;
  readonly cpu: NodeJS.CpuUsage;
}

const { values } = parseArgs({
  options: {
    trials: { type: 'string', default: '10000' },
    workers: { type: 'string', default: '100' },
    database: { type: 'string', default: 'both' },
    seconds: { type: 'string', default: '0' },
  },
});
const trials = Number(values.trials);
const workers = Number(values.workers);
const seconds = Number(values.seconds);

/** One worker; keeps one connection, as real ones do. */
class Simulated {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 });
  readonly #origin: string;
  readonly #name: string;
  done = 0;
  /** How long claims with a trial took, in milliseconds. */
  readonly claims: number[] = [];
  readonly results: number[] = [];

  constructor(origin: string, name: string) {
    this.#origin = origin;
    this.#name = name;
  }

  async run(): Promise<void> {
    const worker = { name: this.#name, runtime: 'none', adapter: ADAPTER };
    for (;;) {
      const began = performance.now();
      const { trials, over } = (await this.#post('claim', {
        worker,
        waitSeconds: 5,
      })) as ClaimAnswer;
      if (trials.length > 0) this.claims.push(performance.now() - began);
      for (const { id, spec, lease } of trials) {
        if (seconds > 0) await delay(seconds * 1000);
        await this.#post(`trials/${id}/epoch`, { lease, epoch: epochOf(1) });
        const finished = performance.now();
        const { taken } = (await this.#post(`trials/${id}/result`, {
          lease,
          result: idleResult({ id, spec }),
        })) as { taken: string };
        this.results.push(performance.now() - finished);
        if (taken !== 'first') throw new Error(`a result was taken as ${taken}`);
        this.done++;
      }
      if (over) break;
    }
    this.#agent.destroy();
  }

  #post(path: string, message: object): Promise<unknown> {
    const body = JSON.stringify(message);
    return new Promise((resolve, reject) => {
      const sent = request(`${this.#origin}/api/${path}`, {
        method: 'POST',
        agent: this.#agent,
        headers: {
          authorization: `Bearer ${TOKEN}`,
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(body),
        },
      });
      sent.on('error', reject);
      sent.on('response', (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (part: string) => {
          text += part;
        });
        response.on('end', () => {
          if (response.statusCode === 200) resolve(JSON.parse(text));
          else reject(new Error(`${path}: ${response.statusCode} ${text}`));
        });
      });
      sent.end(body);
    });
  }
}

const mib = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(0)} MiB`;

function quantile(all: readonly number[], share: number): string {
  const sorted = [...all].sort((a, b) => a - b);
  return `${(sorted[Math.floor((sorted.length - 1) * share)] ?? 0).toFixed(0)} ms`;
}

async function load(name: string, database?: string): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'gradweave-load-'));
  const given = { folder, token: TOKEN, trials, ...(database === undefined ? {} : { database }) };
  const server = fork(join(PACKAGE_ROOT, 'test/sweep/load/server.ts'), [JSON.stringify(given)], {
    execArgv: process.execArgv,
  });
  try {
    const ready = await new Promise<{ origin: string; queueing: number }>((resolve, reject) => {
      server.once('message', (message) => resolve(message as never));
      server.once('exit', (code) => reject(new Error(`the server ended with ${code}`)));
    });
    const crew = Array.from(
      { length: workers },
      (_, k) => new Simulated(ready.origin, `simulated-${k}`),
    );
    const began = performance.now();
    await Promise.all(crew.map((one) => one.run()));
    const took = (performance.now() - began) / 1000;
    const memory = await new Promise<Memory>((resolve) => {
      server.once('message', (message) => resolve(message as Memory));
      server.send('memory');
    });
    const done = crew.reduce((sum, one) => sum + one.done, 0);
    const rate = done / took;
    const claims = crew.flatMap((one) => one.claims);
    const results = crew.flatMap((one) => one.results);
    const cpu = (memory.cpu.user + memory.cpu.system) / 1000 / done;
    console.log(
      `${name}: ${done} trials by ${workers} workers in ${took.toFixed(1)} s: ${rate.toFixed(0)} a second, ${((1000 * took) / done).toFixed(2)} ms a trial (claim, epoch, result; ${cpu.toFixed(2)} ms of the server's processor); claims ${quantile(claims, 0.5)} in the middle, ${quantile(claims, 0.99)} at 99 %, results ${quantile(results, 0.5)} and ${quantile(results, 0.99)}; queued in ${(ready.queueing / 1000).toFixed(1)} s; memory of the server ${mib(memory.start)} at its start, ${mib(memory.peak)} at most, ${mib(memory.now)} at the end`,
    );
    return done === trials ? rate : 0;
  } finally {
    server.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  }
}

console.log(`${cpus().length} cores: ${cpus()[0]?.model ?? ''}`);
const rates: number[] = [];
if (values.database !== 'postgres') rates.push(await load('pglite'));
if (values.database !== 'pglite') {
  const postgres = await startPostgres();
  try {
    rates.push(await load(postgres.version, postgres.url));
  } finally {
    await postgres.stop();
  }
}
const slowest = Math.min(...rates);
const enough = seconds > 0 || slowest >= workers;
console.log(
  `trials of a second need ${workers} a second; the slower database does ${slowest.toFixed(0)}: the queue ${enough ? 'is not' : 'IS'} the bottleneck`,
);
process.exitCode = enough && slowest > 0 ? 0 : 1;
