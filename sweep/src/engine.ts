/** Where the package `gradweave` is, whose command trains and whose page this package's server serves. */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { GradweaveError } from '../../src/errors.ts';

/** The package `gradweave` is not there. */
export class EngineMissingError extends GradweaveError {
  override name = 'EngineMissingError';
}

/** This package's folder: the nearest one with a package.json, above this file or its bundle. */
export const SWEEP_ROOT = nearest(dirname(fileURLToPath(import.meta.url)), () => true);

/**
 * The folder of the package `gradweave`: what the command `gradweave sweep` says, else the checkout that this folder is
 * part of, else as modules find it.
 *
 * @throws {EngineMissingError} if there is none
 */
export function engineRoot(env: NodeJS.ProcessEnv = process.env): string {
  if (env.GRADWEAVE_ROOT) return env.GRADWEAVE_ROOT;
  const around = nearest(dirname(SWEEP_ROOT), (about) => about.name === 'gradweave');
  if (around !== '') return around;
  for (const folder of [SWEEP_ROOT, process.cwd()]) {
    try {
      return dirname(createRequire(join(folder, 'any.js')).resolve('gradweave/package.json'));
    } catch {
      // The next folder may have it.
    }
  }
  throw new EngineMissingError(
    'The package gradweave is not installed here. Install it: npm install gradweave',
  );
}

/** The nearest folder whose package.json is wanted; empty if there is none. */
function nearest(folder: string, wanted: (about: { name?: string }) => boolean): string {
  const file = join(folder, 'package.json');
  if (existsSync(file) && wanted(JSON.parse(readFileSync(file, 'utf8')))) return folder;
  const parent = dirname(folder);
  return parent === folder ? '' : nearest(parent, wanted);
}
