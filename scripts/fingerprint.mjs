/** Detects changed files without reading them. No dependencies. */
import { createHash } from 'node:crypto';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/**
 * A hash of the names, sizes and times of all files under some paths. Unlike "newer than", it
 * also changes when a file is deleted or replaced by an older one.
 *
 * @param {string} root
 * @param {readonly string[]} paths Files and folders, relative to `root`; missing ones count too.
 * @param {(path: string) => boolean} ignore
 * @returns {string}
 */
export function fingerprint(root, paths, ignore) {
  const hash = createHash('sha256');
  const visit = (path) => {
    if (ignore(path)) return;
    const facts = statSync(join(root, path), { throwIfNoEntry: false });
    if (facts === undefined) {
      hash.update(`${path} missing\n`);
    } else if (facts.isDirectory()) {
      for (const name of readdirSync(join(root, path)).sort()) visit(`${path}/${name}`);
    } else {
      hash.update(`${path} ${facts.size} ${facts.mtimeMs}\n`);
    }
  };
  for (const path of paths) visit(path);
  return hash.digest('hex');
}
