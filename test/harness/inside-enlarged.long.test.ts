import type { Page } from 'puppeteer';
import * as assert from 'uvu/assert';
import { fitsAllWidths, keepsNobodyOut } from './looks.ts';
import { openPage, pageSuite, SMALL, textOf, until } from './page-helpers.ts';
import { stubbed } from './stub-worker.ts';

const test = pageSuite('inside, enlarged');

const isOpen = (page: Page, id: string): Promise<boolean> =>
  page.$eval(id, (dialog) => (dialog as HTMLDialogElement).open);

const textsOf = (page: Page, selector: string): Promise<string[]> =>
  page.$$eval(selector, (all) => all.map(({ textContent }) => textContent ?? ''));

/** Clicks what may be outside of the window. */
const press = (page: Page, selector: string): Promise<void> =>
  page.$eval(selector, (element) => (element as HTMLElement).click());

test('units and images are enlarged, mistakes are sorted, classes scored, and an earlier run is looked into', async (stage) => {
  const query = `?run=train&model=2&layers=784,16,10&${SMALL}`;
  const { page, said } = await openPage(stage, query);
  await until(page, '#status', /Done/);
  await page.click('#tab-inside');
  await until(page, '#page-text', /1–24 of/);
  await until(page, '#figure-weights [data-drawn]', /As of 3 epochs/);

  // The third unit of the first line.
  await page.click('#canvas-weights', { offset: { x: 2 * 58 + 20, y: 20 } });
  await until(page, '#unit-title', /^Layer 1, unit 3$/);
  await until(page, '#unit-status', /As of 3 epochs/);
  assert.is((await page.$$('#unit-most li')).length, 24);
  const values = (await textsOf(page, '#unit-most strong')).map(Number);
  assert.equal(
    values,
    [...values].sort((a, b) => b - a),
  );
  await page.focus('#unit-close');
  await page.keyboard.press('ArrowRight');
  await until(page, '#unit-title', /^Layer 1, unit 4$/);
  await page.select('#unit-layer', '4');
  await until(page, '#unit-title', /^Layer 4, unit 1$/);
  await until(page, '#unit-weights-text', /each of 16 inputs/);
  // The image whose value it is.
  await until(page, '#unit-map-text', /^Test image 1: .+\. The unit’s value: [−\d.]+\.$/);
  const label = await page.$eval('#unit-image', (picture) => picture.getAttribute('aria-label'));
  assert.match(label ?? '', /^Test image 1: /);
  await page.keyboard.press('Escape');
  assert.is(await isOpen(page, '#unit-dialog'), false);

  await page.select('#filter', 'mistakes');
  await page.waitForSelector('#images li .bad');
  const sure = await page.$$eval('#images li', (tiles) =>
    tiles.map(({ title }) => Number(/ ([\d.]+)$/m.exec(title)?.[1])),
  );
  assert.ok(sure.length > 1 && sure.every(Number.isFinite), `${sure}`);
  assert.equal(
    sure,
    [...sure].sort((a, b) => b - a),
  );
  const [first] = await page.$$('#images li button');
  await first.focus();
  await page.keyboard.press('Enter');
  await until(page, '#image-verdict', /^Wrong: /);
  await until(page, '#image-bars-text', /^Output for each class.*no probabilities/);
  const before = await textOf(page, '#image-title');
  assert.is((await page.$$('#image-bars li')).length, 10);
  await page.keyboard.press('ArrowRight');
  await page.waitForFunction(
    (title) => document.querySelector('#image-title')?.textContent !== title,
    {},
    before,
  );
  await page.keyboard.press('ArrowLeft');
  await until(page, '#image-title', new RegExp(`^${before}$`));
  await keepsNobodyOut(page, 'an enlarged image');
  await page.keyboard.press('Escape');
  const back = await page.evaluate(() => document.activeElement?.closest('#images') !== null);
  assert.is(back, true, 'the focus is where it was');

  const rows = await textsOf(page, '#scores tbody tr');
  assert.is(rows.length, 10);
  assert.match(await textOf(page, '#scores tfoot'), /Mean of the classes[\d,]+\d+\.\d%/);

  // Another run; then the first one again.
  const cells = await textsOf(page, '#confusion button');
  await page.click('#tab-train');
  await press(page, '#start');
  await until(page, '#status', /Training|Preparing/);
  await until(page, '#status', /Done/);
  await page.click('#tab-inside');
  const keys = await page.$$eval('#inside-network option', (options) =>
    options.map((option) => [(option as HTMLOptionElement).value, option.textContent] as const),
  );
  assert.match(keys[0].join(), /^,.* #2, trained now or last$/);
  const [key] = keys.find(([, text]) => text?.endsWith('#1')) ?? [''];
  await page.select('#inside-network', key);
  await until(page, '#inside-status', /stored weights of .* #1/);
  await until(page, '#page-text', /1–24 of/);
  assert.equal(await textsOf(page, '#confusion button'), cells);
  await until(page, '#figure-weights [data-drawn]', /As of 3 epochs/);
  await page.select('#inside-network', '');
  await until(page, '#inside-status', /^$/);
  await until(page, '#page-text', /1–24 of/);
  assert.is(await textOf(page, '#alert-text'), '');

  // A reload ends the networks on the GPU, not those that are stored.
  await page.reload();
  await until(page, '#inside-network', /#1/);
  await page.select('#inside-network', key);
  await until(page, '#page-text', /1–24 of/);
  assert.equal(await textsOf(page, '#confusion button'), cells);
  assert.equal(said, []);
  await page.close();
});

/** The image that was classified last, as the network's bytes. */
const classified = (page: Page): Promise<number[]> =>
  page.evaluate(() => {
    const { asked } = globalThis as unknown as { asked: [string, string][] };
    const [, given] = asked.findLast(([method]) => method === 'classify') ?? ['', '[{}]'];
    return Object.values(JSON.parse(given)[0]) as number[];
  });

/** Waits until an image with so many bytes that are not black was classified. */
async function untilLit(page: Page, is: (lit: number) => boolean, what: string): Promise<number> {
  for (let i = 0; i < 50; i++) {
    const lit = (await classified(page)).filter((byte) => byte > 0).length;
    if (is(lit)) return lit;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(what);
}

/** Drops a photo of a square in a corner on the pad. */
const dropPhoto = (page: Page, ground: string, ink: string): Promise<void> =>
  page.evaluate(
    async (below, above) => {
      const canvas = new OffscreenCanvas(200, 100);
      const context = canvas.getContext('2d');
      if (!context) return;
      context.fillStyle = below;
      context.fillRect(0, 0, 200, 100);
      context.fillStyle = above;
      context.fillRect(150, 20, 40, 40);
      const blob = await canvas.convertToBlob();
      const transfer = new DataTransfer();
      transfer.items.add(new File([blob], 'photo.png', { type: 'image/png' }));
      document
        .getElementById('pad')
        ?.dispatchEvent(new DragEvent('drop', { dataTransfer: transfer, bubbles: true }));
    },
    ground,
    ink,
  );

test('the pad draws with keys, fills, takes back, begins with a test image, and inverts a light photo', async (stage) => {
  const { page, said } = await openPage(stage, '?model=cnn', stubbed);
  await page.click('#start');
  await page.click('#tab-inside');
  await until(page, '#page-text', /1–3 of 3/);
  await page.focus('#pad');
  await page.keyboard.press('Space');
  const dot = await untilLit(page, (lit) => lit > 0, 'Space draws nothing');
  await until(page, '#pad-verdict', /^bag, \d/);
  await page.keyboard.down('Shift');
  for (let i = 0; i < 6; i++) await page.keyboard.press('ArrowRight');
  await page.keyboard.up('Shift');
  const line = await untilLit(page, (lit) => lit > dot, 'Shift with an arrow draws nothing');
  await page.keyboard.down('Control');
  await page.keyboard.press('z');
  await page.keyboard.up('Control');
  await untilLit(page, (lit) => lit < line, 'Ctrl+Z takes nothing back');
  await press(page, '#pad-fill');
  await page.focus('#pad');
  for (let i = 0; i < 5; i++) await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Space');
  await untilLit(page, (lit) => lit === 784, 'filling leaves something black');
  await press(page, '#pad-clear');
  await untilLit(page, (lit) => lit === 0, 'clearing leaves something');
  await page.select('#pad-class', '2');
  await untilLit(page, (lit) => lit === 784, 'no test image');
  assert.equal([...new Set(await classified(page))], [90], 'the test image is as it was');

  // A dark square on white paper.
  await dropPhoto(page, '#fff', '#222');
  await page.waitForSelector('#pad-photo:not([hidden])');
  const checked = (id: string): Promise<boolean> =>
    page.$eval(id, (box) => (box as HTMLInputElement).checked);
  assert.equal([await checked('#pad-invert'), await checked('#pad-centre')], [true, true]);
  // Trimmed and centred it fills the image, and is light.
  await untilLit(page, (lit) => lit === 784, 'the photo is not centred');
  const middle = (await classified(page))[14 * 28 + 14];
  assert.ok(Math.abs(middle - (255 - 0x22)) < 3, `inverted: ${middle}`);
  await press(page, '#pad-centre');
  const small = await untilLit(page, (lit) => lit < 784, 'it is still centred');
  assert.ok(small > 10 && small < 100);
  await press(page, '#pad-invert');
  await untilLit(page, (lit) => lit > 300, 'it is still inverted');

  // A yellow square on white, for a network of grey images.
  await dropPhoto(page, '#fff', '#fc0');
  await untilLit(page, (lit) => lit === 784, 'the second photo is not centred');
  const colours = await page.$eval('#pad', (pad) => {
    const context = (pad as HTMLCanvasElement).getContext('2d');
    return [...(context?.getImageData(140, 140, 1, 1).data ?? [])];
  });
  assert.equal(colours, [...new Array(3).fill(colours[0]), 255], 'the pad shows what is seen');
  assert.is((await classified(page))[14 * 28 + 14], colours[0]);
  assert.is(await textOf(page, '#alert-text'), '');
  assert.equal(said, []);
  await page.close();
});

const HOSTILE = '<img src=x onerror=alert(1)> a class whose name does not end for a long while';

test('a hundred classes with hostile names and coloured images of another size break nothing', async (stage) => {
  const { page, said } = await openPage(stage, '?model=cnn', async (blank) => {
    await stubbed(blank);
    await blank.evaluateOnNewDocument((name) => {
      const classes = Array.from({ length: 100 }, (_, i) => `${name} ${i}`);
      Object.assign(globalThis, {
        stubFacts: { count: 300, classes, height: 48, width: 64, channels: 3 },
      });
    }, HOSTILE);
  });
  await page.click('#start');
  await page.click('#tab-inside');
  await until(page, '#page-text', /1–24 of 300/);
  await page.waitForFunction(() => document.querySelectorAll('#confusion tbody tr').length === 100);
  assert.is(await page.$('#inside-body img'), null);
  assert.match(await textOf(page, '#scores tbody'), /onerror=alert\(1\).* 99/);
  await page.keyboard.press('Tab');
  await press(page, '#images li button');
  await until(page, '#image-verdict', /(Right|Wrong): <img/);
  const shape = await page.$eval('#image-large', (canvas) => [
    (canvas as HTMLCanvasElement).width,
    (canvas as HTMLCanvasElement).height,
  ]);
  assert.equal(shape, [64, 48]);
  await press(page, '#image-pad');
  await until(page, '#pad-seen-text', /64×48/);
  await untilLit(page, (lit) => lit === 64 * 48 * 3, 'the image is not on the pad');
  await fitsAllWidths(page, 'a hundred classes');
  assert.equal(said, []);
  await page.close();
});

test('a table without images has its matrix and its scores', async (stage) => {
  const { page, said } = await openPage(stage, '?model=2', async (blank) => {
    await stubbed(blank);
    await blank.evaluateOnNewDocument(() => {
      Object.assign(globalThis, {
        stubFacts: { count: 9, classes: ['no', 'yes'], height: 1, width: 4, channels: 1 },
      });
    });
  });
  await page.click('#start');
  await page.click('#tab-inside');
  await until(page, '#scores tbody', /yes/);
  const shown = await page.$$eval('#card-images, #card-pad, #card-scores', (cards) =>
    cards.filter((card) => card.checkVisibility()).map(({ id }) => id),
  );
  assert.equal(shown, ['card-scores']);
  assert.equal(said, []);
  await page.close();
});

test.run();
