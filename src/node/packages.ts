import { createRequire } from 'node:module';
import { join } from 'node:path';

/** The file of a package, or of a file in one, as one of these folders has it. */
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
