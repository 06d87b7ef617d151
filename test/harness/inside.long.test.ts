import * as assert from 'uvu/assert';
import { fitsAllWidths, keepsNobodyOut } from './looks.ts';
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
    const { page, said } = await openPage(stage, `?model=${model}`, stubbed);
    await page.click('#start');
    await page.click('#tab-inside');
    await until(page, where, what);
    await keepsNobodyOut(page, model);
    await fitsAllWidths(page, model);
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
