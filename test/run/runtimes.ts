import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { PACKAGE_ROOT } from '../../src/cli/paths.ts';

const FOLDER = join(PACKAGE_ROOT, 'test', 'runtimes');

/** Installs the runtimes that the engine is tested in besides browsers: Deno, and Node's package `webgpu`. */
export function installRuntimes(): void {
  if (existsSync(join(FOLDER, 'node_modules/webgpu'))) return;
  execFileSync('npm', ['ci', '--no-audit', '--no-fund', '--prefix', FOLDER], { stdio: 'pipe' });
}
