/** The visitor's own images in colour: what only colours tell is learned from them, and everything shows them. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ElementHandle, Page } from 'puppeteer';
import * as assert from 'uvu/assert';
import { drop, png, zip } from './own-files.ts';
import { choose, openPage, pageSuite, textOf, until } from './page-helpers.ts';

const test = pageSuite('the visitor’s own images in colour');

const SMALL = '?model=2&layers=784,16,10&loss=cross_entropy&epochs=8&batch-size=8&lr=0.003';

/**
 * Two hues of the same luma: 0.299 · −112 + 0.587 · 52 + 0.114 · 26 = 0. Image i of both classes is the same in grey.
 *
 * @param part of the image that has the hue, from 0 to 1
 */
function picture(hue: number, i: number, part = 1): Uint8Array {
  return png(28, 28, (x, y) => {
    const ground = 40 + ((((x >> 2) * 7 + (y >> 2) * 13 + i * 29) * 31) % 90);
    if (x >= 28 * part) return [ground, ground, ground];
    return hue === 0 ? [ground + 112, ground, ground] : [ground, ground + 52, ground + 26];
  });
}

/** @param each images of a class */
const hues = (each = 30): Uint8Array =>
  zip(
    Object.fromEntries(
      [0, 1].flatMap((hue) =>
        Array.from({ length: each }, (_, i) => [
          `hues/${['red', 'teal'][hue]}/${i}.png`,
          picture(hue, i),
        ]),
      ),
    ),
  );

async function train(page: Page): Promise<number> {
  await page.$eval('#start', (button) => button instanceof HTMLElement && button.click());
  await until(page, '#status', /Training|Preparing|Done/);
  await until(page, '#status', /Done/);
  return Number(/test accuracy ([\d.]+)/.exec(await textOf(page, '#status'))?.[1]);
}

/** How far red, green and blue of a canvas's pixels are apart, in the mean. */
const chromaOf = (page: Page, selector: string): Promise<number> =>
  page.$eval(selector, (canvas) => {
    if (!(canvas instanceof HTMLCanvasElement)) return -1;
    const { data = [] } =
      canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height) ?? {};
    let sum = 0;
    for (let i = 0; i < data.length; i += 4) {
      const [r, g, b] = [data[i], data[i + 1], data[i + 2]];
      sum += Math.max(r, g, b) - Math.min(r, g, b);
    }
    return sum / (data.length / 4);
  });

async function chromaIs(page: Page, selector: string, is: (chroma: number) => boolean) {
  for (let i = 0; i < 100; i++) {
    if (is(await chromaOf(page, selector).catch(() => -1))) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`${selector}: a chroma of ${await chromaOf(page, selector)}`);
}
const isColour = (chroma: number): boolean => chroma > 40;
const isGrey = (chroma: number): boolean => chroma === 0;

/** Chooses a stored run by its number. */
async function inspect(page: Page, number: number): Promise<void> {
  await until(page, '#inside-network', new RegExp(`#${number}`));
  const key = await page.$$eval(
    '#inside-network option',
    (options, end) =>
      options
        .filter((option) => option.textContent?.endsWith(end))
        .map((option) => (option as HTMLOptionElement).value)[0],
    `#${number}`,
  );
  await page.select('#inside-network', key);
}

test('hues of the same luma are told apart in colour, and not in grey', async (stage) => {
  const { page, said } = await openPage(stage, SMALL);
  await drop(page, { 'hues.zip': hues() });
  await until(page, '#own-data', /Made 28 × 28 in colour.*2,352 numbers/);
  for (const at of [1, 2])
    await chromaIs(page, `#own-data .classes li:nth-child(${at}) canvas`, isColour);
  assert.is(
    await page.$eval('[name=layers]', (field) => (field as HTMLInputElement).value),
    '2352,16,2',
  );
  assert.not.match(page.url(), 'colour=');
  assert.is(await train(page), 100);
  assert.match(await textOf(page, '#runs'), /2352–16–2/);

  await page.click('#tab-inside');
  await until(page, '#page-text', /1–12 of 12/);
  await chromaIs(page, '#images li canvas.picture', isColour);
  assert.match(await textOf(page, '#weights-help'), /One picture in colour for each unit/);
  await until(page, '#figure-weights [data-drawn]', /As of 8 epochs/);
  // Enlarged, and with a unit.
  await page.$eval('#images button', (button) => (button as HTMLElement).click());
  await chromaIs(page, '#image-dialog canvas.picture', isColour);
  await page.keyboard.press('Escape');
  await page.$eval('#weights-unit', (button) => (button as HTMLElement).click());
  await until(page, '#unit-weights-text', /One picture for red, one for green, one for blue/);
  await chromaIs(page, '#unit-most canvas', isColour);
  await page.$eval('#unit-close', (button) => (button as HTMLElement).click());
  // The pen of a network in colour has colours, by keyboard too: arrows choose, and the name is said.
  await until(page, '#pad-colours', /Colour of the pen: white/);
  await page.click('#pad-eraser');
  await page.focus('#pad-colours input:checked');
  for (let i = 0; i < 3; i++) await page.keyboard.press('ArrowRight');
  await until(page, '#pad-colours', /Colour of the pen: red/);
  assert.is(await page.$eval('#pad-pen', (pen) => pen.getAttribute('aria-pressed')), 'true');
  await page.click('#pad-fill');
  await page.focus('#pad');
  await page.keyboard.press('Space');
  await chromaIs(page, '#pad-seen', isColour);
  await until(page, '#pad-verdict', /red|teal/);
  await page.click('#pad-undo');
  await chromaIs(page, '#pad-seen', isGrey);
  await page.click('#pad-pen');
  await page.click('#pad-colours input');
  // White is a colour, too; test images and photos have theirs.
  await page.focus('#pad');
  await page.keyboard.press('Space');
  await until(page, '#pad-verdict', /red|teal/);
  await chromaIs(page, '#pad-seen', isGrey);
  await page.select('#pad-class', '1');
  await chromaIs(page, '#pad-seen', isColour);
  await until(page, '#pad-verdict', /^teal/);
  const photo = join(stage.folder, 'photo.png');
  await writeFile(photo, picture(0, 77));
  const input = (await page.$('#pad-file')) as ElementHandle<HTMLInputElement>;
  await input.uploadFile(photo);
  await until(page, '#pad-verdict', /^red/);
  await chromaIs(page, '#pad-seen', isColour);
  await page.click('#tab-train');

  // The choice makes the same files again, and is in the address.
  await choose(page, 'colour', 'grey');
  await until(page, '#own-data', /Made 28 × 28 and grey/);
  await chromaIs(page, '#own-data .classes canvas', isGrey);
  assert.match(page.url(), 'colour=grey');
  const grey = await train(page);
  assert.ok(grey <= 60, `${grey}% in grey`);
  assert.match(await textOf(page, '#runs'), /784–16–2/);

  // The run in colour needs its data, of which it has the hash.
  await page.click('#tab-inside');
  await chromaIs(page, '#images li canvas.picture', isGrey);
  // The pen of a network in grey is white.
  assert.is(await page.$eval('#pad-colours', (inks) => (inks as HTMLElement).hidden), true);
  await inspect(page, 1);
  await until(page, '#alert-text', /trained on other data than the page has now: hues\.zip/);
  await page.click('#tab-train');
  await page.$$eval('#runs tbody button', (all) =>
    all.find((button) => /#1$/.test(button.textContent ?? ''))?.click(),
  );
  await until(page, '#runs tr.details', /hues\.zip \(own data\), in colour, 48 to train/);
  await page.$$eval('#runs tr.details button', (all) =>
    all.find((button) => button.textContent === 'Load these settings')?.click(),
  );
  await until(page, '#own-data', /Made 28 × 28 in colour/);
  assert.not.match(page.url(), 'colour=');
  await page.click('#tab-inside');
  await inspect(page, 1);
  await until(page, '#inside-status', /The stored weights of .*#1/);
  await chromaIs(page, '#images li canvas.picture', isColour);

  // Repeated on the same files made otherwise: it is said what differs, and they can be made as they were.
  await page.click('#tab-train');
  await choose(page, 'side', '32');
  await choose(page, 'colour', 'grey');
  await until(page, '#own-data', /Made 32 × 32 and grey/);
  const repeat = (): Promise<void> =>
    page.$$eval('#runs tr.details button', (all) =>
      all.find((button) => /^Repeat/.test(button.textContent ?? ''))?.click(),
    );
  await repeat();
  await until(
    page,
    '#alert-text',
    /#1 learned from hues\.zip \(own data\), made 28 × 28 in colour; now the images are 32 × 32 in grey\./,
  );
  await page.click('#alert-offer');
  await until(page, '#status', /Done: 4 networks/);
  await until(page, '#own-data', /Made 28 × 28 in colour/);
  assert.is(await page.$eval('#alert', (alert) => (alert as HTMLElement).hidden), true);
  assert.match(await textOf(page, '#runs'), /2352–16–2 #3/);

  // After a reload, with the same files.
  await page.reload();
  await page.click('#tab-train');
  await until(page, '#own-data', /none here/);
  await drop(page, { 'hues.zip': hues() });
  await until(page, '#own-data', /in colour/);
  await page.click('#tab-inside');
  await inspect(page, 1);
  await until(page, '#inside-status', /The stored weights of .*#1/);
  await chromaIs(page, '#images li canvas.picture', isColour);
  await until(page, '#scores tfoot', /100/);
  assert.equal(said, []);
  await page.close();
});

test('a CNN and an autoencoder learn from images in colour, also from a link', async (stage) => {
  const { page, said } = await openPage(stage, `${SMALL}&data=own&colour=rgb&side=32`);
  await drop(page, { 'hues.zip': hues(10) });
  await until(page, '#own-data', /Made 32 × 32 in colour.*3,072 numbers/);
  assert.match(page.url(), /colour=rgb/);
  assert.match(page.url(), /side=32/);
  // Several networks at once, too.
  await choose(page, 'seed', '1,2');
  await choose(page, 'epochs', '2');
  await train(page);
  assert.match(await textOf(page, '#status'), /Done: 2 networks/);
  await choose(page, 'seed', '1');
  // Another network has the same images.
  await choose(page, 'model', 'cnn');
  assert.match(page.url(), /model=cnn.*side=32.*colour=rgb|model=cnn.*colour=rgb.*side=32/);
  await choose(page, 'side', '');
  await until(page, '#own-data', /Made 28 × 28 in colour/);
  assert.not.match(page.url(), 'side=');
  await choose(page, 'epochs', '1');
  await train(page);
  await page.click('#tab-inside');
  assert.match(await until(page, '#weights-help', /./), /A kernel of 3×3 .* in colour/);
  await chromaIs(page, '#maps-image', isColour);
  await until(page, '#figure-maps [data-drawn]', /As of 1 epoch/);
  await page.click('#tab-train');
  await choose(page, 'model', 'autoencoder');
  await choose(page, 'epochs', '1');
  await train(page);
  await page.click('#tab-inside');
  await until(page, '#figure-reconstruction [data-drawn]', /As of 1 epoch/);
  await page.click('#tab-train');
  // Grey files have no colours to show, but may be asked for as such.
  const plain = Object.fromEntries(
    [0, 1].flatMap((kind) =>
      Array.from({ length: 6 }, (_, i) => [
        `${'ab'[kind]}/${i}.png`,
        png(28, 28, (x, y) => ((kind === 0 ? x : y) < 9 + i ? 200 : 30)),
      ]),
    ),
  );
  await choose(page, 'colour', '');
  await drop(page, { 'plain.zip': zip(plain) });
  await until(page, '#own-data', /Made 28 × 28 and grey/);
  await choose(page, 'colour', 'rgb');
  await until(page, '#own-data', /Made 28 × 28 in colour/);
  await chromaIs(page, '#own-data .classes canvas', isGrey);
  assert.is(await textOf(page, '#alert-text'), '');
  assert.equal(said, []);
  await page.close();
});

test.run();
