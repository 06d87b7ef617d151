import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { GradweaveError } from '../../../src/errors.ts';

/** There is no Python that has Optuna. */
export class OptunaMissingError extends GradweaveError {
  override name = 'OptunaMissingError';
}

/** Tried in this order. Debian's own Python may not be the first in PATH. */
const PYTHONS = ['python3', 'python', '/usr/bin/python3'];
const run = promisify(execFile);
const ASK = 'import optuna; print(optuna.__version__)';
/** The first import compiles it. */
const LIMIT_MS = 120_000;

/**
 * The Python that has Optuna: that of GRADWEAVE_PYTHON, else the first of `python3` and `python` in PATH.
 *
 * @throws OptunaMissingError that says how to install it
 */
export async function findOptuna(env: NodeJS.ProcessEnv = process.env): Promise<string> {
  const named = env.GRADWEAVE_PYTHON;
  const failures: string[] = [];
  for (const python of named ? [named] : PYTHONS) {
    try {
      await run(python, ['-c', ASK], { env, timeout: LIMIT_MS });
      return python;
    } catch (error) {
      const { code, stderr = '' } = error as { code?: unknown; stderr?: string };
      const why = code === 'ENOENT' ? 'not found' : (stderr.trim().split('\n').at(-1) ?? '');
      failures.push(`${python}: ${why || (error as Error).message}`);
    }
  }
  const python = named ?? 'python3';
  throw new OptunaMissingError(
    `This search needs Python with Optuna, and there is none (${failures.join('; ')}). Install it: ${python} -m pip install optuna. GRADWEAVE_PYTHON names another Python. The searches grid, random and asha need neither`,
  );
}
