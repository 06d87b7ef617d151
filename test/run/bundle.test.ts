import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { PACKAGE_ROOT } from '../../src/cli/paths.ts';
import { bundleTests, scriptName } from './bundle.ts';
import { mapStack } from './source-map.ts';

const test = suite<{ folder: string }>('bundles');

test.before.each(async (context) => {
  await mkdir(join(PACKAGE_ROOT, '.build'), { recursive: true });
  context.folder = await mkdtemp(join(PACKAGE_ROOT, '.build', 'bundles-'));
});
test.after.each(({ folder }) => rm(folder, { recursive: true }));

/** Bundles files that import a module in common. */
async function bundled(folder: string, files: Readonly<Record<string, string>>) {
  await writeFile(join(folder, 'common.ts'), 'export const common = (): never => fail();\n');
  const paths = Object.keys(files).map((name) => join(folder, `${name}.gpu.test.ts`));
  const names = paths.map((path) => path.slice(PACKAGE_ROOT.length + 1));
  for (const [i, code] of Object.values(files).entries()) {
    await writeFile(paths[i], `import { common } from './common.ts';\n${code}\n`);
  }
  const out = join(folder, 'out');
  const failures = await bundleTests(PACKAGE_ROOT, names, out);
  const textOf = (name: string) => readFile(join(out, scriptName(name)), 'utf8');
  return { names, out, failures, textOf };
}

test('what files have in common is in one script, and places in it lead to the source', async ({
  folder,
}) => {
  const { names, out, failures, textOf } = await bundled(folder, {
    one: 'common(1);',
    two: 'common(2);',
  });
  assert.equal([...failures], []);
  const [part] = /chunk-\w+\.js/.exec(await textOf(names[0])) ?? [];
  assert.ok(part);
  assert.match(await textOf(names[1]), part);
  const lines = (await readFile(join(out, part), 'utf8')).split('\n');
  const line = lines.findIndex((text) => text.includes('fail()'));
  const place = `http://127.0.0.1:1/tests/${part}:${line + 1}:${lines[line].indexOf('fail') + 1}`;
  const source = `${folder.slice(PACKAGE_ROOT.length + 1)}/common.ts:1:36`;
  assert.is(mapStack(`at (${place})`, out, PACKAGE_ROOT), `at (${source})`);
  const unknown = 'http://127.0.0.1:1/tests/worker.js:1:1';
  assert.is(mapStack(unknown, out, PACKAGE_ROOT), unknown);
});

test('a file that does not compile fails alone', async ({ folder }) => {
  const { names, failures, textOf } = await bundled(folder, {
    fine: 'common(1);',
    wrong: "import './nowhere.ts';",
  });
  assert.equal([...failures.keys()], [names[1]]);
  assert.match(failures.get(names[1])?.message ?? '', 'nowhere.ts');
  assert.match(await textOf(names[0]), 'common(1)');
});

test.run();
