/** A folder of images, each class in a folder of its own. */
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { DataError } from '../errors.ts';
import { MOST_IMAGES, sortIntoClasses } from '../harness/own/folders.ts';
import { imageHead } from '../harness/own/image-size.ts';
import { UsageError } from './errors.ts';
import type { Seen } from './survey.ts';

/** Levels of subfolders: a part, a class, and one more. */
const DEEPEST = 4;

/** Whether there are images. The size of a JPEG may be far behind its beginning. */
export const imagesAmong = (seen: readonly Seen[]): boolean =>
  seen.some(({ head }) => imageHead(head) !== undefined || (head[0] === 0xff && head[1] === 0xd8));

/**
 * All files in the folders of a folder, hidden ones aside; which are images is seen when they are read.
 *
 * @param given the folder as it was given
 * @returns each with its path below the folder, and its bytes
 * @throws {UsageError} if there are no classes, or too many files
 */
export async function imagesIn(
  folder: string,
  given: string,
): Promise<readonly (readonly [file: string, shown: string, size: number])[]> {
  const found: (readonly [string, string, number])[] = [];
  const walk = async (at: string, shown: string, depth: number): Promise<void> => {
    const names = await readdir(at).catch(() => []);
    for (const name of names.sort()) {
      if (name.startsWith('.') || found.length > MOST_IMAGES) continue;
      const facts = await stat(join(at, name)).catch(() => undefined);
      if (facts?.isFile()) found.push([join(at, name), `${shown}${name}`, facts.size]);
      if (facts?.isDirectory() && depth < DEEPEST) {
        await walk(join(at, name), `${shown}${name}/`, depth + 1);
      }
    }
  };
  await walk(folder, '', 0);
  try {
    sortIntoClasses(found.map(([, shown]) => shown));
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    throw new UsageError(`--data: '${given}': ${error.message}.`, { cause: error });
  }
  return found;
}
