import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { PACKAGE_ROOT } from '../../src/cli/paths.ts';
import { findOptuna } from '../../sweep/src/search/python.ts';

/** What Optuna itself answers; see reference.py. */
export async function optuna<T>(what: string, request: unknown): Promise<T> {
  const python = await findOptuna();
  const text = execFileSync(python, [join(PACKAGE_ROOT, 'test/sweep/reference.py'), what], {
    encoding: 'utf8',
    input: JSON.stringify(request),
    stdio: ['pipe', 'pipe', 'pipe'],
    maxBuffer: 2 ** 28,
  });
  return JSON.parse(text) as T;
}
