import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { PACKAGE_ROOT } from '../../src/cli/paths.ts';
import { findSweep } from '../../src/cli/sweep-package.ts';
import { runMain } from './run-main.ts';

/** Folders of an app and of the package that runs. */
interface Place {
  readonly folder: string;
  readonly root: string;
}

const test = suite<Place>('gradweave sweep');

test.before.each(async (place) => {
  const folder = await mkdtemp(join(tmpdir(), 'gradweave-find-'));
  Object.assign(place, { folder, root: join(folder, 'node_modules/gradweave') });
});
test.after.each(({ folder }) => rm(folder, { recursive: true }));

async function put(file: string, text: string): Promise<string> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
  return file;
}

/** The package as npm installs it. */
async function install(folder: string): Promise<string> {
  await put(join(folder, 'node_modules/gradweave-sweep/package.json'), '{}');
  return put(join(folder, 'node_modules/gradweave-sweep/dist/main.mjs'), '');
}

/** npm's package `node`. */
async function installNode(folder: string, version: string): Promise<string> {
  await put(join(folder, 'node_modules/node/package.json'), JSON.stringify({ version }));
  const name = process.platform === 'win32' ? 'node.exe' : 'node';
  return put(join(folder, 'node_modules/node/bin', name), '');
}

test('the package of a checkout is run, by a Node that is new enough', () => {
  const { main, node, nodeArguments } = findSweep({ root: PACKAGE_ROOT, version: '24.1.0' });
  assert.is(main, join(PACKAGE_ROOT, 'sweep/dist/main.mjs'));
  assert.is(node, process.execPath);
  assert.equal(nodeArguments, ['--disable-warning=ExperimentalWarning']);
});

test('the package of the user’s folder is run, with types if Node has to be told', async (place) => {
  const main = await install(place.folder);
  const found = findSweep({ ...place, version: '22.12.0' });
  assert.is(found.main, main);
  assert.ok(found.nodeArguments.includes('--experimental-strip-types'));
});

test('without the package the message says how to install it', (place) => {
  assert.throws(() => findSweep(place), /SweepMissingError|npm install gradweave-sweep/);
});

test('an old Node is replaced by npm’s, if that is new enough', async (place) => {
  await install(place.folder);
  const old = { ...place, version: '22.11.0' };
  assert.throws(() => findSweep(old), /this is Node 22\.11\.0.*npm install -D node@22/);
  const node = await installNode(place.folder, '22.23.3');
  assert.is(findSweep(old).node, node);
  await installNode(place.folder, '20.1.0');
  assert.throws(() => findSweep(old), /needs Node 22\.12/);
});

test('help needs no package, and a wrong option starts nothing', async () => {
  const help = await runMain(['sweep', '--help']);
  assert.is(help.code, 0);
  assert.match(help.text, /Usage: gradweave sweep PLAN/);
  const wrong = await runMain(['sweep', 'plan.json', '--paralel', '2']);
  assert.is(wrong.code, 2);
  assert.match(wrong.text, "Did you mean '--parallel'?");
});

test.run();
