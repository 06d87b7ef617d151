/**
 * Tests the tests: `npm run mutate [-- TEXT]`. Applies the mutations of test/mutate/mutations.mjs one at a
 * time to a copy of the checkout, and runs tests that must fail. Surviving mutations are listed and are a
 * failure. With a text, only mutations whose description or file contains it.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MUTATIONS } from '../test/mutate/mutations.mjs';
import { setup } from './setup.mjs';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

/** A copy of what git tracks, with the packages of this checkout. */
function copyOf(root) {
  const copy = mkdtempSync(join(tmpdir(), 'gradweave-mutate-'));
  const list = execFileSync(
    'git',
    ['ls-files', '-z', '--cached', '--others', '--exclude-standard'],
    {
      cwd: root,
      encoding: 'utf8',
    },
  );
  for (const name of list.split('\0')) {
    if (name && !name.startsWith('docs/')) cpSync(join(root, name), join(copy, name));
  }
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  return copy;
}

/** The text with one place changed. A mutation without a place, or with several, is out of date. */
function mutated(text, { file, from, to, what }) {
  const places = text.split(from).length - 1;
  if (places !== 1) throw new Error(`${what}: ${file} has ${places} places like ${from}`);
  return text.replace(from, () => to);
}

/** @returns {boolean} whether the tests pass */
function passes(copy, tests) {
  // Long tests are otherwise left out.
  const all = tests.includes('long') ? ['--all'] : [];
  const given = ['scripts/test.mjs', '--only', `test/(${tests})`, ...all];
  const { status, stdout } = spawnSync(process.execPath, given, { cwd: copy, encoding: 'utf8' });
  if (!/\d+ passed, \d+ failed\s*$/.test(stdout))
    throw new Error(`no result of ${tests}:\n${stdout}`);
  return status === 0;
}

setup();
const wanted = process.argv[2] ?? '';
const chosen = MUTATIONS.filter(({ what, file }) => `${what} ${file}`.includes(wanted));
for (const one of chosen) mutated(readFileSync(join(ROOT, one.file), 'utf8'), one);
const copy = copyOf(ROOT);
const survivors = [];
try {
  for (const [i, one] of chosen.entries()) {
    const begun = performance.now();
    const path = join(copy, one.file);
    const text = readFileSync(path, 'utf8');
    writeFileSync(path, mutated(text, one));
    const survived = passes(copy, one.tests);
    writeFileSync(path, text);
    if (survived) survivors.push(one);
    const seconds = ((performance.now() - begun) / 1000).toFixed(0);
    const mark = survived ? '✘ survived' : '✓ noticed ';
    console.log(`${mark} ${i + 1}/${chosen.length} ${one.what} (${one.file}, ${seconds} s)`);
  }
} finally {
  rmSync(copy, { recursive: true, force: true });
}
for (const { what, tests } of survivors) console.log(`survived: ${what}; ${tests} did not notice`);
console.log(`${chosen.length - survivors.length} of ${chosen.length} mutations were noticed`);
process.exitCode = survivors.length > 0 ? 1 : 0;
