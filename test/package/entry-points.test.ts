import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { THOROUGH } from '../run/thorough.ts';
import { removeFolders, run, type Stage, stage } from './stage.ts';

const test = suite<Stage>('entry points');

const ENTRY_POINTS = [
  'gradweave',
  ...['checkpoint', 'data', 'ops', 'reference', 'verify', 'onnx', 'node', 'log', 'bundle'].map(
    (name) => `gradweave/${name}`,
  ),
];

/** What has three exports or fewer. */
const FEW = ['gradweave/node', 'gradweave/verify', 'gradweave/onnx', 'gradweave/log'];

test.before(async (context) => {
  Object.assign(context, await stage('module'));
});
test.after(removeFolders);

/** @returns what a script prints, as JSON */
async function printed(app: string, name: string, code: string, flags: readonly string[] = []) {
  const path = join(app, name);
  await writeFile(path, code);
  const { stdout, stderr } = await run(process.execPath, [...flags, path], { cwd: app });
  assert.is(stderr, '');
  return JSON.parse(stdout);
}

/** Code that loads an entry point and prints what that changed in a Node that has nothing of the web's. */
const tracing = (load: string) => `
// Jest's jsdom lacks the last ones.
const WEB = ['navigator', 'document', 'window', 'self', 'Worker', 'fetch', 'DOMException', 'location', 'performance', 'crypto',
  'Blob', 'Response', 'ReadableStream', 'DecompressionStream', 'AbortController', 'TextEncoder', 'TextDecoder', 'structuredClone'];
for (const name of [...WEB, ...Object.getOwnPropertyNames(globalThis).filter((name) => /^GPU/.test(name))]) {
  delete globalThis[name];
}
const called = [];
for (const name of ['setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask', 'addEventListener']) {
  const given = globalThis[name];
  globalThis[name] = (...args) => { called.push(name); return given?.(...args); };
}
const listeners = () => process.eventNames().map((name) => process.listenerCount(name)).join();
const state = () => [Reflect.ownKeys(globalThis).map(String).sort().join(), listeners()].join(' ');
${load}
`;

/** What is loaded in a process of its own; in the short run all in one, one after the other. */
const groupsOf = (entries: readonly string[]): (readonly string[])[] =>
  THOROUGH ? entries.map((entry) => [entry]) : [entries];

const titleOf = (entries: readonly string[]): string =>
  entries.length === 1 ? `'${entries[0]}'` : 'each entry point';

for (const entries of groupsOf(ENTRY_POINTS)) {
  test(`import of ${titleOf(entries)} has no effect without WebGPU, DOM or network`, async ({
    app,
  }) => {
    const load = `const found = {};
      for (const entry of ${JSON.stringify(entries)}) {
        const before = state();
        const { default: none, ...all } = await import(entry);
        found[entry] = { same: state() === before, called: called.splice(0), none: typeof none, names: Object.keys(all).length };
      }
      console.log(JSON.stringify(found));`;
    const flags = ['--frozen-intrinsics', '--no-warnings'];
    const found = await printed(app, 'main.mjs', tracing(load), flags);
    assert.equal(Object.keys(found), entries);
    for (const entry of entries) {
      const got = found[entry];
      assert.ok(got.names > (FEW.includes(entry) ? 0 : 3), entry);
      const expected = { same: true, called: [], none: 'undefined', names: 0 };
      assert.equal({ ...got, names: 0 }, expected, entry);
    }
  });
}

for (const entries of groupsOf(ENTRY_POINTS.filter((entry) => entry !== 'gradweave/bundle'))) {
  test(`require of ${titleOf(entries)} has no effect, and what import gives`, async ({ app }) => {
    const load = `const found = {};
      for (const entry of ${JSON.stringify(entries)}) {
        const before = state();
        const all = require(entry);
        found[entry] = { same: state() === before, called: called.splice(0), names: Object.keys(all).length, marked: all.__esModule };
      }
      (async () => {
        for (const [entry, got] of Object.entries(found)) {
          const [module, all] = [await import(entry), require(entry)];
          got.differ = Object.keys({ ...module, ...all }).filter((name) => module[name] !== all[name]);
        }
        console.log(JSON.stringify(found));
      })();`;
    const found = await printed(app, 'main.cjs', tracing(load), ['--no-warnings']);
    assert.equal(Object.keys(found), entries);
    for (const entry of entries) {
      const got = found[entry];
      assert.ok(got.names > (FEW.includes(entry) ? 0 : 3), entry);
      const expected = { same: true, called: [], differ: [], names: 0, marked: true };
      assert.equal({ ...got, names: 0 }, expected, entry);
    }
  });
}

test('modules for bundlers, for import and for require export the same names', async ({ app }) => {
  const names = (module: string, path: string) => `
    import * as taken${module} from '${module === 'index' ? 'gradweave' : `gradweave/${module}`}';
    import * as modules${module} from './node_modules/gradweave/dist/lib/${path}.js';
    compared.push(Object.keys(taken${module}).join() === Object.keys(modules${module}).join());`;
  const code = `const compared = [];
    ${names('index', 'index')} ${names('data', 'data/index')}
    ${names('reference', 'reference/index')} ${names('checkpoint', 'checkpoint')}
    ${names('ops', 'ops/index')} ${names('verify', 'verify/index')} ${names('log', 'log/index')}
    ${names('onnx', 'onnx/index')}
    console.log(JSON.stringify(compared));`;
  assert.equal(await printed(app, 'names.mjs', code), Array(8).fill(true));
});

test('only Engine.create needs WebGPU, and says so by name', async ({ app }) => {
  const code = `
    import { adam, Engine, linear, relu, Sequential } from 'gradweave';
    import { builtInGarments } from 'gradweave/data';
    const model = new Sequential([4], [linear(4, 8), relu(), linear(8, 2)]);
    adam({ learningRate: 1e-3 });
    const { train } = builtInGarments({ train: 10, test: 10 });
    const error = await Engine.create().catch((error) => error);
    console.log(JSON.stringify([model.named.length, train.count, error.name, error.message]));`;
  const [parameters, count, name, message] = await printed(app, 'engine.mjs', code);
  assert.equal([parameters, count, name], [4, 10, 'AdapterError']);
  assert.match(message, /WebGPU/);
});

test('an error of one format is an instance of the other’s class', async ({ app }) => {
  const code = `
    import { createRequire } from 'node:module';
    import { DataError, OptionError } from 'gradweave';
    const require = createRequire(import.meta.url);
    const { linear } = require('gradweave');
    const { parseSafetensors } = require('gradweave/data');
    const caught = (work) => { try { work(); } catch (error) { return error; } };
    console.log(JSON.stringify([
      caught(() => linear(0, 1)) instanceof OptionError,
      caught(() => parseSafetensors(new Uint8Array(3))) instanceof DataError,
    ]));`;
  assert.equal(await printed(app, 'instances.mjs', code), [true, true]);
});

test.run();
