import { createRequire } from 'node:module';
import { join } from 'node:path';

/** Finds a package, or a file in one, from one of these folders. */
export function findPackage(file: string, folders: readonly string[]): string | undefined {
  for (const folder of folders) {
    try {
      return createRequire(join(folder, 'package.json')).resolve(file);
    } catch {
      // The next folder may have it.
    }
  }
  return undefined;
}
