import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'puppeteer';
import { suite } from 'uvu';
import { type Chrome, launchChrome } from '../../src/cli/chrome.ts';
import { pageFiles, pageTable } from '../../src/cli/page-files.ts';
import { BLANK_PAGE, type Server, startServer } from '../../src/cli/server.ts';
import { savedFile } from './saved-file.ts';

/** The page in a browser, with a folder that its downloads go to. */
export interface Stage {
  readonly server: Server;
  readonly chrome: Chrome;
  readonly folder: string;
}

/** Serves the built page, with no data beside it, and starts a browser. */
export async function setStage(): Promise<Stage> {
  const folder = await mkdtemp(join(tmpdir(), 'gradweave-page-'));
  const server = await startServer(pageTable(await pageFiles(), new Map()));
  const chrome = await launchChrome({
    adapter: 'auto',
    url: server.origin + BLANK_PAGE,
    announce: () => {},
  });
  return { server, chrome, folder };
}

export async function clearStage({ server, chrome, folder }: Stage): Promise<void> {
  await chrome?.close();
  await server?.close();
  await rm(folder, { recursive: true, force: true });
}

/** Opens the page, in which no runs are kept yet, for somebody who has been here unless it is a `first` visit. `said` is what nobody should see: errors on its console, and what it throws. */
export async function openPage(
  { server, chrome, folder }: Stage,
  query: string,
  before?: (page: Page) => Promise<unknown>,
  first = false,
): Promise<{ page: Page; said: string[] }> {
  const page = await chrome.browser.newPage();
  const said: string[] = [];
  page.on('pageerror', (error) => said.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error') said.push(message.text());
  });
  const session = await page.createCDPSession();
  await session.send('Browser.setDownloadBehavior', {
    behavior: 'allow',
    downloadPath: folder,
    eventsEnabled: true,
  });
  await session.send('Storage.clearDataForOrigin', {
    origin: server.origin,
    storageTypes: first ? 'indexeddb,local_storage' : 'indexeddb',
  });
  if (!first) {
    await page.evaluateOnNewDocument(() => {
      try {
        localStorage.setItem('gradweave welcome', 'seen');
      } catch {
        // A page without storage.
      }
    });
  }
  await before?.(page);
  await page.goto(`${server.origin}/harness.html${query}`);
  // The page has loaded before its texts in another language have.
  await page.waitForFunction(() => !document.querySelector('#status .late'), { polling: 20 });
  return { page, said };
}

export const textOf = (page: Page, selector: string): Promise<string> =>
  page.$eval(selector, (element) => element.textContent ?? '');

/** Waits until an element's text matches. */
export async function until(page: Page, selector: string, pattern: RegExp): Promise<string> {
  const { source, flags } = pattern;
  try {
    await page.waitForFunction(
      (where, wanted, how) =>
        new RegExp(wanted, how).test(document.querySelector(where)?.textContent ?? ''),
      { timeout: 60_000, polling: 50 },
      selector,
      source,
      flags,
    );
  } catch (error) {
    const got = await textOf(page, selector).catch(() => 'nothing');
    const alert = await textOf(page, '#alert-text').catch(() => '');
    throw new Error(`${selector} never was ${pattern}, but "${got}"; alert: "${alert}"`, {
      cause: error,
    });
  }
  return textOf(page, selector);
}

/** Clicks something that saves a file, and reads it when it is whole. */
export async function download(
  { folder }: Stage,
  page: Page,
  selector: string,
  end: string,
): Promise<Buffer> {
  return savedFile(folder, end, () =>
    page.$eval(selector, (element) => element instanceof HTMLElement && element.click()),
  );
}

/** Sets a control of the form, as a person would. */
export async function choose(page: Page, name: string, value: string): Promise<void> {
  await page.$eval(
    `#settings [name="${name}"]`,
    (control, wanted) => {
      if (!(control instanceof HTMLInputElement || control instanceof HTMLSelectElement)) return;
      control.value = wanted;
      control.dispatchEvent(new Event('change', { bubbles: true }));
    },
    value,
  );
}

/** A file of Fashion-MNIST's size that holds nothing but zeros: valid, and small when packed. */
export function blankIdx(...sizes: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(4 + 4 * sizes.length + sizes.reduce((a, b) => a * b));
  bytes.set([0, 0, 8, sizes.length]);
  const view = new DataView(bytes.buffer);
  sizes.forEach((size, i) => {
    view.setUint32(4 + 4 * i, size);
  });
  return bytes;
}

/** Takes the worker's device away by a crash of the GPU process, and every other adapter if that is asked for. */
export async function loseDevice(page: Page, forGood: boolean): Promise<void> {
  const [worker] = page.workers();
  await worker.evaluate((none) => {
    if (!none) return;
    const scope = globalThis as { realRequestAdapter?: GPU['requestAdapter'] };
    scope.realRequestAdapter = GPU.prototype.requestAdapter;
    GPU.prototype.requestAdapter = async () => null;
  }, forGood);
  const chrome = await page.browser().target().createCDPSession();
  await chrome.send('Browser.crashGpuProcess');
  await chrome.detach();
}

/** Lets adapters be had again. */
export async function giveAdaptersBack(page: Page): Promise<void> {
  const [worker] = page.workers();
  await worker.evaluate(() => {
    const { realRequestAdapter } = globalThis as { realRequestAdapter?: GPU['requestAdapter'] };
    if (realRequestAdapter) GPU.prototype.requestAdapter = realRequestAdapter;
  });
}

/** Small enough to be trained in seconds anywhere. */
export const SMALL = 'data=built-in&train-limit=400&epochs=3&batch-size=50';

/** Tests that share a browser and a server. */
export function pageSuite(name: string): ReturnType<typeof suite<Stage>> {
  const test = suite<Stage>(name);
  test.before(async (context) => {
    Object.assign(context, await setStage());
  });
  test.after(clearStage);
  return test;
}
