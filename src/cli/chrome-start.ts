import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'puppeteer';
import type { FoundBrowser } from '../../scripts/find-browser.mjs';
import { endTree } from '../node/process-tree.ts';
import { LATE, within } from '../node/within.ts';
import { type ChromeAttempt, COMMON_FLAGS } from './chrome-flags.ts';
import { BrowserError, SilenceError } from './errors.ts';

/** How long each wait may take, in milliseconds. */
export interface ChromeLimits {
  /** From the start of the process to its first answer. */
  readonly launch: number;
  /** For a page on this computer. */
  readonly page: number;
  /** For the adapter, if there is another way to start. */
  readonly adapter: number;
  /** For the adapter in the last way to start, and in the software one. */
  readonly lastAdapter: number;
  /** For an orderly end. */
  readonly close: number;
}

/** Minutes if there is nothing else to try: a cold disk and a busy machine are slow, not broken. */
export const CHROME_LIMITS: ChromeLimits = {
  launch: 60_000,
  page: 60_000,
  adapter: 15_000,
  lastAdapter: 120_000,
  close: 5_000,
};

/** How {@link startChrome} starts it. */
export interface StartOptions {
  readonly executable: FoundBrowser;
  readonly attempt: ChromeAttempt;
  readonly headful: boolean;
  /** `--no-sandbox`. As root, Chrome never has a sandbox. */
  readonly sandbox: 'on' | 'off';
  readonly limits: ChromeLimits;
  readonly signal?: AbortSignal | undefined;
}

/** A browser that answers. */
export interface Started {
  readonly browser: Browser;
  /** Ends all its processes and removes its profile. Can be called more than once. */
  close(): Promise<void>;
}

/** Loaded late: it takes a quarter of a second, which --help should not wait for. */
async function loadPuppeteer(): Promise<typeof import('puppeteer').default> {
  try {
    return (await import('puppeteer')).default;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') {
      throw new BrowserError(
        `The package puppeteer, which drives Chrome, cannot be loaded: ${error instanceof Error ? error.message : String(error)}. ` +
          'It reads its settings from the home folder: set HOME to a readable folder.',
      );
    }
    throw new BrowserError(
      'The command drives Chrome with the package puppeteer, which is not installed: run ' +
        '`npm install puppeteer`, or `npm install webgpu` and use --runtime node. ' +
        `(${error instanceof Error ? error.message : String(error)})`,
    );
  }
}

/**
 * Starts Chrome once.
 *
 * @throws {BrowserError} if it does not start.
 * @throws {SilenceError} if it starts and does not answer.
 */
export async function startChrome(options: StartOptions): Promise<Started> {
  const { executable, attempt, headful, limits, signal } = options;
  const puppeteer = await loadPuppeteer();
  const profile = await makeProfile();
  const isRoot = process.getuid?.() === 0;
  const args = [
    ...COMMON_FLAGS,
    ...attempt.flags,
    ...(isRoot || options.sandbox === 'off' ? ['--no-sandbox'] : []),
  ];
  const stop = new AbortController();
  const sweep = async (pid?: number): Promise<void> => {
    endTree(pid, profile);
    // A process that was just killed may still hold a file.
    await rm(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 }).catch(
      () => {},
    );
  };
  const launched = puppeteer.launch({
    executablePath: executable.path,
    headless: !headful,
    userDataDir: profile,
    env: attempt.env,
    args: [...args],
    // Our own limits apply instead.
    protocolTimeout: 0,
    timeout: 0,
    signal: stop.signal,
    // With a pipe instead of a port, Chrome ends when this process ends, for any reason.
    pipe: true,
    // The command closes the browser itself and leaves the terminal in order.
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
  });
  let browser: Browser | typeof LATE;
  try {
    browser = await within(launched, limits.launch, signal);
    if (browser === LATE) {
      throw new SilenceError(`${executable.path} started and did not answer`, limits.launch);
    }
  } catch (error) {
    stop.abort();
    endTree(undefined, profile);
    const isOurs = signal?.aborted || error instanceof SilenceError;
    const said = isOurs ? '' : await lastWords(executable.path, args, profile, attempt.env);
    await sweep();
    if (isOurs) throw error;
    const text = error instanceof Error ? error.message : String(error);
    throw new BrowserError(launchTrouble(executable, said === '' ? text : `${text}\n${said}`));
  }
  const running = browser;
  const pid = running.process()?.pid;
  // A GPU process that spins does not notice that the browser is gone.
  const end = (): void => endTree(pid, profile);
  process.once('exit', end);
  return {
    browser: running,
    close: async () => {
      await within(running.close(), limits.close).catch(() => {});
      await sweep(pid);
      process.off('exit', end);
    },
  };
}

/** @throws {BrowserError} if the folder for temporary files cannot be written. */
async function makeProfile(): Promise<string> {
  try {
    return await mkdtemp(join(tmpdir(), 'gradweave-chrome-'));
  } catch (error) {
    const { code = String(error) } = error as NodeJS.ErrnoException;
    throw new BrowserError(
      `Chrome’s profile cannot be created in ${tmpdir()} (${code}), the folder for temporary files. ` +
        'Set one that is writable and has room, e.g. TMPDIR=$HOME/tmp (TEMP on Windows).',
    );
  }
}

const NO_SANDBOX =
  /no usable sandbox|setuid sandbox|failed to move to new namespace|sandbox_host_linux|zygote_host_impl_linux/i;

/**
 * What a browser that ends at once writes to standard error. It is started once more for that: over a pipe
 * puppeteer only reports that the connection was closed.
 */
async function lastWords(
  path: string,
  args: readonly string[],
  profile: string,
  env: NodeJS.ProcessEnv,
): Promise<string> {
  const more = ['--headless=new', `--user-data-dir=${profile}`, '--dump-dom', 'about:blank'];
  const detached = process.platform !== 'win32';
  const stdio = ['ignore', 'ignore', 'pipe'] as const;
  const child = spawn(path, [...args, ...more], { env, detached, stdio: [...stdio] });
  let said = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-4000);
  });
  const ended = new Promise<void>((resolve) => {
    child.on('close', () => resolve());
    child.on('error', () => resolve());
  });
  await within(ended, LAST_WORDS_MS);
  endTree(child.pid, profile);
  return said
    .split('\n')
    .filter((line) => !/dbus/.test(line))
    .join('\n')
    .trim();
}

const LAST_WORDS_MS = 5_000;

/** Why Chrome did not start, and what to do. */
export function launchTrouble(executable: FoundBrowser, text: string): string {
  if (NO_SANDBOX.test(text)) {
    return (
      `${executable.path} cannot create its sandbox: this system does not let ordinary users create ` +
      'user namespaces (like Ubuntu from 23.10 on, and many containers). Either allow it for ' +
      'Chrome: install the distribution’s Chrome or, on Debian, the package chromium-sandbox; on Ubuntu give ' +
      'it an AppArmor profile (chromium.googlesource.com/chromium/src/+/main/docs/security/' +
      'apparmor-userns-restrictions.md). Or run this command again with --no-sandbox: Chrome only ' +
      'opens gradweave’s own page on this computer.'
    );
  }
  if (/shared librar/i.test(text)) {
    return (
      `${executable.path} did not start, because a library is missing: ${firstLine(text, /shared librar/i)} ` +
      'Install what Chrome needs (`npx puppeteer browsers install chrome --install-deps` as root), or your ' +
      'distribution’s chromium.'
    );
  }
  return (
    `${executable.path} (found by ${executable.source}) did not start: ${text}\n` +
    'Name another executable with --chrome PATH or CHROME_PATH.'
  );
}

const firstLine = (text: string, pattern: RegExp): string =>
  text.split('\n').find((line) => pattern.test(line)) ?? text;

/** @throws {SilenceError} if no page opens. */
export async function openPage(
  browser: Browser,
  url: string,
  limitMs: number,
  signal?: AbortSignal,
): Promise<Awaited<ReturnType<Browser['newPage']>>> {
  const opened = (async () => {
    const page = await browser.newPage();
    await page.goto(url, { timeout: 0 });
    return page;
  })();
  const page = await within(opened, limitMs, signal);
  if (page === LATE) throw new SilenceError('Chrome opened no page', limitMs);
  return page;
}
