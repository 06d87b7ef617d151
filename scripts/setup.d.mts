import type { FoundBrowser, SearchOptions } from './find-browser.mjs';

type Log = (line: string) => void;

/** Installs what is missing: the packages, with `sweep` those of sweep/ and, unless `browser` is false, a browser. */
export function setup(options?: {
  browser?: boolean;
  sweep?: boolean;
  chrome?: string;
  log?: Log;
}): void;
/** The same with the packages of sweep/, both installations at once. */
export function setupTests(options?: { chrome?: string }): Promise<void>;
/** @throws when Node is too old. */
export function checkNode(version: string): void;
/** Brings node_modules in line with package-lock.json; returns whether npm ran. */
export function installPackages(options?: { root?: string; log?: Log }): boolean;
/** Finds a browser, or installs one. */
export function ensureBrowser(options?: {
  chrome?: string;
  root?: string;
  log?: Log;
  find?: (options?: SearchOptions) => FoundBrowser | null;
  run?: (program: string, args: readonly string[], options: object) => string | null;
  apt?: readonly (readonly [string, readonly string[]])[];
}): FoundBrowser;
