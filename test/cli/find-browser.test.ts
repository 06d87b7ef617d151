import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  findBrowser,
  puppeteerCandidates,
  type SearchOptions,
  systemCandidates,
} from '../../scripts/find-browser.mjs';

/** A machine on which only these files can be run. */
function machine(files: readonly string[], given: SearchOptions = {}): SearchOptions {
  return {
    env: { PATH: '/usr/local/bin:/usr/bin' },
    platform: 'linux',
    home: '/home/a',
    isExecutable: (path) => files.includes(path),
    list: (folder) => [
      ...new Set(
        files
          .filter((file) => file.startsWith(`${folder}/`))
          .map((file) => file.slice(folder.length + 1).split('/')[0]),
      ),
    ],
    ...given,
  };
}

const CACHE = '/home/a/.cache/puppeteer/chrome';
const CACHED = `${CACHE}/linux-150.0.1/chrome-linux64/chrome`;
const SYSTEM = '/usr/bin/chromium';

test('what the user names goes before CHROME_PATH, the cache and the system', () => {
  const files = ['/a', '/b', CACHED, SYSTEM];
  const env = { CHROME_PATH: '/b', PATH: '/usr/bin' };
  assert.equal(findBrowser(machine(files, { env, chrome: '/a' })), {
    path: '/a',
    source: '--chrome',
  });
  assert.equal(findBrowser(machine(files, { env })), { path: '/b', source: 'CHROME_PATH' });
  assert.equal(findBrowser(machine(files)), { path: CACHED, source: 'puppeteer' });
  assert.equal(findBrowser(machine([SYSTEM])), { path: SYSTEM, source: 'system' });
});

test('a browser that was named but cannot be run is an error, not replaced in silence', () => {
  const run = (given: SearchOptions) => () => findBrowser(machine([SYSTEM], given));
  assert.throws(run({ chrome: '/none' }), /--chrome is '\/none', which is not a file/);
  assert.throws(run({ env: { CHROME_PATH: '/none' } }), /CHROME_PATH is '\/none'/);
});

test('an empty CHROME_PATH counts as none', () => {
  const env = { CHROME_PATH: '', PATH: '/usr/bin' };
  assert.is(findBrowser(machine([SYSTEM], { env }))?.path, SYSTEM);
});

test('there may be none', () => {
  assert.is(findBrowser(machine([])), null);
  assert.is(findBrowser(machine([], { env: {} })), null);
});

test('of several cached versions the highest comes first, by number and not by letter', () => {
  const of = (version: string) => `${CACHE}/linux-${version}/chrome-linux64/chrome`;
  const files = [of('99.0.1'), of('150.0.1'), of('150.0.12')];
  assert.equal(puppeteerCandidates(machine(files)), [of('150.0.12'), of('150.0.1'), of('99.0.1')]);
});

test('PUPPETEER_CACHE_DIR moves the cache', () => {
  const path = '/cache/chrome/linux-150.0.1/chrome-linux64/chrome';
  const env = { PUPPETEER_CACHE_DIR: '/cache' };
  assert.is(findBrowser(machine([path], { env }))?.path, path);
});

test('on macOS the application’s executable is found', () => {
  const path = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome';
  assert.is(findBrowser(machine([path], { platform: 'darwin' }))?.path, path);
});

test('on Windows the program folders are searched', () => {
  const env = { PROGRAMFILES: 'C:\\Program Files', LOCALAPPDATA: 'C:\\Users\\a\\AppData\\Local' };
  const path = 'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe';
  assert.is(findBrowser(machine([path], { platform: 'win32', env }))?.path, path);
});

test('relative folders of PATH are not searched', () => {
  const candidates = systemCandidates(machine([], { env: { PATH: '.:bin::/opt/bin' } }));
  for (const path of candidates) assert.match(path, /^\//);
  assert.ok(candidates.includes('/opt/bin/chromium'));
});

test.run();
