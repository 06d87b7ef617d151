import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import puppeteer, { type Browser, type Page } from 'puppeteer';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { findBrowser } from '../../scripts/find-browser.mjs';
import { PACKAGE_ROOT } from '../../src/cli/paths.ts';
import { deadLinks } from './links.ts';
import { type StaticHost, serveFolder } from './serve.ts';

interface Stage {
  folder: string;
  host: StaticHost;
  browser: Browser;
}

const test = suite<Stage>('site');

test.before(async (context) => {
  const docs = join(PACKAGE_ROOT, 'scripts/docs');
  execFileSync('npm', ['ci', '--prefix', docs, '--prefer-offline', '--no-audit', '--no-fund'], {
    stdio: 'pipe',
    shell: process.platform === 'win32',
  });
  context.folder = await mkdtemp(join(tmpdir(), 'gradweave-site-'));
  const { makeSite } = await import(pathToFileURL(join(docs, 'site.mjs')).href);
  await makeSite({ out: context.folder });
  context.host = await serveFolder(context.folder, '/some/where/');
  const executablePath = findBrowser()?.path;
  assert.ok(executablePath, 'there is no browser');
  context.browser = await puppeteer.launch({
    executablePath,
    args: [
      '--enable-unsafe-webgpu',
      '--use-webgpu-adapter=swiftshader',
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
    ],
  });
});

test.after(async ({ browser, host, folder }) => {
  await browser?.close();
  await host?.close();
  if (folder) await rm(folder, { recursive: true, force: true });
});

/** Opens a page of the site under its sub-folder; nobody may see an error. */
async function open(
  { browser, host }: Stage,
  path: string,
  look: (page: Page) => Promise<void>,
): Promise<void> {
  const page = await browser.newPage();
  const said: string[] = [];
  page.on('pageerror', (error) => said.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error') said.push(message.text());
  });
  try {
    await page.goto(host.base + path, { waitUntil: 'load' });
    await look(page);
    assert.equal(said, []);
  } finally {
    await page.close();
  }
}

test('every link and every anchor leads somewhere, by a relative address', async ({ folder }) => {
  assert.equal(await deadLinks(folder), []);
});

const PAGES = [
  'index.html',
  'modules.html',
  'docs/guide/data.html',
  'api/gradweave/Trainer.html',
  'api/gradweave/dropout.html',
  'examples/programs/gan.html',
  'examples/index.html',
];

for (const path of PAGES) {
  test(`${path}: axe finds nothing, light and dark, wide and narrow`, async (stage) => {
    const axe = await readFile(
      createRequire(import.meta.url).resolve('axe-core/axe.min.js'),
      'utf8',
    );
    await open(stage, path, async (page) => {
      await page.evaluate(axe);
      for (const scheme of ['light', 'dark']) {
        await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
        for (const width of [400, 1280]) {
          await page.setViewport({ width, height: 900 });
          const found = await page.evaluate(async () => {
            const { axe: run } = globalThis as unknown as {
              axe: {
                run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }>;
              };
            };
            const { violations } = await run.run();
            return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html)}`);
          });
          assert.equal(found, [], `${path}, ${scheme}, ${width} wide`);
          const over = await page.evaluate(
            () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
          );
          assert.ok(over <= 0, `${path} is ${over} pixels too wide for ${width}`);
        }
      }
    });
  });
}

test('the search finds a function and leads to it', (stage) =>
  open(stage, 'docs/guide/data.html', async (page) => {
    await page.setViewport({ width: 1280, height: 900 });
    await page.click('#tsd-search-trigger');
    await page.type('#tsd-search-input', 'builtInGarments');
    await page.waitForSelector('#tsd-search-results li a');
    await Promise.all([page.waitForNavigation(), page.click('#tsd-search-results li a')]);
    assert.match(page.url(), /\/some\/where\/api\/data\/builtInGarments/);
  }));

test('the search finds a guide by its text', (stage) =>
  open(stage, 'index.html', async (page) => {
    await page.click('#tsd-search-trigger');
    await page.type('#tsd-search-input', 'standardise');
    await page.waitForFunction(() =>
      [...document.querySelectorAll('#tsd-search-results li a')].some((one) =>
        one.getAttribute('href')?.includes('docs/'),
      ),
    );
  }));

test('an example trains in the site', (stage) =>
  open(stage, 'examples/minimal/index.html', async (page) => {
    await page.waitForFunction(
      () => /%/.test(document.querySelector('#status')?.textContent ?? ''),
      { timeout: 120_000 },
    );
  }));

test('the harness page trains in the site', (stage) =>
  open(
    stage,
    'harness/index.html?run=train&model=2&layers=784,16,10&data=built-in&train-limit=400&epochs=1&batch-size=50',
    async (page) => {
      await page.waitForFunction(
        () => /Done/.test(document.querySelector('#status')?.textContent ?? ''),
        { timeout: 120_000 },
      );
    },
  ));

test('nothing was asked for that the site does not have', ({ host }) => {
  assert.equal(host.missing, []);
});

test.run();
