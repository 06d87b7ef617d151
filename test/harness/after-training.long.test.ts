/** What can be done after training, in a real browser: more epochs, programs, files; and before it: a rate, early stopping. */
import * as assert from 'uvu/assert';
import { readModel } from '../../src/train/model-file/read.ts';
import { englishOn, fitsAllWidths, keepsNobodyOut } from './looks.ts';
import { choose, download, openPage, pageSuite, SMALL, textOf, until } from './page-helpers.ts';

const test = pageSuite('after training');

const isEnabled = async (page: Parameters<typeof textOf>[0], selector: string) =>
  (await page.$(`${selector}:not(:disabled)`)) !== null;

test('a run goes on for more epochs, also after a reload, and its link repeats it', async (stage) => {
  const { page, said } = await openPage(stage, `?model=2&layers=784,16,10&${SMALL}`);
  assert.not.ok(await isEnabled(page, '#more'));
  await page.click('#start');
  await until(page, '#status', /Done: 3 epochs/);
  await page.$eval('#more-count', (field) => {
    (field as HTMLInputElement).value = '20000';
  });
  await page.click('#more');
  await until(page, '#status', /“20000” is not a whole number from 1 to 10,000/);
  assert.is(await page.evaluate(() => document.activeElement?.id), 'more-count');
  await page.$eval('#more-count', (field) => {
    (field as HTMLInputElement).value = '2';
  });
  await page.evaluate(() => {
    const ids = new Set<string>();
    Object.assign(window, { focused: ids });
    const look = (): void => {
      ids.add(document.activeElement?.id ?? '');
      requestAnimationFrame(look);
    };
    // From when the button is disabled.
    document.querySelector('#more')?.addEventListener('click', () => requestAnimationFrame(look));
  });
  await page.click('#more');
  await until(page, '#status', /Done: 5 epochs/);
  const focused = await page.evaluate(() => [
    ...(window as unknown as { focused: Set<string> }).focused,
  ]);
  assert.not.ok(focused.includes(''), `the page itself never has the focus: ${focused}`);
  // The button is disabled while it trains: the focus goes to those of the run, not to the page.
  assert.is(await page.evaluate(() => document.activeElement?.id), 'start');
  assert.is(await textOf(page, '#n-epoch'), '5 of 5');
  assert.is((await page.$$('#runs tbody tr:not(.empty)')).length, 1, 'it is the same run');
  assert.match(await textOf(page, '#runs'), /epochs 5/);
  const end = await textOf(page, '#status');

  // One run of five epochs ends in the same numbers.
  await choose(page, 'epochs', '5');
  await page.click('#start');
  await page.waitForFunction(() => document.querySelectorAll('#runs tbody tr').length === 2);
  const again = await until(page, '#status', /Done: 5 epochs/);
  const numbers = (text: string) => /test loss.*/.exec(text)?.[0];
  assert.is(numbers(again), numbers(end));

  // A tab that is closed within the first epoch that is added leaves the run as it was, and says so.
  await page.evaluate(() => {
    const post = Worker.prototype.postMessage;
    Worker.prototype.postMessage = function (this: Worker, message: { method?: string }) {
      if (message.method !== 'more') post.call(this, message);
    };
  });
  await page.click('#more');
  await until(page, '#runs tbody', /running.*5 of 7/);
  page.once('dialog', (dialog) => void dialog.accept());
  await page.reload();
  await until(page, '#status', /Ready/);
  await page.waitForSelector('#runs button.name');
  const row = await textOf(page, '#runs tr[data-key]');
  assert.match(row, /2 epochs more: interrupted.*5 of 5/, row);
  assert.not.match(row, /stopped/);
  await page.click('#runs button.name');
  await page.waitForSelector('#runs button[aria-label^="More epochs"]');
  await page.click('#runs button[aria-label^="More epochs"]');
  await until(page, '#status', /Training/);
  assert.is(await page.evaluate(() => document.activeElement?.id), 'pause');
  await until(page, '#status', /Done: 10 epochs.*starts anew/);
  assert.not.match(await textOf(page, '#runs tr[data-key]'), /interrupted/);
  assert.equal(said, []);
  await page.close();
});

test('a run that stops early keeps its best epoch, and the file is of that epoch', async (stage) => {
  const query = `?model=2&layers=784,8,10&dropout=0&optimizer=sgd&lr=6&momentum=0.9&patience=2&keep=best&${SMALL.replace('epochs=3', 'epochs=60')}`;
  const { page, said } = await openPage(stage, query);
  await page.click('#start');
  const done = await until(page, '#status', /Stopped early/);
  const [, kept] = /weights of epoch (\d+)/.exec(done) ?? [];
  assert.ok(Number(kept) >= 1, done);
  const file = await download(
    stage,
    page,
    '#runs tr button[aria-label^="Weights"]',
    '.safetensors',
  );
  assert.is(Number(readModel(file).metadata?.step), 8 * Number(kept));
  assert.equal(said, []);
  await page.close();
});

test('the programs of a run are shown, copied and saved with their files', async (stage) => {
  const { page, said } = await openPage(stage, `?model=2&layers=784,16,10&${SMALL}`);
  await page.click('#start');
  await until(page, '#status', /Done/);
  await page.click('#use');
  await until(page, 'dialog.use code', /loadModel/);
  await page.select('dialog.use select', 'pytorch');
  await until(page, 'dialog.use code', /nn\.Linear\(784, 16\)/);
  await keepsNobodyOut(page, 'programs');
  await fitsAllWidths(page, 'programs');
  const onnx = await download(stage, page, 'dialog.use button:nth-of-type(2)', '.onnx');
  assert.ok(onnx.includes('gradweave'), 'who wrote it');
  // By keyboard alone: Escape closes it, and the focus is where it was.
  await page.keyboard.press('Escape');
  await page.waitForFunction(() => document.querySelector('dialog.use') === null);
  assert.is(await page.evaluate(() => document.activeElement?.id), 'use');
  assert.equal(said, []);
  await page.close();
});

test('a learning rate is found, and used by the form', async (stage) => {
  const { page, said } = await openPage(stage, `?model=2&data=built-in&train-limit=2000&lr=0.5`);
  await page.click('#find-rate');
  await until(page, 'dialog.use [role="status"]', /falls most at a learning rate of/);
  await page.waitForSelector('dialog.use svg');
  await keepsNobodyOut(page, 'rates');
  await fitsAllWidths(page, 'rates');
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => document.querySelector('dialog.use') === null);
  const rate = await page.$eval('[name="lr"]', (field) =>
    Number((field as HTMLInputElement).value),
  );
  assert.ok(rate > 1e-5 && rate < 0.5, `${rate}`);
  assert.match(page.url(), `lr=${rate}`);
  assert.is((await page.$$('#runs tbody tr:not(.empty)')).length, 0, 'it is no run');
  assert.equal(said, []);
  await page.close();
});

test('both dialogs and the form are in Spanish, too', async (stage) => {
  const { page, said } = await openPage(
    stage,
    `?model=2&layers=784,16,10&schedule=step&keep=best&lang=es&${SMALL}`,
  );
  await page.click('#start');
  await until(page, '#status', /Hecho: 3 épocas.*Se guardan los pesos de la época/);
  await page.click('#use');
  await until(page, 'dialog.use code', /loadModel/);
  assert.equal(await englishOn(page), []);
  await page.keyboard.press('Escape');
  await page.click('#find-rate');
  await until(page, 'dialog.use [role="status"]', /La pérdida/);
  assert.equal(await englishOn(page), []);
  assert.equal(said, []);
  await page.close();
});

test.run();
