import * as assert from 'uvu/assert';
import { loseDevice, openPage, pageSuite, SMALL, textOf, until } from './page-helpers.ts';

const test = pageSuite('page, long');
/** With a browser of its own: at the third crash of its GPU process, Chrome has no adapters for pages any more. */
const severalTest = pageSuite('page, several networks');

test('what the network has learned can be looked at', async (stage) => {
  const { page, said } = await openPage(stage, `?run=train&model=2&layers=784,16,10&${SMALL}`);
  await until(page, '#status', /Done/);
  await page.click('#tab-inside');
  await until(page, '#page-text', /1–24 of/);
  assert.is((await page.$$('#images li')).length, 24);
  const counts = await page.$$eval('#confusion button', (cells) =>
    cells.map((cell) => Number(cell.textContent)),
  );
  const total = counts.reduce((a, b) => a + b, 0);
  assert.match(await textOf(page, '#page-text'), total.toLocaleString('en'));
  await page.$eval('#confusion tbody tr:nth-child(2) td:nth-child(3) button', (cell) =>
    cell instanceof HTMLElement ? cell.click() : undefined,
  );
  await until(page, '#page-text', new RegExp(`of ${counts[11].toLocaleString('en')}$`));
  await page.select('#filter', 'mistakes');
  const right = counts.filter((_, i) => i % 11 === 0).reduce((a, b) => a + b, 0);
  await until(page, '#page-text', new RegExp(`of ${(total - right).toLocaleString('en')}$`));
  const pad = await page.$('#pad');
  await pad?.scrollIntoView();
  const box = await pad?.boundingBox();
  if (!box) throw new Error('there is no pad');
  await page.mouse.move(box.x + 40, box.y + 40);
  await page.mouse.down();
  await page.mouse.move(box.x + 90, box.y + 120, { steps: 4 });
  await page.mouse.up();
  // By mean squared error: no probability.
  await until(page, '#pad-verdict', /, 0\.\d\d$/);
  assert.is((await page.$$('#pad-bars li')).length, 10);
  const colours = await page.evaluate(() => {
    const canvas = document.querySelector<HTMLCanvasElement>('#canvas-weights');
    const copy = new OffscreenCanvas(64, 28);
    const context = copy.getContext('2d');
    if (!canvas || !context) return 0;
    context.drawImage(canvas, 0, 0);
    return new Set(new Uint32Array(context.getImageData(0, 0, 64, 28).data.buffer)).size;
  });
  assert.ok(colours > 50, `the weights are drawn in ${colours} colours`);
  assert.equal(said, []);
  await page.close();
});

test('nothing moves while it trains, and nothing is wider than the window', async (stage) => {
  const query = `?model=2&layers=784,16,10&${SMALL}`;
  const { page } = await openPage(stage, query, (blank) =>
    blank.evaluateOnNewDocument(() => {
      const seen = { shift: 0 };
      Object.assign(globalThis, { seen });
      new PerformanceObserver((list) => {
        // What follows a click within half a second is wanted.
        for (const entry of list.getEntries() as (PerformanceEntry & {
          value: number;
          hadRecentInput: boolean;
        })[]) {
          if (!entry.hadRecentInput) seen.shift += entry.value;
        }
      }).observe({ type: 'layout-shift', buffered: true });
    }),
  );
  await page.click('#start');
  await until(page, '#status', /Done/);
  const shift = await page.evaluate(
    () => (globalThis as unknown as { seen: { shift: number } }).seen.shift,
  );
  assert.ok(shift < 0.02, `shifts add up to ${shift}`);
  for (const width of [360, 768, 1280, 2560]) {
    await page.setViewport({ width, height: 900 });
    for (const tab of ['train', 'inside', 'verify', 'bench']) {
      await page.click(`#tab-${tab}`);
      const over = await page.evaluate(async () => {
        const { documentElement: root } = document;
        // Charts take their new size some frames later.
        for (let i = 0; i < 60 && root.scrollWidth > root.clientWidth; i++) {
          await new Promise(requestAnimationFrame);
        }
        return root.scrollWidth - root.clientWidth;
      });
      assert.ok(over <= 0, `${tab} at ${width}: ${over} too wide`);
    }
  }
  await page.close();
});

test('everything can be done with keys', async (stage) => {
  const { page } = await openPage(stage, `?model=2&layers=784,16,10&${SMALL}`);
  // It comes once the GPU is known.
  await page.waitForSelector('#gpu-help:not([hidden])');
  await page.focus('#tab-train');
  await page.keyboard.press('ArrowRight');
  assert.is(await page.evaluate(() => document.activeElement?.id), 'tab-inside');
  assert.is((await page.$$('#panel-inside:not([hidden])')).length, 1);
  await page.keyboard.press('ArrowLeft');
  // From the tabs, Tab leads through the rest of the head to the run's buttons.
  const passed: (string | undefined)[] = [];
  while (passed.at(-1) !== 'start' && passed.length < 6) {
    await page.keyboard.press('Tab');
    passed.push(await page.evaluate(() => document.activeElement?.id));
  }
  assert.equal(passed, ['gpu-help', 'language', 'start']);
  await page.keyboard.press('Enter');
  await until(page, '#status', /Done/);
  await page.close();
});

test('a run that an address starts has a number that no earlier one has', async (stage) => {
  const query = `?model=2&layers=784,16,10&${SMALL}&run=train`;
  const { page, said } = await openPage(stage, query);
  await until(page, '#status', /Done/);
  await page.waitForFunction(() => document.querySelector('#runs [data-key]'), { polling: 100 });
  await page.goto(`${page.url()}&run=train`);
  await until(page, '#status', /Done/);
  const names = await page.$$eval('#runs .name', (all) => all.map((one) => one.textContent));
  assert.equal(
    names.map((name) => name?.replace(/.*#/, '')),
    ['2', '1'],
  );
  assert.equal(said, []);
  await page.close();
});

test('an address verifies, and the report says on what and with what outcome', async (stage) => {
  const { page, said } = await openPage(stage, '?run=verify&filter=relu');
  await until(page, '#panel-verify [data-status]', /Done in .* all ok/);
  assert.is((await page.$$('#panel-verify tbody tr')).length, 2);
  await page.evaluate(() => {
    Object.defineProperty(navigator, 'clipboard', {
      value: {
        writeText: async (text: string) => {
          document.title = text;
        },
      },
    });
  });
  await page.click('#panel-verify [data-copy]');
  await until(page, '#panel-verify [data-status]', /clipboard/);
  const report = JSON.parse(await page.title());
  assert.is(report.kind, 'gradweave verify');
  assert.is(report.rows.length, 2);
  assert.ok(report.adapter && report.userAgent && report.version);
  assert.equal(said, []);
  await page.close();
});

for (const [what, more, suite] of [
  ['a run', '', test],
  ['several networks', '&seeds=1..2', severalTest],
] as const) {
  suite(`${what} whose device is lost: another one goes on, to the same numbers`, async (stage) => {
    const query = `?model=2&layers=784,16,10&${SMALL}&epochs=40${more}`;
    const { page, said } = await openPage(stage, query);
    const finalLoss = async (): Promise<string | undefined> =>
      /test (?:loss [\d.]+, test )?accuracy [\d.% ±]+/.exec(
        await until(page, '#status', /Done|Failed/),
      )?.[0];
    await page.click('#start');
    const undisturbed = await finalLoss();
    assert.ok(undisturbed);
    await page.click('#start');
    // Not the 40 of the run before.
    await until(page, '#n-epoch', /^[3-9] |^[12]\d/);
    await loseDevice(page, false);
    await until(page, '#status', /The GPU was lost\. Resuming/);
    assert.is(await finalLoss(), undisturbed);
    assert.is(await page.$eval('#alert', (element) => (element as HTMLElement).hidden), true);
    assert.equal(said, []);
    await page.close();
  });
}

test('neither another colour scheme nor a lost device is an error of the pictures inside', async (stage) => {
  const { page, said } = await openPage(stage, `?model=2&${SMALL}&epochs=5000`);
  const alert = () =>
    page.$eval('#alert', (element) => (element as HTMLElement).hidden || element.textContent);
  await page.click('#start');
  await until(page, '#status', /Training/);
  await page.click('#tab-inside');
  await until(page, '#page-text', /1–24 of/);
  for (let i = 0; i < 8; i++) {
    const value = i % 2 === 0 ? 'dark' : 'light';
    await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value }]);
    if (i % 3 === 0) await page.click('#tab-train');
    await page.click('#tab-inside');
  }
  assert.is(await alert(), true);
  await loseDevice(page, false);
  await until(page, '#status', /Resuming/);
  await until(page, '#status', /Training/);
  await page.click('#inside-refresh');
  await until(page, '#page-text', /1–24 of/);
  assert.is(await alert(), true);
  assert.equal(said, []);
  await page.close();
});

test.run();
severalTest.run();
