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
  await page.waitForSelector('.help-dialog', { hidden: true });
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

test('the network is edited as a picture, by keyboard, pointer and buttons; field and address follow', async (stage) => {
  const { page, said } = await openPage(stage, '?lang=en', stubbed);
  await page.waitForSelector('.what');
  assert.match(await textOf(page, '#network-facts'), /^784 → 128 → 64 → 10 · 109,386 parameters/);
  await page.click('#network summary');
  await page.waitForSelector('[data-name="width-1"]');
  await page.focus('[data-name="width-1"]');
  await page.keyboard.press('ArrowUp');
  const field = (): Promise<string> =>
    page.$eval('[name=layers]', (input) => (input instanceof HTMLInputElement ? input.value : ''));
  const address = (): string => new URL(page.url()).searchParams.get('layers') ?? '';
  assert.is(await field(), '784,144,64,10');
  assert.is(address(), '784,144,64,10');
  // Still on the handle.
  await page.keyboard.press('PageDown');
  assert.is(address(), '784,72,64,10');
  await page.click('[data-name="add-3"]');
  assert.is(address(), '784,72,64,26,10');
  await page.click('[data-name="remove-1"]');
  assert.is(address(), '784,64,26,10');
  const handle = await page.$('[data-name="width-1"]');
  const box = await handle?.boundingBox();
  assert.ok(box);
  const [x, y] = [box.x + box.width / 2, box.y + 4];
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.mouse.move(x, y - 20, { steps: 5 });
  await page.mouse.up();
  const dragged = Number((await field()).split(',')[1]);
  assert.ok(dragged > 64 && dragged <= 4096, String(dragged));
  assert.is(address(), await field());
  // And the other way: what is typed is drawn.
  await page.$eval('[name=layers]', (input) => {
    if (input instanceof HTMLInputElement) input.value = '784,32,10';
    input.dispatchEvent(new Event('change', { bubbles: true }));
  });
  assert.is((await page.$$('.net-handle')).length, 1);
  assert.match(await textOf(page, '#network-facts'), /^784 → 32 → 10 · 25,450 parameters/);
  await page.click('#start');
  await until(page, '#network-body [role=status]', /apply to the next run/);
  await keepsNobodyOut(page, 'the network');
  await fitsAllWidths(page, 'the network');
  assert.equal(said, []);
  await page.close();
});

test.run();
