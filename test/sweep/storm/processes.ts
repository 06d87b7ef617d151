import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { PACKAGE_ROOT } from '../../../src/cli/paths.ts';
import type { ServerArguments } from './server.ts';

const REGISTER = join(PACKAGE_ROOT, 'test/run/register-ts.mjs');

/** A process with all that it starts. */
export class Group {
  readonly #child: ChildProcess;
  readonly ended: Promise<void>;
  #output = '';

  constructor(command: readonly string[], logFile: string, env: NodeJS.ProcessEnv = {}) {
    const [program = '', ...rest] = command;
    this.#child = spawn(program, rest, {
      // A group of its own, so that what it started is killed with it.
      detached: true,
      cwd: PACKAGE_ROOT,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const log = createWriteStream(logFile, { flags: 'a' });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.on('data', (data: Buffer) => {
        this.#output = (this.#output + data.toString()).slice(-100_000);
        log.write(data);
      });
    }
    this.ended = new Promise((resolve) =>
      this.#child.once('close', () => {
        log.end();
        resolve();
      }),
    );
  }

  get running(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  get output(): string {
    return this.#output;
  }

  /** Resolves when the text was printed. @throws Error if the process ends before */
  async prints(text: string): Promise<void> {
    while (!this.#output.includes(text)) {
      if (!this.running) throw new Error(`a process ended early:\n${this.#output}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  async kill(signal: NodeJS.Signals): Promise<void> {
    const { pid } = this.#child;
    try {
      if (pid !== undefined) process.kill(-pid, signal);
    } catch {
      // It has ended.
    }
    await this.ended;
  }
}

/** The server, which answers when this resolves. */
export async function startServer(given: ServerArguments, logFile: string): Promise<Group> {
  const file = join(PACKAGE_ROOT, 'test/sweep/storm/server.ts');
  const command = [process.execPath, '--import', REGISTER, file, JSON.stringify(given)];
  const server = new Group(command, logFile);
  await server.prints('ready ');
  return server;
}

/** `gradweave worker` on the software adapter. */
export function startWorker(name: string, port: number, token: string, logFile: string): Group {
  // The command as it is installed; the checkout's one would build first.
  const program = `import('${join(PACKAGE_ROOT, 'dist/cli/gradweave.mjs')}').then(async ({ main }) => {
    process.exitCode = await main(process.argv.slice(1));
  })`;
  const options = ['--runtime', 'node', '--adapter', 'software', '--name', name];
  const command = [process.execPath, '-e', program, 'worker', ...options];
  return new Group([...command, '--server', `http://127.0.0.1:${port}`], logFile, {
    GRADWEAVE_TOKEN: token,
  });
}
