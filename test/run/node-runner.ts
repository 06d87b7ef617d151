import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type Collected, type FileResult, toResult, withoutBullets } from './results.ts';

const CHILD = fileURLToPath(new URL('node-child.mjs', import.meta.url));
const REGISTER = new URL('register-ts.mjs', import.meta.url).href;

/** Runs a test file in Node, in a process of its own, so that a crash is a failure of that file. */
export async function runInNode(file: string, timeoutSeconds: number): Promise<FileResult> {
  const start = performance.now();
  const child = fork(CHILD, [file], {
    execArgv: ['--enable-source-maps', '--import', REGISTER],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  let collected: Collected | null = null;
  child.on('message', (message) => {
    collected = message as Collected;
  });
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    child.kill('SIGKILL');
  }, timeoutSeconds * 1000);
  const ended = await new Promise<string>((resolve) => {
    child.on('error', (error) => resolve(error.message));
    child.on('close', (code, signal) => resolve(signal ?? `exit code ${code}`));
  });
  clearTimeout(timer);
  let trouble = '';
  if (timedOut) trouble = `It did not end within ${timeoutSeconds} s and was stopped.`;
  else if (collected === null) trouble = `Its process ended (${ended}) before the tests were done.`;
  const seconds = (performance.now() - start) / 1000;
  return toResult(file, seconds, timedOut ? null : collected, trouble, withoutBullets(output));
}
