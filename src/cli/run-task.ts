import type { Page } from 'puppeteer';
import type { Host } from '../bench/host.ts';
import type { TaskEvent, TaskName } from '../harness/protocol.ts';
import { LATE, within } from '../node/within.ts';
import { type ChromeOptions, launchChrome } from './chrome.ts';
import { PageError } from './errors.ts';
import { onInterrupt } from './interrupt.ts';
import { pageFiles, underHeaders } from './page-files.ts';
import { revive } from './revive.ts';
import { BLANK_PAGE, type Files, startServer } from './server.ts';
import { type VitalLimits, type Vitals, watchVitals } from './vitals.ts';

/** One task and how to run it. */
export interface TaskRequest {
  readonly task: TaskName;
  /** The query of the page's address. */
  readonly options: Readonly<Record<string, string>>;
  /** Served beside the page, e.g. `/data/train-images-idx3-ubyte.gz`. */
  readonly files: Files;
  readonly chrome: Omit<ChromeOptions, 'url' | 'signal'>;
  /** How long it may be silent. Default: minutes. */
  readonly vitals?: VitalLimits;
  /** See {@link ServerOptions.scripts}. */
  readonly scripts?: readonly string[];
  /** See {@link ServerOptions.connect}. */
  readonly connect?: readonly string[];
  /** Answers the page's requests to the command. */
  readonly host?: Host | undefined;
  /** Called when the run is asked to stop, at Ctrl+C. Absent: it is ended at once, without a result. */
  readonly onStop?: (() => void) | undefined;
  readonly onEvent: (event: TaskEvent) => void;
  /** Errors and warnings that the page writes to its console. */
  readonly onConsole: (text: string) => void;
}

/** What a task returned, and the browser's name and version. */
export interface TaskOutcome {
  readonly value: unknown;
  readonly browser: string;
}

/**
 * Runs one task in a fresh browser and closes it, whatever happens.
 *
 * @throws the task's error, of its own class; {@link PageError} if the page crashed.
 */
export async function runTask(request: TaskRequest): Promise<TaskOutcome> {
  const { onStop } = request;
  let opened: Page | undefined;
  const interruption = onInterrupt(
    onStop &&
      (async () => {
        const asked = await opened?.evaluate(askToStop);
        if (asked) onStop();
        return asked === true;
      }),
  );
  const { scripts = [], connect = [] } = request;
  const page = await pageFiles();
  const table = new Map([
    ...(scripts.length + connect.length > 0 ? await underHeaders(page) : page),
    ...request.files,
  ]);
  const server = await startServer(table, { scripts, connect });
  try {
    const url = server.origin + BLANK_PAGE;
    const { signal } = interruption;
    const chrome = await launchChrome({ ...request.chrome, url, signal });
    const vitals = watchVitals('The page', request.chrome.announce, request.vitals);
    try {
      interruption.check();
      const page = await within(chrome.browser.newPage(), PAGE_MS, signal);
      if (page === LATE) throw new PageError(`Chrome opened no page within ${PAGE_MS / 1000} s.`);
      opened = page;
      const query = new URLSearchParams({ run: request.task, report: 'json', ...request.options });
      const address = `${server.origin}/harness.html?${query}`;
      // The next run should not start with a driver that hangs.
      vitals.promise.catch(() => chrome.forget());
      const driven = drive(page, address, request, vitals);
      const value = await Promise.race([driven, vitals.promise, interruption.promise]);
      return { value, browser: chrome.version };
    } finally {
      vitals.dispose();
      await chrome.close();
    }
  } finally {
    await server.close();
    interruption.dispose();
  }
}

/** In the page: whether its run can stop, and is asked to. */
function askToStop(): boolean {
  const stop = globalThis.gradweaveStop;
  stop?.();
  return stop !== undefined;
}

/** Opens the page and waits for its last event. */
export function drive(
  page: Page,
  address: string,
  { onEvent, onConsole, host }: Pick<TaskRequest, 'onEvent' | 'onConsole' | 'host'>,
  vitals?: Vitals,
): Promise<unknown> {
  return new Promise((resolve, reject) => {
    page.on('error', (error) => {
      reject(new PageError(`The page crashed (${error.message}). ${MEMORY_ADVICE}`));
    });
    page.on('close', () => reject(new PageError('The page was closed before the task was done.')));
    page.browser().on('disconnected', () => {
      reject(new PageError(`The browser ended before the task was done. ${MEMORY_ADVICE}`));
    });
    page.on('pageerror', (error) => {
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
      reject(new PageError(`Uncaught in the page: ${text}`));
    });
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warn') onConsole(message.text());
    });
    const receive = (event: TaskEvent) => {
      vitals?.event(event);
      if (event.type !== 'alive') onEvent(event);
      if (event.type === 'result') resolve(event.value);
      if (event.type === 'error') reject(revive(event.name, event.message));
    };
    page
      .exposeFunction('gradweaveEvent', (event: TaskEvent) => {
        // Otherwise only the page would see an error of the renderer.
        try {
          receive(event);
        } catch (error) {
          reject(error);
        }
      })
      .then(() => host && page.exposeFunction('gradweaveHost', hosted(host, vitals)))
      .then(() => page.goto(address, { timeout: PAGE_MS }))
      .then((response) => {
        if (response?.ok()) return;
        reject(new PageError(`The page answered ${response?.status() ?? 'nothing'}: ${address}`));
      })
      .catch(reject);
  });
}

/** For a page on this computer, in milliseconds. */
const PAGE_MS = 60_000;

const hosted =
  (host: Host, vitals?: Vitals): Host =>
  (request) => {
    const work = Promise.resolve(host(request));
    return vitals?.host(work) ?? work;
  };

const MEMORY_ADVICE =
  'It may have run out of memory: close other programs, or use a smaller --batch-size or --layers.';
