/**
 * `node scripts/sweep-node.mjs FILE …`: runs a TypeScript file that needs the packages of sweep/, in a Node that is new enough for
 * them. Installs and builds what is missing.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setup } from './setup.mjs';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

setup({ browser: false, sweep: true });
// Workers in Node need WebGPU, which the benchmarks' packages have.
if (!existsSync(join(ROOT, 'bench/node_modules/webgpu'))) {
  const npm = spawnSync('npm', ['ci', '--prefix', 'bench', '--no-audit', '--no-fund'], {
    cwd: ROOT,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  if (npm.status !== 0) throw new Error('npm ci --prefix bench has failed');
}
const { build } = await import('../build.mjs');
await build({ quiet: true });
await import('../test/run/register-ts.mjs');
const { findSweep } = await import('../src/cli/sweep-package.ts');
const { node } = findSweep();
const hook = join(ROOT, 'test/run/register-ts.mjs');
const { status } = spawnSync(node, ['--import', hook, ...process.argv.slice(2)], {
  cwd: ROOT,
  stdio: 'inherit',
});
process.exitCode = status ?? 1;
