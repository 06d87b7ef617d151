import type { Browser, Page } from 'puppeteer';
import { CpuClock } from './cpu.ts';
import { type Collected, type FileResult, inTest, toResult, withoutBullets } from './results.ts';

/** What is known of a file after its tests. */
interface PageOutcome {
  readonly collected: Collected | null;
  readonly trouble: string;
  /** The page does not answer: its process may keep spinning. */
  readonly stuck: boolean;
}

/** The outcome of a file of tests. */
export interface PageResult {
  readonly result: FileResult;
  /** The browser must not be used again. */
  readonly stuck: boolean;
}

/**
 * A tab that runs files of tests, one after the other, so that files share a device and what is compiled on it (see
 * test/gpu/helpers.ts). After a file that failed, the next begins in a fresh tab.
 */
export class TestPages {
  readonly #browser: Browser;
  readonly #blank: string;
  readonly #start: string;
  readonly #clock: CpuClock | undefined;
  #page: Page | undefined;
  /** What the file that runs now says. */
  #output = '';
  #at = '';
  #end: (outcome: PageOutcome) => void = () => {};

  /**
   * @param blank the address of an empty page of the tests' server
   * @param start the address of page-start.ts
   */
  constructor(browser: Browser, blank: string, start: string) {
    this.#browser = browser;
    this.#blank = blank;
    this.#start = start;
    this.#clock = process.env.GRADWEAVE_CPU ? new CpuClock(browser.process()?.pid) : undefined;
  }

  /**
   * Runs a bundle of tests, see bundle.ts.
   *
   * @param mapStack Maps the places in a stack of the bundle to the sources.
   */
  async run(
    file: string,
    url: string,
    timeoutSeconds: number,
    mapStack: (text: string) => string,
  ): Promise<PageResult> {
    const start = performance.now();
    const { collected, trouble, stuck } = await this.#watch(url, timeoutSeconds);
    const output = this.#output;
    const seconds = (performance.now() - start) / 1000;
    const mapped = collected && { ...collected, errors: mapStack(collected.errors) };
    const said = withoutBullets(mapStack(output));
    const result = toResult(file, seconds, mapped, mapStack(trouble), said);
    if (result.failed > 0) await this.#close();
    return { result: { ...result, cpu: this.#clock?.file() }, stuck };
  }

  async #watch(url: string, timeoutSeconds: number): Promise<PageOutcome> {
    this.#output = '';
    this.#at = '';
    let timer: NodeJS.Timeout | undefined;
    const ended = new Promise<PageOutcome>((resolve) => {
      this.#end = resolve;
      timer = setTimeout(
        () => this.#fail(`It did not end within ${timeoutSeconds} s and was stopped`, true),
        timeoutSeconds * 1000,
      );
    });
    try {
      this.#page ??= await this.#open();
      this.#page
        .evaluate((address) => gradweaveRun(address), url)
        .catch((error) => this.#fail(`It did not load: ${error}`));
      return await ended;
    } catch (error) {
      return { collected: null, trouble: `The page did not load: ${error}`, stuck: true };
    } finally {
      clearTimeout(timer);
      this.#end = () => {};
    }
  }

  #fail(trouble: string, stuck = false): void {
    this.#end({ collected: null, trouble: `${trouble}${inTest(this.#at)}.`, stuck });
  }

  async #open(): Promise<Page> {
    const page = await this.#browser.newPage();
    page.on('console', (message) => {
      this.#output += `${message.text()}\n`;
    });
    page.on('pageerror', (error) => {
      const text = error instanceof Error ? error.stack : String(error);
      const trouble = `Uncaught in the page${inTest(this.#at)}: ${text}`;
      this.#end({ collected: null, trouble, stuck: false });
    });
    page.on('error', (error) => this.#fail(`The page crashed: ${error.message}`));
    page.on('close', () => this.#fail('The page was closed before the tests were done'));
    await page.exposeFunction('gradweaveTestsDone', (collected: Collected) => {
      // An unhandled rejection may be reported just after the last test.
      setTimeout(() => this.#end({ collected, trouble: '', stuck: false }), 20);
    });
    await page.exposeFunction('gradweaveTestAt', (name: string) => {
      this.#at = name;
      this.#clock?.at(name);
    });
    await page.goto(this.#blank);
    await page.evaluate((address) => import(address).then(() => {}), this.#start);
    return page;
  }

  async #close(): Promise<void> {
    const page = this.#page;
    this.#page = undefined;
    // A page that hangs or has crashed may never answer; the browser is closed in the end anyway.
    if (page) await Promise.race([page.close().catch(() => {}), pause(2)]);
  }
}

function pause(seconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, seconds * 1000));
}
