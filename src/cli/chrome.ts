import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'puppeteer';
import { type FoundBrowser, findBrowser } from '../../scripts/find-browser.mjs';
import { AdapterError } from '../errors.ts';
import type { AdapterFacts } from '../harness/protocol.ts';
import { type AdapterChoice, adapterName, askAdapter, isSwiftShader } from './adapter.ts';
import { BrowserError } from './errors.ts';

/** How {@link launchChrome} starts the browser. */
export interface ChromeOptions {
  /** `--chrome`: an executable instead of the one that would be found. */
  readonly chrome?: string | undefined;
  readonly adapter: AdapterChoice;
  /** Shows the window. */
  readonly headful?: boolean;
  /** A page of http://127.0.0.1, on which the adapter is asked for. */
  readonly url: string;
  /** Said when the software adapter takes the place of a GPU. */
  readonly announce: (text: string) => void;
  /** Installs a browser when none is found. Default: an error that says how to get one. */
  readonly install?: ((chrome?: string) => FoundBrowser) | undefined;
}

/** A running browser with an adapter. */
export interface Chrome {
  readonly browser: Browser;
  readonly adapter: AdapterFacts;
  /** The browser's own name and version, e.g. `Chrome/156.0.7100.0`. */
  readonly version: string;
  /** Ends the browser and removes its profile. Can be called more than once. */
  close(): Promise<void>;
}

const COMMON_FLAGS = [
  '--enable-unsafe-webgpu',
  // Gives the adapter's device name; without it `info.device` and `info.description` are empty.
  '--enable-webgpu-developer-features',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-default-apps',
  '--disable-extensions',
  '--disable-sync',
  '--metrics-recording-only',
  '--mute-audio',
  '--no-default-browser-check',
  '--no-first-run',
  // A page that trains in a window behind others must not be slowed down.
  '--disable-background-timer-throttling',
  '--disable-backgrounding-occluded-windows',
  '--disable-renderer-backgrounding',
];

/**
 * Flags for a GPU (or a Vulkan driver that VK_DRIVER_FILES names, which Chrome inherits). Without
 * a window, Linux needs Vulkan to draw off-screen (developer.chrome.com/blog/supercharge-web-ai-testing).
 */
export function hardwareFlags(platform: NodeJS.Platform, window: 'headless' | 'headful'): string[] {
  if (platform !== 'linux') return [];
  const vulkan = ['--enable-features=Vulkan', '--use-angle=vulkan', '--ignore-gpu-blocklist'];
  return window === 'headless' ? [...vulkan, '--disable-vulkan-surface'] : vulkan;
}

/** Flags for SwiftShader, which comes with Chrome. */
export const SOFTWARE_FLAGS: readonly string[] = ['--use-webgpu-adapter=swiftshader'];

/**
 * Starts Chrome with a WebGPU adapter.
 *
 * @throws {BrowserError} when there is no browser or it does not start.
 * @throws {AdapterError} when it has no adapter of the wanted kind.
 */
export async function launchChrome(options: ChromeOptions): Promise<Chrome> {
  const { adapter, announce } = options;
  const executable = locate(options);
  const tried: string[] = [];
  if (adapter !== 'software') {
    const flags = hardwareFlags(process.platform, options.headful ? 'headful' : 'headless');
    const chrome = await tryLaunch(executable, options, flags, tried);
    // A Vulkan driver in software (lavapipe) is worth keeping; SwiftShader is not a hardware
    // adapter and runs better when it is asked for as such.
    if (chrome !== null && !chrome.adapter.software) return chrome;
    if (chrome !== null && adapter === 'auto' && !isSwiftShader(chrome.adapter)) {
      announce(`No GPU found: using ${adapterName(chrome.adapter)}, a software adapter.`);
      return chrome;
    }
    if (chrome !== null) tried.push(`got ${adapterName(chrome.adapter)}, a software adapter`);
    await chrome?.close();
  }
  if (adapter !== 'hardware') {
    const chrome = await tryLaunch(executable, options, SOFTWARE_FLAGS, tried);
    if (chrome !== null) {
      if (adapter === 'auto') announce('No GPU found: using SwiftShader, a software adapter.');
      return chrome;
    }
  }
  throw new AdapterError(
    `${executable.path} has no ${adapter === 'auto' ? '' : `${adapter} `}WebGPU adapter ` +
      `(tried: ${tried.join('; ')}). ${ADVICE[adapter]}`,
  );
}

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

/** It takes a quarter of a second to load, which --help need not wait for. */
async function loadPuppeteer(): Promise<typeof import('puppeteer').default> {
  try {
    return (await import('puppeteer')).default;
  } catch (error) {
    throw new BrowserError(
      'The command drives Chrome with the package puppeteer, which is not installed: run ' +
        '`npm install puppeteer`, or `npm install webgpu` and use --runtime node. ' +
        `(${error instanceof Error ? error.message : String(error)})`,
    );
  }
}

/** One launch with some flags; null (and a line in `tried`) when it has no adapter at all. */
async function tryLaunch(
  executable: FoundBrowser,
  { headful = false, url }: ChromeOptions,
  flags: readonly string[],
  tried: string[],
): Promise<Chrome | null> {
  const puppeteer = await loadPuppeteer();
  const profile = await mkdtemp(join(tmpdir(), 'gradweave-chrome-'));
  const removeProfile = () => rm(profile, { recursive: true, force: true, maxRetries: 5 });
  // Chrome's sandbox refuses to run as root.
  const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  let browser: Browser;
  try {
    browser = await puppeteer.launch({
      executablePath: executable.path,
      headless: !headful,
      userDataDir: profile,
      args: [...COMMON_FLAGS, ...flags, ...sandbox],
      protocolTimeout: 0,
      // Over a pipe rather than a port: Chrome ends when this process does, however it ends.
      pipe: true,
      // The command closes the browser itself, so that the terminal is left in order.
      handleSIGINT: false,
      handleSIGTERM: false,
      handleSIGHUP: false,
    });
  } catch (error) {
    await removeProfile();
    throw new BrowserError(
      `${executable.path} (found by ${executable.source}) did not start: ` +
        `${error instanceof Error ? error.message : String(error)}\n` +
        'Name another executable with --chrome PATH or CHROME_PATH.',
    );
  }
  const close = async () => {
    await browser.close().catch(() => browser.process()?.kill('SIGKILL'));
    await removeProfile();
  };
  try {
    const adapter = await askAdapter(browser, url);
    tried.push(flags.join(' ') || 'no extra flags');
    if (adapter !== null) return { browser, adapter, version: await browser.version(), close };
  } catch (error) {
    await close();
    throw error;
  }
  await close();
  return null;
}
