import { type ChildProcess, spawn } from 'node:child_process';
import { readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'puppeteer';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { serve, verdict, visit } from './page.ts';
import { project, runIn } from './project.ts';
import { removeFolders } from './stage.ts';

test.after(removeFolders);

test('webpack bundles an app of modules and CommonJS, with one copy of the package', async () => {
  const app = await project('webpack');
  const webpack = join('node_modules', 'webpack', 'bin', 'webpack.js');
  await runIn(app, process.execPath, [webpack]);
  const { origin, close } = await serve([app, join(app, 'dist')]);
  assert.is(await visit(`${origin}/page.html`, verdict), 'learned');
  close();

  await runIn(app, process.execPath, [
    webpack,
    '--entry-reset',
    '--entry',
    './inference.mjs',
    '-o',
    'small',
  ]);
  const [whole, small] = await Promise.all(
    ['dist/main.js', 'small/main.js'].map((path) => readFile(join(app, path), 'utf8')),
  );
  assert.match(whole, 'stepsPerEpoch');
  assert.not.match(small, 'stepsPerEpoch');
  assert.ok(small.length < 0.7 * whole.length, `${small.length} of ${whole.length} bytes`);
});

test('Vite builds an app that trains in a worker', async () => {
  const app = await project('vite');
  const vite = join('node_modules', 'vite', 'bin', 'vite.js');
  await runIn(app, process.execPath, [vite, 'build', '--base', './']);
  const { origin, close } = await serve([join(app, 'dist')]);
  assert.is(await visit(`${origin}/index.html`, verdict), 'learned');
  close();
});

/** Starts an app's server, and gives its address; it ends with the test. */
async function started(app: string, given: readonly string[]) {
  const child = spawn(process.execPath, given, {
    cwd: app,
    // Other tests' tools may set NODE_ENV in this process, and a production build of React mounts once.
    env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: undefined, NODE_ENV: undefined },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const origin = await new Promise<string>((resolve, reject) => {
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (part) => {
      text += part;
      const found = /http:\/\/(?:localhost|127\.0\.0\.1):\d+/.exec(text);
      if (found) resolve(found[0].replace('localhost', '127.0.0.1'));
    });
    child.on('close', (code) => reject(new Error(`it ended with ${code}: ${text}`)));
  });
  return { origin, end: () => ended(child) };
}

function ended(child: ChildProcess): Promise<void> {
  child.kill();
  return new Promise((resolve) => child.once('close', () => resolve()));
}

interface Log {
  readonly alive: number;
  readonly ended: readonly string[];
  readonly mounts: number;
}

const logOf = (page: Page): Promise<Log> => page.evaluate('window.log') as Promise<Log>;

/** Shows and hides the component three times. False if the page was loaded again meanwhile. */
async function mountedRounds(page: Page, troubles: readonly string[]): Promise<boolean> {
  await page.evaluate('window.same = true');
  const same = async (condition: string): Promise<boolean> => {
    const options = { timeout: 180_000 };
    await page
      .waitForFunction(`!window.same || (window.log && ${condition})`, options)
      .catch(async (error: unknown) => {
        const state = await page.evaluate('JSON.stringify(window.log) + document.body.textContent');
        throw new Error(`${condition}: ${error}; ${state}; ${troubles.join('; ')}`);
      });
    return (await page.evaluate('window.same')) === true;
  };
  const shown = "!['none', undefined].includes(document.querySelector('output')?.textContent)";
  for (let round = 1; round <= 3; round++) {
    // StrictMode mounts twice. Before that, alive may be that of the first mount.
    const mounts = 2 * round;
    const mounted = `${shown} && log.alive === 1 && log.mounts === ${mounts}`;
    if (!(await same(mounted))) return false;
    await page.evaluate('window.render(false)');
    if (!(await same('log.alive === 0'))) return false;
    assert.is((await logOf(page)).mounts, mounts);
    await page.evaluate('window.render(true)');
  }
  if (!(await same(shown))) return false;
  const { ended: names } = await logOf(page);
  assert.ok(names.length >= 3);
  assert.ok(
    names.every((name) => name === 'DestroyedError'),
    names.join(),
  );
  return true;
}

test('Vite’s hot reload and React’s StrictMode end training by destroy(), and begin again', async () => {
  const app = await project('vite');
  const vite = join('node_modules', 'vite', 'bin', 'vite.js');
  const { origin, end } = await started(app, [vite, '--host', '127.0.0.1']);
  try {
    // First: a file that changes below may reload any page, late. Vite also reloads a page whose connection to it was lost,
    // as on a machine that is too busy. Then the rounds begin anew.
    await visit(`${origin}/strict.html`, async (page, troubles) => {
      let whole = false;
      for (let i = 0; i < 4 && !whole; i++) whole = await mountedRounds(page, troubles);
      assert.ok(whole, 'the page was loaded again in every try');
      assert.equal(troubles, []);
    });
    await visit(`${origin}/hot.html`, async (page, troubles) => {
      const hot = join(app, 'hot.mjs');
      const text = await readFile(hot, 'utf8');
      for (const version of [1, 2, 3]) {
        // At once: a file that is written in two pieces may be loaded twice.
        if (version > 1) {
          await writeFile(`${hot}.new`, text.replace('= 1;', `= ${version};`));
          await rename(`${hot}.new`, hot);
        }
        const title = `document.title === 'version ${version}'`;
        await page.waitForFunction(title, { timeout: 180_000 });
      }
      assert.equal(await logOf(page), { alive: 1, ended: ['DestroyedError', 'DestroyedError'] });
      assert.equal(troubles, []);
    });
  } finally {
    await end();
  }
});

test('Next.js builds a page that imports the package, renders it without WebGPU, and trains', async () => {
  const app = await project('next');
  const next = join('node_modules', 'next', 'dist', 'bin', 'next');
  await runIn(app, process.execPath, [next, 'build'], { NEXT_TELEMETRY_DISABLED: '1' });
  assert.ok((await readdir(join(app, '.next'))).length > 0);
  const { origin, end } = await started(app, [next, 'start', '-p', '0', '-H', '127.0.0.1']);
  try {
    const html = await (await fetch(origin)).text();
    assert.match(html.replaceAll('<!-- -->', ''), /4 parameters.*2: waiting/);
    await visit(origin, async (page, troubles) => {
      const said = "!/waiting/.test(document.querySelector('output').textContent)";
      await page.waitForFunction(said, { timeout: 120_000 });
      const text = await page.$eval('output', ({ textContent }) => textContent);
      assert.is(text, '2: learned');
      assert.equal(troubles, []);
    });
  } finally {
    await end();
  }
});

test.run();
