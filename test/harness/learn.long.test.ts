import type { Page } from 'puppeteer';
import * as assert from 'uvu/assert';
import { englishOn, fitsAllWidths, keepsNobodyOut } from './looks.ts';
import { openPage, pageSuite, SMALL, textOf, until } from './page-helpers.ts';
import { stubbed } from './stub-worker.ts';

const test = pageSuite('a place to learn');

/** Labels whose text is under their button, or beneath another one's. */
const covered = (page: Page): Promise<string[]> =>
  page.$$eval('.explained > .what', (buttons) =>
    buttons
      .filter((button) => button.checkVisibility())
      .flatMap((button) => {
        const mark = button.firstElementChild?.getBoundingClientRect();
        const label = button.parentElement;
        const words = label && document.createTreeWalker(label, NodeFilter.SHOW_TEXT);
        const texts: Node[] = [];
        while (words?.nextNode()) {
          const { parentElement: parent } = words.currentNode;
          if (!parent?.closest('.what, select, .unseen')) texts.push(words.currentNode);
        }
        const boxes = texts.flatMap((text) => {
          const range = document.createRange();
          range.selectNodeContents(text);
          return [...range.getClientRects()];
        });
        const under =
          mark &&
          boxes.some(
            ({ left, right, top, bottom }) =>
              right > mark.left && left < mark.right && bottom > mark.top && top < mark.bottom,
          );
        return under ? [label?.textContent?.trim() ?? ''] : [];
      }),
  );

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

test('without WebGPU, or without an adapter, the head says so and has the steps', async (stage) => {
  const without = await openPage(
    stage,
    '?lang=en',
    (blank) =>
      blank.evaluateOnNewDocument(() => Reflect.deleteProperty(Navigator.prototype, 'gpu')),
    true,
  );
  assert.is(await until(without.page, '#adapter', /No WebGPU/), 'No WebGPU');
  assert.is(await without.page.$eval('#welcome', (card) => card.checkVisibility()), false);
  await without.page.click('#gpu-help');
  await until(without.page, '.help-dialog', /does not have or does not turn on[\s\S]*reload/);
  await without.page.close();
  const none = await openPage(stage, '?lang=en', async (blank) => {
    await stubbed(blank);
    // The stub is asked with its name first; an adapter that is null is none.
    await blank.evaluateOnNewDocument(() => {
      const { Worker: Stub } = globalThis;
      globalThis.Worker = class extends Stub {
        override postMessage(message: { id: number; given: unknown[] }): void {
          if (message.given[0] !== 'gpu') super.postMessage(message);
          else {
            const data = { kind: 'answer', id: message.id, value: null };
            setTimeout(() => this.onmessage?.({ data } as MessageEvent));
          }
        }
      };
    });
  });
  assert.is(await until(none.page, '#adapter', /No GPU found/), 'No GPU found');
  await none.page.click('#gpu-help');
  await until(none.page, '.help-dialog', /gives this page no GPU[\s\S]*reload/);
  assert.equal(none.said, []);
  await none.page.close();
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
  // An open one follows the language, whose words are loaded when it is chosen.
  await page.select('#language', 'es');
  await until(page, '#term:popover-open', /^Época/);
  await page.select('#language', 'en');
  await fitsAllWidths(page, 'terms');
  assert.equal(said, []);
  await page.close();
});

test('no label of the form runs under its question mark, in either language', async (stage) => {
  const { page } = await openPage(stage, '?lang=en', stubbed);
  await page.waitForSelector('label .what');
  await page.$$eval('#settings details', (all) => {
    for (const one of all) one.open = true;
  });
  for (const language of ['en', 'es']) {
    await page.select('#language', language);
    for (const width of [360, 640, 1280, 1920]) {
      await page.setViewport({ width, height: 900 });
      assert.equal(await covered(page), [], `${language}, ${width}`);
    }
  }
  await page.close();
});

test('the network is edited as a picture, by keyboard, pointer and buttons; field and address follow', async (stage) => {
  const { page, said } = await openPage(stage, '?lang=en', stubbed);
  await page.waitForSelector('.what');
  await until(page, '#network-facts', /^784 → 128 → 64 → 10 · 109,386 parameters/);
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

test('a drag goes on through another width and another language, is one button’s, and ends', async (stage) => {
  const { page, said } = await openPage(stage, '?lang=en', stubbed);
  await page.waitForSelector('.what');
  await page.click('#network summary');
  const units = async (): Promise<number> =>
    Number(
      await page.$eval('[data-name="width-1"]', (one) => one.getAttribute('aria-valuenow') ?? ''),
    );
  const grip = async (): Promise<{ x: number; y: number }> => {
    const box = await (await page.waitForSelector('[data-name="width-1"]'))?.boundingBox();
    assert.ok(box);
    return { x: box.x + box.width / 2, y: box.y + 4 };
  };
  const { x, y } = await grip();
  await page.mouse.move(x, y);
  await page.mouse.down({ button: 'right' });
  await page.mouse.move(x, y - 40);
  await page.mouse.up({ button: 'right' });
  assert.is(await units(), 128);
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.mouse.move(x, y - 40);
  assert.is(await units(), 256);
  await page.setViewport({ width: 1100, height: 900 });
  await page.waitForFunction(
    () => (document.querySelector<HTMLElement>('.net-over')?.clientWidth ?? 0) < 1100,
  );
  await page.mouse.move(x, y - 80);
  assert.is(await units(), 512);
  await page.select('#language', 'es');
  await until(page, '.net-label', /entradas/);
  await page.mouse.move(x, y - 120);
  assert.is(await units(), 1024);
  assert.match(await textOf(page, '.net-cost'), /unas 8 veces las operaciones del? Modelo 2/);
  await page.mouse.up();
  await page.mouse.move(x, y - 200);
  assert.is(await units(), 1024);
  await page.select('#language', 'en');
  assert.equal(said, []);
  await page.close();
});

test('a first visit is greeted with data, network and an estimate that says from what; nothing moves', async (stage) => {
  const { page, said } = await openPage(
    stage,
    '?lang=en',
    (blank) =>
      blank.evaluateOnNewDocument(() => {
        Object.assign(globalThis, { moved: 0 });
        new PerformanceObserver((list) => {
          for (const entry of list.getEntries()) {
            const { value, hadRecentInput } = entry as unknown as {
              value: number;
              hadRecentInput: boolean;
            };
            const all = globalThis as unknown as { moved: number };
            if (!hadRecentInput) all.moved += value;
          }
        }).observe({ type: 'layout-shift', buffered: true });
      }),
    true,
  );
  assert.match(
    await until(page, '#welcome-time', /estimate/),
    /^About .+: an estimate from [\d,]+ steps that were just timed here, in [\d.]+ s\./,
  );
  assert.is((await page.$$('#welcome-images canvas')).length, 20);
  assert.is((await page.$$('#welcome-classes li')).length, 10);
  assert.match(await textOf(page, '#welcome-data'), /synthetic.*10,000 images/);
  assert.match(await textOf(page, '#welcome-what'), /30 times, 100 at a time.*109,386 weights/);
  assert.is((await page.$$('#welcome-net .net-column')).length, 4);
  const moved = await page.evaluate(() => (globalThis as unknown as { moved: number }).moved);
  assert.ok(moved < 0.01, `layout shift ${moved}`);
  await keepsNobodyOut(page, 'a first visit');
  await fitsAllWidths(page, 'a first visit');
  const shown = (): Promise<boolean | undefined> =>
    page.$eval('#welcome', (card) => card.checkVisibility());
  await page.click('#welcome-close');
  assert.is(await shown(), false);
  await page.reload();
  await page.waitForSelector('label .what');
  assert.is(await shown(), false);
  await page.click('#tab-verify');
  await page.click('#welcome-open');
  assert.is(await shown(), true);
  await page.select('#language', 'es');
  await until(page, '#welcome-what', /109\.386 pesos/);
  assert.equal(await englishOn(page), []);
  await page.select('#language', 'en');
  await page.click('#welcome-start');
  assert.is(await shown(), false);
  await until(page, '#status', /Training/);
  assert.equal(said, []);
  await page.close();
});

test('the tour has four steps, goes back and forth by keyboard, and ends with Escape', async (stage) => {
  const { page, said } = await openPage(stage, '?lang=en', stubbed);
  await page.waitForSelector('label .what');
  await page.click('#welcome-open');
  await page.emulateMediaFeatures([{ name: 'prefers-reduced-motion', value: 'reduce' }]);
  await page.click('#welcome-tour');
  const titles: string[] = [];
  for (const step of [1, 2, 3, 4]) {
    await until(page, '.tour .help', new RegExp(`^${step} of 4$`));
    titles.push(await textOf(page, '#tour-title'));
    await page.waitForFunction(() => {
      const box = document.querySelector('.tour-ring')?.getBoundingClientRect();
      return box && box.top < innerHeight && box.bottom > 0;
    });
    await keepsNobodyOut(page, `tour, ${step}`);
    if (step < 4) await page.keyboard.press('ArrowRight');
  }
  assert.equal(titles, [
    'Start',
    'Watch the curves',
    'Look inside',
    'Change something and compare',
  ]);
  await page.keyboard.press('ArrowLeft');
  await until(page, '.tour .help', /^3 of 4$/);
  await fitsAllWidths(page, 'the tour');
  // It follows the language, and stays on another panel, where it points at nothing.
  await page.select('#language', 'es');
  await until(page, '.tour', /^Mirar dentro[\s\S]*3 de 4Terminar/);
  assert.equal(await englishOn(page), []);
  await page.select('#language', 'en');
  const ring = (): Promise<boolean> =>
    page.$eval('.tour-ring', (element) => element.checkVisibility());
  await page.click('.tour .primary');
  assert.is(await ring(), true);
  // Wherever the window is scrolled to.
  const open = (tab: string): Promise<void> =>
    page.$eval(tab, (button) => (button as HTMLElement).click());
  await open('#tab-verify');
  await page.waitForFunction(() => !document.querySelector('.tour-ring')?.checkVisibility());
  assert.is(await page.$eval('.tour', (card) => card.checkVisibility()), true);
  await open('#tab-train');
  await page.waitForFunction(() => document.querySelector('.tour-ring')?.checkVisibility());
  await page.keyboard.press('Escape');
  assert.is(await page.$('.tour, .tour-ring'), null);
  assert.is(await page.evaluate(() => document.activeElement?.id), 'welcome-open');
  assert.equal(said, []);
  await page.close();
});

test('layers can be watched while they train, and only while the picture is open', async (stage) => {
  const { page, said } = await openPage(
    stage,
    `?lang=en&model=2&layers=784,16,10&${SMALL}&epochs=400`,
  );
  await page.waitForSelector('label .what');
  await page.click('#network summary');
  await page.click('#start');
  await until(
    page,
    '.pulse',
    /After step \d+ \(epoch [\d.]+\)\. Learning rate 0\.001\. Seen on 256/,
  );
  assert.is((await page.$$('.pulse tbody tr')).length, 2);
  assert.is((await page.$$('.pulse .histogram')).length, 4);
  assert.match(
    await textOf(page, '.pulse tbody tr'),
    /^Hidden layer 1 784 → 16.*\d+ · \d+(\.\d)?%/,
  );
  // A second look tells how far the weights moved.
  await until(page, '.pulse tbody tr td:last-child', /^[\d.e-]+$/);
  await keepsNobodyOut(page, 'live values');
  await fitsAllWidths(page, 'live values');
  await page.click('#network summary');
  await page.click('#stop');
  await until(page, '#status', /Stopped/);
  assert.equal(said, []);
  await page.close();
});

test.run();
