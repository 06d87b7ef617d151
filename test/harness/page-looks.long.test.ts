import type { Page } from 'puppeteer';
import * as assert from 'uvu/assert';
import { englishOn, fitsAllWidths, keepsNobodyOut } from './looks.ts';
import { openPage, pageSuite, SMALL, until } from './page-helpers.ts';

const test = pageSuite('what the page looks like');

const PANELS = ['train', 'inside', 'verify', 'bench'] as const;

/** What the status says of a run that is done. */
const DONE = { en: /^Done/, es: /^Hecho/ } as const;

async function check(page: Page, language: 'en' | 'es', what: string): Promise<void> {
  await keepsNobodyOut(page, what);
  await fitsAllWidths(page, what);
  if (language === 'es') assert.equal(await englishOn(page), [], what);
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
    await page.click('#start');
    await until(page, '#status', DONE[language]);
    for (const panel of ['train', 'inside'] as const) {
      await page.click(`#tab-${panel}`);
      await check(page, language, `${language}, ${panel}, with a run`);
    }
    assert.equal(said, []);
    await page.close();
  });
}

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
