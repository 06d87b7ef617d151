import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { pageFiles, pageTable } from '../../src/cli/page-files.ts';
import { coloursOf, inBrowser, memoryOf, VULKAN } from '../run/people-browser.ts';
import { until } from './page-helpers.ts';

const SMALL =
  'model=2&layers=784,16,10&data=built-in&train-limit=2000&batch-size=50&family=portable';

const table = async () => pageTable(await pageFiles(), new Map());

test('a page that nobody sees goes on training', async () =>
  inBrowser([], await table(), async (browser, origin) => {
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

test('a GPU process that is killed costs a run some steps, and no digit of its numbers', async () =>
  inBrowser([], await table(), async (browser, origin) => {
    const session = await browser.target().createCDPSession();
    const trained = async (kill: boolean): Promise<string | undefined> => {
      const page = await browser.newPage();
      await page.goto(`${origin}/harness.html?${SMALL}&epochs=30`);
      await page.click('#start');
      await until(page, '#n-epoch', /^[3-9] |^\d\d/);
      if (kill) {
        session.send('Browser.crashGpuProcess').catch(() => {});
        await until(page, '#status', /The GPU was lost\. Resuming/);
        // The charts' canvases were lost with it, and are drawn anew as they were.
        await until(page, '#n-epoch', /^[2-9]\d/);
        const darkest = await page.$eval('#chart-loss canvas', (canvas) => {
          const { width, height } = canvas as HTMLCanvasElement;
          const copy = new OffscreenCanvas(width, height).getContext('2d');
          copy?.drawImage(canvas as HTMLCanvasElement, 0, 0);
          const { data } = copy?.getImageData(0, 0, width, height) ?? { data: [] };
          let dark = 0;
          for (let i = 0; i < data.length; i += 4) {
            if (data[i + 3] === 255 && data[i] + data[i + 1] + data[i + 2] < 30) dark++;
          }
          return dark;
        });
        assert.ok(darkest < 50, `${darkest} black pixels: grid lines are not their colour`);
      }
      const status = await until(page, '#status', /Done|Failed/);
      await page.close();
      return /test loss [\d.]+, test accuracy [\d.]+%/.exec(status)?.[0];
    };
    const undisturbed = await trained(false);
    assert.ok(undisturbed);
    assert.is(await trained(true), undisturbed);
  }));

test('pages that are left in the middle of a run leave nothing in the GPU process', async () =>
  inBrowser([], await table(), async (browser, origin) => {
    const session = await browser.target().createCDPSession();
    const memories: number[] = [];
    const page = await browser.newPage();
    // It asks before it leaves a run.
    page.on('dialog', (dialog) => void dialog.accept());
    for (let i = 0; i < 16; i++) {
      await page.goto(`${origin}/harness.html?${SMALL}&run=train&epochs=500`);
      await until(page, '#n-epoch', /^[3-9] |^\d\d/);
      memories.push((await memoryOf(session)).get('GPU') ?? NaN);
    }
    // The worker and its device end with the page; their memory is taken back when some are together.
    const [early, late] = [memories.slice(7, 11), memories.slice(12)].map((list) =>
      Math.min(...list),
    );
    assert.ok(late < 1.1 * early, `MiB of the GPU process: ${memories.map(Math.round).join(', ')}`);
  }));

test('pictures get onto a WebGPU canvas without being read back', async () =>
  inBrowser(VULKAN, await table(), async (browser, origin) => {
    const page = await browser.newPage();
    const query = `${SMALL}&run=train&epochs=4&canvas=present&tab=inside`;
    await page.goto(`${origin}/harness.html?${query}`);
    await until(page, '#status', /Done/);
    const colours = await coloursOf(page, await page.waitForSelector('#canvas-weights'));
    assert.ok(colours > 50, `the weights are drawn in ${colours} colours`);
  }));

test.run();
