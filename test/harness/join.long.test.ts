import type { Page } from 'puppeteer';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type Chrome, launchChrome } from '../../src/cli/chrome.ts';
import { pageFiles, underHeaders } from '../../src/cli/page-files.ts';
import { BLANK_PAGE, startServer } from '../../src/cli/server.ts';
import { TOKEN } from '../trial/fake-queue.ts';
import { type FakeSweep, fakeSweep } from '../trial/fake-sweep.ts';
import { trialsOf } from '../trial/small-trials.ts';
import { fitsAllWidths, keepsNobodyOut } from './looks.ts';
import { until } from './page-helpers.ts';

const test = suite<{ chrome: Chrome }>('a page that lends its GPU');

test.before(async (context) => {
  const server = await startServer(new Map());
  const url = server.origin + BLANK_PAGE;
  context.chrome = await launchChrome({ adapter: 'auto', url, announce: () => {} });
  await server.close();
});

test.after(({ chrome }) => chrome?.close());

interface Opened {
  readonly page: Page;
  readonly sweep: FakeSweep;
  readonly said: string[];
  /** Addresses that the browser asked for. */
  readonly asked: string[];
}

/** Opens the view for a sweep of another origin. */
async function beside(
  chrome: Chrome,
  epochs: number,
  run: (opened: Opened) => Promise<void>,
  query = (url: string) => `?worker=${encodeURIComponent(url)}#token=${TOKEN}`,
): Promise<void> {
  const sweep = await fakeSweep({ heartbeatSeconds: 60, checkpointSeconds: 0 });
  sweep.add(...(await trialsOf([1, 2], { epochs })));
  const table = await underHeaders(await pageFiles());
  const server = await startServer(table, { connect: [sweep.url] });
  const page = await chrome.browser.newPage();
  const said: string[] = [];
  const asked: string[] = [];
  page.on('pageerror', (error) => said.push(String(error)));
  page.on('console', (message) => message.type() === 'error' && said.push(message.text()));
  // What follows # is not sent.
  page.on('request', (request) => asked.push(request.url().split('#')[0]));
  try {
    await page.goto(`${server.origin}/harness.html${query(sweep.url)}`);
    await run({ page, sweep, said, asked });
  } finally {
    if (!page.isClosed()) await page.close();
    await server.close();
    await sweep.down();
  }
}

const start = async (page: Page): Promise<void> => {
  await page.waitForSelector('[name=known]');
  await page.click('[name=known]');
  await page.click('#join-start');
};

test('nothing is asked of a server before consent, and the token is in no address', ({ chrome }) =>
  beside(chrome, 2, async ({ page, sweep, said, asked }) => {
    assert.match(await until(page, '#join-form', /Lend/), sweep.url);
    assert.not.match(page.url(), TOKEN);
    // It is another address: that has to be seen.
    await page.click('#join-start');
    assert.is(await page.$eval('#join-work', (element) => element.hasAttribute('hidden')), true);
    assert.equal(sweep.requests, []);
    await start(page);
    await until(page, '#join-status', /over/);
    assert.equal(
      sweep.trials.map(({ state, epochs }) => [state, epochs.length]),
      [
        ['done', 2],
        ['done', 2],
      ],
    );
    assert.is((await page.$$('#join-trials li')).length, 2);
    assert.equal(
      asked.filter((address) => address.includes(TOKEN)),
      [],
    );
    assert.equal(said, []);
  }));

test('the stop button gives the trial back with a checkpoint', ({ chrome }) =>
  beside(chrome, 5000, async ({ page, sweep }) => {
    await start(page);
    await until(page, '#join-epoch', /[3-9] of|\d\d of/);
    await page.click('#join-stop');
    await until(page, '#join-status', /^Stopped\.$/);
    const [trial] = sweep.trials;
    assert.is(trial.state, 'waiting');
    assert.ok(trial.checkpoint);
    // It can be begun again, from there.
    await page.click('#join-start');
    await until(page, '#join-what', /continues what another worker began/);
  }));

test('a page that is closed gives its trial back at once', ({ chrome }) =>
  beside(chrome, 5000, async ({ page, sweep }) => {
    await start(page);
    await until(page, '#join-epoch', /[3-9] of|\d\d of/);
    await page.close({ runBeforeUnload: true });
    for (let i = 0; i < 100 && sweep.trials[0].state === 'running'; i++) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    // Long before its heartbeats are missed.
    assert.is(sweep.trials[0].state, 'waiting');
  }));

test('limits end the work: so many trials', ({ chrome }) =>
  beside(chrome, 2, async ({ page, sweep }) => {
    await page.$eval('[name=trials]', (field) => {
      (field as HTMLInputElement).value = '1';
    });
    await start(page);
    await until(page, '#join-status', /allowed/);
    assert.equal(
      sweep.trials.map(({ state }) => state),
      ['done', 'waiting'],
    );
  }));

test('a wrong token, and an address that is none, are told', async ({ chrome }) => {
  await beside(
    chrome,
    2,
    async ({ page }) => {
      await page.type('[name=token]', 'some-other-token');
      await start(page);
      await until(page, '#alert-text', /refuses the token/);
      assert.is(await page.$eval('#join-form', (element) => element.hasAttribute('hidden')), false);
    },
    (url) => `?worker=${url}`,
  );
  await beside(
    chrome,
    2,
    async ({ page }) => {
      await until(page, '#alert-text', /javascript:alert/);
      assert.is(await page.$('#join-start'), null);
    },
    () => '?worker=javascript:alert(1)',
  );
});

test('the view fits narrow and wide windows, and axe finds nothing that keeps anybody out', ({
  chrome,
}) =>
  beside(chrome, 5000, async ({ page }) => {
    const check = async (what: string): Promise<void> => {
      await keepsNobodyOut(page, what);
      await fitsAllWidths(page, what);
    };
    await page.$eval('details', (details) => {
      details.open = true;
    });
    await check('question');
    await start(page);
    await until(page, '#join-epoch', /[2-9] of|\d\d of/);
    await check('work');
  }));

test.run();
