import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { PACKAGE_ROOT } from '../../src/cli/paths.ts';
import { listProcesses } from '../../src/node/process-tree.ts';
import { runInChrome } from './chrome-runner.ts';
import { runInNode } from './node-runner.ts';
import type { FileResult } from './results.ts';
import { inLongRun } from './thorough.ts';

const test = suite<{ folder: string }>('stopped files');

test.before.each(async (context) => {
  // Below the package, whose packages the files import.
  await mkdir(join(PACKAGE_ROOT, '.build'), { recursive: true });
  context.folder = await mkdtemp(join(PACKAGE_ROOT, '.build', 'stopped-'));
});
test.after.each(async ({ folder }) => {
  await rm(folder, { recursive: true });
});

/** Runs files in Node, each with a few seconds. */
async function inNode(
  folder: string,
  files: Readonly<Record<string, string>>,
  seconds: number,
): Promise<FileResult[]> {
  const paths: string[] = [];
  for (const [name, code] of Object.entries(files)) {
    const path = join(folder, `${name}.test.ts`);
    await writeFile(path, `import { suite, test } from 'uvu';\n${code}\ntest.run();\n`);
    paths.push(path);
  }
  const results: FileResult[] = [];
  await runInNode(paths, seconds, (result) => results.push(result));
  return results;
}

const ALWAYS = "test('is fine', () => {});";

test('a file that is stopped names its test, and the others go on', async ({ folder }) => {
  const [spins, waits, dies, fine] = await inNode(
    folder,
    {
      spins: `${ALWAYS} test('spins for ever', () => { for (;;); });`,
      waits: `test.before.each(() => {}); test('waits for ever', () => new Promise(() => setInterval(() => {}, 99)));`,
      dies: "test('dies', () => process.kill(process.pid, 'SIGKILL'));",
      fine: ALWAYS,
    },
    // Time to start on a busy machine.
    6,
  );
  assert.match(
    spins.report,
    'did not end within 6 s and was stopped, in the test "spins for ever"',
  );
  assert.match(waits.report, 'in the test "waits for ever"');
  assert.match(dies.report, '(SIGKILL) before the tests were done, in the test "dies"');
  assert.is(fine.passed, 1);
});

inLongRun(test)('no process of a stopped file is left, whatever it does', async ({ folder }) => {
  const mark = folder.slice(-6);
  await inNode(
    folder,
    {
      starts: `import { spawn } from 'node:child_process';
        test('starts programs', () => {
          for (const detached of [false, true]) {
            spawn(process.execPath, ['-e', 'for (;;);', ${JSON.stringify(mark)}], { detached });
          }
          for (;;);
        });`,
    },
    3,
  );
  const left = () => listProcesses().filter(({ command }) => command.includes(mark));
  for (let i = 0; i < 40 && left().length > 0; i++) await pause(50);
  assert.equal(left(), []);
});

inLongRun(test)(
  'a page that is stopped names its test; the next has a browser of its own',
  async ({ folder }) => {
    const name = (file: string) => join(folder, file).slice(PACKAGE_ROOT.length + 1);
    const files = [name('fine.gpu.test.ts'), name('spins.gpu.test.ts')];
    const code = [ALWAYS, "test('spins in a page', () => { for (;;); });"];
    for (const [i, file] of files.entries()) {
      const text = `import { test } from 'uvu';\n${code[i]}\ntest.run();\n`;
      await writeFile(join(PACKAGE_ROOT, file), text);
    }
    const results: FileResult[] = [];
    await runInChrome({
      root: PACKAGE_ROOT,
      files,
      adapter: 'software',
      chrome: undefined,
      data: undefined,
      timeoutSeconds: 4,
      log: () => {},
      report: (result) => results.push(result),
      starts: [Promise.resolve()],
    });
    const [spins, fine] = results;
    assert.match(
      spins.report,
      'did not end within 4 s and was stopped, in the test "spins in a page"',
    );
    assert.is(fine.passed, 1);
    const renderers = listProcesses().filter(
      ({ parent, command }) => parent === process.pid && command.includes('gradweave-chrome-'),
    );
    assert.equal(renderers, []);
  },
);

test.run();
