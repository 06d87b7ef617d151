import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { GradweaveError } from '../../../src/errors.ts';

/** Optuna refused something, or its process ended. */
export class OptunaError extends GradweaveError {
  override name = 'OptunaError';
}

/** How many of the last lines that it printed an error repeats. */
const LINES = 8;
/** A sampler that fits a model takes seconds. */
const LIMIT_MS = 600_000;
/** It has nothing to finish once its input is closed. */
const CLOSING_MS = 5000;

interface Waiting {
  resolve(value: unknown): void;
  reject(error: OptunaError): void;
  readonly timer: NodeJS.Timeout;
}

/** A process that answers a line of JSON with a line of JSON. Every request ends: with its answer, or with an error. */
export class Sidecar {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, Waiting>();
  readonly #said: string[] = [];
  readonly #limitMs: number;
  #next = 0;
  #failure: OptunaError | undefined;
  #isClosing = false;

  constructor(command: string, args: readonly string[], limitMs = LIMIT_MS) {
    this.#limitMs = limitMs;
    this.#child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'] });
    const { stdin, stdout, stderr } = this.#child;
    this.#child.on('error', (error) => this.#fail(`cannot be started: ${error.message}`));
    // After both streams have ended, so that what it said last is known.
    this.#child.on('close', (code, signal) =>
      this.#fail(`ended by ${signal ? `the signal ${signal}` : `exit code ${code}`}`),
    );
    // The process has ended; `close` says how.
    stdin?.on('error', () => {});
    if (stderr) createInterface({ input: stderr }).on('line', (line) => this.#keep(line));
    if (stdout) createInterface({ input: stdout }).on('line', (line) => this.#take(line));
  }

  /** @throws OptunaError with what Optuna says, or with the last lines of a process that has ended */
  request<T>(op: string, more: object): Promise<T> {
    return new Promise((resolve, reject) => {
      if (this.#failure) return reject(this.#failure);
      const id = this.#next++;
      const timer = setTimeout(
        () => this.#fail(`has not answered ${op} for ${this.#limitMs / 1000} seconds`),
        this.#limitMs,
      );
      this.#waiting.set(id, { resolve: resolve as Waiting['resolve'], reject, timer });
      this.#child.stdin?.write(`${JSON.stringify({ id, op, ...more })}\n`);
    });
  }

  /** Closes its input, and ends it if it does not end. */
  async close(): Promise<void> {
    if (this.#isClosing) return;
    this.#isClosing = true;
    const { exitCode, signalCode, pid } = this.#child;
    if (pid === undefined || exitCode !== null || signalCode !== null) return;
    const ended = once(this.#child, 'close');
    this.#child.stdin?.end();
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), CLOSING_MS);
    await ended;
    clearTimeout(timer);
  }

  #take(line: string): void {
    const { id, value, error } = parsed(line);
    const waiting = this.#waiting.get(Number(id));
    if (waiting === undefined) {
      this.#keep(line);
      this.#fail('has printed what is no answer');
      return;
    }
    this.#waiting.delete(Number(id));
    clearTimeout(waiting.timer);
    if (error === undefined) waiting.resolve(value);
    else waiting.reject(new OptunaError(`Optuna: ${error}`));
  }

  #keep(line: string): void {
    this.#said.push(line.slice(0, 500));
    if (this.#said.length > LINES) this.#said.shift();
  }

  #fail(why: string): void {
    if (this.#failure) return;
    const said = this.#said.length > 0 ? `. It said last:\n${this.#said.join('\n')}` : '';
    this.#failure = new OptunaError(`The process of Optuna ${why}${said}`);
    for (const { reject, timer } of this.#waiting.values()) {
      clearTimeout(timer);
      reject(this.#failure);
    }
    this.#waiting.clear();
    this.#child.kill('SIGKILL');
  }
}

function parsed(line: string): { id?: unknown; value?: unknown; error?: unknown } {
  try {
    return JSON.parse(line) ?? {};
  } catch {
    return {};
  }
}
