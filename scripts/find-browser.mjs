/**
 * Finds Chrome. Plain JavaScript without dependencies, because setup runs it before anything is
 * installed. src/cli/chrome.ts uses the same function.
 */
import { accessSync, constants, readdirSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { posix, win32 } from 'node:path';

/**
 * @typedef {object} FoundBrowser
 * @property {string} path The executable.
 * @property {'--chrome' | 'CHROME_PATH' | 'puppeteer' | 'system'} source Where it was found.
 *
 * @typedef {object} SearchOptions
 * @property {string} [chrome] What the user gave as `--chrome`.
 * @property {NodeJS.ProcessEnv} [env]
 * @property {NodeJS.Platform} [platform]
 * @property {string} [home]
 * @property {(path: string) => boolean} [isExecutable]
 * @property {(directory: string) => string[]} [list] Names in a directory; none if it cannot be read.
 */

/**
 * Looks for Chrome or Chromium: `--chrome`, `CHROME_PATH`, puppeteer's cache, the system.
 *
 * @param {SearchOptions} [options]
 * @returns {FoundBrowser | null} null if there is none.
 * @throws {Error} if `--chrome` or `CHROME_PATH` is not an executable: a browser that was named must
 *   not silently be replaced by another.
 */
export function findBrowser(options = {}) {
  const { env = process.env, isExecutable = canExecute } = options;
  const asked = [
    ['--chrome', options.chrome],
    ['CHROME_PATH', env.CHROME_PATH],
  ];
  for (const [source, path] of asked) {
    if (path === undefined || path === '') continue;
    if (isExecutable(path)) return { path, source };
    throw new Error(
      `${source} is '${path}', which is not a file that can be run. ` +
        'Give the path of a Chrome or Chromium executable, or leave it out to search for one.',
    );
  }
  const cached = puppeteerCandidates(options).find(isExecutable);
  if (cached !== undefined) return { path: cached, source: 'puppeteer' };
  const installed = systemCandidates(options).find(isExecutable);
  return installed === undefined ? null : { path: installed, source: 'system' };
}

/**
 * Executables in puppeteer's cache, newest version first.
 *
 * @param {SearchOptions} [options]
 * @returns {string[]}
 */
export function puppeteerCandidates(options = {}) {
  const { env = process.env, platform = process.platform, home = homedir() } = options;
  const { list = listDirectory } = options;
  const { join } = platform === 'win32' ? win32 : posix;
  const chrome = join(env.PUPPETEER_CACHE_DIR || join(home, '.cache', 'puppeteer'), 'chrome');
  const mac = 'Google Chrome for Testing';
  const tail = { darwin: [`${mac}.app`, 'Contents', 'MacOS', mac], win32: ['chrome.exe'] };
  const found = [];
  // The layout is chrome/PLATFORM-VERSION/chrome-PLATFORM/EXECUTABLE.
  for (const build of list(chrome).sort(newestFirst)) {
    for (const folder of list(join(chrome, build))) {
      if (!folder.startsWith('chrome-')) continue;
      found.push(join(chrome, build, folder, ...(tail[platform] ?? ['chrome'])));
    }
  }
  return found;
}

/**
 * Where installers put Chrome and Chromium, then every folder of PATH.
 *
 * @param {SearchOptions} [options]
 * @returns {string[]}
 */
export function systemCandidates(options = {}) {
  const { env = process.env, platform = process.platform, home = homedir() } = options;
  if (platform === 'win32') {
    const roots = [env.PROGRAMFILES, env['PROGRAMFILES(X86)'], env.LOCALAPPDATA];
    const products = ['Google\\Chrome', 'Chromium', 'Microsoft\\Edge'];
    return products.flatMap((product) =>
      roots.flatMap((root) => {
        const name = product.endsWith('Edge') ? 'msedge.exe' : 'chrome.exe';
        return root ? [win32.join(root, product, 'Application', name)] : [];
      }),
    );
  }
  if (platform === 'darwin') {
    const apps = ['Google Chrome', 'Chromium', 'Google Chrome Canary', 'Microsoft Edge'];
    const roots = ['/Applications', posix.join(home, 'Applications')];
    const bundles = apps.flatMap((app) =>
      roots.map((root) => `${root}/${app}.app/Contents/MacOS/${app}`),
    );
    return [...bundles, ...onPath(env, ['chromium', 'google-chrome'])];
  }
  const names = [
    'google-chrome-stable',
    'google-chrome',
    'chromium',
    'chromium-browser',
    'chrome',
    'microsoft-edge-stable',
  ];
  const known = ['/opt/google/chrome/chrome', '/usr/lib/chromium/chromium', '/snap/bin/chromium'];
  return [...onPath(env, names), ...names.map((name) => `/usr/bin/${name}`), ...known];
}

/** @param {NodeJS.ProcessEnv} env @param {string[]} names */
function onPath(env, names) {
  const folders = (env.PATH ?? '').split(':').filter((folder) => folder.startsWith('/'));
  return names.flatMap((name) => folders.map((folder) => posix.join(folder, name)));
}

/** Orders `linux-99.0.1` before `linux-150.0.2`, the higher version first. */
function newestFirst(a, b) {
  const numbers = (name) => (name.match(/\d+(?=\.|$)/g) ?? []).map(Number);
  const [left, right] = [numbers(a), numbers(b)];
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const difference = (right[i] ?? 0) - (left[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** @param {string} path */
function canExecute(path) {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** @param {string} directory */
function listDirectory(directory) {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}
