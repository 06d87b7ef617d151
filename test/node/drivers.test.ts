import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { chooseDriver } from '../../src/node/choose-driver.ts';
import {
  gpuNodes,
  icdFiles,
  type MachineView,
  machineKey,
  swiftShaderFile,
} from '../../src/node/drivers.ts';
import { ChoiceMemory } from '../../src/node/memory.ts';
import type { ProbeResult } from '../../src/node/probe.ts';

const test = suite<{ root: string }>('drivers');

test.before.each(async (context) => {
  context.root = await mkdtemp(join(tmpdir(), 'gradweave-machine-'));
});
test.after.each(async ({ root }) => {
  await rm(root, { recursive: true });
});

/** A machine with these files; manifests name a library of their own. */
async function machine(root: string, ...files: readonly string[]): Promise<MachineView> {
  for (const file of files) {
    const path = join(root, file);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, JSON.stringify({ ICD: { library_path: './library.so' } }));
  }
  return { root, platform: 'linux', env: { HOME: '/home/none' } };
}

const ICD = 'usr/share/vulkan/icd.d';
const LAVAPIPE = `${ICD}/lvp_icd.x86_64.json`;
const RADEON = `${ICD}/radeon_icd.x86_64.json`;
const SWIFTSHADER = 'usr/lib/chromium/vk_swiftshader_icd.json';
const GPU = 'dev/dri/renderD128';

const adapter = (description: string, software: boolean): ProbeResult => ({
  kind: 'adapter',
  adapter: { vendor: '', architecture: '', device: '', description, software },
});
const none: ProbeResult = { kind: 'none', detail: '' };

/** Asks a machine whose drivers answer so; `all` for the loader's own choice. */
async function choose(
  view: MachineView,
  answers: Readonly<Record<string, ProbeResult>>,
  given: Partial<Parameters<typeof chooseDriver>[0]> = {},
) {
  const asked: string[] = [];
  const said: string[] = [];
  const chosen = await chooseDriver({
    prober: { program: process.execPath, arguments: [] },
    view,
    announce: (text) => said.push(text),
    ask: async (env) => {
      const driver = env.VK_DRIVER_FILES?.split('/').at(-1) ?? 'all';
      asked.push(driver);
      return answers[driver] ?? none;
    },
    ...given,
  });
  return { name: chosen?.name.split('/').at(-1), chosen, asked, said };
}

test('without a driver SwiftShader is taken, with Vulkan’s loader from its folder', async ({
  root,
}) => {
  const view = await machine(root, SWIFTSHADER);
  const { chosen, asked } = await choose(view, {
    'vk_swiftshader_icd.json': adapter('SwiftShader', true),
  });
  assert.equal(asked, ['vk_swiftshader_icd.json']);
  assert.is(chosen?.env.LD_LIBRARY_PATH, join(root, 'usr/lib/chromium'));
});

test('an old lavapipe that gives no adapter is passed over, and it is said', async ({ root }) => {
  const view = await machine(root, LAVAPIPE, RADEON, SWIFTSHADER);
  const { name, asked, said } = await choose(view, {
    'vk_swiftshader_icd.json': adapter('SwiftShader', true),
  });
  assert.is(name, 'SwiftShader');
  assert.equal(asked, ['all', 'lvp_icd.x86_64.json', 'vk_swiftshader_icd.json']);
  assert.match(said.join('\n'), /^Trying the drivers of this machine … no adapter, trying /);
});

test('a lavapipe that works is taken', async ({ root }) => {
  const view = await machine(root, LAVAPIPE, RADEON, SWIFTSHADER);
  const { name, asked } = await choose(view, { all: adapter('llvmpipe', true) });
  assert.equal([name, asked], ['the drivers of this machine', ['all']]);
});

test('a GPU is taken before software', async ({ root }) => {
  const view = await machine(root, LAVAPIPE, RADEON, SWIFTSHADER, GPU);
  const { asked } = await choose(view, { all: adapter('Radeon', false) });
  assert.equal(asked, ['all']);
});

test('a driver that crashes the others is got around: each is tried alone, the GPU’s first', async ({
  root,
}) => {
  const view = await machine(root, LAVAPIPE, RADEON, `${ICD}/a_broken.json`, SWIFTSHADER, GPU);
  const { name, asked, said } = await choose(view, {
    all: { kind: 'silent', detail: '' },
    'a_broken.json': { kind: 'crashed', detail: '' },
    'radeon_icd.x86_64.json': adapter('Radeon', false),
  });
  assert.is(name, 'radeon_icd.x86_64.json');
  assert.equal(asked, ['all', 'a_broken.json', 'radeon_icd.x86_64.json']);
  assert.match(said[0], 'no answer within 15 s, trying');
  assert.match(said[1], 'it crashed, trying');
});

test('hardware is never answered with software, nor software with hardware', async ({ root }) => {
  const view = await machine(root, LAVAPIPE, SWIFTSHADER, GPU);
  const software = { all: adapter('llvmpipe', true) };
  assert.is((await choose(view, software, { wish: 'hardware' })).chosen, undefined);
  const hardware = {
    all: adapter('Radeon', false),
    'vk_swiftshader_icd.json': none,
  };
  assert.is((await choose(view, hardware, { wish: 'software' })).chosen, undefined);
});

test('drivers that the environment names come first; if they are broken, the machine’s own', async ({
  root,
}) => {
  const view = await machine(root, LAVAPIPE, SWIFTSHADER);
  const env = { HOME: '/home/none', VK_DRIVER_FILES: '/nowhere/mine.json' };
  const { name, asked } = await choose({ ...view, env }, { all: adapter('llvmpipe', true) });
  assert.equal(asked, ['mine.json', 'all']);
  assert.is(name, 'the drivers of this machine');
});

test('what worked is remembered until a driver changes or it is forgotten', async ({ root }) => {
  const view = await machine(root, LAVAPIPE, SWIFTSHADER);
  const memory = new ChoiceMemory(join(root, 'memory.json'));
  const answers = { 'vk_swiftshader_icd.json': adapter('SwiftShader', true) };
  assert.is((await choose(view, answers, { memory })).asked.length, 2);
  const again = await choose(view, answers, { memory });
  assert.equal([again.name, again.asked], ['SwiftShader', []]);
  await utimes(join(root, LAVAPIPE), 1, 1);
  const changed = await choose(view, answers, { memory });
  assert.is(changed.asked.length, 2);
  changed.chosen?.forget();
  assert.is((await choose(view, answers, { memory })).asked.length, 2);
  memory.forget();
  assert.is((await choose(view, answers, { memory })).asked.length, 2);
});

test('the machine’s key tells devices, drivers and the user’s choice apart', async ({ root }) => {
  const bare = machineKey(await machine(root));
  const driver = machineKey(await machine(root, LAVAPIPE));
  const view = await machine(root, LAVAPIPE, GPU);
  const named = machineKey({ ...view, env: { ...view.env, VK_DRIVER_FILES: '/mine.json' } });
  assert.is(new Set([bare, driver, machineKey(view), named]).size, 4);
  assert.is(machineKey(view), machineKey(view));
});

test('devices and manifests are found where Linux and Vulkan have them', async ({ root }) => {
  const more = ['etc/vulkan/icd.d/b.json', 'usr/local/share/vulkan/icd.d/c.json'];
  const view = await machine(
    root,
    RADEON,
    ...more,
    GPU,
    'dev/dri/card0',
    'dev/nvidia0',
    'dev/null0',
  );
  const files = [more[0], more[1], RADEON].map((file) => join(root, file));
  assert.equal(icdFiles(view), files);
  assert.equal(gpuNodes(view), ['dri/renderD128', 'nvidia0']);
  assert.is(swiftShaderFile([], view), undefined);
});

test('a memory that is broken or cannot be written is an empty one', async ({ root }) => {
  const file = join(root, 'memory.json');
  for (const text of ['', '{', '[]', 'null', '{"a":{"name":1}}', '{"a":null}']) {
    await writeFile(file, text);
    assert.is(new ChoiceMemory(file).recall('key'), undefined, text);
  }
  const memory = new ChoiceMemory(join(file, 'below', 'a', 'file'));
  memory.keep('key', 'name', false);
  assert.is(memory.recall('key'), undefined);
});

test('a software choice holds for a week, one of a GPU for ever', async ({ root }) => {
  const memory = new ChoiceMemory(join(root, 'memory.json'));
  memory.keep('software', 'SwiftShader', true);
  memory.keep('hardware', 'Vulkan', false);
  const { now } = Date;
  Date.now = () => now() + 8 * 86_400_000;
  try {
    assert.is(memory.recall('software'), undefined);
    assert.is(memory.recall('hardware')?.name, 'Vulkan');
  } finally {
    Date.now = now;
  }
});

test.run();
