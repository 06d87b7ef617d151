/** `gradweave worker` in a process of its own, for tests. */
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { PACKAGE_ROOT } from '../../src/cli/paths.ts';
import { TOKEN } from './fake-queue.ts';

export interface RunningWorker {
  /** What it has printed. */
  readonly text: string;
  /** Its exit code; null if a signal ended it. */
  readonly ended: Promise<number | null>;
  kill(signal: NodeJS.Signals): void;
}

/**
 * @param inside what the process is started with, such as `ip netns exec NAME`. Default nothing
 */
export function runWorker(
  server: string,
  given: readonly string[],
  inside: readonly string[] = [],
): RunningWorker {
  const program = join(PACKAGE_ROOT, 'scripts/gradweave.mjs');
  const words = [...inside, process.execPath, program, 'worker', '--server', server, ...given];
  const child: ChildProcess = spawn(words[0], words.slice(1), {
    cwd: PACKAGE_ROOT,
    env: { ...process.env, GRADWEAVE_TOKEN: TOKEN },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  const take = (part: Buffer): void => {
    text += part;
  };
  child.stdout?.on('data', take);
  child.stderr?.on('data', take);
  return {
    get text() {
      return text;
    },
    ended: new Promise((resolve) => child.once('exit', resolve)),
    kill: (signal) => child.kill(signal),
  };
}
