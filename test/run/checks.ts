import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { FileResult } from './results.ts';

/** Runs a tool of node_modules as one test, which passes if the tool exits with 0. */
export async function runTool(
  root: string,
  name: string,
  program: string,
  args: readonly string[],
): Promise<FileResult> {
  const start = performance.now();
  const script = join(root, 'node_modules', program);
  const child = spawn(process.execPath, [script, ...args], { cwd: root });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const code = await new Promise<number | null>((resolve) => {
    child.on('error', (error) => {
      output += error.message;
      resolve(1);
    });
    child.on('close', resolve);
  });
  const seconds = (performance.now() - start) / 1000;
  const failed = code === 0 ? 0 : 1;
  const report = failed === 1 ? output || `${name} ended with exit code ${code}.` : '';
  return { file: name, passed: 1 - failed, failed, skipped: 0, seconds, report };
}
