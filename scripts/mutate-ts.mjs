/**
 * Tests the tests of the TypeScript sources: `npm run mutate:ts [-- PART…]`. StrykerJS mutates the files of a
 * part (scripts/mutate-ts/parts.mjs), one place at a time, and runs the part's tests. Surviving mutations are
 * listed. test/mutate/README.md says which survivors are harmless, and has the latest scores.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import '../test/run/register-ts.mjs';
import { build } from '../build.mjs';
import { PARTS } from './mutate-ts/parts.mjs';
import { setup } from './setup.mjs';

// After register-ts, which lets Node import TypeScript.
const { GrowingTable } = await import('../src/cli/table.ts');
const { proseWidth } = await import('../src/cli/wrap.ts');

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const TOOL = join(ROOT, 'scripts', 'mutate-ts');
const OUT = join(ROOT, '.build', 'mutate-ts');

/** Changed error texts would be most of all mutants, and tests check them only as far as needed. */
const EXCLUDED = ['StringLiteral'];

/** Limit for a part: StrykerJS sometimes waits for a run that has ended. */
const LIMIT_MS = 60 * 60_000;

function options(part, { files }) {
  return {
    testRunner: 'command',
    commandRunner: { command: 'exec node mutated.mjs' },
    buildCommand: 'node scripts/mutate-ts/bundle.mjs',
    mutate: files,
    mutator: { excludedMutations: EXCLUDED },
    ignorePatterns: [
      '/docs',
      '/bench',
      '/dist',
      '/.build',
      '/examples',
      '/scripts/mutate-ts/node_modules',
    ],
    tempDirName: join('.build', 'mutate-ts', `copy-${part}`),
    reporters: ['json'],
    jsonReporter: { fileName: join(OUT, `${part}.json`) },
    concurrency: 2,
    timeoutMS: 5_000,
    // Nothing in it needs rewriting, and TypeScript 7 lacks the API for that.
    tsconfigFile: 'none.json',
    checkers: [],
    disableTypeChecks: false,
    allowEmpty: true,
  };
}

/** The environment for tests on the GPU: the package `webgpu`, and a driver. */
async function gpuEnvironment() {
  const { driverEnvironment } = await import('../src/cli/child-runtime.ts');
  const webgpu = pathToFileURL(createRequire(join(TOOL, 'package.json')).resolve('webgpu')).href;
  const evaluating = ['--input-type=module', '--eval'];
  const prober = { program: process.execPath, arguments: evaluating, webgpu };
  const { env } = await driverEnvironment('auto', undefined, console.log, prober);
  return { ...env, MUTATE_WEBGPU: webgpu };
}

/** How many mutations were noticed in each file, and the survivors. */
function summary(part) {
  const { files } = JSON.parse(readFileSync(join(OUT, `${part}.json`), 'utf8'));
  const rows = [];
  const table = new GrowingTable(proseWidth(process.stdout.columns || 80), 'plain');
  for (const [file, { mutants, source }] of Object.entries(files)) {
    const lines = source.split('\n');
    const count = (...states) => mutants.filter(({ status }) => states.includes(status)).length;
    const noticed = count('Killed', 'Timeout', 'RuntimeError');
    const survivors = mutants.filter(({ status }) => ['Survived', 'NoCoverage'].includes(status));
    const all = noticed + survivors.length;
    const share = `${((100 * noticed) / all).toFixed(1)}%`;
    const { header, lines: row } = table.add({ file, noticed: `${noticed}/${all}`, share });
    rows.push(...(header === undefined ? [] : [header]), ...row);
    for (const { location, mutatorName, replacement } of survivors) {
      const { line } = location.start;
      const text = replacement.replace(/\s+/g, ' ').slice(0, 80);
      rows.push(`  ${line}  ${mutatorName}: ${text}\n      ${lines[line - 1].trim()}`);
    }
  }
  return rows.join('\n');
}

const asked = process.argv.slice(2);
const unknown = asked.find((part) => !(part in PARTS));
if (unknown) {
  console.log(`There is no part ${unknown}. The parts are ${Object.keys(PARTS).join(', ')}`);
  process.exit(2);
}
setup();
await build({ quiet: true });
if (!existsSync(join(TOOL, 'node_modules'))) {
  execFileSync('npm', ['ci', '--no-audit', '--no-fund', '--prefix', TOOL], { stdio: 'inherit' });
}
mkdirSync(OUT, { recursive: true });
const stryker = join(TOOL, 'node_modules', '@stryker-mutator', 'core', 'bin', 'stryker.js');
for (const part of asked.length > 0 ? asked : Object.keys(PARTS)) {
  const { tests, gpu } = PARTS[part];
  const begun = performance.now();
  const config = join(OUT, `${part}.config.json`);
  writeFileSync(config, JSON.stringify(options(part, PARTS[part])));
  const env = { ...(gpu ? await gpuEnvironment() : process.env), MUTATE_TESTS: tests.join(' ') };
  const { status, stdout, stderr } = spawnSync(process.execPath, [stryker, 'run', config], {
    cwd: ROOT,
    env,
    encoding: 'utf8',
    timeout: LIMIT_MS,
  });
  const minutes = ((performance.now() - begun) / 60_000).toFixed(1);
  console.log(`# ${part} (${minutes} min)`);
  console.log(status === 0 ? summary(part) : `${stdout}\n${stderr}`);
  if (status !== 0) process.exitCode = 1;
}
