import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { PACKAGE_ROOT } from '../../src/cli/paths.ts';
import { findSweep } from '../../src/cli/sweep-package.ts';

const run = promisify(execFile);

/**
 * Runs a file of tests in a Node that is new enough for the packages of sweeps; these tests themselves run in older ones.
 *
 * @param file from the repository's root
 * @returns what it printed
 * @throws Error with what it printed, if it fails
 */
export async function runInNewNode(
  file: string,
  env: NodeJS.ProcessEnv = {},
  milliseconds = 120_000,
): Promise<string> {
  const hook = join(PACKAGE_ROOT, 'test/run/register-ts.mjs');
  try {
    const { stdout } = await run(findSweep().node, ['--import', hook, join(PACKAGE_ROOT, file)], {
      cwd: PACKAGE_ROOT,
      timeout: milliseconds,
      env: { ...process.env, NO_COLOR: '1', ...env },
    });
    return stdout;
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    throw new Error(`${file} failed:\n${stdout}\n${stderr}`);
  }
}
