import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type ChromeOptions, launchChrome } from '../../src/cli/chrome.ts';
import { COMMON_FLAGS, chromeAttempts } from '../../src/cli/chrome-flags.ts';
import { ChoiceMemory } from '../../src/node/memory.ts';
import { listProcesses } from '../../src/node/process-tree.ts';
import { inLongRun, THOROUGH } from '../run/thorough.ts';

/** A page on which the adapter is asked for; of the first browsers so many never hear of one. */
interface Scene {
  folder: string;
  /** Folder of a machine on which a GPU seems to be. */
  gpu: string;
  memory: ChoiceMemory;
  said: string[];
  url: string;
  /** What each next page does to WebGPU; `''` nothing. */
  pages: string[];
  close(): Promise<unknown>;
}

const test = suite<Scene>('chrome');
/** Starts browsers many times, so it is left to the long run. */
const slow = THOROUGH ? test : () => {};

const HANGS = 'GPU.prototype.requestAdapter = () => new Promise(() => {});';
const HAS_NONE = 'GPU.prototype.requestAdapter = async () => null;';
const BREAKS = 'GPUAdapter.prototype.requestDevice = async () => { throw new Error("broken"); };';

test.before.each(async (scene) => {
  scene.folder = await mkdtemp(join(tmpdir(), 'gradweave-launch-'));
  scene.gpu = join(scene.folder, 'machine');
  await mkdir(join(scene.gpu, 'dev/dri'), { recursive: true });
  await writeFile(join(scene.gpu, 'dev/dri/renderD128'), '');
  scene.memory = new ChoiceMemory(join(scene.folder, 'memory.json'));
  scene.said = [];
  scene.pages = [];
  const server = createServer(({ url }, response) => {
    response.setHeader('content-type', 'text/html');
    response.end(url === '/' ? `<script>${scene.pages.shift() ?? ''}</script>` : '');
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  scene.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  scene.close = () =>
    new Promise((resolve) => {
      server.close(resolve);
      server.closeAllConnections();
    });
});

test.after.each(async (scene) => {
  await scene.close();
  await rm(scene.folder, { recursive: true });
});

/** Starts a browser on a machine that seems to have a GPU, and ends it. */
async function launch(scene: Scene, given: Partial<ChromeOptions> = {}) {
  const { url, memory, said, gpu } = scene;
  said.length = 0;
  const chrome = await launchChrome({
    adapter: 'auto',
    url,
    memory,
    announce: (text) => said.push(text),
    view: { root: gpu, platform: 'linux', env: process.env },
    ...given,
    limits: { adapter: 1000, close: 3000, ...given.limits },
  });
  const pid = chrome.browser.process()?.pid;
  await chrome.close();
  assert.equal(await leftOf(pid), []);
  return chrome.adapter;
}

/** Processes of a group; those that were killed and are still being taken down are waited for. */
async function leftOf(pid: number | undefined): Promise<unknown[]> {
  for (let turn = 0; ; turn++) {
    const found = listProcesses().filter(({ group }) => group === pid);
    if (turn === 100 || found.every(({ command }) => command !== '')) return found;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** An executable that does this instead of Chrome. */
async function fake({ folder }: Scene, code: string): Promise<string> {
  const path = join(folder, 'chrome.mjs');
  await writeFile(path, `#!${process.execPath}\n${code}`);
  await chmod(path, 0o755);
  return path;
}

async function failure(promise: Promise<unknown>): Promise<Error> {
  const value: unknown = await promise.catch((error: unknown) => error);
  assert.instance(value, Error);
  return value as Error;
}

/** Processes that a fake browser, or what it started, has left: what was killed may need a moment to go. */
async function left({ folder }: Scene): Promise<string[]> {
  for (let tries = 50; ; tries--) {
    const commands = listProcesses().map(({ command }) => command);
    const found = commands.filter((command) => command.includes(folder));
    if (found.length === 0 || tries === 0) return found;
    await pause(100);
  }
}

test('an adapter that never answers is given up, said, and the next one remembered', async (scene) => {
  scene.pages = [HANGS, HANGS];
  assert.ok((await launch(scene)).software);
  // A slow start adds lines of its own: `Trying Vulkan …`.
  assert.match(
    scene.said.filter((line) => !line.endsWith('…')).join('\n'),
    /Trying Vulkan … no answer within 1 s, trying Vulkan for WebGPU alone\.\n.*no answer within 1 s, trying SwiftShader\.\nNo GPU found: using SwiftShader/,
  );
  await launch(scene);
  assert.equal(scene.said, [
    'No GPU found: using SwiftShader, a software adapter (remembered; use --forget to look for a GPU again).',
  ]);
});

slow('a remembered choice that fails is dropped, and all are tried again', async (scene) => {
  scene.pages = [HAS_NONE, HAS_NONE];
  await launch(scene);
  scene.pages = [HAS_NONE, HAS_NONE, HAS_NONE];
  assert.ok((await launch(scene)).software);
  assert.is(scene.pages.length, 0);
  // A choice by name neither heeds nor changes what is remembered.
  scene.pages = [HAS_NONE, HAS_NONE];
  const { message } = await failure(launch(scene, { adapter: 'hardware' }));
  assert.match(message, /tried Vulkan: no adapter; Vulkan for WebGPU alone: no adapter/);
  assert.is(scene.pages.length, 0);
});

slow('an adapter on which nothing runs is passed over', async (scene) => {
  scene.pages = [BREAKS, BREAKS];
  assert.ok((await launch(scene)).software);
  assert.match(scene.said.join('\n'), ' … it failed (broken), trying SwiftShader.');
});

inLongRun(test)('a browser that never answers is ended with all it has started', async (scene) => {
  const spins = `
    import { spawn } from 'node:child_process';
    const mark = process.argv.find((one) => one.startsWith('--user-data-dir='));
    for (const detached of [false, true]) {
      spawn(process.execPath, ['-e', 'for (;;);', mark, import.meta.url], { detached, stdio: 'ignore' });
    }
    for (;;);`;
  const limits = { launch: 1500 };
  const error = await failure(launch(scene, { chrome: await fake(scene, spins), limits }));
  assert.match(error.message, 'SwiftShader: no answer within 1.5 s');
  assert.equal(await left(scene), []);
});

test('a browser that cannot make its sandbox says how to allow it, and how to do without', async (scene) => {
  const dies =
    'console.error("[1:1:FATAL] No usable sandbox! Update your kernel"); process.exit(1);';
  const error = await failure(launch(scene, { chrome: await fake(scene, dies) }));
  assert.is(error.name, 'BrowserError');
  assert.match(error.message, /cannot create its sandbox.*AppArmor.*--no-sandbox/s);
});

test('the sandbox is left out as root and where that is asked for, and nowhere else', async (scene) => {
  const tells =
    'console.error("ARGS", process.argv.includes("--no-sandbox"), process.getuid()); process.exit(1);';
  const chrome = await fake(scene, tells);
  const getuid = process.getuid;
  const cases = [
    [0, 'on', true],
    [1000, 'on', false],
    [1000, 'off', true],
  ] as const;
  for (const [uid, sandbox, without] of cases) {
    Object.defineProperty(process, 'getuid', { value: () => uid });
    try {
      const { message } = await failure(launch(scene, { chrome, sandbox }));
      assert.match(message, `ARGS ${without}`);
    } finally {
      Object.defineProperty(process, 'getuid', { value: getuid });
    }
  }
});

test('a folder for temporary files that cannot be used is named', async (scene) => {
  const { TMPDIR } = process.env;
  process.env.TMPDIR = join(scene.folder, 'absent');
  try {
    const error = await failure(launch(scene));
    assert.is(error.name, 'BrowserError');
    assert.match(error.message, /launch-\w+\/absent \(ENOENT\).*TMPDIR/);
  } finally {
    process.env.TMPDIR = TMPDIR;
    if (TMPDIR === undefined) delete process.env.TMPDIR;
  }
});

test('a start is ended at once by its signal, whatever it waits for', async (scene) => {
  const stop = new AbortController();
  const hangs = await fake(scene, 'setInterval(() => {}, 1000);');
  const starting = failure(launch(scene, { chrome: hangs, signal: stop.signal }));
  setTimeout(() => stop.abort(new Error('Interrupted.')), 700);
  const start = performance.now();
  assert.is((await starting).message, 'Interrupted.');
  assert.ok(performance.now() - start < 20_000);
  assert.equal(await left(scene), []);
});

test('no profile is left behind', async (scene) => {
  const { TMPDIR } = process.env;
  process.env.TMPDIR = scene.folder;
  try {
    await launch(scene, { adapter: 'software' });
    const names = await readdir(scene.folder);
    assert.equal(
      names.filter((name) => name.startsWith('gradweave-chrome-')),
      [],
    );
  } finally {
    process.env.TMPDIR = TMPDIR;
    if (TMPDIR === undefined) delete process.env.TMPDIR;
  }
});

slow(
  'Chrome can ask nobody: every name but this computer’s fails, and no proxy is used',
  async (scene) => {
    const asked: string[] = [];
    const proxy = createServer(({ url = '' }, response) => {
      asked.push(url);
      response.end('from the proxy');
    });
    proxy.on('connect', ({ url = '' }, socket) => {
      asked.push(url);
      socket.destroy();
    });
    proxy.listen(0, '127.0.0.1');
    await new Promise((resolve) => proxy.once('listening', resolve));
    const address = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    const env = { ...process.env, http_proxy: address, https_proxy: address, all_proxy: address };
    const chrome = await launchChrome({
      adapter: 'software',
      url: scene.url,
      announce: () => {},
      view: { env },
    });
    try {
      const page = await chrome.browser.newPage();
      await page.goto(scene.url);
      const got = await page.evaluate(async () => {
        const urls = ['http://example.com/', 'https://update.googleapis.com/', 'http://192.0.2.1/'];
        const answers = urls.map((url) =>
          fetch(url, { mode: 'no-cors' }).then(
            () => 'answered',
            () => 'failed',
          ),
        );
        return Promise.all(answers);
      });
      assert.equal(got, ['failed', 'failed', 'failed']);
      // The clock and the updater ask within seconds of the start.
      await new Promise((resolve) => setTimeout(resolve, 5000));
      assert.equal(asked, []);
    } finally {
      await chrome.close();
      proxy.close();
      proxy.closeAllConnections();
    }
  },
);

test('ways of starting are in the right order on every kind of machine', async ({
  gpu,
  folder,
}) => {
  const names = (
    choice: ChromeOptions['adapter'],
    platform: NodeJS.Platform,
    root: string,
    env: NodeJS.ProcessEnv = {},
  ) =>
    chromeAttempts(choice, 'headless', { platform, root, env })
      .map(({ name }) => name)
      .join(', ');
  const vulkan = 'Vulkan, Vulkan for WebGPU alone';
  assert.is(names('auto', 'linux', folder), `SwiftShader, ${vulkan}`);
  assert.is(names('auto', 'linux', gpu), `${vulkan}, SwiftShader`);
  const named = { VK_DRIVER_FILES: '/mine.json' };
  const without = 'SwiftShader without the drivers in the environment';
  assert.is(names('auto', 'linux', folder, named), `${vulkan}, SwiftShader, ${without}`);
  assert.is(names('hardware', 'linux', folder), vulkan);
  assert.is(names('software', 'linux', gpu), 'SwiftShader');
  assert.is(names('auto', 'darwin', folder), 'Metal, SwiftShader');
  assert.is(names('auto', 'win32', folder), 'Direct3D 12, SwiftShader');
  assert.ok(COMMON_FLAGS.includes('--no-proxy-server'));
});

test.run();
