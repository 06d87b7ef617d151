/**
 * Prepares a fresh checkout: installs the packages, then a browser. Plain Node without dependencies, because
 * it installs them. Takes a few milliseconds if everything is installed.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findBrowser } from './find-browser.mjs';
import { aptCommands, runCommand } from './install-commands.mjs';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const SWEEP = join(ROOT, 'sweep');
/** package.json's `engines`: `20.6`. Tests are TypeScript, which module.register of 20.6 lets Node import. */
const MINIMUM_NODE = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))
  .engines.node.replace('>=', '')
  .replace(/\.0$/, '');

/**
 * Installs what is missing: the packages and, unless `browser` is false, a browser.
 *
 * @param {{ browser?: boolean, sweep?: boolean, chrome?: string, log?: (line: string) => void }} [options]
 *   `sweep` also installs the packages of sweep/, if this is a checkout. `log` is only called if something must be
 *   installed.
 * @throws {Error} that says what to do, if something is missing and cannot be installed.
 */
export function setup({ browser = true, sweep = false, chrome, log = console.error } = {}) {
  checkNode(process.versions.node);
  installPackages({ log });
  if (sweep) installPackages({ root: SWEEP, log });
  if (browser) ensureBrowser({ chrome, log });
}

/**
 * The same as `setup({ chrome, sweep: true })`, with both installations at once: each waits for the network in turns.
 *
 * @param {{ chrome?: string }} [options]
 * @returns {Promise<void>}
 * @throws {Error} that says what to do, if something is missing and cannot be installed.
 */
export async function setupTests({ chrome } = {}) {
  checkNode(process.versions.node);
  const script = fileURLToPath(import.meta.url);
  const sweep = spawn(process.execPath, [script, '--only-sweep'], { stdio: ['ignore', 2, 2] });
  const ended = new Promise((resolve) => sweep.on('close', resolve).on('error', resolve));
  setup({ chrome });
  const code = await ended;
  if (code !== 0) throw new Error(`The packages of sweep could not be installed (${code}).`);
}

/**
 * @param {string} version
 * @throws {Error} if Node is too old.
 */
export function checkNode(version) {
  const [major, minor] = version.split('.').map(Number);
  const [least, leastMinor] = MINIMUM_NODE.split('.').map(Number);
  if (major > least || (major === least && minor >= leastMinor)) return;
  throw new Error(
    `This is Node ${version}; gradweave needs Node ${MINIMUM_NODE} or newer. ` +
      'Install one from https://nodejs.org or with your version manager.',
  );
}

/**
 * Updates node_modules to match package-lock.json. Does nothing in an installed package: npm has
 * already installed its dependencies.
 *
 * @param {{ root?: string, log?: (line: string) => void }} [options]
 * @returns {boolean} whether npm ran.
 */
export function installPackages({ root = ROOT, log = console.error } = {}) {
  if (!existsSync(join(root, 'src'))) return false;
  const lock = join(root, 'package-lock.json');
  const stamp = join(root, 'node_modules', '.gradweave-setup');
  if (!existsSync(lock)) {
    if (existsSync(join(root, 'node_modules'))) return false;
    log('Installing packages (npm install; there is no package-lock.json)…');
    npm(root, ['install', '--no-audit', '--no-fund']);
    return true;
  }
  const text = readFileSync(lock, 'utf8');
  const hash = createHash('sha256').update(text).digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === hash) return false;
  const install = !matchesLock(root, text);
  if (install) {
    log(`Installing packages${root === ROOT ? '' : ` of ${basename(root)}`} (npm ci)…`);
    npm(root, ['ci', '--no-audit', '--no-fund']);
  }
  writeFileSync(stamp, hash);
  return install;
}

/**
 * Whether npm already ran for this lock file. npm keeps a copy of it in
 * node_modules/.package-lock.json. Avoids a second install after `npm ci`.
 */
function matchesLock(root, lockText) {
  try {
    const copy = readFileSync(join(root, 'node_modules', '.package-lock.json'), 'utf8');
    const installed = JSON.parse(copy).packages;
    return Object.entries(JSON.parse(lockText).packages).every(([path, wanted]) => {
      if (path === '') return true;
      const got = installed[path];
      if (got === undefined) return wanted.optional === true;
      return got.version === wanted.version && existsSync(join(root, path));
    });
  } catch {
    return false;
  }
}

function npm(root, args) {
  // The browser is a separate step, which prefers an installed one.
  const env = { ...process.env, PUPPETEER_SKIP_DOWNLOAD: '1' };
  const failure = runCommand('npm', args, { cwd: root, env });
  if (failure !== null) throw new Error(`npm ${args[0]} failed; its output:\n${failure}`);
}

/**
 * Finds a browser, or installs one: puppeteer's own download first, then (as root on Debian or
 * Ubuntu) the distribution's chromium.
 *
 * @param {{ chrome?: string, root?: string, log?: (line: string) => void,
 *   find?: typeof findBrowser, run?: typeof runCommand, apt?: ReturnType<typeof aptCommands> }}
 *   [options] The last three are for tests.
 * @returns {import('./find-browser.mjs').FoundBrowser}
 * @throws {Error} if there is none and none can be installed.
 */
export function ensureBrowser(options = {}) {
  const { chrome, root = ROOT, log = console.error } = options;
  const { find = findBrowser, run = runCommand, apt = aptCommands() } = options;
  const found = find({ chrome });
  if (found !== null) return found;
  const attempts = [
    {
      what: 'puppeteer’s Chrome',
      commands: [['npx', ['--no-install', 'puppeteer', 'browsers', 'install', 'chrome']]],
    },
    { what: 'Debian’s chromium', commands: apt },
  ];
  const failures = [];
  for (const { what, commands } of attempts) {
    if (commands.length === 0) continue;
    log(`No Chrome or Chromium found; installing ${what}…`);
    const failure = runAll(commands, run, root);
    const installed = failure === null ? find({ chrome }) : null;
    if (installed !== null) return installed;
    failures.push(`${what}: ${failure ?? 'it reported success, but there is no executable'}`);
    log(`  ${what} could not be installed.`);
  }
  throw new Error(
    'No Chrome or Chromium found, and none could be installed. Install Google Chrome or Chromium ' +
      'and run this again, or name an executable with --chrome PATH or CHROME_PATH.\n' +
      failures.map((text) => `- ${text.trimEnd()}`).join('\n'),
  );
}

/** The first failure's output, or null if all went well. */
function runAll(commands, run, cwd) {
  for (const [program, args] of commands) {
    const failure = run(program, args, {
      cwd,
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    });
    if (failure !== null) return failure;
  }
  return null;
}

if (process.argv[1] !== undefined && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const at = process.argv.indexOf('--chrome');
  try {
    if (process.argv.includes('--only-sweep')) installPackages({ root: SWEEP });
    else
      setup({
        browser: !process.argv.includes('--no-browser'),
        chrome: at < 0 ? undefined : process.argv[at + 1],
      });
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
