import { appendFile, mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { OptionError } from '../errors.ts';

/**
 * A folder for the files of one run, for `RunLog` of `gradweave/log`. The folder is made, with those above it.
 *
 * @param folder of this run alone; `tensorboard --logdir` takes the one above it, for several runs side by side
 * @returns what appends bytes to a file of the folder; it rejects if they cannot be written
 * @throws OptionError if the folder has a run, or its name is no text; Node's errors if it cannot be made
 * @example
 * ```ts
 * const log = new RunLog(trainer, { append: await logFolder('runs/first') });
 * ```
 */
export async function logFolder(
  folder: string,
): Promise<(file: string, bytes: Uint8Array) => Promise<void>> {
  if (typeof folder !== 'string' || folder === '') {
    throw new OptionError('logFolder() takes the name of a folder');
  }
  await mkdir(folder, { recursive: true });
  if (await stat(join(folder, 'run.json')).catch(() => undefined)) {
    throw new OptionError(
      `logFolder(): '${folder}' has a run already; give each run its own folder`,
    );
  }
  let last: Promise<void> = Promise.resolve();
  return (file, bytes) => {
    last = last.then(() => appendFile(join(folder, file), bytes));
    // Whoever appends next, or awaits this, sees why.
    last.catch(() => {});
    return last;
  };
}
