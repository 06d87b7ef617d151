import puppeteer, { type Browser, type Page } from 'puppeteer';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { findBrowser } from '../../scripts/find-browser.mjs';
import { pageFiles, pageTable } from '../../src/cli/page-files.ts';
import { startServer } from '../../src/cli/server.ts';
import { THOROUGH } from '../run/thorough.ts';
import { until } from './page-helpers.ts';

const SMALL =
  'model=2&layers=784,16,10&data=built-in&train-limit=2000&batch-size=50&family=portable';

const VULKAN = ['--use-angle=swiftshader', '--enable-features=Vulkan', '--use-vulkan=swiftshader'];

/** puppeteer's own flags that keep hidden pages running, which browsers of people do not have. */
const AWAKE = [
  '--disable-background-timer-throttling',
  '--disable-backgrounding-occluded-windows',
  '--disable-renderer-backgrounding',
];

/** A browser as people have it, but for the adapter. */
async function inBrowser(
  flags: readonly string[],
  use: (browser: Browser, origin: string) => Promise<void>,
): Promise<void> {
  const executablePath = findBrowser()?.path;
  assert.ok(executablePath, 'there is no browser');
  const server = await startServer(pageTable(await pageFiles(), new Map()));
  const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const browser = await puppeteer.launch({
    executablePath,
    ignoreDefaultArgs: AWAKE,
    args: ['--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader', ...flags, ...sandbox],
  });
  try {
    await use(browser, server.origin);
  } finally {
    await browser.close();
    await server.close();
  }
}

/** How many colours the pixels of a PNG have. */
function coloursOf(page: Page, png: string): Promise<number> {
  return page.evaluate(async (data) => {
    const image = new Image();
    image.src = `data:image/png;base64,${data}`;
    await image.decode();
    const context = new OffscreenCanvas(image.width, image.height).getContext('2d');
    if (!context) return 0;
    context.drawImage(image, 0, 0);
    const { data: pixels } = context.getImageData(0, 0, image.width, image.height);
    return new Set(new Uint32Array(pixels.buffer)).size;
  }, png);
}

if (THOROUGH) {
  test('a page that nobody sees goes on training', () =>
    inBrowser([], async (browser, origin) => {
      const page = await browser.newPage();
      await page.goto(`${origin}/harness.html?${SMALL}&epochs=20`);
      await page.click('#start');
      await until(page, '#status', /Training/);
      const other = await browser.newPage();
      await other.bringToFront();
      assert.is(await page.evaluate(() => document.visibilityState), 'hidden');
      assert.match(await until(page, '#status', /Done|Failed/), /20 epochs/);
      assert.is(await page.evaluate(() => document.visibilityState), 'hidden');
    }));

  // Where textures can be shared with the compositor, as on GPUs: with Vulkan on SwiftShader.
  test('pictures get onto a WebGPU canvas without being read back', () =>
    inBrowser(VULKAN, async (browser, origin) => {
      const page = await browser.newPage();
      const query = `${SMALL}&run=train&epochs=4&canvas=present&tab=inside`;
      await page.goto(`${origin}/harness.html?${query}`);
      await until(page, '#status', /Done/);
      const canvas = await page.waitForSelector('#canvas-weights');
      const picture = (await canvas?.screenshot({ encoding: 'base64' })) ?? '';
      const colours = await coloursOf(page, picture);
      assert.ok(colours > 50, `the weights are drawn in ${colours} colours`);
    }));
}

test.run();
