import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { endTree } from '../../src/node/process-tree.ts';
import { CpuClock } from './cpu.ts';
import { type Collected, type FileResult, inTest, toResult, withoutBullets } from './results.ts';

const CHILD = fileURLToPath(new URL('node-child.mjs', import.meta.url));
const REGISTER = new URL('register-ts.mjs', import.meta.url).href;

/**
 * Runs test files in Node, one after the other. They share a process, because starting one and loading the
 * modules takes longer than most files' tests. A file that crashes or hangs fails, and the others continue in
 * a new process.
 */
export async function runInNode(
  files: readonly string[],
  timeoutSeconds: number,
  report: (result: FileResult) => void,
): Promise<void> {
  let left = files;
  while (left.length > 0) left = await runProcess(left, timeoutSeconds, report);
}

/** @returns the files that were not started */
async function runProcess(
  files: readonly string[],
  timeoutSeconds: number,
  report: (result: FileResult) => void,
): Promise<readonly string[]> {
  const child = fork(CHILD, files, {
    execArgv: ['--enable-source-maps', '--import', REGISTER],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const clock = process.env.GRADWEAVE_CPU ? new CpuClock(child.pid) : undefined;
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const waiting = [...files];
  let timedOut = false;
  let at = '';
  let start = performance.now();
  let timer: NodeJS.Timeout | undefined;
  const watch = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      timedOut = true;
      // Together with the browsers that its tests have started.
      endTree(child.pid);
    }, timeoutSeconds * 1000);
  };
  const close = (collected: Collected | null, trouble: string): void => {
    const seconds = (performance.now() - start) / 1000;
    const file = waiting.shift() ?? '';
    const result = toResult(file, seconds, collected, trouble, withoutBullets(output));
    report({ ...result, cpu: clock?.file() });
    output = '';
    at = '';
    start = performance.now();
    watch();
  };
  watch();
  child.on('message', (message) => {
    const { at: name, collected } = message as { at?: string; collected?: Collected };
    if (name !== undefined) {
      at = name;
      clock?.at(name);
    } else if (collected !== undefined) close(collected, '');
  });
  const ended = await new Promise<string>((resolve) => {
    child.on('error', (error) => resolve(error.message));
    child.on('close', (code, signal) => resolve(signal ?? `exit code ${code}`));
  });
  if (waiting.length > 0) {
    const how = timedOut
      ? `It did not end within ${timeoutSeconds} s and was stopped${inTest(at)}.`
      : `Its process ended (${ended}) before the tests were done${inTest(at)}.`;
    close(null, how);
  }
  clearTimeout(timer);
  return waiting;
}
