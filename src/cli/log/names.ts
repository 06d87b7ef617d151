import { mkdir, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { ManyRun } from '../../harness/tasks/many-runs.ts';

/** A network's name: `model-2_lr-0.001_seed-3`, of what it has of its own. */
export function nameOf({ own, seed, options }: ManyRun): string {
  const parts = { model: options.get('model') ?? '2', ...own, seed: String(seed) };
  return Object.entries(parts)
    .map(([name, value]) => `${name}-${value}`)
    .join('_');
}

/**
 * Makes a folder for each name in a folder. All get the same number behind their names, if one of them is there already:
 * `seed-1_2`, `seed-2_2`.
 *
 * @returns the names of the folders
 * @throws Node's errors if a folder cannot be made
 */
export async function makeFolders(folder: string, names: readonly string[]): Promise<string[]> {
  for (let number = 1; ; number++) {
    const wanted = number === 1 ? names : names.map((name) => `${name}_${number}`);
    if (await madeAll(folder, wanted)) return [...wanted];
  }
}

/** Makes all of them, or none if one is there. */
async function madeAll(folder: string, names: readonly string[]): Promise<boolean> {
  for (const [i, name] of names.entries()) {
    try {
      await mkdir(join(folder, name));
    } catch (error) {
      for (const made of names.slice(0, i)) await rmdir(join(folder, made));
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
      throw error;
    }
  }
  return true;
}
