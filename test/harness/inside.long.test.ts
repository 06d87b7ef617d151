import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import * as assert from 'uvu/assert';
import { openPage, pageSuite, textOf, until } from './page-helpers.ts';
import { stubbed } from './stub-worker.ts';

const test = pageSuite('inside');

/** When everything of a network is shown. */
const SHOWN = {
  cnn: ['#maps-title', /Test image 1: shoe/],
  transformer: ['#attention-readout', /looks at/],
} as const;

for (const [model, [where, what]] of Object.entries(SHOWN)) {
  test(`what is inside of a ${model} keeps nobody out, and fits any width`, async (stage) => {
    const axe = await readFile(
      createRequire(import.meta.url).resolve('axe-core/axe.min.js'),
      'utf8',
    );
    const { page, said } = await openPage(stage, `?model=${model}`, stubbed);
    await page.click('#start');
    await page.click('#tab-inside');
    await until(page, where, what);
    await page.evaluate(axe);
    for (const scheme of ['light', 'dark']) {
      await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
      const found = await page.evaluate(async () => {
        const { axe: run } = globalThis as unknown as {
          axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
        };
        const { violations } = await run.run();
        return violations.map(({ id, nodes }) => `${id}: ${nodes[0].html}`);
      });
      assert.equal(found, [], scheme);
    }
    for (const width of [320, 360, 768, 1280, 2560]) {
      await page.setViewport({ width, height: 900 });
      await new Promise((resolve) => setTimeout(resolve, 400));
      const over = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      assert.ok(over <= 0, `${width}: ${over} too wide`);
    }
    assert.equal(said, []);
    await page.close();
  });
}

test('a network of convolutions shows its kernels and maps on the page', async (stage) => {
  const query = '?model=cnn&data=built-in&train-limit=60&epochs=1&batch-size=20&family=portable';
  const { page, said } = await openPage(stage, query);
  await page.click('#tab-inside');
  await page.evaluate(() => document.getElementById('start')?.click());
  await until(page, '#status', /Done/);
  await until(page, '#maps-title', /Test image 1: /);
  await page.select('#weights-layer', '3.weight');
  // What the worker has drawn is not black.
  for (const id of ['canvas-weights', 'canvas-maps']) {
    const canvas = await page.$(`#${id}`);
    await page.waitForFunction(
      (found) => (found as HTMLElement).clientHeight > 50,
      { timeout: 60_000 },
      canvas,
    );
    let bytes = 0;
    for (let i = 0; i < 120 && bytes < 5000; i++) {
      await new Promise((resolve) => setTimeout(resolve, 500));
      bytes = (await canvas?.screenshot())?.length ?? 0;
    }
    assert.ok(bytes >= 5000, `${id}: ${bytes} bytes`);
  }
  assert.is(await textOf(page, '#alert-text'), '');
  assert.equal(said, []);
  await page.close();
});

test('a transformer shows its attention on the page and continues a text', async (stage) => {
  const query = '?model=transformer&length=16&stride=64&epochs=2&sample=20&family=portable';
  const { page, said } = await openPage(stage, query);
  await page.click('#tab-inside');
  await page.evaluate(() => document.getElementById('start')?.click());
  await until(page, '#status', /Training/);
  await until(page, '#attention-readout', /Layer 1, head 1: .* looks at /);
  await until(page, '#n-test', /%/);
  await until(page, '#writing-log', /Epoch 1/);
  await page.type('#writing-prompt', 'The fox');
  await page.$eval('#writing-count', (field) => {
    (field as HTMLInputElement).value = '10';
  });
  await page.click('#writing-go');
  await until(page, '#writing-status', /10 characters/);
  assert.is([...(await textOf(page, '#writing-text'))].length, 17);
  assert.equal(said, []);
  await page.close();
});

test.run();
