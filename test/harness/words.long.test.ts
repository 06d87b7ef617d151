/** What is open while the language is switched follows it: dialogs, views, alerts, and a long list of runs. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'puppeteer';
import * as assert from 'uvu/assert';
import { runJson } from '../../src/harness/page/notebook/run-export.ts';
import { aRun } from './charts-runs.ts';
import { englishOn } from './looks.ts';
import { openPage, pageSuite, SMALL, textOf, until } from './page-helpers.ts';

const test = pageSuite('what is open while the language is switched');

/** Switches the language, also behind a dialog. */
async function speak(page: Page, language: 'en' | 'es'): Promise<void> {
  await page.select('#language', language);
  await until(page, '#tab-train', language === 'es' ? /^Entrenar$/ : /^Train$/);
}

/** Looks at what is open in Spanish, and goes back to English. */
async function follows(page: Page, what: string, selector: string, spanish: RegExp): Promise<void> {
  await speak(page, 'es');
  await until(page, selector, spanish);
  assert.equal(await englishOn(page), [], what);
  await speak(page, 'en');
}

/** Takes a file, as if it was dropped on the page. */
const drop = (page: Page, name: string, text: string): Promise<void> =>
  page.evaluate(
    (called, inside) => {
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File([inside], called));
      const how = { dataTransfer, bubbles: true, cancelable: true };
      document.querySelector('footer')?.dispatchEvent(new DragEvent('drop', how));
    },
    name,
    text,
  );

test('titles, settings, dialogs, classes and alerts are said again', async (stage) => {
  const { page, said } = await openPage(stage, `?model=2&${SMALL}&lang=en`);
  await page.click('#start');
  await until(page, '#status', /Done/);
  assert.match(await textOf(page, '#runs tr[data-key]'), /Model 2 #1.*batch size 50/);
  await follows(page, 'the list', '#runs tr[data-key]', /Modelo 2 #1.*tamaño de lote 50/);
  await page.click('#use');
  await until(page, 'dialog.use code', /The class of the largest output/);
  await follows(page, 'programs', 'dialog.use code', /La clase de la salida mayor/);
  await until(page, 'dialog.use h2', /^Use Model 2 #1/);
  await page.keyboard.press('Escape');
  await page.click('#find-rate');
  await until(page, 'dialog.use [role="status"]', /rate|loss/);
  await page.waitForSelector('dialog.use svg');
  await follows(page, 'rates', 'dialog.use [role="status"]', /La pérdida/);
  await page.keyboard.press('Escape');

  await drop(page, 'flowers.csv', `Shirt,Time\n${'1,a\n2,b\n'.repeat(9)}`);
  await until(page, '.data-dialog', /Learn from flowers\.csv/);
  await follows(page, 'a table', '.data-dialog', /Aprender de flowers\.csv|flowers\.csv/);
  // Names of the visitor's are nobody's to translate.
  await speak(page, 'es');
  assert.match(await textOf(page, '.data-dialog thead'), /Shirt.*Time/);
  await speak(page, 'en');
  await page.keyboard.press('Escape');
  await drop(page, 'wrong.csv', 'x,y\n1,2\n1,2,3\n');
  await until(page, '#alert-text', /line 3 has another number of fields/);
  await follows(page, 'an alert', '#alert-text', /la línea 3 no tiene tantos campos/);

  await page.click('#tab-inside');
  await page.waitForSelector('#images li');
  await until(page, '#confusion', /T-shirt\/top/);
  await page.click('#images button');
  await until(page, '#image-bars', /Ankle boot/);
  await follows(page, 'an image', '#image-bars', /Botín/);
  await page.keyboard.press('Escape');
  await page.waitForSelector('#canvas-weights');
  await page.$eval('#canvas-weights', (canvas) => canvas.scrollIntoView({ block: 'center' }));
  await page.mouse.click(
    ...(await page.$eval('#canvas-weights', (canvas): [number, number] => {
      const { left, top } = canvas.getBoundingClientRect();
      return [left + 12, top + 12];
    })),
  );
  await until(page, '#unit-most', /./);
  await follows(page, 'a unit', '#unit-title', /Capa/);
  await page.keyboard.press('Escape');
  await speak(page, 'es');
  for (const id of ['confusion', 'scores', 'pad-class']) {
    assert.match(await textOf(page, `#${id}`), /Camiseta.*Botín/s, id);
  }
  await until(page, '#images', /Camis|Pantal|Vestido|Abrigo|Sand|Zapat|Bolso|Bot/);
  await speak(page, 'en');
  assert.equal(said, []);
  await page.close();
});

test('a hundred runs are said again in pieces, and stay the same rows when they are shown', async (stage) => {
  const { page, said } = await openPage(stage, '?lang=en');
  const files = await Promise.all(
    Array.from({ length: 100 }, async (_, i) => {
      const file = join(stage.folder, `run ${i}.json`);
      await writeFile(file, runJson(aRun(i + 1, { losses: [1, 0.5], query: `model=2&seed=${i}` })));
      return file;
    }),
  );
  const input = await page.$('input#import-run');
  await input?.uploadFile(...files);
  await page.waitForFunction(() => document.querySelectorAll('#runs tr[data-key]').length === 100);
  await page.evaluate(() => {
    Object.assign(window, { row: document.querySelector('#runs tr[data-key]:last-of-type') });
  });
  for (const [id, shown] of [
    ['show-all', 100],
    ['hide-all', 0],
    ['show-all', 100],
  ] as const) {
    await page.click(`#${id}`);
    assert.is((await page.$$('#runs input[type=checkbox]:checked')).length, shown);
  }
  assert.ok(
    await page.evaluate(
      () =>
        (window as { row?: Element }).row ===
        document.querySelector('#runs tr[data-key]:last-of-type'),
    ),
    'rows that only are shown or hidden are not made anew',
  );
  await speak(page, 'es');
  await page.waitForFunction(() =>
    [...document.querySelectorAll('#runs button.name')].every((one) =>
      /^Modelo 2 #\d+$/.test(one.textContent ?? ''),
    ),
  );
  // A row is in one language, also while it waits for its turn.
  const languages = await page.$$eval('#runs tr[data-key]', (rows) => rows.map(({ lang }) => lang));
  assert.equal([...new Set(languages)], ['es']);
  assert.is((await page.$$('#runs tr[data-key]')).length, 100);
  await speak(page, 'en');
  assert.equal(said, []);
  await page.close();
});

test.run();
