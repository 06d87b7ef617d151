import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { launchChrome } from '../../src/cli/chrome.ts';
import { pageFiles } from '../../src/cli/page-files.ts';
import { PACKAGE_ROOT } from '../../src/cli/paths.ts';
import { drive } from '../../src/cli/run-task.ts';
import { BLANK_PAGE, startServer } from '../../src/cli/server.ts';
import { listProcesses } from '../../src/node/process-tree.ts';
import { inLongRun, thoroughly } from '../run/thorough.ts';

const test = suite<{ folder: string }>('endings');

test.before.each(async (context) => {
  context.folder = await mkdtemp(join(tmpdir(), 'gradweave-endings-'));
});
test.after.each(async ({ folder }) => {
  await rm(folder, { recursive: true });
});

/** Starts the command with a folder for temporary files of its own. */
function command(folder: string, ...args: readonly string[]) {
  const child = spawn(process.execPath, ['scripts/gradweave.mjs', ...args], {
    cwd: PACKAGE_ROOT,
    env: { ...process.env, TMPDIR: folder, XDG_CACHE_HOME: folder },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = once(child, 'exit').then(([code]) => code as number | null);
  return { child, ended };
}

const browsers = (folder: string) =>
  listProcesses().filter(({ command: line }) => line.includes(`${folder}/gradweave-chrome-`));

async function until(happened: () => boolean): Promise<void> {
  for (let i = 0; i < 400 && !happened(); i++) await pause(50);
  assert.ok(happened());
}

const MOMENTS: Readonly<Record<string, (folder: string) => boolean>> = {
  'Chrome starts': (folder) => browsers(folder).length > 0,
  'the page is open': (folder) =>
    browsers(folder).filter(({ command: line }) => line.includes('--type=renderer')).length > 1,
};

for (const [moment, happened] of thoroughly(Object.entries(MOMENTS), (_, i) => i === 1)) {
  test(`Ctrl-C while ${moment} ends with 130 and leaves no process and no profile`, async ({
    folder,
  }) => {
    const { child, ended } = command(folder, 'verify', '--adapter', 'software');
    await until(() => happened(folder));
    child.kill('SIGINT');
    assert.is(await ended, 130);
    assert.equal(browsers(folder), []);
    const left = await readdir(folder);
    assert.equal(
      left.filter((name) => name.startsWith('gradweave-chrome-')),
      [],
    );
  });
}

inLongRun(test)('two Ctrl-C end at once, and leave no process', async ({ folder }) => {
  const { child, ended } = command(folder, 'verify', '--adapter', 'software');
  await until(() => MOMENTS['the page is open'](folder));
  child.kill('SIGINT');
  await pause(10);
  child.kill('SIGINT');
  assert.is(await ended, 130);
  await until(() => browsers(folder).length === 0);
});

for (const [args, code, said] of [
  [['verify', '--filter', 'softmax'], 0, /The GPU was lost\. Starting again from the beginning/],
  [['bench', '--only', 'steps', '--rounds', '50'], 1, /The GPU was lost\. Times before and after/],
] as const) {
  const one = code === 0 ? test : inLongRun(test);
  one(
    `${args[0]} whose GPU process is killed ${code === 0 ? 'starts again and passes' : 'ends with what to do'}`,
    async ({ folder }) => {
      const json = join(folder, 'result.json');
      const { child, ended } = command(folder, ...args, '--adapter', 'software', '--json', json);
      const text = { out: '', err: '' };
      let killed = false;
      child.stderr.on('data', (part) => {
        text.err += part;
      });
      child.stdout.on('data', (part) => {
        text.out += part;
        // The task has its device.
        if (killed || !/SwiftShader/.test(text.out)) return;
        const gpu = browsers(folder).find(({ command: line }) =>
          line.includes('--type=gpu-process'),
        );
        if (!gpu) return;
        killed = true;
        process.kill(gpu.pid, 'SIGKILL');
      });
      assert.is(await ended, code, text.err);
      assert.match(text.err, said);
      assert.is(text.err.match(/The GPU was lost/g)?.length, 1);
      if (code !== 0) return;
      const { rows, failed } = JSON.parse(await readFile(json, 'utf8'));
      assert.is(failed, 0);
      const names = rows.map(({ cells }: { cells: Record<string, string> }) =>
        JSON.stringify(cells),
      );
      assert.ok(names.length > 0);
      assert.is(new Set(names).size, names.length, 'no row twice');
      assert.match(text.out, `${names.length} ok, 0 not ok`);
    },
  );
}

inLongRun(test)(
  'a run whose GPU process is killed before its first step goes on with another',
  async () => {
    const server = await startServer(await pageFiles());
    const url = server.origin + BLANK_PAGE;
    const chrome = await launchChrome({ adapter: 'software', url, announce: () => {} });
    const pid = chrome.browser.process()?.pid;
    const notes: string[] = [];
    try {
      const page = await chrome.browser.newPage();
      const query = 'run=train&report=json&data=built-in&train-limit=400&epochs=1&batch-size=50';
      const result = await drive(page, `${server.origin}/harness.html?${query}`, {
        onEvent: (event) => {
          if (event.type === 'note') notes.push(event.text);
          if (event.type !== 'dataset') return;
          for (const one of listProcesses()) {
            if (one.group !== pid || !one.command.includes('--type=gpu-process')) continue;
            process.kill(one.pid, 'SIGKILL');
          }
        },
        onConsole: () => {},
      });
      assert.match(notes.join(), 'The GPU was lost. Resuming on a new device');
      assert.is((result as { history: unknown[] }).history.length, 1);
    } finally {
      await chrome.close();
      await server.close();
    }
  },
);

test.run();
