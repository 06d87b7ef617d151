import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { FoundBrowser } from '../../scripts/find-browser.mjs';
import { checkNode, ensureBrowser, installPackages } from '../../scripts/setup.mjs';

const FOUND: FoundBrowser = { path: '/usr/bin/chromium', source: 'system' };
const APT = [['apt-get', ['install', 'chromium']]] as const;

/** A machine on which the programs of `works` install a browser and all others fail. */
function machine(works: readonly string[]) {
  const ran: string[] = [];
  let installed = false;
  return {
    ran,
    options: {
      apt: APT,
      log: () => {},
      find: () => (installed ? FOUND : null),
      run: (program: string) => {
        ran.push(program);
        installed ||= works.includes(program);
        return works.includes(program) ? null : `${program} has no network`;
      },
    },
  };
}

test('an old Node is refused with what is needed', () => {
  assert.throws(() => checkNode('18.20.4'), /This is Node 18\.20\.4; gradweave needs Node 20\.6/);
  assert.throws(() => checkNode('20.5.1'), /gradweave needs Node 20\.6 or newer/);
  assert.not.throws(() => checkNode('20.6.0'));
  assert.not.throws(() => checkNode('22.0.0'));
  assert.not.throws(() => checkNode('100.1.0'));
});

test('nothing is installed where there is a browser', () => {
  const { options, ran } = machine([]);
  assert.equal(ensureBrowser({ ...options, find: () => FOUND }), FOUND);
  assert.equal(ran, []);
});

test('puppeteer’s own download comes first', () => {
  const { options, ran } = machine(['npx', 'apt-get']);
  assert.equal(ensureBrowser(options), FOUND);
  assert.equal(ran, ['npx']);
});

test('where the download fails the distribution’s chromium is installed', () => {
  const { options, ran } = machine(['apt-get']);
  assert.equal(ensureBrowser(options), FOUND);
  assert.equal(ran, ['npx', 'apt-get']);
});

test('where everything fails the error says what to do and what went wrong', () => {
  const { options } = machine([]);
  assert.throws(
    () => ensureBrowser(options),
    (error: Error) => {
      assert.match(error.message, '--chrome PATH or CHROME_PATH');
      assert.match(error.message, 'npx has no network');
      assert.match(error.message, 'apt-get has no network');
      return true;
    },
  );
});

test('an installer that reports success without a browser is not believed', () => {
  const { options } = machine([]);
  assert.throws(() => ensureBrowser({ ...options, run: () => null }), /no executable/);
});

/** A checkout with a lock file, in which npm has or has not been run. */
async function checkout(installed: string | null): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'gradweave-setup-'));
  await mkdir(join(root, 'src'));
  const lock = { packages: { '': {}, 'node_modules/a': { version: '1.0.0' } } };
  await writeFile(join(root, 'package-lock.json'), JSON.stringify(lock));
  if (installed === null) return root;
  await mkdir(join(root, 'node_modules/a'), { recursive: true });
  const copy = { packages: { 'node_modules/a': { version: installed } } };
  await writeFile(join(root, 'node_modules/.package-lock.json'), JSON.stringify(copy));
  return root;
}

test('packages that npm installed for this lock file are not installed again', async () => {
  const root = await checkout('1.0.0');
  assert.is(installPackages({ root, log: () => {} }), false);
  await rm(root, { recursive: true });
});

test('packages of another lock file are installed anew', async () => {
  const root = await checkout('0.9.0');
  // npm refuses this folder, which has no package.json: that it was run is what counts.
  assert.throws(() => installPackages({ root, log: () => {} }), /npm ci failed; its output:/);
  await rm(root, { recursive: true });
});

test('an installed package, which has no sources, is left alone', async () => {
  const root = await checkout(null);
  await rm(join(root, 'src'), { recursive: true });
  assert.is(installPackages({ root, log: () => {} }), false);
  await rm(root, { recursive: true });
});

test.run();
