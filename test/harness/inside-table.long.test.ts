import type { Page } from 'puppeteer';
import * as assert from 'uvu/assert';
import { fitsAllWidths, keepsNobodyOut } from './looks.ts';
import { drop } from './own-files.ts';
import { choose, openPage, pageSuite, textOf, until } from './page-helpers.ts';

const test = pageSuite('inside of a table');

const QUERY =
  '?lang=en&model=2&layers=784,16,10&loss=cross_entropy&epochs=25&batch-size=10&lr=0.01';

/** 150 houses, as a Spanish spreadsheet writes them: the price follows from the area, and from the place for a part. */
const HOUSES = [
  'superficie (m²);zona;ruido;precio (k€)',
  ...Array.from({ length: 150 }, (_, i) => {
    const [area, noise] = [40 + ((i * 37) % 101) + 0.5, ((i * 53) % 97) / 10];
    const price = 2 * area + [45, 0, -30][i % 3] + 4 * Math.sin(i);
    const numbers = [area, noise, price].map((value) => value.toFixed(1).replace('.', ','));
    return [numbers[0], ['<b>centro</b>', 'norte', 'sur'][i % 3], ...numbers.slice(1)].join(';');
  }),
].join('\n');

async function train(page: Page): Promise<void> {
  await page.$eval('#start', (button) => button instanceof HTMLElement && button.click());
  await until(page, '#status', /Training|Done/);
  await until(page, '#status', /Done/);
}

/** What the tiles and the list of runs say that runs are measured in, and which charts are there. */
const measuredIn = (page: Page): Promise<(string | undefined)[]> =>
  page.$$eval('#numbers [data-if], #runs .result, figure.chart h2', (all) =>
    all.flatMap((one) => (one.checkVisibility() ? [one.textContent?.replace('?', '')] : [])),
  );

const ERRORS = ['Training error (RMSE)', 'Test error (RMSE)', 'Loss', 'Test error (RMSE)'];

/** Gives the houses to learn from. @param target the column to learn */
async function give(page: Page, target: string): Promise<void> {
  await drop(page, { 'casas.csv': HOUSES });
  await page.waitForSelector('.data-dialog select');
  await page.select('.data-dialog select', target);
  await page.$eval('.data-dialog .primary', (button) => (button as HTMLElement).click());
  await until(page, '#own-data', /casas\.csv/);
}

/** Learns from the houses. @param target the column to learn */
async function learn(page: Page, target: string): Promise<void> {
  await give(page, target);
  await train(page);
  await page.$eval('#tab-inside', (tab) => (tab as HTMLElement).click());
}

/** Nobody is kept out, in both schemes, and nothing is too wide. */
async function fits(page: Page): Promise<void> {
  await keepsNobodyOut(page, 'a table');
  await fitsAllWidths(page, 'a table');
}

/** The number that a text ends in, before a unit: with a decimal comma if it is the table's. */
const numberIn = (text: string): number =>
  Number(
    /([−+]?[\d.]+)\D*$/.exec(text.replace(/[²³]/g, '').replace(',', '.'))?.[1].replace('−', '-'),
  );

const measuresOf = (page: Page): Promise<string[]> =>
  page.$$eval('.measures:not(.rows) tbody tr', (all) =>
    all.slice(0, 3).map((row) => row.children[1].textContent ?? ''),
  );

const rowsOf = (page: Page): Promise<string[][]> =>
  page.$$eval('.rows tbody tr', (all) =>
    all.map((row) => [...row.children].map((cell) => cell.textContent ?? '')),
  );

/** Types into the field of a column. */
const type = (page: Page, column: number, value: string): Promise<void> =>
  page.$$eval(
    '.row-field :is(input, select)',
    (all, at, text) => {
      const field = all[at] as HTMLInputElement;
      field.value = text;
      field.dispatchEvent(new Event(field.localName === 'select' ? 'change' : 'input'));
    },
    column,
    value,
  );

test('a network of numbers shows its errors, answers to rows, and says which columns matter', async (stage) => {
  const { page, said } = await openPage(stage, QUERY);
  // Before there is a run, the page says what the next one is measured in.
  const classes = ['Training accuracy', 'Test accuracy', 'Loss', 'Accuracy', 'Test accuracy'];
  assert.equal(await measuredIn(page), classes);
  await choose(page, 'model', 'autoencoder');
  assert.equal(await measuredIn(page), ['Test loss', 'Loss']);
  await page.goto(page.url().replace(/\?.*/, QUERY));
  await give(page, '3');
  assert.equal(await measuredIn(page), ERRORS);
  await learn(page, '3');
  assert.match(await until(page, '.measures thead', /Always the mean, \d+,\d\sk€/), /This network/);
  assert.is(await page.$eval('#classifier', (part) => (part as HTMLElement).hidden), true);
  // The measures are those of the rows, as far as these are written out.
  await page.select('.held-rows select', 'all');
  await until(page, '.held-rows', /1–10 of 30/);
  const rows: string[][] = [];
  for (const from of [1, 11, 21]) {
    await until(page, '.held-rows', new RegExp(`${from}–${from + 9} of 30`));
    rows.push(...(await rowsOf(page)));
    await page.$$eval('.held-rows button', (all) =>
      (all.find((b) => b.textContent === '›') as HTMLElement).click(),
    );
  }
  assert.is(new Set(rows.map(([number]) => number)).size, 30);
  const errors = rows.map((row) => numberIn(row[3]));
  rows.forEach(([, truth, predicted], i) => {
    assert.ok(Math.abs(numberIn(predicted) - numberIn(truth) - errors[i]) < 0.11);
  });
  const measures = await measuresOf(page);
  const [mae, rmse, r2] = measures.map(numberIn);
  // The tiles, the list of runs and what is said at the end have the same error, and no accuracy.
  assert.is(await textOf(page, '#n-test'), measures[1]);
  assert.ok(
    (await textOf(page, '#status')).endsWith(`a root mean squared error of ${measures[1]}.`),
  );
  await page.$eval('#tab-train', (tab) => (tab as HTMLElement).click());
  assert.equal(await measuredIn(page), ERRORS);
  assert.is(await textOf(page, '#runs tbody td[data-name^=Error]'), measures[1]);
  await page.$eval('#tab-inside', (tab) => (tab as HTMLElement).click());
  const mean = (all: readonly number[]): number => all.reduce((a, b) => a + b, 0) / all.length;
  assert.ok(Math.abs(mae - mean(errors.map(Math.abs))) <= 0.1);
  assert.ok(Math.abs(rmse - Math.sqrt(mean(errors.map((e) => e * e)))) <= 0.1);
  const truths = rows.map((row) => numberIn(row[1]));
  const spread = mean(truths.map((y) => (y - mean(truths)) ** 2));
  assert.ok(Math.abs(r2 - (1 - mean(errors.map((e) => e * e)) / spread)) < 0.01);
  assert.ok(r2 > 0.9, String(r2));
  await page.select('.held-rows select', 'worst');
  await until(page, '.held-rows', /1–10 of 30/);
  await page.waitForFunction(
    (largest) =>
      document.querySelector('.rows tbody td:nth-child(4)')?.textContent?.includes(largest),
    {},
    Math.max(...errors.map(Math.abs))
      .toFixed(1)
      .replace('.', ','),
  );

  // By keyboard: the rows in the order of their true values; Enter takes one to the form.
  await page.bringToFront();
  await page.focus('.scatter-cross');
  await until(page, '.scatter-readout', /Row \d+: true/);
  const sorted = [...rows].sort((a, b) => numberIn(a[1]) - numberIn(b[1]));
  const seen = async (): Promise<string> =>
    /Row (\d+)/.exec(await textOf(page, '.scatter-readout'))?.[1] ?? '';
  assert.is(await seen(), sorted[0][0]);
  await page.keyboard.press('ArrowRight');
  assert.is(await seen(), sorted[1][0]);
  await page.keyboard.press('End');
  assert.is(await seen(), sorted[29][0]);
  await page.keyboard.press('Enter');
  await until(page, '#card-row', new RegExp(`The values are those of row ${sorted[29][0]},`));
  // The answer to the row before stays until this one is there.
  await until(page, '#card-row', new RegExp(`The table says ${sorted[29][1]}`));
  assert.is(numberIn(await textOf(page, '.verdict')), numberIn(sorted[29][2]));
  assert.is(
    await page.evaluate(() => document.activeElement?.closest('.row-field')?.textContent),
    'superficie (m²)',
  );
  // By pointer: the same row.
  const box = await (await page.$('.scatter-cross'))?.boundingBox();
  assert.ok(box && box.width > 200 && box.height > 200);

  // What is typed is answered at once; what is no number is named.
  await type(page, 0, '50,5');
  await page.waitForFunction(
    () => !/The table says/.test(document.querySelector('#card-row')?.textContent ?? ''),
  );
  const small = numberIn(await textOf(page, '.verdict'));
  await type(page, 0, '120.5');
  await page.waitForFunction(
    (before) => document.querySelector('.verdict')?.textContent?.includes(before) === false,
    {},
    String(small).replace('.', ','),
  );
  assert.ok(numberIn(await textOf(page, '.verdict')) > small + 80);
  assert.is(await textOf(page, '.far'), '');
  await type(page, 0, '900');
  await until(
    page,
    '.far',
    /^superficie \(m²\) 900 is far outside of 40,5 to 140,5, which the network/,
  );
  await type(page, 0, 'mucho');
  await until(page, '.far', /^$/);
  assert.match(
    await until(page, '.row-field .problem', /./),
    /“mucho” is no number\. Give one such as \d/,
  );
  assert.is(
    await page.$eval('.row-field input', (field) => field.getAttribute('aria-invalid')),
    'true',
  );
  await until(page, '.verdict', /^$/);
  await type(page, 0, '');
  await until(page, '.verdict', /precio: \d/);
  assert.equal(
    await page.$$eval('.row-field select option', (all) => all.map((one) => one.textContent)),
    ['(none)', '<b>centro</b>', 'norte', 'sur'],
  );

  // Which columns matter, while another network is trained.
  await page.$eval('#card-importance button', (button) => (button as HTMLElement).click());
  await page.waitForFunction(() => document.querySelectorAll('.importance li').length === 3);
  await until(page, '#card-importance', /As of 25 epochs/);
  const bars = await page.$$eval('.importance li', (all) =>
    all.map((one) => one.textContent ?? ''),
  );
  assert.match(bars[0], /^superficie \(m²\)\+\d+,\d ± \d+,\d\sk€/);
  assert.match(bars[1], /^zona\+/);
  assert.match(bars[2], /^ruido/);
  await fits(page);

  // A stored run: its own figures, as of its own epoch.
  const first = await measuresOf(page);
  await page.$eval('#tab-train', (tab) => (tab as HTMLElement).click());
  await choose(page, 'epochs', '2');
  await train(page);
  await page.$eval('#tab-inside', (tab) => (tab as HTMLElement).click());
  await until(page, '#inside-table', /As of 2 epochs/);
  assert.not.equal(await measuresOf(page), first);
  const keys = await page.$$eval('#inside-network option', (all) =>
    all.map((one) => (one as HTMLOptionElement).value),
  );
  assert.is(keys.length, 3);
  await page.select('#inside-network', keys[2]);
  await until(page, '#inside-table', /As of 25 epochs/);
  await page.waitForFunction(
    (wanted) => document.querySelector('.measures tbody td')?.textContent === wanted,
    {},
    first[0],
  );
  assert.equal(await measuresOf(page), first);

  // In Spanish, numbers too.
  await page.select('#language', 'es');
  await until(page, '#inside-table', /Tras 25 épocas/);
  await until(page, '.measures thead', /Siempre la media, \d+,\d\sk€/);
  await page.focus('.scatter-cross');
  await page.keyboard.press('Home');
  await until(page, '.scatter-readout', /^Fila \d+: real [\d,]+\sk€, predicho \d+,\d\sk€/);
  assert.is(await textOf(page, '#alert-text'), '');
  assert.equal(said, []);
  await page.close();
});

test('a network of classes answers to rows, and takes those of a cell of the confusion matrix', async (stage) => {
  const { page, said } = await openPage(stage, QUERY);
  await learn(page, '1');
  await until(page, '#scores tfoot', /Mean of the classes/);
  assert.match(await textOf(page, '#scores thead'), /Rows/);
  assert.match(await textOf(page, '#confusion thead'), /^predicted/);
  assert.match(await textOf(page, '#confusion tbody'), /^true/);
  assert.is(await textOf(page, '#confusion-help'), 'Click a cell to try one of its rows.');
  assert.is(
    await page.$eval('.inside-table > .columns', (part) => (part as HTMLElement).hidden),
    true,
  );
  await page.$eval('#confusion tbody tr:last-child td:last-child button', (cell) =>
    (cell as HTMLElement).click(),
  );
  await until(page, '#card-row', /The table says sur\./);
  assert.is(await textOf(page, '.verdict'), 'sur');
  const shares = await page.$$eval('.row-bars li', (all) =>
    all.map((one) => one.textContent ?? ''),
  );
  assert.match(shares[0], /^<b>centro<\/b>\d+\.\d%$/);
  assert.ok(Math.abs(shares.reduce((sum, one) => sum + numberIn(one), 0) - 100) <= 0.2);
  await page.$eval('#card-importance button', (button) => (button as HTMLElement).click());
  await until(page, '#card-importance', /As of 25 epochs/);
  const bars = await page.$$eval('.importance li', (all) =>
    all.map((one) => one.textContent ?? ''),
  );
  assert.is(bars.length, 3);
  assert.match(bars[2], /^ruido/);
  await fits(page);
  // Images have none of it.
  await page.$eval('#tab-train', (tab) => (tab as HTMLElement).click());
  await choose(page, 'data', 'built-in');
  await choose(page, 'epochs', '1');
  await choose(page, 'train-limit', '60');
  await train(page);
  await page.$eval('#tab-inside', (tab) => (tab as HTMLElement).click());
  await until(page, '#maps-title', /^–$|Test image 1/);
  await until(page, '#scores thead', /Images/);
  assert.is(await page.$eval('#inside-table', (part) => (part as HTMLElement).hidden), true);
  assert.is(await textOf(page, '#confusion-help'), 'Click a cell to see its images.');
  assert.equal(said, []);
  await page.close();
});

test.run();
