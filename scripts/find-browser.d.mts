/** Where a browser was found. */
export interface FoundBrowser {
  readonly path: string;
  readonly source: '--chrome' | 'CHROME_PATH' | 'puppeteer' | 'system';
}

/** What the search may look at; all but `chrome` are there for tests. */
export interface SearchOptions {
  readonly chrome?: string | undefined;
  readonly env?: NodeJS.ProcessEnv;
  readonly platform?: NodeJS.Platform;
  readonly home?: string;
  readonly isExecutable?: (path: string) => boolean;
  readonly list?: (directory: string) => string[];
}

/** Looks for Chrome or Chromium: `--chrome`, `CHROME_PATH`, puppeteer's cache, the system. */
export function findBrowser(options?: SearchOptions): FoundBrowser | null;
/** Executables in puppeteer's cache, newest version first. */
export function puppeteerCandidates(options?: SearchOptions): string[];
/** Where installers put Chrome and Chromium, then every folder of PATH. */
export function systemCandidates(options?: SearchOptions): string[];
