/** The page of a sweep in Chrome: what it shows, its links, and axe. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Page } from 'puppeteer';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type Chrome, launchChrome } from '../../src/cli/chrome.ts';
import { BLANK_PAGE, type Server, startServer } from '../../src/cli/server.ts';
import { sweepPages } from '../../sweep/src/command/pages.ts';
import type { SweepState } from '../../sweep/src/contract.ts';
import { sampleState, sampleSweep, sampleTrial } from './sample.ts';

interface Stage {
  readonly chrome: Chrome;
  readonly server: Server;
}

const test = suite<Stage>('page of a sweep');

const NASTY = '<img src=x onerror="document.title=\'broken\'">';

const sample = sampleSweep(20);
const SWEEP: SweepState = {
  ...sample,
  trials: [
    ...sample.trials,
    sampleTrial({
      ...{ number: 60, point: 20, seed: 1, state: 'failed' },
      failure: NASTY,
      worker: NASTY,
    }),
  ],
  alarms: [
    {
      id: sample.trials[3].id,
      kind: NASTY,
      digests: ['a'.repeat(64), 'b'.repeat(64)],
      workers: ['dora-1', NASTY],
      at: 1,
    },
  ],
};
const MANY = sampleState(sampleSweep(3334).trials);

const json = (value: unknown) => ({ type: 'application/json', body: JSON.stringify(value) });

test.before(async (stage) => {
  const pages = await sweepPages(new Map());
  const server = await startServer(
    new Map([...pages, ['/sweep.json', json(SWEEP)], ['/many/sweep.json', json(MANY)]]),
  );
  const url = server.origin + BLANK_PAGE;
  const chrome = await launchChrome({ adapter: 'auto', url, announce: () => {} });
  Object.assign(stage, { chrome, server });
});
test.after(async ({ chrome, server }) => {
  await chrome?.close();
  await server?.close();
});

/** Opens the page; `said` is what nobody should see. */
async function open({ chrome, server }: Stage): Promise<{ page: Page; said: string[] }> {
  const page = await chrome.browser.newPage();
  const said: string[] = [];
  page.on('pageerror', (error) => said.push(String(error)));
  page.on('console', (message) => {
    if (['error', 'warn'].includes(message.type())) said.push(message.text());
  });
  await page.setViewport({ width: 1280, height: 900 });
  await page.goto(`${server.origin}/sweep.html`);
  await page.waitForSelector('#trials tr');
  return { page, said };
}

const textOf = (page: Page, selector: string): Promise<string> =>
  page.$eval(selector, (element) => element.textContent ?? '');

test('it shows a stored sweep; text of others stays text', async (stage) => {
  const { page, said } = await open(stage);
  assert.is(await textOf(page, '#name'), 'paper');
  assert.match(await textOf(page, '#counts'), /Ended5\d of 61/);
  assert.match(
    await textOf(page, '#best-text'),
    /^88\.\d\d% ± 0\.\d\d test accuracy, point \d+, 3 seeds/,
  );
  assert.match(
    await textOf(page, '#alarms'),
    /Digests differ.*Trial 3 on <img.*aaaaaaaaaaaaaaaa… by dora-1/s,
  );
  await page.click('#filter label:nth-of-type(5) input');
  assert.ok((await textOf(page, '#trials')).includes(NASTY));
  assert.is(await page.$$eval('img', (all) => all.length), 0);
  assert.is(await page.title(), 'paper, sweep');
  assert.equal(said, []);
  await page.close();
});

test('a trial’s link opens it in the form of the page that trains', async (stage) => {
  const { page } = await open(stage);
  await page.select('#order', 'number');
  // Its seed is not the form's own.
  const { values, spec } = SWEEP.trials[1];
  const href = await page.$eval(
    '#trials tr:nth-child(2) a',
    (link) => link.getAttribute('href') ?? '',
  );
  await page.goto(new URL(href, page.url()).href);
  await page.waitForSelector('#settings [name=lr]');
  const form = await page.$$eval('#settings [name]', (fields) =>
    Object.fromEntries(
      fields.map((field) => [field.getAttribute('name'), (field as HTMLInputElement).value]),
    ),
  );
  assert.is(form.lr, String(values.lr));
  assert.is(form.layers, String(values.layers));
  assert.is(form.optimizer, values.optimizer);
  assert.is(form.seed, String(spec.seed));
  assert.is(form.epochs, String(spec.epochs));
  assert.is(form.loss, 'cross_entropy');
  await page.close();
});

test('rows that are ticked are drawn, and a line that is brushed chooses rows', async (stage) => {
  const { page } = await open(stage);
  assert.match(await textOf(page, '#curves-of'), /15 trials of the best points/);
  await page.click('#trials tr:nth-child(1) input');
  await page.click('#trials tr:nth-child(2) input');
  assert.is(await textOf(page, '#curves-of'), '2 trials picked in the table');
  await page.click('#clear');
  await page.$eval('#parallel', (element) => element.scrollIntoView());
  const box = await (await page.$('#parallel'))?.boundingBox();
  assert.ok(box);
  // The last axis is 70 pixels from the right edge: its upper half are the better trials.
  const x = box.x + box.width - 70;
  await page.mouse.move(x, box.y + 50);
  await page.mouse.down();
  await page.mouse.move(x, box.y + 120, { steps: 5 });
  await page.mouse.up();
  await page.waitForFunction(() =>
    document.querySelector('#curves-of')?.textContent?.includes('brushed'),
  );
  const [, chosen] = /of (\d+)/.exec(await textOf(page, '#page')) ?? [];
  assert.ok(Number(chosen) > 0 && Number(chosen) < 61, chosen);
  await page.close();
});

test('axe finds nothing that keeps anybody out, light and dark, wide and narrow', async (stage) => {
  const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  const { page } = await open(stage);
  await page.evaluate(axe);
  for (const value of ['light', 'dark']) {
    for (const width of [390, 1280]) {
      await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value }]);
      await page.setViewport({ width, height: 900 });
      const violations = await page.evaluate(async () => {
        const { axe: run } = globalThis as unknown as {
          axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
        };
        const { violations: all } = await run.run();
        return all.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
      });
      assert.equal(violations, [], `${value} ${width}`);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
      assert.not.ok(wide, `${value} ${width} scrolls sideways`);
    }
  }
  await page.close();
});

test('10,002 trials are drawn, a page of rows at a time', async (stage) => {
  const { page, said } = await open(stage);
  await page.evaluate(async () => {
    const text = await (await fetch('./many/sweep.json')).text();
    const input = document.querySelector<HTMLInputElement>('#file');
    const transfer = new DataTransfer();
    transfer.items.add(new File([text], 'many.json', { type: 'application/json' }));
    if (!input) throw new Error('no #file');
    input.files = transfer.files;
    input.dispatchEvent(new Event('change'));
  });
  await page.waitForFunction(() => document.querySelector('#page')?.textContent?.includes('10002'));
  assert.is(await page.$$eval('#trials tr', (rows) => rows.length), 25);
  assert.equal(said, []);
  await page.close();
});

test.run();
