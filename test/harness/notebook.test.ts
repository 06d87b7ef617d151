import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Page } from 'puppeteer';
import * as assert from 'uvu/assert';
import { inLongRun } from '../run/thorough.ts';
import { blankIdx, download, openPage, pageSuite, textOf, until } from './page-helpers.ts';

const test = pageSuite('notebook');

const QUICK = 'model=2&layers=784,16,10&data=built-in&train-limit=400&epochs=2&batch-size=50';

const rows = (page: Page): Promise<string[]> =>
  page.$$eval('#runs button.name', (all) => all.map((one) => one.textContent ?? ''));

/** Presses a button of a run's open details. */
const press = (page: Page, text: string): Promise<void> =>
  page.$$eval(
    '#runs .details button',
    (all, wanted) => {
      const found = all.find((one) => one.textContent === wanted);
      if (!(found instanceof HTMLButtonElement)) throw new Error(`no ${wanted}`);
      found.click();
    },
    text,
  );

async function trained(page: Page, runs: number): Promise<void> {
  await page.click('#start');
  await until(page, '#status', /Done/);
  assert.is((await rows(page)).length, runs);
}

test('runs outlive clicks and a reload, with their weights', async (stage) => {
  const { page, said } = await openPage(stage, `?${QUICK}`);
  await trained(page, 1);
  const weights = '#runs tr button[aria-label^="Weights"]';
  const before = await download(stage, page, weights, '.safetensors');
  const numbers = await textOf(page, '#runs tbody tr');
  // The name opens details, and leaves the page as it is.
  await page.click('#runs button.name');
  assert.is(
    await page.$eval('#runs button.name', (one) => one.getAttribute('aria-expanded')),
    'true',
  );
  await page.reload();
  await page.waitForSelector('#runs button.name');
  assert.is(await textOf(page, '#runs tbody tr'), numbers);
  assert.equal(await download(stage, page, weights, '.safetensors'), before);
  // Another run has another number, and stands above.
  await trained(page, 2);
  assert.equal(await rows(page), ['784–16–10 #2', '784–16–10 #1']);
  await page.click('#runs tr:last-of-type button.name');
  await press(page, 'Pin');
  assert.equal(await rows(page), ['784–16–10 #1', '784–16–10 #2']);
  await page.$eval('#runs .details input', (input) => {
    if (!(input instanceof HTMLInputElement)) return;
    input.value = 'The <first>';
    input.dispatchEvent(new Event('change'));
  });
  assert.is((await rows(page))[0], 'The <first> #1');
  await press(page, 'Delete');
  assert.equal(await rows(page), ['784–16–10 #2']);
  await page.click('#undo-button');
  assert.equal(await rows(page), ['The <first> #1', '784–16–10 #2']);
  // What is shown, and what is hidden, stays so.
  const boxes = () =>
    page.$$eval('#runs input[type=checkbox]', (all) =>
      all.map((box) => box instanceof HTMLInputElement && box.checked),
    );
  assert.equal(await boxes(), [true, true]);
  await page.click('#runs tr:last-of-type input[type=checkbox]');
  await page.reload();
  await page.waitForSelector('#runs button.name');
  assert.equal(await boxes(), [true, false]);
  assert.equal(said, []);
  await page.close();
});

inLongRun(test)(
  'a run’s settings go back into the form, and its file back into the list',
  async (stage) => {
    const { page } = await openPage(stage, `?${QUICK}&lr=0.003`);
    await trained(page, 1);
    const json = await download(stage, page, '#runs tr button[aria-label^="JSON"]', '.json');
    const path = join(stage.folder, 'run.json');
    await writeFile(path, json);
    await page.$eval('#settings [name=lr]', (input) => {
      if (input instanceof HTMLInputElement) input.value = '1';
    });
    await page.click('#runs button.name');
    await press(page, 'Load these settings');
    const settings = await page.$eval('#settings [name=lr]', (input) =>
      input instanceof HTMLInputElement ? input.value : '',
    );
    assert.is(settings, '0.003');
    await (await page.$('input#import-run'))?.uploadFile(path);
    await until(page, '#runs', /#2/);
    await writeFile(path, '{"kind":"something"}');
    await (await page.$('input#import-run'))?.uploadFile(path);
    assert.match(await until(page, '#alert-text', /run\.json/), 'is not a run of gradweave');
    await page.close();
  },
);

test('files are taken wherever they are dropped, in several goes, and refused by name', async (stage) => {
  const { page } = await openPage(stage, `?${QUICK}`);
  const drop = (files: Record<string, string>) =>
    page.evaluate((given) => {
      const transfer = new DataTransfer();
      for (const [name, text] of Object.entries(given)) {
        transfer.items.add(new File([Uint8Array.from(atob(text), (c) => c.charCodeAt(0))], name));
      }
      const event = new DragEvent('drop', {
        dataTransfer: transfer,
        bubbles: true,
        cancelable: true,
      });
      document.querySelector('footer')?.dispatchEvent(event);
      return event.defaultPrevented;
    }, files);
  const packed = (...sizes: number[]) =>
    gzipSync(blankIdx(...sizes), { level: 1 }).toString('base64');
  assert.ok(
    await drop({ a: packed(60_000, 28, 28), b: packed(10_000) }),
    'the browser keeps the page',
  );
  await until(page, '#drop-data-text', /2 files; still missing: train-labels.*, t10k-images/);
  await drop({ c: packed(60_000), 'photo.jpg': 'AAAA' });
  await until(page, '#drop-data-text', /3 files/);
  assert.match(await until(page, '#alert-text', /photo/), /photo\.jpg: an image of no class/);
  await drop({ d: packed(10_000, 28, 28) });
  await until(page, '#own-data', /^own data/);
  await drop({ 'weights.safetensors': 'AAAA' });
  await until(page, '#alert-text', /^weights\.safetensors: .*safetensors/);
  assert.is(await page.$eval('#from', (from) => from.hasAttribute('hidden')), true, 'is not kept');
  await page.close();
});

test('the tab asks before it closes on a run, and Back goes to the panel before', async (stage) => {
  const { page } = await openPage(stage, `?${QUICK.replace('epochs=2', 'epochs=500')}`);
  await page.click('#tab-verify');
  await page.click('#tab-bench');
  await page.goBack();
  assert.is(await page.$eval('#panel-verify', (panel) => panel.hasAttribute('hidden')), false);
  await page.goBack();
  // The keyboard stays where the work goes on.
  await page.focus('#start');
  await page.keyboard.press('Enter');
  await until(page, '#status', /Training/);
  assert.is(await page.evaluate(() => document.activeElement?.id), 'pause');
  assert.match(await until(page, 'title', /%/), /^\d+% · gradweave$/);
  // A name that is being typed outlives the end of an epoch.
  // Rows are drawn anew while the run goes on: a click by place could miss.
  await page.$eval('#runs button.name', clicked);
  await page.type('#runs .details input', ' of mine');
  const epochs = await textOf(page, '#runs td:nth-child(4)');
  await page.waitForFunction(
    (before) => document.querySelector('#runs td:nth-child(4)')?.textContent !== before,
    { timeout: 30_000 },
    epochs,
  );
  assert.match(
    await page.$eval('#runs .details input', (input) => (input as HTMLInputElement).value),
    / of mine/,
  );
  const asked = new Promise<string>((resolve) => {
    page.once('dialog', (dialog) => {
      resolve(dialog.type());
      void dialog.accept();
    });
  });
  await page.reload();
  assert.is(await asked, 'beforeunload');
  // What was trained so far is there, and does not run.
  await until(page, '#runs tbody', /stopped/);
  await page.close();
});

/** Clicks an element wherever it is. */
const clicked = (element: Element): void => {
  if (element instanceof HTMLElement) element.click();
};

inLongRun(test)(
  'tabs share the notebook: none writes over a run of another, and all see what becomes of it',
  async (stage) => {
    const { page: one, said } = await openPage(
      stage,
      `?${QUICK.replace('epochs=2', 'epochs=9999')}`,
    );
    await one.click('#start');
    await until(one, '#runs', /[1-9] of 9999/);
    const two = await stage.chrome.browser.newPage();
    await two.goto(`${stage.server.origin}/harness.html`);
    await until(two, '#runs', /running/);
    await two.$eval('#runs button.name', clicked);
    await press(two, 'Pin');
    await two.click('#hide-all');
    await two.$eval('#runs .details input', (input) => {
      if (!(input instanceof HTMLInputElement)) return;
      input.value = 'Named there';
      input.dispatchEvent(new Event('change'));
    });
    await one.bringToFront();
    await until(one, '#runs', /Named there #1.*pinned/);
    await one.evaluate(() => {
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File(['x'], 'weights.safetensors'));
      const how = { dataTransfer, bubbles: true, cancelable: true };
      document.querySelector('footer')?.dispatchEvent(new DragEvent('drop', how));
    });
    await until(one, '#alert-text', /safetensors was not taken/);
    // What was said follows the language.
    await one.select('#language', 'es');
    await until(one, '#alert-text', /No se ha tomado weights/);
    await one.select('#language', 'en');
    await one.click('#stop');
    await until(one, '#runs', /stopped/);
    const kept = await textOf(one, '#runs td[data-name="Epochs"]');
    const wanted = new RegExp(`Named there #1.*pinned.*stopped.*${kept}`, 's');
    await two.bringToFront();
    await until(two, '#runs', wanted);
    await one.bringToFront();
    await one.reload();
    await until(one, '#runs', wanted);
    // Neither may the other train it at the same time.
    await one.evaluate(
      (name) => void navigator.locks.request(name, () => new Promise(() => {})),
      await two.$eval(
        '#runs tr[data-key]',
        (row) => `gradweave run ${row.getAttribute('data-key')}`,
      ),
    );
    await two.bringToFront();
    await press(two, 'More epochs');
    await until(two, '#status', /Another tab trains Named there #1/);
    // Deleted in one, it does not come back from the other; taken back, it has its weights in both.
    await one.bringToFront();
    await one.click('#runs button.name');
    await press(one, 'Delete');
    await two.bringToFront();
    await until(two, '#runs', /No run yet/);
    await one.bringToFront();
    await one.select('#language', 'es');
    await until(one, '#undo', /Se borró Named there #1/);
    await one.select('#language', 'en');
    await until(one, '#undo', /Deleted Named there #1/);
    await one.click('#undo-button');
    await two.bringToFront();
    await until(two, '#runs', wanted);
    const off = '#runs tr button[aria-label^="Weights"][disabled]';
    // They come a little after the run.
    await two.waitForSelector(off, { hidden: true });
    assert.equal(said, []);
    await two.close();
    await one.close();
  },
);

inLongRun(test)('a browser that stores nothing says so, and trains all the same', async (stage) => {
  const { page } = await openPage(stage, `?${QUICK}`, (page) =>
    page.evaluateOnNewDocument(() => {
      IDBFactory.prototype.open = () => {
        throw new DOMException('not here', 'SecurityError');
      };
    }),
  );
  await until(page, '#kept', /stores nothing/);
  await trained(page, 1);
  await page.close();
});

inLongRun(test)('a full store is told, and an earlier run is left as it is', async (stage) => {
  // Locks that cannot be had keep no run from being trained, nor from being read again.
  const { page, said } = await openPage(stage, `?${QUICK}`, (page) =>
    page.evaluateOnNewDocument(() => {
      const refuse = () => Promise.reject(new DOMException('not here', 'SecurityError'));
      Object.assign(LockManager.prototype, { query: refuse, request: refuse });
    }),
  );
  await trained(page, 1);
  await page.evaluate(() => {
    const { put } = IDBObjectStore.prototype;
    Object.assign(window, { room: () => Object.assign(IDBObjectStore.prototype, { put }) });
    IDBObjectStore.prototype.put = () => {
      throw new DOMException('full', 'QuotaExceededError');
    };
  });
  await trained(page, 2);
  await until(page, '#kept', /no more space/);
  // What could not be kept is kept when there is room.
  await page.evaluate('void room()');
  await page.click('#runs tr:last-of-type button.name');
  await press(page, 'Delete');
  await until(page, '#kept', /^Runs are kept in this browser/);
  await page.reload();
  await until(page, '#runs', /#2/);
  assert.equal(await rows(page), ['784–16–10 #2']);
  await page.evaluate(() => void indexedDB.deleteDatabase('gradweave'));
  await until(page, '#kept', /was deleted/);
  assert.equal(said, []);
  await page.close();
});

test.run();
