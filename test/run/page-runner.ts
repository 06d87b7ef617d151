import type { Browser, Page } from 'puppeteer';
import { type Collected, type FileResult, inTest, toResult, withoutBullets } from './results.ts';

/** What is known of a page after its tests. */
interface PageOutcome {
  readonly collected: Collected | null;
  readonly trouble: string;
  readonly output: string;
  /** It ran out of time and was stopped: its process may keep spinning. */
  readonly stuck: boolean;
}

/** The outcome of a page of tests. */
export interface PageResult {
  readonly result: FileResult;
  /** Its browser must not be used again. */
  readonly stuck: boolean;
}

/**
 * Runs a page of tests (see bundle.ts) in a fresh tab.
 *
 * @param mapStack Maps the places in a stack of the bundle to the sources.
 */
export async function runInPage(
  browser: Browser,
  file: string,
  url: string,
  timeoutSeconds: number,
  mapStack: (text: string) => string,
): Promise<PageResult> {
  const start = performance.now();
  const page = await browser.newPage();
  const outcome = await watch(page, url, timeoutSeconds);
  // A page that hangs or has crashed may never answer; the browser is closed in the end anyway.
  await Promise.race([page.close().catch(() => {}), pause(2)]);
  const seconds = (performance.now() - start) / 1000;
  const { collected, trouble, output } = outcome;
  const mapped = collected && { ...collected, errors: mapStack(collected.errors) };
  const said = withoutBullets(mapStack(output));
  return { result: toResult(file, seconds, mapped, mapStack(trouble), said), stuck: outcome.stuck };
}

async function watch(page: Page, url: string, timeoutSeconds: number): Promise<PageOutcome> {
  let output = '';
  let at = '';
  let stuck = false;
  let timer: NodeJS.Timeout | undefined;
  page.on('console', (message) => {
    output += `${message.text()}\n`;
  });
  const ended = new Promise<Omit<PageOutcome, 'output'>>((resolve, reject) => {
    const fail = (trouble: string) =>
      resolve({ collected: null, trouble: `${trouble}${inTest(at)}.`, stuck });
    page.on('pageerror', (error) => {
      const text = error instanceof Error ? error.stack : String(error);
      resolve({ collected: null, trouble: `Uncaught in the page${inTest(at)}: ${text}`, stuck });
    });
    page.on('error', (error) => fail(`The page crashed: ${error.message}`));
    page.on('close', () => fail('The page was closed before the tests were done'));
    timer = setTimeout(() => {
      stuck = true;
      fail(`It did not end within ${timeoutSeconds} s and was stopped`);
    }, timeoutSeconds * 1000);
    page
      .exposeFunction('gradweaveTestsDone', (collected: Collected) => {
        // An unhandled rejection may be reported just after the last test.
        setTimeout(() => resolve({ collected, trouble: '', stuck }), 20);
      })
      .then(() =>
        page.exposeFunction('gradweaveTestAt', (name: string) => {
          at = name;
        }),
      )
      .then(() => page.goto(url))
      .catch(reject);
  });
  try {
    return { ...(await ended), output };
  } catch (error) {
    return { collected: null, trouble: `The page did not load: ${error}`, output, stuck: true };
  } finally {
    clearTimeout(timer);
  }
}

function pause(seconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, seconds * 1000));
}
