import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { GradweaveError } from '../errors.ts';

/**
 * Makes the folder that a result will be written to, before the work that makes the result.
 *
 * @throws {GradweaveError} when it cannot be made.
 */
export async function prepareFolder(folder: string, option: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
  } catch (error) {
    throw new GradweaveError(
      `${option}: the folder '${folder}' cannot be made (${(error as Error).message}). ` +
        'Give a place that can be written to.',
    );
  }
}

/** Prepares `--json FILE`; returns what writes the result there (nothing, when it was not given). */
export async function jsonWriter(
  values: ReadonlyMap<string, string>,
): Promise<(value: unknown) => Promise<void>> {
  const file = values.get('json');
  if (file === undefined) return async () => {};
  await prepareFolder(dirname(file), '--json');
  return (value) => writeFile(file, `${JSON.stringify(value, null, 2)}\n`);
}
