/**
 * `npm run release:check`: whether this commit can be published. Exit code 1 with what keeps it from that.
 * `--tarball` checks the packed file alone, at any commit.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build, buildLibrary } from '../build.mjs';
import { releaseFaults } from './tools/release-rules.mjs';
import { checkTarball } from './tools/tarball.mjs';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

const read = (name) => (existsSync(join(ROOT, name)) ? readFileSync(join(ROOT, name), 'utf8') : '');

function git(...given) {
  const output = execFileSync('git', given, { cwd: ROOT, encoding: 'utf8' });
  return output.split('\n').filter((line) => line !== '');
}

/** Builds and packs, and gives what the tools say of it. */
async function checkPacked() {
  await build({ quiet: true });
  await buildLibrary();
  const folder = mkdtempSync(join(tmpdir(), 'gradweave-release-'));
  try {
    const given = ['pack', '--ignore-scripts', '--json', '--pack-destination', folder];
    const shell = process.platform === 'win32';
    const [{ filename }] = JSON.parse(execFileSync('npm', given, { cwd: ROOT, shell }));
    return await checkTarball(join(folder, filename));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

try {
  const { values } = parseArgs({ options: { tarball: { type: 'boolean', default: false } } });
  const faults = values.tarball
    ? []
    : releaseFaults({
        about: JSON.parse(read('package.json')),
        changelog: read('CHANGELOG.md'),
        changed: git('status', '--porcelain').map((line) => line.slice(3)),
        tags: git('tag'),
        tagsHere: git('tag', '--points-at', 'HEAD'),
        readme: read('README.md'),
        exists: (path) => existsSync(join(ROOT, path)),
      });
  for (const { name, ok, output } of await checkPacked()) {
    console.log(`${ok ? 'ok  ' : 'FAIL'}  ${name}`);
    if (!ok) console.log(output);
    if (!ok) faults.push(`${name} finds faults in the packed file; they are above.`);
  }
  for (const fault of faults) console.log(`FAIL  ${fault}`);
  console.log(faults.length === 0 ? 'Ready.' : 'Not ready.');
  process.exitCode = faults.length === 0 ? 0 : 1;
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
