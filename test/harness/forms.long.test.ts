import type { Page } from 'puppeteer';
import * as assert from 'uvu/assert';
import { openPage, pageSuite, SMALL, textOf, until } from './page-helpers.ts';

const test = pageSuite('the forms, and what is said of what they cannot be');

/** Replaces what stands in a field, key by key, and leaves the focus there. */
async function type(page: Page, selector: string, text: string): Promise<void> {
  await page.click(selector, { count: 3 });
  await page.type(selector, text);
}

/** Whether a field says that it is wrong. */
const isInvalid = (page: Page, selector: string): Promise<boolean> =>
  page.$eval(selector, (field) => field.getAttribute('aria-invalid') === 'true');

const isHidden = (page: Page, selector: string): Promise<boolean> =>
  page.$eval(selector, (element) => element instanceof HTMLElement && element.hidden === true);

test('an address is answered at its fields, and by the greeting; fields are answered while they are typed', async (stage) => {
  const query =
    '?side=30&colour=blue&normalize=3&canvas=zzz&seed=1.5&epochs=abc&momentum=0.9&lang=es';
  const { page, said } = await openPage(stage, query, undefined, true);
  for (const [name, pattern] of [
    ['side', /pide «30», que no se puede elegir. Se muestra 28 × 28/],
    ['colour', /pide «blue»/],
    ['normalize', /pide «3», que no puede ser/],
    ['seed', /«1\.5» no es una semilla/],
  ] as const) {
    await until(page, `#wrong-${name}`, pattern);
    assert.ok(await isInvalid(page, `#settings [name=${name}]`), name);
  }
  await until(page, '#strangers', /canvas=«zzz».* momentum=«0\.9»/);
  const what = await until(page, '#welcome-what', /^Hay ajustes no válidos: .*semilla/);
  assert.match(what, /épocas/);
  assert.match(await textOf(page, '#welcome-time'), /^Se mide en cuanto/);
  await page.click('#start');
  await until(page, '#status', /Un ajuste no es válido/);
  assert.is((await page.$$('#runs tbody tr:not(.empty)')).length, 0);

  await page.goto(`${stage.server.origin}/harness.html?model=2&lang=es`);
  await until(page, '#paper-differences', /^Como en el texto/);
  await type(page, '#settings [name=epochs]', '3');
  await until(page, '#paper-differences', /épocas 3 en vez de 30/);
  await type(page, '#settings [name=seed]', '-1');
  await until(page, '#wrong-seed', /«-1» no es una semilla/);
  await page.click('#settings details summary');
  await type(page, '#settings [name=betas]', '0,9; 0,99');
  assert.not.ok(await isInvalid(page, '#settings [name=betas]'));
  await until(page, '#paper-differences', /β₁, β₂ 0,9; 0,99/);
  await type(page, '#settings [name=seed]', '7');
  assert.is(await page.$('#settings [aria-invalid]'), null);
  assert.equal(said, []);
  await page.close();
});

test('what Verify and Benchmark cannot do is said at their fields, and stays in their panels', async (stage) => {
  const { page, said } = await openPage(stage, '?tab=bench');
  const status = '#panel-bench [data-status]';
  for (const box of await page.$$('#bench-form [name=part]')) {
    if (await box.evaluate((one) => one instanceof HTMLInputElement && one.checked)) {
      await box.click();
    }
  }
  await until(page, '#wrong-bench-form-boxes', /^Choose what to measure\.$/);
  await page.click('#bench-form [type=submit]');
  await until(page, status, /^Choose what to measure\.$/);
  assert.is(await page.evaluate(() => (document.activeElement as HTMLInputElement).value), 'steps');
  await page.keyboard.press('Space');
  assert.is(await page.$('#wrong-bench-form-boxes'), null);
  await type(page, '#bench-form [name=sizes]', 'abc');
  await until(page, '#wrong-bench-form-sizes', /^“abc” is not a list of sizes from 1 to 8,192/);
  await type(page, '#bench-form [name=sizes]', '64; 128');
  await type(page, '#bench-form [name=rounds]', '0');
  await until(page, '#wrong-bench-form-rounds', /^“0” is not a whole number from 1 to 999/);
  await page.click('#bench-form [type=submit]');
  await until(page, status, /^“0” is not/);

  await page.click('#tab-verify');
  await type(page, '#verify-form [name=seed]', '-4');
  await until(page, '#wrong-verify-form-seed', /^“-4” is not a whole number from 0/);
  await type(page, '#verify-form [name=seed]', '4');
  await type(page, '#verify-form [name=filter]', 'zzzz');
  await page.click('#verify-form [type=submit]');
  await until(
    page,
    '#wrong-verify-form-filter',
    /^Nothing was checked: no name contains “zzzz”\. Give a part of a name, such as \w+.*all \d+\.$/,
  );
  await until(page, '#panel-verify [data-status]', /^Nothing was checked\.$/);
  assert.ok(await isHidden(page, '#alert'));
  await page.select('#language', 'es');
  await until(page, '#wrong-verify-form-filter', /^No se comprobó nada: ningún nombre contiene/);
  await type(page, '#verify-form [name=filter]', 'relu');
  assert.is(await page.$('#verify-form [aria-invalid]'), null);
  await page.select('#language', 'en');

  // An error of one panel is not over another one.
  await page.goto(`${stage.server.origin}/harness.html?run=bench&only=zzz`);
  await until(page, '#alert-text', /'zzz' is not a part of the bench/);
  await page.click('#tab-verify');
  assert.ok(await isHidden(page, '#alert'));
  await page.click('#tab-bench');
  assert.not.ok(await isHidden(page, '#alert'));
  await page.click('#alert-close');
  await page.click('#tab-train');
  await page.click('#tab-bench');
  assert.ok(await isHidden(page, '#alert'));
  assert.equal(said, []);
  await page.close();
});

test('a benchmark says what it measures, and what slows it down', async (stage) => {
  const { page, said } = await openPage(stage, '?run=bench&only=repeat&rounds=1&sizes=64');
  assert.is(
    await page.$eval('#bench-form [name=sizes]', (one) => (one as HTMLInputElement).value),
    '64',
  );
  const status = '#panel-bench [data-status]';
  await until(page, status, /^Measuring: the arithmetic peak\. Kernels are compiled first\.$/);
  await page.click('#tab-verify');
  await type(page, '#verify-form [name=filter]', 'relu');
  await page.click('#verify-form [type=submit]');
  await until(page, '#panel-verify [data-status]', /The benchmark runs at the same time/);
  await until(page, status, /^Measuring: bit-identical repeats\./);
  await page.click('#panel-verify [data-stop]');
  await page.click('#tab-bench');
  await page.click('#panel-bench [data-stop]');
  await until(page, status, /^Stopped/);
  assert.equal(said, []);
  await page.close();
});

test('a start without its data starts nothing, and says so; at another start nothing moves', async (stage) => {
  const { page, said } = await openPage(stage, `?model=2&data=own&layers=784,16,10`);
  await page.click('#start');
  await until(page, '#alert-text', /are not here/);
  await until(page, '#status', /^Nothing was started\.$/);
  assert.is((await page.$$('#runs tbody tr:not(.empty)')).length, 0);

  await page.goto(`${stage.server.origin}/harness.html?model=2&layers=784,16,10&${SMALL}`);
  await until(page, '#adapter', /swiftshader|\(software\)/i);
  for (const [width, height] of [
    [1280, 900],
    [390, 844],
  ]) {
    await page.setViewport({ width, height });
    await page.evaluate(() => {
      document.getElementById('dataset')?.replaceChildren();
      document.querySelector('#start')?.scrollIntoView({ block: 'center' });
      scrollTo(0, 0);
    });
    const places = (): Promise<number[]> =>
      page.evaluate(() =>
        ['#adapter', '#gpu-help', '#language', 'main'].flatMap((selector) => {
          const { x, y } = document.querySelector(selector)?.getBoundingClientRect() ?? {};
          return [x ?? Number.NaN, y ?? Number.NaN].map(Math.round);
        }),
      );
    const before = await places();
    await page.$eval('#start', (button) => button instanceof HTMLElement && button.click());
    await until(page, '#dataset', /\w/);
    assert.equal(await places(), before, `${width}`);
    await until(page, '#status', /Done/);
  }
  assert.equal(said, []);
  await page.close();
});

test.run();
