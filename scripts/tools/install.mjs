/** The tools of this folder, installed when they are first needed: contributors do not need them. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** This folder. */
export const TOOLS = dirname(fileURLToPath(import.meta.url));

/**
 * Installs what package-lock.json says, unless it is installed.
 *
 * @throws {Error} with npm's message
 */
export function installTools() {
  if (isInstalled()) return;
  const given = ['ci', '--prefix', TOOLS, '--prefer-offline', '--no-audit', '--no-fund'];
  try {
    execFileSync('npm', given, { stdio: 'pipe', shell: process.platform === 'win32' });
  } catch (error) {
    throw new Error(
      `scripts/tools could not be installed: npm needs its registry.\n${error.stderr}`,
    );
  }
}

function isInstalled() {
  const { dependencies } = JSON.parse(readFileSync(join(TOOLS, 'package.json'), 'utf8'));
  try {
    return Object.entries(dependencies).every(([name, version]) => {
      const file = join(TOOLS, 'node_modules', name, 'package.json');
      return JSON.parse(readFileSync(file, 'utf8')).version === version;
    });
  } catch {
    return false;
  }
}
