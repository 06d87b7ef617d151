import type { Page } from 'puppeteer';
import * as assert from 'uvu/assert';
import { englishOn, fieldsAreEven, fitsAllWidths, keepsNobodyOut } from './looks.ts';
import { choose, openPage, pageSuite, SMALL, until } from './page-helpers.ts';

const test = pageSuite('what the page looks like');

const PANELS = ['train', 'inside', 'verify', 'bench'] as const;

/** What the status says of a run that is done. */
const DONE = { en: /^Done/, es: /^Hecho/ } as const;

async function check(page: Page, language: 'en' | 'es', what: string): Promise<void> {
  await keepsNobodyOut(page, what);
  await fitsAllWidths(page, what);
  if (language === 'es') assert.equal(await englishOn(page), [], what);
}

/** Canvases are drawn anew in the colours of the other scheme, also in a dialog that is open. */
async function followsTheScheme(page: Page, canvases: readonly string[]): Promise<void> {
  const seen = (canvas: string): Promise<string> =>
    page.$eval(canvas, (element) => (element as HTMLCanvasElement).toDataURL());
  for (const canvas of canvases) {
    await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: 'light' }]);
    await new Promise((resolve) => setTimeout(resolve, 500));
    const light = await seen(canvas);
    await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: 'dark' }]);
    for (let i = 0; i < 50 && (await seen(canvas)) === light; i++) {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    assert.ok((await seen(canvas)) !== light, canvas);
  }
}

for (const language of ['en', 'es'] as const) {
  test(`every panel keeps nobody out, fits all widths and speaks one language: ${language}`, async (stage) => {
    const query = `model=2&layers=784,16,10&${SMALL}&lang=${language}`;
    const { page, said } = await openPage(stage, `?${query}`);
    assert.is(await page.$eval('html', ({ lang }) => lang), language);
    for (const panel of PANELS) {
      await page.click(`#tab-${panel}`);
      await check(page, language, `${language}, ${panel}, at first`);
    }
    await page.click('#tab-train');
    await page.$eval('#settings details', (more) => more.setAttribute('open', ''));
    await fieldsAreEven(page, language);
    // One line more below a field moves no other one.
    await choose(page, 'lr', 'x');
    await fieldsAreEven(page, `${language}, with something wrong`);
    await choose(page, 'lr', '0.001');
    await choose(page, 'optimizer', 'sgd');
    await choose(page, 'schedule', 'one-cycle');
    await fieldsAreEven(page, `${language}, with other options`);
    await choose(page, 'optimizer', 'adam');
    await choose(page, 'schedule', 'constant');
    await page.click('#start');
    await until(page, '#status', DONE[language]);
    for (const panel of ['train', 'inside'] as const) {
      await page.click(`#tab-${panel}`);
      await check(page, language, `${language}, ${panel}, with a run`);
    }
    if (language === 'en') {
      await page.click('#weights-unit');
      await page.waitForSelector('#unit-most li');
      await followsTheScheme(page, ['#images .shares', '#unit-weights']);
    }
    assert.equal(said, []);
    await page.close();
  });
}

test('without WebGPU the way to it is shown, and nothing that cannot be used', async (stage) => {
  for (const language of ['en', 'es'] as const) {
    const { page, said } = await openPage(stage, `?lang=${language}`, (blank) =>
      blank.evaluateOnNewDocument(() => Reflect.deleteProperty(Navigator.prototype, 'gpu')),
    );
    await page.waitForSelector('.gpu-card li');
    await check(page, language, `${language}, without WebGPU`);
    const empty = 'main :is(input, select, textarea), main button:disabled, .tabs button, .what';
    assert.equal(
      await page.$$eval(empty, (all) => all.filter((one) => one.checkVisibility()).length),
      0,
    );
    if (language === 'en') {
      await page.select('#language', 'es');
      await until(page, '.gpu-card h2', /Una GPU/);
      await page.select('#language', 'en');
    }
    assert.equal(said, []);
    await page.close();
  }
});

test('without scripts the page says so, below its name, and shows nothing that needs them', async ({
  server,
  chrome,
}) => {
  const page = await chrome.browser.newPage();
  await page.setJavaScriptEnabled(false);
  await page.goto(`${server.origin}/harness.html`);
  const seen = await page.$$eval('h1, .alert, main *, .top button, .top select', (all) =>
    all.filter((one) => one.checkVisibility()).map(({ tagName }) => tagName),
  );
  assert.equal(seen, ['H1', 'P', 'P']);
  await page.close();
});

test('what goes on beyond an edge fades towards it, on both sides, and only where it does', async (stage) => {
  const { page, said } = await openPage(stage, '?model=2&layers=784,16,10');
  await page.$eval('#network', (card) => card.setAttribute('open', ''));
  await until(page, '.pulse h3', /./);
  const edges = (): Promise<string[]> =>
    page.$eval('.pulse .scroll', async (place) => {
      // The fade follows in the frame after a scroll or a new size.
      for (let i = 0; i < 3; i++) await new Promise(requestAnimationFrame);
      return ['--before', '--after'].map((name) => getComputedStyle(place).getPropertyValue(name));
    });
  const scroll = (to: number): Promise<void> =>
    page.$eval('.pulse .scroll', (place, left) => place.scrollTo({ left }), to);
  await page.setViewport({ width: 390, height: 900 });
  assert.equal(await edges(), ['0px', '36px']);
  await scroll(60);
  assert.equal(await edges(), ['36px', '36px']);
  await scroll(10_000);
  assert.equal(await edges(), ['36px', '0px']);
  // A line around it, in full, is the better hint.
  await page.focus('.pulse .scroll');
  await page.keyboard.press('Tab');
  await page.keyboard.down('Shift');
  await page.keyboard.press('Tab');
  await page.keyboard.up('Shift');
  const mask = (): Promise<string> =>
    page.$eval('.pulse .scroll', (place) => getComputedStyle(place).maskImage);
  assert.is(await mask(), 'none');
  await page.setViewport({ width: 1920, height: 900 });
  await page.focus('#start');
  assert.equal(await edges(), ['0px', '0px']);
  assert.equal(said, []);
  await page.close();
});

test('a run is printed on one page, dark on white also where the system is dark', async (stage) => {
  const { page, said } = await openPage(stage, `?model=2&layers=784,16,10&${SMALL}`);
  await page.click('#start');
  await until(page, '#status', DONE.en);
  await page.waitForSelector('#chart-loss canvas');
  const drawing = async (scheme: string, event?: string): Promise<string> => {
    await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
    return page.evaluate(async (type) => {
      if (type) dispatchEvent(new Event(type));
      const which = type === 'beforeprint' ? '.paper canvas' : '.uplot:not(.paper) canvas';
      const drawn = () =>
        document.querySelector<HTMLCanvasElement>(`#chart-loss ${which}`)?.toDataURL() ?? 'none';
      // The library draws a little later; on a busy machine much later.
      let [last, same] = ['', 0];
      while (same < 3) {
        await new Promise((resolve) => setTimeout(resolve, 150));
        const now = drawn();
        same = now === last ? same + 1 : 0;
        last = now;
      }
      return last;
    }, event);
  };
  const light = await drawing('light');
  const dark = await drawing('dark');
  assert.is.not(dark, light);
  const paper = await drawing('light', 'beforeprint');
  assert.is.not(paper, 'none');
  assert.ok((await drawing('light', 'afterprint')) === light, 'as it was on the screen');
  assert.ok((await drawing('dark', 'beforeprint')) === paper, 'drawn for paper');
  assert.ok((await drawing('dark', 'afterprint')) === dark, 'as it was on the screen');
  const margin = { top: 38, right: 38, bottom: 38, left: 38 };
  for (const landscape of [false, true]) {
    const bytes = await page.pdf({ format: 'A4', landscape, margin });
    const pdf = Buffer.from(bytes).toString('latin1');
    assert.is(pdf.match(/\/Type \/Page\b(?!s)/g)?.length, 1, `landscape: ${landscape}`);
  }
  await page.emulateMediaType('print');
  const ink = await page.$eval('html', (root) => getComputedStyle(root).color);
  assert.is(ink, 'rgb(23, 27, 33)');
  assert.equal(said, []);
  await page.close();
});

test('another language leaves all settings as they are, also those of which nothing is chosen', async (stage) => {
  for (const model of ['transformer', 'autoencoder', 'cnn']) {
    const { page, said } = await openPage(stage, `?lang=en&model=${model}`);
    const values = (): Promise<string[]> =>
      page.$$eval('#settings [name]', (all) =>
        all.map((one) => `${one.getAttribute('name')}=${(one as HTMLInputElement).value}`),
      );
    const before = await values();
    await page.select('#language', 'es');
    await until(page, '#tab-train', /^Entrenar$/);
    assert.equal(await values(), before, model);
    await until(page, '#networks', /semillas/);
    assert.equal(await page.$$('#settings [aria-invalid]'), []);
    await page.select('#language', 'en');
    assert.equal(said, []);
    await page.close();
  }
});

test('another language is spoken at once, without a reload, and remembered', async (stage) => {
  const { page, said } = await openPage(stage, '?lang=en');
  await page.evaluate(() => Object.assign(globalThis, { same: true }));
  await page.select('#language', 'es');
  await until(page, '#tab-train', /^Entrenar$/);
  assert.equal(await englishOn(page), []);
  await page.select('#language', 'en');
  await until(page, '#tab-train', /^Train$/);
  assert.is(await page.evaluate(() => 'same' in globalThis), true);
  await page.select('#language', 'es');
  await until(page, '#tab-train', /^Entrenar$/);
  await page.reload();
  await until(page, '#tab-train', /^Entrenar$/);
  await page.select('#language', 'en');
  assert.equal(said, []);
  await page.close();
});

test.run();
