import * as assert from 'uvu/assert';
import { fitsAllWidths, keepsNobodyOut } from './looks.ts';
import { openPage, pageSuite, textOf, until } from './page-helpers.ts';
import { stubbed } from './stub-worker.ts';

const test = pageSuite('a place to learn');

test('the GPU is asked for at load and shown; a software one comes with steps to the real one', async (stage) => {
  const { page, said } = await openPage(stage, '?lang=en');
  assert.match(await until(page, '#adapter', /software/), /\(software\)$/);
  await page.click('#gpu-help');
  assert.match(
    await until(page, '.help-dialog', /reload/),
    /on Linux[\s\S]*chrome:\/\/gpu[\s\S]*reload/,
  );
  await keepsNobodyOut(page, 'steps to a GPU');
  await page.keyboard.press('Escape');
  assert.is(await page.$('.help-dialog'), null);
  assert.equal(said, []);
  await page.close();
});

test('a term is explained where it stands, by mouse and by keyboard, in both languages', async (stage) => {
  const { page, said } = await openPage(stage, '?lang=en', stubbed);
  await page.waitForSelector('label:has([name=lr]) .what');
  const focused = (): Promise<string | null | undefined> =>
    page.evaluate(
      () => document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.id,
    );
  await page.focus('#settings [name=lr]');
  await page.keyboard.press('Tab');
  assert.is(await focused(), 'What is: Learning rate?');
  await page.keyboard.press('Enter');
  assert.match(await textOf(page, '#term'), /^Learning rateHow large a step .*∂L\/∂w$/);
  await keepsNobodyOut(page, 'a term');
  await page.keyboard.press('Escape');
  assert.is(await page.$eval('#term', (box) => box.matches(':popover-open')), false);
  assert.is(await focused(), 'What is: Learning rate?');
  // The field keeps its name, and the button in its label does not open it.
  const field = await page.$('#settings [name=lr]');
  const named = await page.accessibility.snapshot({ ...(field ? { root: field } : {}) });
  assert.is(named?.name?.trim(), 'Learning rate');
  await page.click('.numbers dt .what');
  await page.select('#language', 'es');
  await page.click('.numbers dt .what');
  assert.match(await textOf(page, '#term'), /^Época/);
  await page.select('#language', 'en');
  await fitsAllWidths(page, 'terms');
  assert.equal(said, []);
  await page.close();
});

test.run();
