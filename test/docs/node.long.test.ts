/** Runs the guides' programs for Node as a reader would: in an app that has installed the package. */
import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { findBrowser } from '../../scripts/find-browser.mjs';
import { PACKAGE_ROOT } from '../../src/cli/paths.ts';
import { project, runIn } from '../package/project.ts';
import { removeFolders } from '../package/stage.ts';
import { blocksOf, isForNode, scriptOf } from '../run/blocks.ts';

test.after(removeFolders);

const scriptsOf = async (page: string): Promise<string[]> =>
  blocksOf(await readFile(join(PACKAGE_ROOT, 'docs/guide', page), 'utf8')).flatMap(
    (block) => scriptOf(block) ?? [],
  );

test('the first network learns in Node, and the process ends', async () => {
  const app = await project('commonjs');
  const [script, driver] = await scriptsOf('first-network.md');
  for (const text of [script, `${driver}\n${script}`]) {
    await writeFile(join(app, 'first.mjs'), text);
    const printed = await runIn(app, process.execPath, ['first.mjs']);
    assert.match(printed, /^80 0\.0\d\d (1\.000|0\.9\d\d)$/m);
    assert.match(printed, /Uint32Array\(2\) \[ 1, 0 \]/);
  }
});

test('the program of the page on Node trains', async () => {
  const app = await project('commonjs');
  const [script] = (await scriptsOf('node.md')).filter(isForNode);
  await writeFile(join(app, 'main.mjs'), script);
  assert.match(await runIn(app, process.execPath, ['main.mjs']), /^\d+\.\d+$/m);
});

test('the program of the page on tracking logs a run', async () => {
  const app = await project('commonjs');
  const [script] = (await scriptsOf('tracking.md')).filter(isForNode);
  await writeFile(join(app, 'main.mjs'), script);
  await runIn(app, process.execPath, ['main.mjs']);
  const lines = await readFile(join(app, 'runs/line/steps.jsonl'), 'utf8');
  assert.is(lines.trimEnd().split('\n').length, 20);
});

test('the recipe for continuous integration gets an adapter without a GPU', async () => {
  const [script] = blocksOf(await readFile(join(PACKAGE_ROOT, 'docs/ci.md'), 'utf8')).flatMap(
    (block) => scriptOf(block) ?? [],
  );
  // Here, where puppeteer is installed.
  const file = join(PACKAGE_ROOT, '.build/ci-recipe.mjs');
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, script);
  const env = { ...process.env, CHROME_PATH: findBrowser()?.path };
  const { stdout } = await promisify(execFile)(process.execPath, [file], { env });
  assert.is(stdout.trim(), 'google swiftshader');
});

test.run();
