/** What other people's tools say of the file that `npm pack` makes. */
import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { installTools, TOOLS } from './install.mjs';

const run = promisify(execFile);

/** Each tool with its program, in node_modules, and what it is asked. */
const CHECKS = [
  {
    name: 'publint',
    file: 'publint/src/cli.js',
    given: (tarball) => ['run', tarball, '--strict'],
  },
  {
    name: 'Are The Types Wrong',
    file: '@arethetypeswrong/cli/dist/index.js',
    // The bundle is one module, for pages; it is not for `require`.
    given: (tarball) => [tarball, '--exclude-entrypoints', './bundle', '--format', 'ascii'],
  },
  { name: 'size-limit', file: 'size-limit/bin.js', given: () => [] },
];

/**
 * Runs publint, Are The Types Wrong and size-limit on a tarball.
 *
 * @param {string} tarball
 * @returns {Promise<{ name: string, ok: boolean, output: string }[]>}
 */
export async function checkTarball(tarball) {
  installTools();
  const folder = mkdtempSync(join(tmpdir(), 'gradweave-tarball-'));
  try {
    await run('tar', ['-xzf', tarball, '-C', folder]);
    // size-limit finds its plugins by the package.json of the folder that it runs in.
    cpSync(join(TOOLS, 'package.json'), join(folder, 'package.json'));
    cpSync(join(TOOLS, 'size-limit.json'), join(folder, '.size-limit.json'));
    symlinkSync(join(TOOLS, 'node_modules'), join(folder, 'node_modules'), 'junction');
    const results = [];
    for (const { name, file, given } of CHECKS) {
      const program = join(TOOLS, 'node_modules', file);
      const done = await run(process.execPath, [program, ...given(tarball)], { cwd: folder }).then(
        ({ stdout, stderr }) => ({ ok: true, output: stdout + stderr }),
        ({ stdout = '', stderr = '', message }) => ({
          ok: false,
          output: stdout + stderr || message,
        }),
      );
      results.push({ name, ...done });
    }
    return results;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
