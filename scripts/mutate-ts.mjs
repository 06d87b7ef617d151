/**
 * Tests the tests of the TypeScript sources: `npm run mutate:ts [-- PART…]`. StrykerJS makes mistakes in the
 * files of a part (scripts/mutate-ts/parts.mjs), one at a time, and runs the part's tests. What these do not
 * notice is listed; test/mutate/README.md says which survivors are no mistakes, and the last scores.
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

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const TOOL = join(ROOT, 'scripts', 'mutate-ts');
const OUT = join(ROOT, '.build', 'mutate-ts');

/** Words of errors are tested as far as they matter; each of them changed would be most of all mutants. */
const EXCLUDED = ['StringLiteral'];

/** No part may hang for ever: StrykerJS has been seen to wait for a run that had ended. */
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
    // There is nothing to rewrite in it, and TypeScript 7 has not what that takes.
    tsconfigFile: 'none.json',
    checkers: [],
    disableTypeChecks: false,
    allowEmpty: true,
  };
}

/** What tests on the GPU need: the package, and a driver, by the environment that a process begins with. */
async function gpuEnvironment() {
  const { driverEnvironment } = await import('../src/cli/child-runtime.ts');
  const webgpu = pathToFileURL(createRequire(join(TOOL, 'package.json')).resolve('webgpu')).href;
  const evaluating = ['--input-type=module', '--eval'];
  const prober = { program: process.execPath, arguments: evaluating, webgpu };
  const { env } = await driverEnvironment('auto', undefined, console.log, prober);
  return { ...env, MUTATE_WEBGPU: webgpu };
}

/** Noticed, not noticed, and where each of the latter is. */
function summary(part) {
  const { files } = JSON.parse(readFileSync(join(OUT, `${part}.json`), 'utf8'));
  const rows = [];
  for (const [file, { mutants, source }] of Object.entries(files)) {
    const lines = source.split('\n');
    const count = (...states) => mutants.filter(({ status }) => states.includes(status)).length;
    const noticed = count('Killed', 'Timeout', 'RuntimeError');
    const survivors = mutants.filter(({ status }) => ['Survived', 'NoCoverage'].includes(status));
    const all = noticed + survivors.length;
    rows.push(`${file}  ${noticed} of ${all}  ${((100 * noticed) / all).toFixed(1)}%`);
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
  console.log(`There is no part ${unknown}; there are ${Object.keys(PARTS).join(', ')}`);
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
