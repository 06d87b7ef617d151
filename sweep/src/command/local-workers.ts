import { type ChildProcess, spawn } from 'node:child_process';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { EXIT_DONE, EXIT_STOPPED, EXIT_USAGE } from '../../../src/cli/exit-codes.ts';

/** How the workers of this computer are started. */
export interface LocalWorkers {
  /** The folder of gradweave. */
  readonly root: string;
  readonly server: string;
  readonly token: string;
  readonly count: number;
  readonly values: ReadonlyMap<string, string>;
  readonly env: NodeJS.ProcessEnv;
  /** Tells people. */
  readonly warn: (text: string) => void;
}

/** Options of the sweep that are its workers', too. */
const SHARED = ['runtime', 'adapter', 'chrome', 'pack', 'no-sandbox'];
const FLAGS = ['no-sandbox'];
/** A worker that ends earlier than this could not start. */
const SOON_MS = 60_000;
/** So many bad starts in a row, and there is no use in another. */
const MOST_BAD = 3;
/** The last lines that a worker said. */
const KEPT = 2000;
/** Without its sweep, a worker ends after so many seconds. */
const IDLE = 300;

/** Workers of this computer: each is `gradweave worker`, started again if it ends while the sweep goes on. */
export class Crew {
  readonly #options: LocalWorkers;
  readonly #children = new Set<ChildProcess>();
  readonly #runs: Promise<unknown>[];
  /** What was said of workers that ended: the same reason is told once. */
  readonly #told = new Set<string>();
  #ended = false;
  #wake: () => void = () => {};
  readonly #stopped = new Promise<void>((resolve) => {
    this.#wake = resolve;
  });
  readonly #kill = (): void => {
    for (const child of this.#children) child.kill('SIGINT');
  };

  /** Resolves with why, if no worker can be started. */
  readonly hopeless: Promise<string>;

  constructor(options: LocalWorkers) {
    this.#options = options;
    process.on('exit', this.#kill);
    const runs = Array.from({ length: options.count }, (_, i) => this.#keep(i));
    this.#runs = runs;
    this.hopeless = Promise.all(runs).then(
      (reasons) => reasons.find((reason) => reason !== undefined) ?? never(),
    );
  }

  /** Asks all workers to give their trials back, and waits for their ends. */
  async stop(): Promise<void> {
    this.#ended = true;
    this.#wake();
    this.#kill();
    await Promise.all(this.#runs);
    process.off('exit', this.#kill);
  }

  /** Waits for the workers to end by themselves, because the sweep is over; stops those that do not. */
  async end(withinMs: number): Promise<void> {
    this.#ended = true;
    this.#wake();
    const late = new Promise<void>((resolve) => setTimeout(resolve, withinMs).unref());
    await Promise.race([Promise.all(this.#runs), late]);
    await this.stop();
  }

  /** Keeps one worker running. @returns why it cannot be started, if that is so */
  async #keep(index: number): Promise<string | undefined> {
    for (let bad = 0; !this.#ended; ) {
      const began = performance.now();
      const { code, said } = await this.#run(index);
      if (this.#ended) return undefined;
      if (code === EXIT_DONE || code === EXIT_STOPPED) continue;
      bad = performance.now() - began < SOON_MS ? bad + 1 : 1;
      const why = said.trim().replace(/^gradweave worker: /, '') || `exit code ${code}`;
      // A wrong option or a missing package is as wrong the next time.
      if (bad >= MOST_BAD || code === EXIT_USAGE || (bad > 1 && this.#told.has(why))) return why;
      if (!this.#told.has(why)) {
        this.#options.warn(`Worker ${index + 1} ended and is started again: ${why}`);
      }
      this.#told.add(why);
      await Promise.race([this.#stopped, pause(1000 * bad)]);
    }
    return undefined;
  }

  #run(index: number): Promise<{ readonly code: number | null; readonly said: string }> {
    const { root, server, token, count, values, env } = this.#options;
    const shared = SHARED.flatMap((name) => {
      const value = values.get(name);
      if (value === undefined) return [];
      return FLAGS.includes(name) ? [`--${name}`] : [`--${name}=${value}`];
    });
    const name = `${hostname().slice(0, 70)}-${count > 1 ? index + 1 : 'local'}`;
    const given = [`--server=${server}`, `--name=${name}`, `--idle=${IDLE}`, '--quiet', ...shared];
    const child = spawn(
      process.execPath,
      [join(root, 'scripts', 'gradweave.mjs'), 'worker', ...given],
      { env: { ...env, GRADWEAVE_TOKEN: token }, stdio: ['ignore', 'pipe', 'pipe'] },
    );
    this.#children.add(child);
    let said = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        said = (said + text).slice(-KEPT);
      });
    }
    return new Promise((resolve) => {
      const end = (code: number | null): void => {
        this.#children.delete(child);
        resolve({ code, said });
      };
      child.on('error', (error) => {
        said += error.message;
        end(null);
      });
      child.on('close', end);
    });
  }
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const never = (): Promise<never> => new Promise(() => {});
