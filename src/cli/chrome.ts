import type { Browser } from 'puppeteer';
import { type FoundBrowser, findBrowser } from '../../scripts/find-browser.mjs';
import { AdapterError } from '../errors.ts';
import type { AdapterInfo } from '../gpu/adapter-info.ts';
import { type MachineView, machineKey, stampOf } from '../node/drivers.ts';
import { ChoiceMemory } from '../node/memory.ts';
import { duration, LATE, within } from '../node/within.ts';
import { type AdapterChoice, adapterName, askAdapter, isSwiftShader } from './adapter.ts';
import { type ChromeAttempt, chromeAttempts } from './chrome-flags.ts';
import {
  CHROME_LIMITS,
  type ChromeLimits,
  openPage,
  type Started,
  type StartOptions,
  startChrome,
} from './chrome-start.ts';
import { BrowserError, SilenceError } from './errors.ts';

/** How {@link launchChrome} starts the browser. */
export interface ChromeOptions {
  /** `--chrome`: an executable instead of the one that would be found. */
  readonly chrome?: string | undefined;
  readonly adapter: AdapterChoice;
  /** Shows the window. */
  readonly headful?: boolean;
  /** `--no-sandbox`. Default `on`; as root Chrome never has one. */
  readonly sandbox?: StartOptions['sandbox'];
  /** A page on http://127.0.0.1 to request the adapter from. */
  readonly url: string;
  /** Takes warnings: which adapter is used instead of a GPU. */
  readonly announce: (text: string) => void;
  /** Takes notes on what is being tried. Default: `announce`. */
  readonly note?: (text: string) => void;
  /** Installs a browser if none is found. Default: an error that says how to get one. */
  readonly install?: ((chrome?: string) => FoundBrowser) | undefined;
  /** Ends everything at once. */
  readonly signal?: AbortSignal | undefined;
  /** Remembers what worked. Default: a file in the user's cache. */
  readonly memory?: ChoiceMemory | undefined;
  /** Default {@link CHROME_LIMITS}. */
  readonly limits?: Partial<ChromeLimits>;
  /** Where to look for devices and drivers; for tests. */
  readonly view?: MachineView;
}

/** A running browser with an adapter. */
export interface Chrome {
  readonly browser: Browser;
  readonly adapter: AdapterInfo;
  /** The browser's own name and version, e.g. `Chrome/156.0.7100.0`. */
  readonly version: string;
  /** Forgets the adapter because it does not work: the next start tries all again. */
  forget(): void;
  /** Ends the browser with all its processes and removes its profile. Can be called more than once. */
  close(): Promise<void>;
}

/** After so long, a note says what the command is waiting for. */
const QUIET_MS = 4_000;

/**
 * Starts Chrome with a WebGPU adapter: the one that worked here before, else each in turn. Every wait has
 * a limit.
 *
 * @throws {BrowserError} if there is no browser or it does not start.
 * @throws {AdapterError} if it has no adapter of the wanted kind.
 */
export async function launchChrome(options: ChromeOptions): Promise<Chrome> {
  const { adapter, announce, headful = false, view = {} } = options;
  const executable = locate(options);
  const window = headful ? 'headful' : 'headless';
  const memory = options.memory ?? new ChoiceMemory();
  const key = ['chrome', window, stampOf(executable.path), machineKey(view)].join('\n');
  const forget = (): void => memory.drop(key);
  const attempts = chromeAttempts(adapter, window, view);
  // An explicit choice ignores what is remembered.
  const known = adapter === 'auto' ? memory.recall(key) : undefined;
  const before = attempts.find(({ name }) => name === known?.name);
  const trial: Trial = { options, executable, tried: [] };
  if (before !== undefined) {
    const chrome = await tryOne(trial, before, 'answers', attempts[0]);
    // A different kind than remembered means that a GPU was added or removed.
    if (chrome !== null && chrome.adapter.software === known?.software) {
      const skipped =
        before === attempts[0] ? '' : ' (remembered; use --forget to look for a GPU again)';
      if (chrome.adapter.software) announce(`${instead(chrome)}${skipped}.`);
      return { ...chrome, forget };
    }
    await chrome?.close();
    forget();
  }
  for (const [i, attempt] of attempts.entries()) {
    const chrome = await tryOne(trial, attempt, 'computes', attempts[i + 1]);
    if (chrome === null) continue;
    if (isWanted(adapter, attempt, chrome.adapter)) {
      if (adapter === 'auto') memory.keep(key, attempt.name, chrome.adapter.software);
      if (adapter === 'auto' && chrome.adapter.software) announce(`${instead(chrome)}.`);
      return { ...chrome, forget };
    }
    trial.tried.push(`${attempt.name}: got ${adapterName(chrome.adapter)}, a software adapter`);
    await chrome.close();
  }
  if (trial.failure !== undefined) throw trial.failure;
  throw new AdapterError(
    `${executable.path} has no ${adapter === 'auto' ? '' : `${adapter} `}WebGPU adapter ` +
      `(tried ${trial.tried.join('; ')}). ${ADVICE[adapter]}`,
  );
}

/**
 * A software Vulkan driver (lavapipe) is acceptable. SwiftShader is not a hardware adapter, and runs
 * better if it is requested as SwiftShader.
 */
function isWanted(choice: AdapterChoice, { kind }: ChromeAttempt, adapter: AdapterInfo): boolean {
  if (kind === 'software' || !adapter.software) return true;
  return choice === 'auto' && !isSwiftShader(adapter);
}

const instead = ({ adapter }: Pick<Chrome, 'adapter'>): string =>
  `No GPU found: using ${adapterName(adapter)}, a software adapter`;

const ADVICE: Readonly<Record<AdapterChoice, string>> = {
  auto: 'Update Chrome to 113 or newer, or name another browser with --chrome PATH.',
  hardware:
    'Check that a GPU driver with Vulkan, Metal or Direct3D 12 is installed, try --headful, ' +
    'or use --adapter software.',
  software:
    'Update Chrome to 113 or newer, name another with --chrome PATH, or use --adapter auto.',
};

function locate({ chrome, install }: ChromeOptions): FoundBrowser {
  try {
    const found = findBrowser({ chrome }) ?? install?.(chrome);
    if (found) return found;
  } catch (error) {
    throw new BrowserError(error instanceof Error ? error.message : String(error));
  }
  throw new BrowserError(
    'No Chrome or Chromium found. Install one, run `npm run setup`, or name an executable with ' +
      '--chrome PATH or CHROME_PATH.',
  );
}

/** What has been tried so far. */
interface Trial {
  readonly options: ChromeOptions;
  readonly executable: FoundBrowser;
  readonly tried: string[];
  /** Why Chrome itself did not start in the last attempt. */
  failure?: BrowserError | undefined;
}

/** Starts once; null (and a line in `tried`) if there is no adapter or no answer. */
async function tryOne(
  trial: Trial,
  attempt: ChromeAttempt,
  proof: 'computes' | 'answers',
  next: ChromeAttempt | undefined,
): Promise<Omit<Chrome, 'forget'> | null> {
  const { options, executable } = trial;
  const { note = options.announce, signal, url, headful = false, sandbox = 'on' } = options;
  const limits = { ...CHROME_LIMITS, ...options.limits };
  const trying = setTimeout(() => note(`Trying ${attempt.name} …`), QUIET_MS);
  const pass = (what: string): null => {
    trial.tried.push(`${attempt.name}: ${what}`);
    const then = next === undefined ? '' : `, trying ${next.name}`;
    if (what !== NONE) note(`Trying ${attempt.name} … ${what}${then}.`);
    return null;
  };
  let started: Started | undefined;
  try {
    started = await startChrome({ executable, attempt, headful, sandbox, limits, signal });
    trial.failure = undefined;
    const { browser, close } = started;
    const page = await openPage(browser, url, limits.page, signal);
    const patience = next && attempt.kind === 'hardware' ? limits.adapter : limits.lastAdapter;
    const adapter = await within(askAdapter(page, proof), patience, signal);
    if (adapter === LATE) throw new SilenceError('no answer', patience);
    if (adapter !== null) {
      void page.close().catch(() => {});
      return { browser, adapter, version: await browser.version(), close };
    }
  } catch (error) {
    await started?.close();
    if (signal?.aborted) throw error;
    if (error instanceof SilenceError) return pass(`no answer within ${duration(error.limitMs)}`);
    if (started !== undefined) return pass(`it failed (${firstLine(error)})`);
    if (!(error instanceof BrowserError)) throw error;
    trial.failure = error;
    // The flags for a GPU may be the cause. The software attempt has none of them.
    if (attempt.kind === 'software') throw error;
    return pass('Chrome did not start');
  } finally {
    clearTimeout(trying);
  }
  await started.close();
  return pass(NONE);
}

const NONE = 'no adapter';

const firstLine = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split('\n', 1)[0];
