import { constants } from 'node:fs';
import { access, stat, writeFile } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import { GradweaveError } from '../errors.ts';
import { UsageError } from './errors.ts';
import { shellWord } from './shell-word.ts';

/**
 * Checks that files can be written to a folder. It is not made: a folder that is missing is often a
 * mistake in its name. Called before the run whose result is written, which may take hours.
 *
 * @param option what the user gave, for the message
 * @throws {UsageError} if the folder does not exist or cannot be written to.
 */
export async function checkFolder(folder: string, option: string): Promise<void> {
  const facts = await stat(folder).catch(() => undefined);
  if (facts === undefined) {
    throw new UsageError(
      `${option}: the folder '${folder}' does not exist. Make it first: mkdir -p ${shellWord(folder)}`,
    );
  }
  if (!facts.isDirectory()) throw new UsageError(`${option}: '${folder}' is not a folder.`);
  await checkWritable(folder, option);
}

/**
 * The same for a file, new or not.
 *
 * @throws {UsageError} if its folder does not exist, or it cannot be written.
 */
export async function checkFile(file: string, option: string): Promise<void> {
  const facts = await stat(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
    throw new UsageError(
      `${option}: '${file}' cannot be written (${error.code}). Give another place.`,
    );
  });
  // A name that ends with a slash is a folder's, there or not.
  if (facts === undefined && !file.endsWith('/') && !file.endsWith(sep))
    return checkFolder(dirname(file), option);
  if (facts?.isDirectory() ?? true) {
    throw new UsageError(
      `${option}: '${file}' is a folder. Give a file: ${shellWord(join(file, 'result.json'))}`,
    );
  }
  await checkWritable(file, option);
}

/**
 * Checks the folders of a checkout that `--save` and `--report` write to.
 *
 * @throws {UsageError} if one is missing or cannot be written to.
 */
export async function checkCheckout(
  root: string,
  folders: readonly string[],
  option: string,
): Promise<void> {
  for (const folder of folders) {
    const path = join(root, folder);
    try {
      await checkFolder(path, option);
    } catch (error) {
      if (await stat(path).catch(() => undefined)) throw error;
      throw new UsageError(
        `${option} needs the folder ${folder} of a checkout; ${root} has none. Use --json FILE instead.`,
      );
    }
  }
}

async function checkWritable(path: string, option: string): Promise<void> {
  try {
    await access(path, constants.W_OK);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new UsageError(
      `${option}: '${path}' cannot be written (${code}). Change its permissions, or give another place.`,
    );
  }
}

/**
 * Checks `--json FILE`; returns what writes the result there, or does nothing if it was not given.
 *
 * @throws {UsageError} if the file cannot be written.
 */
export async function jsonWriter(
  values: ReadonlyMap<string, string>,
): Promise<(value: unknown) => Promise<void>> {
  const file = values.get('json');
  if (file === undefined) return async () => {};
  await checkFile(file, '--json');
  return async (value) => {
    try {
      await writeFile(file, `${JSON.stringify(value, null, 2)}\n`);
    } catch (error) {
      throw new GradweaveError(`--json: '${file}' cannot be written: ${(error as Error).message}`);
    }
  };
}
