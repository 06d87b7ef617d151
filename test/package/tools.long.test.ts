import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { lintWorkflow, workflows } from '../../scripts/tools/actionlint.mjs';
import { checkTarball } from '../../scripts/tools/tarball.mjs';
import { pack, removeFolders } from './stage.ts';

test.after(removeFolders);

test('publint, Are The Types Wrong and size-limit find nothing in what is published', async () => {
  const { tarball } = await pack();
  const results = await checkTarball(tarball);
  assert.equal(
    results.map(({ name }) => name),
    ['publint', 'Are The Types Wrong', 'size-limit'],
  );
  for (const { name, ok, output } of results) assert.ok(ok, `${name}\n${output}`);
  const [publint, attw, sizes] = results.map(({ output }) => output);
  assert.match(publint, /All good/);
  assert.match(attw, /No problems found/);
  assert.match(sizes, /the whole engine/);
});

test('actionlint finds nothing in the workflows', async () => {
  const all = workflows();
  assert.ok(all.length >= 4);
  for (const { name, text } of all) assert.equal(await lintWorkflow(text, name), []);
});

test('actionlint does find what is wrong', async () => {
  const text =
    'on: push\njobs:\n  a:\n    runs-on: no-such-runner\n    steps:\n      - run: true\n';
  assert.match((await lintWorkflow(text, 'wrong.yml')).join('\n'), /no-such-runner/);
});

test.run();
