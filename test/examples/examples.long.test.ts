import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import type { Page } from 'puppeteer';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readWeights } from '../../src/checkpoint.ts';
import { findWebgpu } from '../../src/cli/child-runtime.ts';
import { PACKAGE_ROOT } from '../../src/cli/paths.ts';
import { linear, relu, Sequential } from '../../src/nn/layers.ts';
import { until } from '../harness/page-helpers.ts';
import { coloursOf, inBrowser, VULKAN } from '../run/people-browser.ts';
import { installRuntimes } from '../run/runtimes.ts';

const LONGEST_LINES = 150;

const test = suite<{ folder: string }>('examples');

test.before(async (context) => {
  context.folder = await mkdtemp(join(tmpdir(), 'gradweave-examples-'));
  const builder = await import(pathToFileURL(join(PACKAGE_ROOT, 'scripts/examples.mjs')).href);
  await builder.buildExamples(context.folder);
});

test.after(({ folder }) => rm(folder, { recursive: true, force: true }));

/** Opens an example and looks at it; nobody may see an error. */
async function open(
  folder: string,
  address: string,
  look: (page: Page) => Promise<void>,
): Promise<void> {
  const names = (await readdir(folder, { recursive: true })).filter((name) => /\.\w+$/.test(name));
  const table = new Map(names.map((name) => [`/${name}`, join(folder, name)]));
  await inBrowser(VULKAN, table, async (browser, origin) => {
    const page = await browser.newPage();
    const said: string[] = [];
    page.on('pageerror', (error) => said.push(String(error)));
    page.on('console', (message) => {
      if (message.type() === 'error') said.push(message.text());
    });
    await page.goto(origin + address);
    await look(page);
    assert.equal(said, []);
  });
}

const lossIn = (text: string): number => Number(/loss ([\d.]+)/.exec(text)?.[1]);

/** Waits for a loss below a limit. */
async function learns(page: Page, below: number): Promise<void> {
  const deadline = performance.now() + 120_000;
  for (;;) {
    const text = await until(page, '#status', /loss|Error/);
    assert.match(text, /loss/);
    if (lossIn(text) < below) return;
    assert.ok(performance.now() < deadline, text);
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

test('each example is short', async () => {
  const apps = ['draw', 'transfer', 'writer'].map((name) => `${name}/app.ts`);
  const mains = ['minimal', 'paint', 'latent', 'three'].map((name) => `${name}/main.ts`);
  for (const name of [...apps, ...mains, 'finetune/main.mjs']) {
    const lines = (await readFile(join(PACKAGE_ROOT, 'examples', name), 'utf8')).split('\n').length;
    assert.ok(lines <= LONGEST_LINES, `${name} has ${lines} lines`);
  }
});

test('minimal: a page trains', ({ folder }) =>
  open(folder, '/minimal/index.html', async (page) => {
    const text = await until(page, '#status', /Done|Error/);
    const accuracies = [...text.matchAll(/([\d.]+)% of/g)].map(([, share]) => Number(share));
    assert.is(accuracies.length, 8, text);
    assert.ok(accuracies[7] > 75, text);
  }));

test('paint: a picture appears on a canvas of WebGPU', ({ folder }) =>
  open(folder, '/paint/index.html?size=48', async (page) => {
    await learns(page, 0.004);
    const colours = await coloursOf(page, await page.$('#painting'));
    assert.ok(colours > 200, `${colours} colours`);
  }));

test('latent: the decoder draws what the mouse is over', ({ folder }) =>
  open(folder, '/latent/index.html?epochs=3', async (page) => {
    const first = await until(page, '#status', /code|Error/);
    assert.match(first, /code/);
    const box = await (await page.$('#map'))?.boundingBox();
    assert.ok(box);
    await page.mouse.move(box.x + 0.2 * box.width, box.y + 0.7 * box.height);
    await page.waitForFunction(
      (before) => document.querySelector('#status')?.textContent !== before,
      {},
      first,
    );
    assert.ok((await coloursOf(page, await page.$('#decoded'))) > 20);
    assert.ok((await coloursOf(page, await page.$('#map'))) > 9);
  }));

test('three: three.js draws what the network writes', ({ folder }) =>
  open(folder, '/three/index.html', async (page) => {
    await learns(page, 0.05);
    assert.ok((await coloursOf(page, await page.$('#scene'))) > 50);
  }));

/** Draws a line on the pad, between places from 0 to 1. */
async function stroke(page: Page, ...places: readonly (readonly [number, number])[]) {
  const pad = await page.$('#pad');
  await pad?.scrollIntoView();
  const box = await pad?.boundingBox();
  assert.ok(box);
  const [first, ...others] = places.map(([x, y]) => [
    box.x + x * box.width,
    box.y + y * box.height,
  ]);
  await page.mouse.move(first[0], first[1]);
  await page.mouse.down();
  for (const [x, y] of others) await page.mouse.move(x, y, { steps: 4 });
  await page.mouse.up();
}

/** Waits until the network gives a class a share of more than half. */
const knows = (page: Page, label: number) =>
  page.waitForFunction(
    (at) => (document.querySelectorAll('meter')[at]?.value ?? 0) > 0.5,
    { timeout: 120_000 },
    label,
  );

test('draw: a shape is known from one stroke', ({ folder }) =>
  open(folder, '/draw/index.html', async (page) => {
    await until(page, '#status', /begins|Error/);
    const buttons = await page.$$('#classes button');
    await stroke(page, [0.1, 0.5], [0.9, 0.5]);
    await buttons[0].click();
    await stroke(page, [0.5, 0.1], [0.5, 0.9]);
    await buttons[1].click();
    await stroke(page, [0.55, 0.15], [0.55, 0.85]);
    await knows(page, 1);
  }));

test('transfer: a button that is held down teaches a class', ({ folder }) =>
  open(folder, '/transfer/index.html', async (page) => {
    await until(page, '#status', /hold|Error/);
    await (await page.$('#add'))?.click();
    for (const [label, place] of [0.2, 0.5, 0.8].entries()) {
      await (await page.$('#clear'))?.click();
      await stroke(page, [place, 0.1], [place, 0.9]);
      const button = (await page.$$('#classes button'))[label];
      await button.hover();
      await page.mouse.down();
      await until(page, `#classes li:nth-child(${label + 1}) small`, /^\d\d frames/);
      await page.mouse.up();
      await knows(page, label);
    }
  }));

test('writer: what it writes has the words of the text', ({ folder }) =>
  open(folder, '/writer/index.html', async (page) => {
    await until(page, '#status', /Ready|Error/);
    await (await page.$('#learn'))?.click();
    const deadline = performance.now() + 240_000;
    for (let text = ''; !/That .*(house|worried|killed)/.test(text); ) {
      assert.ok(performance.now() < deadline, text);
      await new Promise((resolve) => setTimeout(resolve, 500));
      text = await page.$eval('main', (main) => main.innerText);
      assert.not.match(text, /Error/);
    }
    await (await page.$('#stop'))?.click();
    await until(page, '#status', /Stopped/);
  }));

test("finetune: Node goes on with PyTorch's weights and writes them back", async ({ folder }) => {
  installRuntimes();
  const app = join(folder, 'app');
  await mkdir(join(app, 'node_modules'), { recursive: true });
  for (const name of ['main.mjs', 'pretrained.safetensors']) {
    await copyFile(join(PACKAGE_ROOT, 'examples/finetune', name), join(app, name));
  }
  const { buildLibrary } = await import(pathToFileURL(join(PACKAGE_ROOT, 'build.mjs')).href);
  await buildLibrary();
  await symlink(PACKAGE_ROOT, join(app, 'node_modules/gradweave'));
  await symlink(dirname(findWebgpu()), join(app, 'node_modules/webgpu'));
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['main.mjs', 'pretrained.safetensors', 'out.safetensors'],
    { cwd: app },
  );
  const shares = [...stdout.matchAll(/([\d.]+)%/g)].map(([, share]) => Number(share));
  assert.is(shares.length, 6, stdout);
  assert.ok(shares[0] > 30 && shares[5] > shares[0] + 10, stdout);
  const model = new Sequential([784], [linear(784, 32), relu(), linear(32, 10)]);
  const written = await readFile(join(app, 'out.safetensors'));
  assert.is(readWeights(written, model).size, 4);
});

test.run();
