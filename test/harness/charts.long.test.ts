import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'puppeteer';
import * as assert from 'uvu/assert';
import { runJson } from '../../src/harness/page/notebook/run-export.ts';
import { aRun } from './charts-runs.ts';
import { fitsAllWidths, keepsNobodyOut } from './looks.ts';
import { download, openPage, pageSuite, type Stage, textOf, until } from './page-helpers.ts';
import { stubbed } from './stub-worker.ts';

const test = pageSuite('charts');

/** Opens the page with runs of its list, and no GPU. */
async function withRuns(
  stage: Stage,
  runs: readonly ReturnType<typeof aRun>[],
): Promise<{ page: Page; said: string[] }> {
  const { page, said } = await openPage(stage, '?lang=en', stubbed);
  await page.setViewport({ width: 1280, height: 1400 });
  await until(page, '#status', /^Ready/);
  const paths = await Promise.all(
    runs.map(async (run, i) => {
      const path = join(stage.folder, `given-${i}.json`);
      await writeFile(path, runJson(run));
      return path;
    }),
  );
  await (await page.$('input#import-run'))?.uploadFile(...paths);
  await until(page, '#runs', new RegExp(`#${runs.length}\\b`));
  await page.waitForSelector('#chart-loss canvas');
  for (const path of paths) await rm(path);
  return { page, said };
}

const three = () => [
  aRun(1, { losses: [0.9, 0.7, 0.6, 0.5], live: 40, query: 'model=2&data=auto' }),
  aRun(2, { losses: [0.8, 0.6, 0.5, 0.45], live: 40, query: 'model=2&data=auto&seed=2' }),
  aRun(3, { losses: [0.7, 0.5, 0.4], live: 40, query: 'model=2&data=auto&lr=0.01' }),
];

/** Where the drawing of a chart is on the page. */
async function drawing(page: Page, name: string) {
  const box = await (await page.$(`#chart-${name} .u-over`))?.boundingBox();
  if (!box) throw new Error(`no chart of ${name}`);
  return box;
}

/** The rows of the box at the crosshair. */
const readout = (page: Page, name: string): Promise<string[]> =>
  page.$$eval(`#chart-${name} .readout:not([hidden]) tr`, (rows) =>
    rows.map((row) => [...row.children].map((cell) => cell.textContent).join('|')),
  );

/** The points that are marked in a chart: their diameters, and their places from its left edge. */
const marks = (page: Page, name: string): Promise<[number, number][]> =>
  page.$$eval(`#chart-${name} .u-over .dot:not(.u-off)`, (dots) =>
    dots.map((dot): [number, number] => {
      const { left, width } = dot.getBoundingClientRect();
      const start = dot.parentElement?.getBoundingClientRect().left ?? 0;
      return [width, left + width / 2 - start];
    }),
  );

const label = (page: Page, name: string): Promise<string> =>
  page.$eval(`#chart-${name}`, (chart) => chart.getAttribute('aria-label') ?? '');

const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 100));

test('a crosshair reads all shown runs in both charts, by mouse and by keyboard', async (stage) => {
  const { page, said } = await withRuns(stage, three());
  const { x, y, width, height } = await drawing(page, 'loss');
  // Four epochs: the third is at three quarters.
  await page.mouse.move(x + 0.75 * width, y + height / 2);
  await settled();
  const rows = await readout(page, 'loss');
  assert.is(rows[0], '|held out|training');
  assert.is(rows[1], 'epoch|3|3');
  assert.match(rows[2], /^Model 2 #1\|0\.6000\|0\./);
  assert.match(rows[4], /^Model 2 #3\|0\.4000\|/);
  assert.match((await readout(page, 'accuracy'))[2], /^Model 2 #1\|40\.0%\|/);
  // Nearer to the second epoch: its points are marked, and read, under its name.
  await page.mouse.move(x + (1.64 / 4) * width, y + height / 2);
  await settled();
  for (const name of ['loss', 'accuracy']) {
    const [, epochs, ...values] = await readout(page, name);
    assert.match(epochs, /^epoch\|2\|(≈\u00a0)?1\.6\d*$/);
    for (const value of values) assert.not.match(value, /epoch/);
    const at = await marks(page, name);
    const tested = at.filter(([size]) => size === 8);
    assert.is(tested.length, 3);
    for (const [, left] of tested) assert.ok(Math.abs(left - width / 2) < 2, `${left}: ${name}`);
    assert.is(at.length, 6, 'and those while it trained');
  }
  await page.mouse.move(5, 5);
  await settled();
  assert.equal(await readout(page, 'loss'), []);
  // By keyboard: from the first epoch that is seen, on to the next ones.
  await page.focus('#chart-accuracy');
  for (let i = 0; i < 3; i++) await page.keyboard.press('ArrowRight');
  assert.match(await textOf(page, '#chart-said'), /^Accuracy, epoch 2; Model 2 #1: 30\.0%; /);
  assert.match((await readout(page, 'loss'))[2], /^Model 2 #1\|0\.7000\|/);
  await page.keyboard.press('End');
  assert.match(await textOf(page, '#chart-said'), /epoch 4; .*#3: 60\.0% \(epoch 3\)$/);
  // Another scale draws the chart anew, at the same epoch.
  const last = await readout(page, 'loss');
  await page.$eval('#log-loss', (box) => (box as HTMLInputElement).click());
  await settled();
  assert.equal(await readout(page, 'loss'), last);
  await page.$eval('#log-loss', (box) => (box as HTMLInputElement).click());
  await page.keyboard.press('Escape');
  assert.equal(await readout(page, 'loss'), []);
  assert.match(await label(page, 'loss'), /^Loss by epoch\. Model 2 #1: 0\.5000 after epoch 4; /);
  assert.equal(said, []);
  await page.close();
});

test('dragging zooms both charts; keys, buttons and a double click show more again', async (stage) => {
  const { page, said } = await withRuns(stage, three());
  const { x, y, width, height } = await drawing(page, 'loss');
  const middle = y + height / 2;
  const disabled = (): Promise<boolean> =>
    page.$eval('#zoom-all', (button) => button.matches(':disabled'));
  /** The epochs at the edges of the other chart. */
  const seen = async (): Promise<string[]> => {
    await page.focus('#chart-accuracy');
    const epochs: string[] = [];
    for (const key of ['Home', 'End'] as const) {
      await page.keyboard.press(key);
      epochs.push(/epoch ([\d.]+)/.exec(await textOf(page, '#chart-said'))?.[1] ?? '');
    }
    await page.keyboard.press('Escape');
    return epochs;
  };
  assert.is(await disabled(), true);
  await page.mouse.move(x + width / 4, middle);
  await page.mouse.down();
  await page.mouse.move(x + width / 2, middle, { steps: 4 });
  await page.mouse.up();
  await settled();
  assert.is(await disabled(), false);
  for (const [i, epoch] of (await seen()).entries()) {
    assert.ok(Math.abs(Number(epoch) - (i + 1)) < 0.05, `${epoch}`);
  }
  const zoomed = await drawing(page, 'loss');
  await page.mouse.click(zoomed.x + 50, middle, { count: 2 });
  await settled();
  assert.equal(await seen(), ['0', '4']);
  await page.keyboard.press('+');
  assert.equal(await seen(), ['1', '3']);
  await page.keyboard.press('0');
  assert.equal(await seen(), ['0', '4']);
  await page.click('#zoom-in');
  await page.click('#zoom-in');
  assert.equal(await seen(), ['1.5', '2.5']);
  await page.click('#zoom-all');
  assert.is(await disabled(), true);
  assert.equal(said, []);
  await page.close();
});

test('runs are hidden, shown alone, joined by their seeds, and stand out by row and curve', async (stage) => {
  const { page, said } = await withRuns(stage, three());
  const shown = async (): Promise<number> =>
    ((await label(page, 'loss')).match(/#\d/g) ?? []).length;
  assert.is(await shown(), 3);
  await page.click('#by-seed');
  assert.match(
    await label(page, 'loss'),
    /^Loss by epoch\. Model 2 #1 ×2 seeds: 0\.4750 after epoch 4; Model 2 #3/,
  );
  const colours = await page.$$eval('#runs .swatch', (all) =>
    all.map((one) => (one as HTMLElement).style.background),
  );
  assert.is(colours[1], colours[2], 'both have the colour of their band');
  assert.is.not(colours[0], colours[1]);
  await page.click('#by-seed');
  await page.click('#hide-all');
  assert.is(await label(page, 'loss'), 'Loss by epoch. no run is shown');
  assert.equal(await page.$$('#chart-loss canvas'), []);
  assert.ok(await page.$eval('#png-loss', (button) => button.matches(':disabled')));
  await page.click('#runs button[aria-label="Show only Model 2 #2"]');
  assert.match(await label(page, 'loss'), /^Loss by epoch\. Model 2 #2: 0\.4500/);
  assert.is(await shown(), 1);
  await page.click('#show-all');
  assert.is(await shown(), 3);
  /** How much colour there is in a chart: that of others fades if one stands out. */
  const pixels = (): Promise<string> =>
    page.$eval('#chart-loss canvas', (canvas) => (canvas as HTMLCanvasElement).toDataURL());
  const before = await pixels();
  await page.focus('#runs button[aria-label="Details of Model 2 #1"]');
  await settled();
  assert.is.not(await pixels(), before);
  await page.focus('#start');
  await settled();
  assert.is(await pixels(), before);
  // One that is not shown makes no other fade.
  await page.click('#runs button[aria-label="Show only Model 2 #2"]');
  await page.focus('#start');
  await settled();
  const alone = await pixels();
  await page.focus('#runs button[aria-label="Details of Model 2 #1"]');
  await settled();
  assert.is(await pixels(), alone);
  await page.click('#show-all');
  // The end of the third run's curve lies alone.
  await page.waitForSelector('#chart-accuracy .u-over');
  const { x, y, width, height } = await drawing(page, 'accuracy');
  await page.mouse.move(x + 0.75 * width, y + 2);
  for (let at = y + 4; at < y + height; at += 6) {
    await page.mouse.move(x + 0.74 * width, at);
    await settled();
    if (await page.$('#runs tr.lit')) break;
  }
  assert.match(await textOf(page, '#runs tr.lit'), /#3/);
  assert.equal(said, []);
  await page.close();
});

test('joined runs count a seed once and say so; zoomed, labels are results, and the box stands beside the curves', async (stage) => {
  const again = aRun(4, { losses: [0.9, 0.7, 0.6, 0.4], live: 40, query: 'model=2&data=auto' });
  const { page, said } = await withRuns(stage, [
    ...three(),
    { ...again, begun: '2026-11-28T09:00:00Z' },
  ]);
  await page.click('#by-seed');
  const left = 'Each seed counts once, by its newest finished run. Left out: Model 2 #1 (seed 1)';
  const joined = await label(page, 'loss');
  assert.match(joined, /Model 2 #2 ×2 seeds: 0\.4250 after epoch 4;/);
  assert.ok(joined.endsWith(left));
  const svg = async (): Promise<string> =>
    (await download(stage, page, '#svg-loss', '.svg')).toString().replaceAll(/<[^>]*>/g, ' ');
  assert.match(await svg(), /\(seed 1\)/);
  assert.is(await textOf(page, '#legend-zoom'), '');
  const { x, y, width, height } = await drawing(page, 'loss');
  await page.mouse.move(x + width / 4, y + height / 2);
  await page.mouse.down();
  await page.mouse.move(x + 0.6 * width, y + height / 2, { steps: 4 });
  await page.mouse.up();
  await settled();
  assert.match(await textOf(page, '#legend-zoom'), /^→ .* this is its result/);
  assert.match(await svg(), /Model 2 #2 ×2( seeds)? → 0\.425 /);
  for (const share of [0.1, 0.5, 0.9]) {
    await page.mouse.move(x + share * width, y + height / 2);
    await settled();
    assert.is(await textOf(page, '#chart-loss .readout p'), left);
    const over = await page.$$eval('#chart-loss .readout, #chart-loss .dot:not(.u-off)', (all) => {
      const [box, ...dots] = [...all]
        .sort((one) => (one.matches('.readout') ? -1 : 1))
        .map((one) => one.getBoundingClientRect());
      const hits = (one: DOMRect): boolean =>
        one.left < box.right &&
        one.right > box.left &&
        one.top < box.bottom &&
        one.bottom > box.top;
      const chart = document.querySelector('#chart-loss .u-over')?.getBoundingClientRect();
      const isOnTicks =
        chart && box.left < chart.left - 1 && box.top < chart.bottom && box.bottom > chart.top;
      return { dots: dots.length, covered: dots.filter(hits).length, isOnTicks };
    });
    assert.ok(over.dots > 0);
    assert.is(over.covered, 0, `${share}`);
    assert.is(over.isOnTicks, false, `${share}`);
  }
  assert.equal(said, []);
  await page.close();
});

test('charts are printed high, on pages that stand and that lie, and the screen stays as it is', async (stage) => {
  const { page, said } = await withRuns(stage, three());
  const screen = (): Promise<string> =>
    page.$eval('#chart-loss canvas', (canvas) => (canvas as HTMLCanvasElement).toDataURL());
  const before = await screen();
  await page.evaluate(() => dispatchEvent(new Event('beforeprint')));
  await settled();
  assert.is(await screen(), before);
  const heights = (): Promise<number[]> =>
    page.$$eval('.plot .uplot canvas', (all) =>
      all.map((canvas) => canvas.getBoundingClientRect().height).filter((height) => height > 0),
    );
  assert.is((await heights()).length, 2, 'none for paper on the screen');
  await page.emulateMediaType('print');
  // Within the margins of A4, in pixels of CSS.
  for (const width of [718, 1047]) {
    await page.setViewport({ width, height: 1000 });
    await settled();
    const printed = await heights();
    assert.is(printed.length, 2);
    for (const height of printed) assert.ok(height > 220, `${height} of ${width}`);
  }
  await page.emulateMediaType('screen');
  await page.evaluate(() => dispatchEvent(new Event('afterprint')));
  await settled();
  assert.equal(await page.$$('.paper'), []);
  assert.equal(said, []);
  await page.close();
});

test('charts are saved as they are seen: as a wide PNG, and as vectors with key, settings and data', async (stage) => {
  const { page, said } = await withRuns(stage, [
    ...three(),
    aRun(4, { losses: [0.3, 0.2], data: 'Built-in garments', synthetic: true }),
  ]);
  await page.click('#log-loss');
  await page.select('#smoothing', '1');
  assert.match(
    await textOf(page, '#legend-smooth'),
    /^Smoothed: each point is the mean of 1 epoch/,
  );
  const png = await download(stage, page, '#png-loss', '.png');
  assert.is(png.subarray(1, 4).toString(), 'PNG');
  assert.ok(png.readUInt32BE(16) >= 1600, `${png.readUInt32BE(16)} pixels wide`);
  const svg = (await download(stage, page, '#svg-loss', '.svg')).toString();
  for (const text of [
    'logarithmic scale',
    'moving mean of 1 epoch, measured values faint',
    'Model 2 #3: ',
    'learning rate 0.01,',
    'SHA-256 abababababababab…',
    'synthetic data',
    'Table I, Model 2 0.320',
  ]) {
    assert.ok(svg.includes(text), text);
  }
  const accuracy = await download(stage, page, '#svg-accuracy', '.svg');
  assert.match(accuracy.toString(), 'Accuracy by epoch');
  const path = join(stage.folder, 'seen.svg');
  await writeFile(path, svg);
  assert.match(await readFile(path, 'utf8'), /^<svg /);
  assert.equal(said, []);
  await page.close();
});

test('one click repeats a run with four more seeds, and another fills in five', async (stage) => {
  const { page, said } = await withRuns(stage, three());
  await page.click('#more-seeds');
  assert.is(await page.$eval('[name=seed]', (input) => (input as HTMLInputElement).value), '1..5');
  await page.click('#runs button[aria-label="Details of Model 2 #1"]');
  await page.click('#runs .details button[aria-label="Repeat with 4 more seeds: Model 2 #1"]');
  await until(page, '#status', /Training 4 networks/);
  const asked = await page.evaluate(() =>
    (globalThis as unknown as { asked: [string, string][] }).asked.find(
      ([name]) => name === 'train',
    ),
  );
  // The first two seeds are those of the first two runs.
  assert.match(asked?.[1] ?? '', /seeds=3\.\.6/);
  assert.is(await page.$eval('#by-seed', (box) => (box as HTMLInputElement).checked), true);
  assert.equal(said, []);
  await page.close();
});

test('charts with many runs keep nobody out, fit all widths', async (stage) => {
  const runs = Array.from({ length: 30 }, (_, i) =>
    aRun(i + 1, {
      losses: Array.from({ length: 20 }, (_, k) => 1 / (k + 1 + i / 9)),
      live: 100,
      query: `model=2&lr=0.${i + 1}`,
    }),
  );
  const { page, said } = await withRuns(stage, runs);
  // Of so many, only the first ones are shown at once.
  assert.is((await page.$$('#runs input:checked')).length, 10);
  await page.click('#show-all');
  await page.focus('#chart-loss');
  await page.keyboard.press('ArrowRight');
  await keepsNobodyOut(page, 'a crosshair');
  // Another look draws the charts anew; the crosshair stays.
  assert.match((await readout(page, 'loss')).join(), /Model 2 #10/);
  assert.match(await textOf(page, '#chart-loss .readout p'), /^and 20 more$/);
  await fitsAllWidths(page, 'a crosshair');
  await page.click('#runs button.name');
  await keepsNobodyOut(page, 'details');
  assert.equal(said, []);
  await page.close();
});

test.run();
